import type { RequestContext } from './context.ts'
import { HttpError } from './errors.ts'
import type { ResourceKind } from './resources/resource.ts'

/** 405 with the methods that a resource of this kind does answer (RFC 9110 §15.5.6). */
export function methodNotAllowed(
  ctx: Pick<RequestContext, 'koa' | 'registries'>,
  kind: ResourceKind,
): HttpError {
  const { koa, registries } = ctx
  // MKCOL and MKCALENDAR are for new members of a collection, not for the collection itself.
  const others = registries.methods.on(kind).filter((name) => name !== koa.method)
  return new HttpError(405, 'This method does not apply to a resource of this kind.', {
    headers: { Allow: allowed(others) },
  })
}

export function allowed(methods: readonly string[]): string {
  return methods.join(', ')
}
