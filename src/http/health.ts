import type { HttpContext, HttpMiddleware } from './state.ts'

/** Resolves to why the server cannot serve now, or undefined when it can. */
export type ReadinessCheck = () => Promise<string | undefined>

/** `/healthz`: the process answers. `/readyz`: it can serve, database included. */
export function health(readiness: ReadinessCheck): HttpMiddleware {
  return async (ctx, next) => {
    if (ctx.path === '/healthz') return answer(ctx, undefined)
    if (ctx.path === '/readyz') return answer(ctx, await readiness())
    return next()
  }
}

function answer(ctx: HttpContext, problem: string | undefined): void {
  ctx.state.route = 'health'
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
    ctx.set('Allow', 'GET, HEAD')
    ctx.status = 405
    return
  }
  ctx.set('Cache-Control', 'no-store')
  if (problem !== undefined) ctx.set('Retry-After', '5')
  ctx.status = problem === undefined ? 200 : 503
  ctx.type = 'text/plain; charset=utf-8'
  ctx.body = `${problem ?? 'ok'}\n`
}
