import { HttpError } from './errors.ts'
import type { HttpContext, HttpMiddleware } from './state.ts'

const EXPOSED = [
  'DAV',
  'ETag',
  'Location',
  'Content-Location',
  'Schedule-Tag',
  'Sync-Token',
  'Preference-Applied',
  'Lock-Token',
  'Allow',
  'X-Request-Id',
].join(', ')
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT'])

/**
 * Cross-origin access for the configured origins alone.
 *
 * A preflight of such an origin is answered here; every other OPTIONS belongs to WebDAV, whose clients give
 * up when its DAV header is missing. A browser that sends cached credentials along from any other site
 * cannot make changes.
 */
export function cors(allowed: ReadonlySet<string>, methods: readonly string[]): HttpMiddleware {
  const allowedMethods = methods.join(', ')
  return (ctx, next) => {
    const origin = ctx.headers.origin
    if (origin === undefined) return next()
    if (!allowed.has(origin)) {
      if (isForged(ctx)) throw new HttpError(403, 'Changes from other sites are not accepted.')
      return next()
    }
    ctx.vary('Origin')
    ctx.set('Access-Control-Allow-Origin', origin)
    ctx.set('Access-Control-Allow-Credentials', 'true')
    if (ctx.method === 'OPTIONS' && ctx.headers['access-control-request-method'] !== undefined) {
      return answerPreflight(ctx, allowedMethods)
    }
    ctx.set('Access-Control-Expose-Headers', EXPOSED)
    return next()
  }
}

function answerPreflight(ctx: HttpContext, methods: string): void {
  ctx.vary('Access-Control-Request-Headers')
  ctx.set('Access-Control-Allow-Methods', methods)
  ctx.set('Access-Control-Allow-Headers', ctx.headers['access-control-request-headers'] ?? '')
  ctx.set('Access-Control-Max-Age', '7200')
  ctx.status = 204
}

/** Only browsers send Sec-Fetch-Site, and pages cannot set it. */
function isForged(ctx: HttpContext): boolean {
  return ctx.headers['sec-fetch-site'] === 'cross-site' && !SAFE.has(ctx.method)
}
