import type { HttpContext } from '../http/state.ts'
import { MAX_DISCARDED } from '../http/unread.ts'
import { HttpError } from './errors.ts'
import { ClientGoneError } from './multistatus.ts'

/**
 * Reads the request's body whole, up to a bound. What can be refused from the headers alone is refused
 * before a client that sent `Expect: 100-continue` begins to send.
 *
 * @param limit octets
 * @param tooLarge makes the refusal of a longer body
 * @throws HttpError 415 for a compressed body
 */
export async function readBody(
  koa: HttpContext,
  limit: number,
  tooLarge: () => HttpError = () => new HttpError(413, `A body may have ${limit} octets here.`),
): Promise<Buffer> {
  const { req } = koa
  const encoding = koa.headers['content-encoding']?.trim().toLowerCase()
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
    throw leavingUnread(koa, new HttpError(415, 'Send the body without a Content-Encoding.'))
  }
  if (Number(req.headers['content-length'] ?? 0) > limit) throw leavingUnread(koa, tooLarge())
  if (req.headers.expect !== undefined) koa.res.writeContinue()
  return collect(koa, limit, tooLarge)
}

/** Is there a body at all? Chunked ones have no length to tell. */
export function hasBody({ req }: HttpContext): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
}

/** The client may go on sending: either Node discards that in the background, or the connection ends. */
export function leavingUnread(koa: HttpContext, error: HttpError): HttpError {
  const length = Number(koa.headers['content-length'] ?? 0)
  if (koa.headers.expect !== undefined || length > MAX_DISCARDED) koa.set('Connection', 'close')
  return error
}

function collect({ req }: HttpContext, limit: number, tooLarge: () => HttpError): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const settle = (done: () => void) => {
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose)
      done()
    }
    const onData = (chunk: Buffer) => {
      length += chunk.length
      if (length <= limit) chunks.push(chunk)
      else {
        req.resume()
        settle(() => reject(tooLarge()))
      }
    }
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    const onClose = () => settle(() => reject(new ClientGoneError('The body ended before its end')))
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
  })
}
