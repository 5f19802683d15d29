import type { HttpContext } from '../http/state.ts'
import { methodNotAllowed } from './allow.ts'
import { hasBody, leavingUnread } from './body.ts'
import { requireIf } from './conditional.ts'
import type { Registries, RequestContext } from './context.ts'
import type { DavDeps } from './deps.ts'
import { HttpError } from './errors.ts'
import { hrefsFor, type Target } from './hrefs.ts'
import type { Method } from './methods/table.ts'
import { readPreferences } from './preferences.ts'
import { requestPath } from './request-path.ts'
import { possibleKinds, resolve } from './resources/resolve.ts'

/**
 * Answers an authenticated request. In this order: what is not ours is 404; what the actor may not see is
 * 404; what it may not do is 403; a method that does not apply is 405.
 */
export async function dispatch(koa: HttpContext, deps: DavDeps, registries: Registries): Promise<void> {
  const hrefs = hrefsFor(koa.state.prefix)
  const target = hrefs.parse(requestPath(koa))
  if (target === undefined) throw new HttpError(404, 'There is nothing here.')
  koa.state.route = target.kind
  const ctx = makeContext(koa, deps, registries, target)
  const method = registries.methods.find(koa.method)
  if (method !== undefined && mayApply(method, target)) return run(ctx, method)
  const resource = await resolve(ctx)
  throw methodNotAllowed(ctx, resource.kind)
}

/** RFC 4918 §5.2: who asks for a collection without its slash is told its real address. */
async function run(ctx: RequestContext, method: Method): Promise<void> {
  const { koa, target, hrefs } = ctx
  if (method.takesNoBody === true && hasBody(koa)) {
    throw leavingUnread(koa, new HttpError(415, `${method.name} takes no body.`))
  }
  const isSlashless = target.kind === 'collection' && !target.endsInSlash
  if (isSlashless) koa.set('Content-Location', hrefs.collection(target.ref))
  try {
    if (method.isSafe) await requireIf(ctx)
    await method.run(ctx)
  } catch (error) {
    if (isSlashless && !koa.headerSent) koa.remove('Content-Location')
    throw error
  }
}

function mayApply(method: Method, target: Target): boolean {
  if (method.isCreating) return target.kind === 'collection' || target.kind === 'member'
  return possibleKinds(target).some((kind) => method.on.includes(kind))
}

function makeContext(
  koa: HttpContext,
  deps: DavDeps,
  registries: Registries,
  target: Target,
): RequestContext {
  return {
    koa,
    // `authenticate` has run: it either sets the actor or answers.
    actor: koa.state.actor as RequestContext['actor'],
    calendar: deps.calendar,
    accounts: deps.accounts,
    hrefs: hrefsFor(koa.state.prefix),
    target,
    registries,
    preferences: readPreferences(koa),
    get log() {
      return koa.state.log
    },
  }
}
