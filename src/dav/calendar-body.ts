import type { HttpContext } from '../http/state.ts'
import { charsetOf, mediaTypeOf } from './media-type.ts'
import { maxResourceSize, supportedCalendarData, validCalendarData } from './preconditions.ts'

const CHARSETS = new Set([undefined, 'utf-8', 'utf8', 'us-ascii'])

/** Is the body calendar data by its type? A client that does not say is taken to mean it. */
export function isCalendarData(koa: HttpContext): boolean {
  const type = mediaTypeOf(koa)
  return type === undefined || type === 'text/calendar'
}

/**
 * Calendar data as text, byte order mark and all, so that what is stored is what was sent.
 *
 * @throws PreconditionError supported-calendar-data for another charset, valid-calendar-data for octets that
 *   are not UTF-8 (RFC 5545 §3.1.4)
 */
export function decodeCalendarData(koa: HttpContext, bytes: Uint8Array): string {
  const charset = charsetOf(koa)
  if (!CHARSETS.has(charset)) throw supportedCalendarData(`Send UTF-8, not ${charset}.`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw validCalendarData('The body is not valid UTF-8.')
  }
}

/** The refusal of calendar data that is too long (RFC 4791 §5.3.2.1). */
export const tooLarge = maxResourceSize
