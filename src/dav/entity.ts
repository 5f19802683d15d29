import type { HttpContext } from '../http/state.ts'
import { evaluateRead } from './conditional.ts'
import { HttpError } from './errors.ts'

/** A representation that GET sends. */
export interface Entity {
  readonly contentType: string
  /** Unquoted. */
  readonly etag: string | undefined
  /** Unquoted (RFC 6638 §3.2.10). */
  readonly scheduleTag?: string | undefined
  readonly lastModified: Date
  /** Octets. */
  readonly size: number
  /** Asked for only when the octets are to be sent. */
  readonly body: () => Promise<string | Uint8Array>
}

/** Answers GET or HEAD with an entity, as far as the conditional headers let it (RFC 9110 §13.2.2). */
export async function sendEntity(koa: HttpContext, entity: Entity): Promise<void> {
  const { etag, scheduleTag, lastModified, contentType } = entity
  const verdict = evaluateRead(koa, etag, lastModified)
  if (verdict === 'failed') throw new HttpError(412, 'The condition does not hold.')
  setTags(koa, etag, scheduleTag)
  koa.set('Last-Modified', lastModified.toUTCString())
  if (verdict === 'not-modified') {
    koa.status = 304
    return
  }
  koa.status = 200
  if (koa.method === 'HEAD') koa.set('Content-Length', String(entity.size))
  else koa.body = toOctets(await entity.body())
  // After the body: Koa would guess a type of its own.
  koa.set('Content-Type', contentType)
}

/** ETag and Schedule-Tag, quoted. */
export function setTags(koa: HttpContext, etag: string | undefined, scheduleTag: string | undefined): void {
  if (etag !== undefined) koa.set('ETag', `"${etag}"`)
  if (scheduleTag !== undefined) koa.set('Schedule-Tag', `"${scheduleTag}"`)
}

function toOctets(body: string | Uint8Array): string | Buffer {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
