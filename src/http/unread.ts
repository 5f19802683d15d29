import type { IncomingMessage } from 'node:http'
import type { HttpMiddleware } from './state.ts'

/** Past this, what is left of a refused body is cut off. */
export const MAX_DISCARDED = 64 * 1024 * 1024

/**
 * Reads and drops the rest of a body nobody wanted where the connection ends with the answer. A client, or a
 * proxy in front, that still writes while it is closed may lose the answer (RFC 9112 §9.6).
 */
export const discardUnread: HttpMiddleware = async (ctx, next) => {
  await next()
  const { req, res } = ctx
  const ends = /\bclose\b/i.test(req.headers.connection ?? '')
  // Who waits for 100 (Continue) has not begun to send.
  if (ends && !req.complete && !res.headersSent && req.headers.expect === undefined) await discard(req)
}

function discard(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let length = 0
    const onData = (chunk: Buffer) => {
      length += chunk.length
      if (length > MAX_DISCARDED) settle()
    }
    const settle = () => {
      req.off('data', onData).off('end', settle).off('close', settle).off('error', settle)
      resolve()
    }
    req.on('data', onData).on('end', settle).on('close', settle).on('error', settle)
  })
}
