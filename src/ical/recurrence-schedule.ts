/** When one component is, apart from recurrence: its start, how long it lasts, which §9.9 table row it is. */
import { type Component, property } from './component.ts'
import { DAY } from './recurrence-civil.ts'
import { localMs, readTimeValue, type TimeValue, toInstant, type ZoneResolver } from './times.ts'
import { durationDays, durationTimeMs, readDuration } from './values.ts'
import { UTC, type Zone } from './zones.ts'

/**
 * How long something lasts: calendar days first, then exact time. DTEND and DUE give an exact duration, which
 * every instance shares; DURATION a nominal one, whose days follow the clock over a change of offset
 * (RFC 5545 §3.8.5.3). Never negative.
 */
export interface Extent {
  readonly days: number
  readonly ms: number
}

/**
 * Which condition of RFC 4791 §9.9 applies to instances of the component: 'period' for events, journals and
 * to-dos with DTSTART alone, the others for the to-dos with DURATION, with DTSTART and DUE, and with DUE alone.
 */
export type OverlapRule = 'period' | 'todo-duration' | 'todo-both' | 'todo-due'

export interface Schedule {
  /** DTSTART, or DUE for a VTODO that has no DTSTART. */
  readonly start: TimeValue
  /** Wall-clock time of `start` in ms as if UTC, in `zone`. */
  readonly local: number
  /** The zone the start and its recurrence are computed in. */
  readonly zone: Zone
  readonly extent: Extent
  readonly isAllDay: boolean
  readonly rule: OverlapRule
}

/** What reading times of an object needs. */
export interface TimeContext {
  readonly zones: ZoneResolver
  /** Where DATE and floating values are read. */
  readonly floatingZone: Zone
}

const NOTHING: Extent = { days: 0, ms: 0 }
const ONE_DAY: Extent = { days: 1, ms: 0 }

/** The schedule of a component; undefined when it has neither DTSTART nor, for a VTODO, DUE. */
export function scheduleOf(component: Component, context: TimeContext): Schedule | undefined {
  const start = timeProperty(component, 'DTSTART', context)
  const end = timeProperty(component, component.name === 'VTODO' ? 'DUE' : 'DTEND', context)
  if (start === undefined) {
    return component.name === 'VTODO' && end !== undefined
      ? makeSchedule(end, NOTHING, 'todo-due', context)
      : undefined
  }
  if (component.name === 'VJOURNAL') {
    return makeSchedule(start, start.kind === 'date' ? ONE_DAY : NOTHING, 'period', context)
  }
  if (end !== undefined) {
    const rule = component.name === 'VTODO' ? 'todo-both' : 'period'
    return makeSchedule(start, extentBetween(start, end, rule, context), rule, context)
  }
  const duration = readDuration(property(component, 'DURATION')?.value.trim() ?? '')
  if (duration === undefined || duration.isNegative) {
    const isDay = start.kind === 'date' && component.name !== 'VTODO'
    return makeSchedule(start, isDay ? ONE_DAY : NOTHING, 'period', context)
  }
  const extent = { days: durationDays(duration), ms: durationTimeMs(duration) }
  return makeSchedule(start, extent, component.name === 'VTODO' ? 'todo-duration' : 'period', context)
}

/** The value of a DATE or DATE-TIME property, if present. */
export function timeProperty(
  component: Component,
  name: string,
  { zones }: TimeContext,
): TimeValue | undefined {
  const found = property(component, name)
  return found === undefined ? undefined : readTimeValue(found.value, found, zones)
}

/** The zone a value's wall-clock time is in. */
export function zoneOfValue(value: TimeValue, floatingZone: Zone): Zone {
  return value.kind === 'utc' ? UTC : (value.zone ?? floatingZone)
}

/** The end (epoch ms) of something that starts at `start`, whose wall-clock time in `zone` is `local`. */
export function endAfter(start: number, local: number, extent: Extent, zone: Zone): number {
  return extent.days === 0 ? start + extent.ms : zone.toInstant(local + extent.days * DAY) + extent.ms
}

/** The greatest length (ms) an extent can have, whatever the clock does. */
export function longestOf({ days, ms }: Extent): number {
  return days === 0 ? ms : (days + 1) * DAY + ms
}

/** From one value to the other; an event whose DATE values are the same lasts that day, as clients show it. */
function extentBetween(
  start: TimeValue,
  end: TimeValue,
  rule: OverlapRule,
  { floatingZone }: TimeContext,
): Extent {
  if (start.kind === 'date' && end.kind === 'date') {
    const days = (localMs(end.local) - localMs(start.local)) / DAY
    return { days: Math.max(rule === 'period' ? 1 : 0, days), ms: 0 }
  }
  return { days: 0, ms: Math.max(0, toInstant(end, floatingZone) - toInstant(start, floatingZone)) }
}

function makeSchedule(
  start: TimeValue,
  extent: Extent,
  rule: OverlapRule,
  { floatingZone }: TimeContext,
): Schedule {
  return {
    start,
    local: localMs(start.local),
    zone: zoneOfValue(start, floatingZone),
    extent,
    isAllDay: start.kind === 'date',
    rule,
  }
}

/**
 * Where a value of RDATE, EXDATE or RECURRENCE-ID falls in a series, whatever its form: a floating one is read
 * in the zone of DTSTART; of a DATE-TIME in an all-day series the date as written counts; a DATE in a timed
 * series is that day at DTSTART's time of day.
 */
export function placeLike(
  { zone, local, isAllDay }: Schedule,
  value: TimeValue,
  { floatingZone }: TimeContext,
): { local: number; start: number } {
  const written = localMs(value.local)
  if (isAllDay) return place(zone, Math.floor(written / DAY) * DAY)
  if (value.kind === 'date') return place(zone, written + (((local % DAY) + DAY) % DAY))
  if (value.kind === 'floating') return place(zone, written)
  const start = toInstant(value, floatingZone)
  return { local: start + zone.offsetAt(start) * 1000, start }
}

function place(zone: Zone, local: number): { local: number; start: number } {
  return { local, start: zone.toInstant(local) }
}
