import type { CalendarObject } from '../ical/object.ts'
import { calendarObjectOf } from '../ical/object.ts'
import { withComponents } from './edit.ts'
import { seriesOf } from './series.ts'

/**
 * What stays removed of an attendee's copy of a series when they were asked anew to single instances of it, and so
 * have a copy with nothing but those.
 *
 * @returns undefined when nothing does: the series itself is back, or was never in the copy
 */
export function remainderOf(removed: CalendarObject, held: CalendarObject): CalendarObject | undefined {
  if (removed.master === undefined || held.master !== undefined) return undefined
  const asked = seriesOf(held, removed).overrides
  const back = new Set(
    [...seriesOf(removed).overrides].flatMap(([key, one]) => (asked.has(key) ? [one] : [])),
  )
  const { calendar } = removed
  return calendarObjectOf(
    withComponents(
      calendar,
      calendar.components.filter((component) => !back.has(component)),
    ),
  )
}
