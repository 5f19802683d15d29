import type { CalendarObjectRecord } from '../calendar/model.ts'
import type { CalendarMediaType } from './calendar-formats.ts'

/** The Content-Type of a calendar object, the same as header and as property (RFC 5545 §8.1). */
export function contentTypeOf(
  { component }: Pick<CalendarObjectRecord, 'component'>,
  mediaType: CalendarMediaType = 'text/calendar',
): string {
  return `${mediaType}; charset=utf-8; component=${component}`
}
