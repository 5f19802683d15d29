import { InvalidCalendarError } from '../../ical/errors.ts'
import { parseCalendar } from '../../ical/text.ts'
import { type Zone, zoneByName, zoneFromVtimezone } from '../../ical/zones.ts'
import { HttpError } from '../errors.ts'
import * as preconditions from '../preconditions.ts'
import { child, type Element, textOf } from '../xml/element.ts'
import { CALDAV } from '../xml/names.ts'

/** Readers of the values clients set; each throws for a value that means nothing here. */

/** Text, or null where it is blank. */
export function readText(value: Element): string | null {
  const text = textOf(value)
  return text.trim() === '' ? null : text
}

/**
 * `#RRGGBB` or `#RRGGBBAA`, or null where it is blank.
 * Client: Apple Calendar crashes on a calendar-color that is present and empty, so a blank one is none at all.
 */
export function readColor(value: Element): string | null {
  const text = textOf(value).trim()
  if (text === '') return null
  if (!/^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i.test(text)) {
    throw new HttpError(409, 'calendar-color is # and 6 or 8 hexadecimal digits')
  }
  return text
}

/** A whole number as text, or null where it is blank. */
export function readOrder(value: Element): string | null {
  const text = textOf(value).trim()
  if (text === '') return null
  if (!/^[+-]?[0-9]{1,15}$/.test(text)) throw new HttpError(409, 'calendar-order is a whole number')
  return text
}

/** CALDAV:schedule-calendar-transp (RFC 6638 §9.1): true for C:transparent. */
export function readTransparency(value: Element): boolean {
  const isTransparent = child(value, CALDAV, 'transparent') !== undefined
  if (isTransparent === (child(value, CALDAV, 'opaque') !== undefined)) {
    throw new HttpError(409, 'schedule-calendar-transp holds opaque or transparent')
  }
  return isTransparent
}

/**
 * The time zone of an iCalendar object that holds exactly one VTIMEZONE (RFC 4791 §5.2.2, §9.8).
 * Throws C:valid-calendar-data for anything else.
 */
export function readTimezone(value: Element): { readonly text: string; readonly zone: Zone } {
  const text = textOf(value).trim()
  try {
    const [vtimezone, ...others] = parseCalendar(text).components
    if (vtimezone?.name !== 'VTIMEZONE' || others.length > 0) {
      throw new InvalidCalendarError('A time zone is one VCALENDAR with exactly one VTIMEZONE.')
    }
    return { text, zone: zoneFromVtimezone(vtimezone) }
  } catch (error) {
    if (error instanceof InvalidCalendarError) throw preconditions.validCalendarData(error.message)
    throw error
  }
}

/** The time zone named, one this server knows (RFC 7809 §3.1.5). Throws C:valid-timezone for another. */
export function readTimezoneId(value: Element): Zone {
  const name = textOf(value).trim()
  const zone = zoneByName(name)
  if (!zone) throw preconditions.validTimezone(`${name} is no time zone known here.`)
  return zone
}
