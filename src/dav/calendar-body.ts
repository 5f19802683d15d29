import { isUtf8 } from 'node:buffer'
import type { HttpContext } from '../http/state.ts'
import { decodeCalendar } from '../ical/decode.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { type CalendarMediaType, convertToText, findCalendarMediaType } from './calendar-formats.ts'
import { charsetOf, mediaTypeOf } from './media-type.ts'
import { maxResourceSize, supportedCalendarData, validCalendarData } from './preconditions.ts'
import { InvalidXmlError } from './xml/errors.ts'

const CHARSETS = new Set([undefined, 'utf-8', 'utf8', 'us-ascii'])

/** Is the body calendar data by its type? A client that does not say is taken to mean it. */
export function isCalendarData(koa: HttpContext): boolean {
  return formatOf(koa) !== undefined
}

/**
 * Is what was sent the very text that is stored? Other forms are converted, and characters that folds split are
 * mended, so an ETag would not hold.
 */
export function isStoredAsSent(koa: HttpContext, bytes: Uint8Array): boolean {
  return formatOf(koa) === 'text/calendar' && isUtf8(bytes)
}

function formatOf(koa: HttpContext): CalendarMediaType | undefined {
  return findCalendarMediaType(mediaTypeOf(koa) ?? 'text/calendar')
}

/**
 * Calendar data as iCalendar text: byte order mark and all, so that what is stored is what was sent, save
 * where folds split a character (RFC 5545 §3.1), or converted from jCal or xCal.
 *
 * @throws PreconditionError supported-calendar-data for another charset, valid-calendar-data for octets that
 *   are not UTF-8 (RFC 5545 §3.1.4) and for what is not of the form it says
 */
export function decodeCalendarData(koa: HttpContext, bytes: Uint8Array): string {
  const charset = charsetOf(koa)
  if (!CHARSETS.has(charset)) throw supportedCalendarData(`Send UTF-8, not ${charset}.`)
  try {
    return convertToText(decodeCalendar(bytes).text, formatOf(koa) ?? 'text/calendar')
  } catch (error) {
    const isTheirs =
      error instanceof InvalidCalendarError ||
      error instanceof InvalidXmlError ||
      error instanceof SyntaxError
    throw isTheirs ? validCalendarData(error.message) : error
  }
}

/** The refusal of calendar data that is too long (RFC 4791 §5.3.2.1). */
export const tooLarge = maxResourceSize
