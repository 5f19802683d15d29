import { authenticate } from '../http/authenticate.ts'
import type { HttpContext, HttpMiddleware } from '../http/state.ts'
import type { Registries } from './context.ts'
import { davHeader } from './dav-header.ts'
import type { DavDeps } from './deps.ts'
import { dispatch } from './dispatch.ts'
import { hrefsFor } from './hrefs.ts'
import { methods } from './methods/index.ts'
import { properties } from './properties/index.ts'
import { reportErrors } from './report-errors.ts'
import { reports } from './reports/index.ts'
import { isWellKnown, redirectToRoot } from './well-known.ts'

/** Everything this server can do over WebDAV. */
export const registries: Registries = { methods, reports, properties }

/**
 * The WebDAV and CalDAV front end: discovery, then authentication, then the resource. Paths that are not
 * its own go to the next front end.
 */
export function davFrontEnd(deps: DavDeps): HttpMiddleware {
  const requireActor = authenticate(deps.accounts)
  const header = davHeader(registries)
  return (koa, next) => {
    if (!isOurs(koa)) return next()
    koa.set('DAV', header)
    if (isWellKnown(koa.path)) return redirectToRoot(koa, hrefsFor(koa.state.prefix).root())
    return reportErrors(koa, () => requireActor(koa, () => dispatch(koa, deps, registries)))
  }
}

const OWN_PATH = /^\/(?:$|(?:dav|principals)(?:\/|$)|\.well-known\/caldav\/?$)/

/** `/` and `/principals/` belong to us too: clients that are told nothing begin there. */
function isOurs({ path, url }: HttpContext): boolean {
  return OWN_PATH.test(path) || url === '*'
}
