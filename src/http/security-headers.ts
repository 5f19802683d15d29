import type { HttpMiddleware } from './state.ts'

/**
 * Stored files are the users' own: a browser that opens one must neither guess its type nor run it with the
 * reader's credentials.
 */
export const securityHeaders: HttpMiddleware = (ctx, next) => {
  ctx.res.setHeader('X-Content-Type-Options', 'nosniff')
  ctx.res.setHeader('Content-Security-Policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
  ctx.res.setHeader('Referrer-Policy', 'no-referrer')
  if (ctx.state.client.isSecure) ctx.res.setHeader('Strict-Transport-Security', 'max-age=31536000')
  return next()
}
