/** VAVAILABILITY (RFC 7953): when somebody cannot be scheduled, apart from any event. */
import { subtract, union } from './availability-spans.ts'
import { type Component, property } from './component.ts'
import { type BusyPeriod, mergeBusy } from './free-busy.ts'
import { unavailableTypeOf } from './free-busy-type.ts'
import { Instances, spanOf } from './instances.ts'
import { type ClosedRange, type Range, rangeOf } from './overlap.ts'
import { type TimeContext, timeProperty } from './recurrence-schedule.ts'
import { toInstant } from './times.ts'
import { type Zone, ZoneTable } from './zones.ts'

/** Most available periods one component is expanded to. */
const MAX_AVAILABLE = 50_000

/** One VAVAILABILITY within a range. */
export interface Availability {
  /** 1 is the highest, 10 stands for 0 or none, the lowest (RFC 7953 §4). */
  readonly priority: number
  readonly type: BusyPeriod['type']
  readonly covered: Range
  readonly available: readonly Range[]
}

/**
 * The time within a range that VAVAILABILITY components leave unavailable, merged and in order. Higher priorities
 * replace what lower ones say wherever they apply (RFC 7953 §4); where none applies, time is free.
 *
 * @param all as `readAvailabilities` gives them for that range
 */
export function unavailablePeriods(all: readonly Availability[]): BusyPeriod[] {
  let busy: BusyPeriod[] = []
  for (let priority = LOWEST; priority > 0; priority--) {
    const group = all.filter((availability) => availability.priority === priority)
    if (group.length > 0) busy = paint(busy, group)
  }
  return mergeBusy(busy)
}

const LOWEST = 10
/** Of one priority the stronger busy type counts (RFC 7953 §4). */
const BY_STRENGTH = ['BUSY', 'BUSY-UNAVAILABLE', 'BUSY-TENTATIVE'] as const

/** What holds after the components of one priority are laid over the result of the lower ones. */
function paint(below: readonly BusyPeriod[], group: readonly Availability[]): BusyPeriod[] {
  const covered = union(group.map((availability) => availability.covered))
  const available = union(group.flatMap((availability) => availability.available))
  const busy = below.flatMap(({ start, end, type }) =>
    subtract([{ from: start, until: end }], covered).map((left) => asPeriod(left, type)),
  )
  let taken: Range[] = available
  for (const type of BY_STRENGTH) {
    const own = union(group.filter((one) => one.type === type).map((one) => one.covered))
    for (const left of subtract(own, taken)) busy.push(asPeriod(left, type))
    taken = union([...taken, ...own])
  }
  return busy
}

function asPeriod({ from, until }: Range, type: BusyPeriod['type']): BusyPeriod {
  return { start: from, end: until, type }
}

/**
 * What the VAVAILABILITY components of a VCALENDAR say of a range (epoch ms).
 *
 * @throws RecurrenceLimitError, and InvalidCalendarError for times that cannot be read
 */
export function readAvailabilities(
  calendar: Component,
  closed: ClosedRange,
  floatingZone: Zone,
): Availability[] {
  const range = rangeOf(closed)
  const zones = new ZoneTable(calendar.components.filter(({ name }) => name === 'VTIMEZONE'))
  const context = { zones, floatingZone }
  return calendar.components
    .filter(({ name }) => name === 'VAVAILABILITY')
    .map((component) => ({ component, covered: clip(extentOf(component, context), range) }))
    .filter(({ covered }) => covered.from < covered.until)
    .map(({ component, covered }) => ({
      priority: priorityOf(component),
      type: unavailableTypeOf(component),
      covered,
      available: availableIn(component, covered, zones, floatingZone),
    }))
}

/** RFC 7953 §3.1: without DTSTART, or without DTEND and DURATION, that side is unbounded. */
function extentOf(component: Component, context: TimeContext): Range {
  const span = spanOf(component, context)
  const hasEnd = component.properties.some(({ name }) => name === 'DTEND' || name === 'DURATION')
  if (span !== undefined) return hasEnd ? span : { from: span.from, until: Number.POSITIVE_INFINITY }
  const end = timeProperty(component, 'DTEND', context)
  return {
    from: Number.NEGATIVE_INFINITY,
    until: end === undefined ? Number.POSITIVE_INFINITY : toInstant(end, context.floatingZone),
  }
}

/** Every instance of the AVAILABLE components, which are series of their own by UID, cut to what is covered. */
function availableIn(component: Component, covered: Range, zones: ZoneTable, floatingZone: Zone): Range[] {
  const series = new Map<string, { master: Component | undefined; overrides: Component[] }>()
  for (const available of component.components.filter(({ name }) => name === 'AVAILABLE')) {
    const uid = property(available, 'UID')?.value ?? `line ${available.line}`
    const parts = series.get(uid) ?? { master: undefined, overrides: [] }
    if (property(available, 'RECURRENCE-ID') === undefined) parts.master = available
    else parts.overrides.push(available)
    series.set(uid, parts)
  }
  return [...series.values()].flatMap((parts) =>
    new Instances({ ...parts, zones }, floatingZone)
      .collect(covered, MAX_AVAILABLE)
      .map(({ start, end }) => clip({ from: start, until: end }, covered)),
  )
}

function clip({ from, until }: Range, range: Range): Range {
  return { from: Math.max(from, range.from), until: Math.min(until, range.until) }
}

function priorityOf(component: Component): number {
  const priority = Number(property(component, 'PRIORITY')?.value ?? 0)
  return priority >= 1 && priority <= 9 ? Math.floor(priority) : LOWEST
}

/** Busy time of events laid over unavailable time (RFC 7953 §5, step 4): what an event takes is the event's. */
export function overlayBusy(unavailable: readonly BusyPeriod[], busy: readonly BusyPeriod[]): BusyPeriod[] {
  const taken = union(busy.map(({ start, end }) => ({ from: start, until: end })))
  const left = unavailable.flatMap(({ start, end, type }) =>
    subtract([{ from: start, until: end }], taken).map((range) => asPeriod(range, type)),
  )
  return mergeBusy([...left, ...busy])
}
