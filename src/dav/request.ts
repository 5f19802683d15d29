import type { HttpContext } from '../http/state.ts'
import { hasBody, readBody } from './body.ts'
import type { RequestContext } from './context.ts'
import { HttpError } from './errors.ts'
import type { Target } from './hrefs.ts'
import { charsetOf } from './media-type.ts'
import { decodeXml } from './xml/decode.ts'
import type { Element, Name } from './xml/element.ts'
import { MAX_XML_BYTES } from './xml/limits.ts'
import { parseXmlOnce } from './xml/parse-once.ts'

export type Depth = '0' | '1' | 'infinity'

/** Depth (RFC 4918 §10.2), or undefined where it is not sent. */
export function readDepth(koa: HttpContext): Depth | undefined {
  const sent = header(koa, 'depth')
  if (sent === undefined) return undefined
  const depth = sent.toLowerCase()
  if (depth === '0' || depth === '1' || depth === 'infinity') return depth
  throw new HttpError(400, 'Depth is 0, 1 or infinity.')
}

/** Overwrite (RFC 4918 §10.6): true unless it is F. */
export function readOverwrite(koa: HttpContext): boolean {
  const sent = header(koa, 'overwrite')?.toUpperCase() ?? 'T'
  if (sent !== 'T' && sent !== 'F') throw new HttpError(400, 'Overwrite is T or F.')
  return sent === 'T'
}

/**
 * Destination (RFC 4918 §10.3).
 *
 * @throws HttpError 400 when it is missing or malformed, 502 when it is on another server (§9.8.5), 403 when
 *   it is none of our paths
 */
export function readDestination(ctx: RequestContext): Target {
  const sent = header(ctx.koa, 'destination')
  if (sent === undefined) throw new HttpError(400, 'Destination is missing.')
  if (!sent.startsWith('/')) requireSameServer(ctx.koa, sent)
  if (sent.includes('#') || sent.includes('?')) throw new HttpError(400, 'Destination is not a resource.')
  const target = ctx.hrefs.resolve(sent)
  if (target === undefined) throw new HttpError(403, 'Nothing can be put at that Destination.')
  return target
}

/** Schemes differ behind a proxy that ends TLS, and Host may be its own; a host we are known by is what counts. */
function requireSameServer(koa: HttpContext, uri: string): void {
  if (!URL.canParse(uri)) throw new HttpError(400, 'Destination is not a URI.')
  const { client, origin } = koa.state
  const hosts = [koa.headers.host, ...[client.origin, origin].map((own) => own.replace(/^https?:\/\//, ''))]
  const sent = new URL(uri)
  if (!hosts.some((host) => host !== undefined && isSameHost(sent, host))) {
    throw new HttpError(502, 'Destination is on another server.')
  }
}

function isSameHost(uri: URL, host: string): boolean {
  const own = `${uri.protocol}//${host}`
  return URL.canParse(own) && new URL(own).host === uri.host
}

/** A header sent once; Node joins repeated ones with commas, which none of these values has. */
export function header(koa: HttpContext, name: string): string | undefined {
  const value = koa.headers[name]
  const text = (Array.isArray(value) ? value.join(',') : value)?.trim()
  return text === '' ? undefined : text
}

/** The request's XML, or undefined where the body is empty. */
export async function readXml(koa: HttpContext): Promise<Element | undefined> {
  if (!hasBody(koa)) return undefined
  const bytes = await readBody(koa, MAX_XML_BYTES)
  if (bytes.length === 0) return undefined
  return parseXmlOnce(decodeXml(bytes, charsetOf(koa)))
}

/** As readXml, with a root of that name. @throws HttpError 400 for another root, or none */
export async function requireXml(koa: HttpContext, ...roots: readonly Name[]): Promise<Element> {
  const element = await readXml(koa)
  if (element === undefined) throw new HttpError(400, `The body must be ${wanted(roots)}.`)
  return requireRoot(element, ...roots)
}

export function requireRoot(element: Element, ...roots: readonly Name[]): Element {
  const isWanted = roots.some((root) => root.name === element.name && root.namespace === element.namespace)
  if (!isWanted) throw new HttpError(400, `The body must be ${wanted(roots)}.`)
  return element
}

function wanted(roots: readonly Name[]): string {
  return roots.map((root) => root.name).join(' or ')
}
