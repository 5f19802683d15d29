import { type Component, property } from '../ical/component.ts'
import { timeOf, toInstant } from '../ical/times.ts'
import { UTC } from '../ical/zones.ts'
import type { Series } from './series.ts'

const DAY = 86_400_000

/**
 * Is everything a component speaks of over at `now` (epoch ms)? Floating times and dates are given a day's grace,
 * since they end at different instants round the world; a series without an end is never over.
 */
export function isOver(component: Component, series: Series, now: number): boolean {
  const { zones } = series.object
  if (property(component, 'RDATE') !== undefined) return false
  const rule = property(component, 'RRULE')?.value
  if (rule !== undefined) {
    const until = /UNTIL=(\d{4})(\d\d)(\d\d)/.exec(rule)
    if (until === null) return false
    return Date.UTC(Number(until[1]), Number(until[2]) - 1, Number(until[3])) + 2 * DAY < now
  }
  const end = timeOf(component, 'DTEND', zones) ?? timeOf(component, 'DUE', zones)
  const start = timeOf(component, 'DTSTART', zones)
  const last = end ?? start
  if (last === undefined) return false
  const grace = last.kind === 'date' || last.kind === 'floating' || end === undefined ? DAY : 0
  return toInstant(last, UTC) + grace < now
}
