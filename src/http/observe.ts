import type { Logger } from 'pino'
import type { Metrics } from './metrics.ts'
import type { HttpContext, HttpMiddleware } from './state.ts'

/** One access-log line and one observation per request, when its answer has left or its connection broke. */
export function observe(log: Logger, metrics: Metrics): HttpMiddleware {
  return (ctx, next) => {
    const started = performance.now()
    ctx.res.once('close', () => {
      const ms = performance.now() - started
      metrics.observe(ctx.method, ctx.state.route ?? 'other', ctx.res.statusCode, ms / 1000)
      if (log.isLevelEnabled('info')) log.info(accessLine(ctx, ms), 'request')
    })
    return next()
  }
}

/** Headers and query are left out: that is where credentials and feed tokens travel. */
function accessLine(ctx: HttpContext, ms: number): object {
  return {
    requestId: ctx.state.requestId,
    method: ctx.method,
    path: pathOf(ctx.originalUrl),
    status: ctx.res.statusCode,
    ms: Math.round(ms * 100) / 100,
    bytes: ctx.response.length,
    user: ctx.state.actor?.username,
    address: ctx.state.client.address,
    agent: ctx.headers['user-agent'],
    aborted: ctx.res.writableFinished ? undefined : true,
  }
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
