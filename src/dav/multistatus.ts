import { STATUS_CODES } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { HttpContext } from '../http/state.ts'
import { type Content, type Element, el } from './xml/element.ts'
import { DAV } from './xml/names.ts'
import { DECLARATIONS, escapeText, PROLOG, serialize, serializeContents } from './xml/serialize.ts'

export const XML_TYPE = 'application/xml; charset=utf-8'

/** Octets gathered before they are sent: a short answer leaves whole, with its length, a long one in pieces. */
const PIECE = 64 * 1024

/** The value of DAV:status (RFC 4918 §14.28). Clients match it to the letter. */
export function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`
}

const OPEN = '<D:propstat><D:prop>'
const CLOSE_FOUND = `</D:prop><D:status>${statusLine(200)}</D:status></D:propstat>`
const CLOSE_MISSING = `</D:prop><D:status>${statusLine(404)}</D:status></D:propstat>`

/**
 * The DAV:propstat elements of one resource, from XML already written: one for what it has and one for what
 * it lacks. There is always one, even with nothing to say (RFC 8144 §2.1).
 *
 * @param refused whole propstats of other statuses
 */
export function propstats(found: string, missing: string, refused = ''): string {
  const others = (missing === '' ? '' : OPEN + missing + CLOSE_MISSING) + refused
  if (found === '' && others !== '') return others
  return OPEN + found + CLOSE_FOUND + others
}

/** A DAV:propstat of any status (RFC 4918 §14.22). */
export function propstat(status: number, properties: string, condition?: Element): string {
  const error = condition === undefined ? '' : serialize(el(DAV, 'error', [condition]))
  return `${OPEN}${properties}</D:prop><D:status>${statusLine(status)}</D:status>${error}</D:propstat>`
}

/**
 * Writes a 207 answer as it is produced. Nothing is sent before the first 64 KiB, so that an early error is
 * still answered as one; after that memory stays flat whatever the length.
 */
export class Multistatus {
  readonly #koa: HttpContext
  #pending = `${PROLOG}<D:multistatus${DECLARATIONS}>`
  #isStreaming = false

  constructor(koa: HttpContext) {
    this.#koa = koa
  }

  /** A response with the properties of a resource; `body` is its propstats as XML. */
  response(href: string, body: string): void {
    this.append(escapeText(href), body)
  }

  /** As response, for an href that hrefs.ts has built: it holds nothing XML would have to escape. */
  append(href: string, body: string): void {
    this.#pending += `<D:response><D:href>${href}</D:href>${body}</D:response>`
  }

  /** A response with a status of its own, like 404 for a member that is gone. */
  status(href: string, status: number, condition?: Element, description?: string): void {
    const error = condition === undefined ? '' : serialize(el(DAV, 'error', [condition]))
    const about = description === undefined ? '' : serialize(el(DAV, 'responsedescription', [description]))
    this.response(href, `<D:status>${statusLine(status)}</D:status>${error}${about}`)
  }

  /** Has enough gathered to be worth sending? */
  get isFull(): boolean {
    return this.#pending.length >= PIECE
  }

  /** Sends what has gathered and waits while the client is slow. Call it between responses when full. */
  async drain(): Promise<void> {
    if (!this.isFull) return
    const { res } = this.#koa
    if (!this.#isStreaming) this.#startStream()
    const piece = this.#pending
    this.#pending = ''
    if (res.destroyed) throw new ClientGoneError('The client went away during the answer')
    // A fast reader never makes it wait: other requests have their turn between pieces all the same.
    if (res.write(piece)) await setImmediate()
    else await drained(res)
  }

  /** Ends the answer; `trailer` follows the responses, like DAV:sync-token. */
  async close(trailer: readonly Content[] = []): Promise<void> {
    this.#pending += `${serializeContents(trailer)}</D:multistatus>`
    if (this.#isStreaming) {
      this.#koa.res.end(this.#pending)
      return
    }
    this.#koa.status = 207
    this.#koa.set('Content-Type', XML_TYPE)
    this.#koa.body = this.#pending
  }

  #startStream(): void {
    this.#isStreaming = true
    this.#koa.status = 207
    this.#koa.set('Content-Type', XML_TYPE)
    this.#koa.respond = false
    this.#koa.res.flushHeaders()
  }
}

/** Nobody is listening any more; there is nothing to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError'
}

/** How long a client may leave an answer lying before it is given up: it holds memory meanwhile. */
const PATIENCE_MS = 60_000

function drained(res: HttpContext['res']): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => () => {
      clearTimeout(patience)
      res.off('drain', onDrain).off('close', onGone)
      done()
    }
    const onDrain = settle(resolve)
    const onGone = settle(() => reject(new ClientGoneError('The client went away during the answer')))
    const patience = setTimeout(onGone, PATIENCE_MS)
    res.once('drain', onDrain).once('close', onGone)
  })
}

/** A single-response multistatus for one resource. */
export async function answerMultistatus(koa: HttpContext, href: string, body: string): Promise<void> {
  const multistatus = new Multistatus(koa)
  multistatus.response(href, body)
  await multistatus.close()
}
