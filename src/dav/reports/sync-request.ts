import { HttpError } from '../errors.ts'
import { child, type Element, textOf } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'

/** What DAV:sync-collection asks for, its DAV:prop aside (RFC 6578 §6.1). */
export interface SyncRequest {
  /** Undefined starts an initial synchronisation. */
  readonly token: string | undefined
  readonly level: '1' | 'infinite'
  /** The most members to report, where the client set a bound (RFC 6578 §3.7). */
  readonly limit: number | undefined
}

/**
 * Reads the request. A DAV:sync-level wins over Depth; without one Depth is the level, and without either
 * the level is 1. RFC 6578 §3.2 would have Depth always 0, but:
 * Client: Thunderbird sends Depth 1 with sync-level 1; Apple Calendar Depth 1 and no sync-level; tsdav
 * neither, and no sync-token element the first time.
 */
export function readSyncRequest(body: Element, depth: string | undefined): SyncRequest {
  const token = child(body, DAV, 'sync-token')
  const text = token ? textOf(token).trim() : ''
  return { token: text === '' ? undefined : text, level: readLevel(body, depth), limit: readLimit(body) }
}

function readLevel(body: Element, depth: string | undefined): SyncRequest['level'] {
  const element = child(body, DAV, 'sync-level')
  const level = element ? textOf(element).trim() : undefined
  if (level === undefined) return depth?.toLowerCase() === 'infinity' ? 'infinite' : '1'
  if (level === '1') return '1'
  // RFC 6578 §6.3 says "infinite"; the word of the Depth header is read the same.
  if (level === 'infinite' || level === 'infinity') return 'infinite'
  throw new HttpError(400, 'sync-level is 1 or infinite')
}

/** DAV:limit/DAV:nresults (RFC 5323 §5.17): the most members a client wants reported. */
export function readLimit(body: Element): number | undefined {
  const limit = child(body, DAV, 'limit')
  if (!limit) return undefined
  const nresults = child(limit, DAV, 'nresults')
  const text = nresults ? textOf(nresults).trim() : ''
  if (!/^[0-9]{1,9}$/.test(text) || Number(text) === 0) {
    throw new HttpError(400, 'limit holds nresults, a whole number above 0')
  }
  return Number(text)
}
