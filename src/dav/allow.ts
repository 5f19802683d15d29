import type { Registries } from './context.ts'
import { HttpError } from './errors.ts'
import type { ResourceKind } from './resources/resource.ts'

/** 405 with the methods that a resource of this kind does answer (RFC 9110 §15.5.6). */
export function methodNotAllowed({ methods }: Registries, kind: ResourceKind): HttpError {
  return new HttpError(405, 'This method does not apply to a resource of this kind.', {
    headers: { Allow: allowed(methods.on(kind)) },
  })
}

export function allowed(methods: readonly string[]): string {
  return methods.join(', ')
}
