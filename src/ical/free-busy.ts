/** Busy time (RFC 4791 §7.10): from objects to periods to a VFREEBUSY. */
import { type Property, parameter, properties } from './component.ts'
import { freeBusyRange } from './facts-bounds.ts'
import { type BusyType, busyTypeOf } from './free-busy-type.ts'
import { instancesBetween } from './instances.ts'
import type { CalendarObject } from './object.ts'
import { type ClosedRange, rangeOf } from './overlap.ts'
import type { Zone } from './zones.ts'

export { freeBusyCalendar } from './free-busy-calendar.ts'

/** A half-open period of epoch ms that is not free. */
export interface BusyPeriod {
  readonly start: number
  readonly end: number
  readonly type: Exclude<BusyType, 'FREE'>
}

/** Most instances of one object that are looked at. */
const MAX_INSTANCES = 50_000

/**
 * The busy periods of one object within a range (epoch ms), cut to it, neither merged nor sorted. VEVENTs count
 * by TRANSP and STATUS, each instance by its own component; VFREEBUSYs by FBTYPE. Throws RecurrenceLimitError.
 */
export function busyPeriods(object: CalendarObject, range: ClosedRange, floatingZone: Zone): BusyPeriod[] {
  const periods =
    object.component === 'VFREEBUSY'
      ? publishedPeriods(object, floatingZone)
      : eventPeriods(object, range, floatingZone)
  return periods
    .map(({ start, end, type }) => ({
      start: Math.max(start, range.start),
      end: Math.min(end, range.end),
      type,
    }))
    .filter(({ start, end }) => start < end)
}

function eventPeriods(object: CalendarObject, range: ClosedRange, floatingZone: Zone): BusyPeriod[] {
  const members = object.master === undefined ? object.overrides : [object.master, ...object.overrides]
  if (members.every((member) => busyTypeOf(member) === 'FREE')) return []
  const periods: BusyPeriod[] = []
  const options = { floatingZone, limit: MAX_INSTANCES }
  for (const { start, end, component } of instancesBetween(object, rangeOf(range), options)) {
    const type = busyTypeOf(component)
    if (type !== 'FREE') periods.push({ start, end, type })
  }
  return periods
}

function publishedPeriods({ calendar, zones }: CalendarObject, floatingZone: Zone): BusyPeriod[] {
  const periods: BusyPeriod[] = []
  for (const component of calendar.components.filter(({ name }) => name === 'VFREEBUSY')) {
    for (const from of properties(component, 'FREEBUSY')) {
      const type = publishedType(from)
      if (type === 'FREE') continue
      for (const text of from.value.split(',').filter((part) => part.trim() !== '')) {
        const { from: start, until: end } = freeBusyRange(text, from, { zones, floatingZone })
        periods.push({ start, end, type })
      }
    }
  }
  return periods
}

/** RFC 5545 §3.2.9: types that are not known are to be treated as BUSY. */
function publishedType(from: Property): BusyType {
  const type = parameter(from, 'FBTYPE')?.toUpperCase()
  return type === 'FREE' || type === 'BUSY-TENTATIVE' || type === 'BUSY-UNAVAILABLE' ? type : 'BUSY'
}

/**
 * Periods in order of start, those of one type that touch or overlap made one (RFC 4791 §7.10). Periods of
 * different types may still overlap.
 */
export function mergeBusy(periods: readonly BusyPeriod[]): BusyPeriod[] {
  const merged: BusyPeriod[] = []
  const latest = new Map<BusyPeriod['type'], number>()
  for (const period of [...periods].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const index = latest.get(period.type)
    const previous = index === undefined ? undefined : merged[index]
    if (index === undefined || previous === undefined || previous.end < period.start) {
      latest.set(period.type, merged.push(period) - 1)
    } else if (previous.end < period.end) {
      merged[index] = { ...previous, end: period.end }
    }
  }
  return merged
}
