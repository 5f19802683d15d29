import type { OutgoingHttpHeaders } from 'node:http'
import { OverloadedError } from '../accounts/limiter.ts'
import { StoreUnavailable } from '../store/errors.ts'
import type { HttpContext, HttpMiddleware } from './state.ts'

/** An answer other than success, with a sentence that is safe to show to the client. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly headers: OutgoingHttpHeaders

  constructor(
    status: number,
    message: string,
    options: ErrorOptions & { headers?: OutgoingHttpHeaders } = {},
  ) {
    super(message, options)
    this.status = status
    this.headers = options.headers ?? {}
  }
}

/**
 * The outermost middleware: whatever escapes the front ends becomes a plain-text answer here. An HttpError
 * speaks for itself; anything else is logged and answered 500 without detail.
 */
export const errorBoundary: HttpMiddleware = async (ctx, next) => {
  try {
    await next()
  } catch (error) {
    answer(ctx, error)
  }
}

function answer(ctx: HttpContext, error: unknown): void {
  if (!(error instanceof HttpError)) ctx.state.log.error({ err: error }, 'request failed')
  if (ctx.headerSent) {
    // The status line is gone: only a broken connection still tells the client that the body is incomplete.
    ctx.res.destroy()
    return
  }
  const { status, message, headers } = toHttpError(error, ctx.state.requestId)
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value as string)
  ctx.status = status
  ctx.type = 'text/plain; charset=utf-8'
  ctx.body = `${message}\n`
}

/** The answer for any error; trouble that passes by itself is 503, so that clients keep what they have. */
export function toHttpError(error: unknown, requestId: string): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof StoreUnavailable || error instanceof OverloadedError) {
    return new HttpError(503, 'The server is busy; try again in a moment.', {
      cause: error,
      headers: { 'Retry-After': '5' },
    })
  }
  return new HttpError(500, `The server failed; request id ${requestId}.`, { cause: error })
}
