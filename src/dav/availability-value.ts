import type { HttpContext } from '../http/state.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { readCalendarObject } from '../ical/object.ts'
import { parseCalendar, serializeCalendar } from '../ical/text.ts'
import { asWanted } from '../ical/timezones-by-reference.ts'
import { validCalendarData } from './preconditions.ts'
import { wantedTimezones } from './wanted-timezones.ts'

/**
 * Checks the value of CALDAV:calendar-availability: an iCalendar object with one VAVAILABILITY and its time zones
 * (RFC 7953 §7.2.4).
 *
 * @throws PreconditionError C:valid-calendar-data for anything else
 */
export function requireAvailability(text: string): void {
  try {
    const { component, overrides } = readCalendarObject(text.trim())
    if (component === 'VAVAILABILITY' && overrides.length === 0) return
    throw new InvalidCalendarError('calendar-availability holds one VAVAILABILITY', {
      subject: component,
      rule: 'RFC 7953 §7.2.4',
    })
  } catch (error) {
    if (error instanceof InvalidCalendarError) throw validCalendarData(error.message)
    throw error
  }
}

/** The stored value with the time zones that the client wants (RFC 7809 §3.1.3). */
export function wantedAvailability(koa: HttpContext, text: string): string {
  const wanted = wantedTimezones(koa)
  if (wanted === 'as-stored') return text
  const calendar = parseCalendar(text.trim())
  const component = asWanted(calendar, wanted)
  return component === calendar ? text : serializeCalendar(component)
}
