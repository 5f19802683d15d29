/** The span outside which no time-range on an object's component can match it (RFC 4791 §9.9). */
import { type Component, type Property, properties } from './component.ts'
import type { Instances } from './instances.ts'
import type { CalendarObject } from './object.ts'
import type { Range } from './overlap.ts'
import { readPeriod } from './periods.ts'
import { Budget } from './recurrence-budget.ts'
import { endAfter, type Schedule, scheduleOf, type TimeContext, timeProperty } from './recurrence-schedule.ts'
import { toInstant } from './times.ts'
import { durationMs } from './values.ts'

export interface Bounds extends Range {
  /** Do the times alone decide, by `start < until` and `end > from or start >= from`? */
  readonly isExact: boolean
  /** Is there any date at all? When not, `from` and `until` are infinite and mean nothing. */
  readonly isDated: boolean
}

/** Conditions with "<=" reach this much further than half-open times. */
const TOUCH = 1
const EVERYTHING: Bounds = {
  from: Number.NEGATIVE_INFINITY,
  until: Number.POSITIVE_INFINITY,
  isExact: false,
  isDated: false,
}
/** Work spent on finding the end of a rule with COUNT before it is taken for endless. */
const END_STEPS = 200_000

/** Components whose recurrence set §9.9 looks at. */
const RECURRING = ['VEVENT', 'VTODO', 'VJOURNAL']

/** Bounds of an object in epoch ms; an infinite `until` is an endless series or an unbounded component. */
export function boundsOf(object: CalendarObject, instances: Instances, context: TimeContext): Bounds {
  const members = object.master === undefined ? object.overrides : [object.master, ...object.overrides]
  const each = members.map((member) =>
    member === object.master && instances.set !== undefined && RECURRING.includes(member.name)
      ? seriesBounds(instances)
      : memberBounds(member, context),
  )
  const dated = each.filter(({ isDated }) => isDated)
  if (dated.length < each.length) return EVERYTHING
  const isSeries = members.length > 1 || instances.set?.isRecurring === true
  return {
    ...hull(isSeries ? dated.map(withLastMoment) : dated),
    isExact: dated.every(({ isExact }) => isExact),
    isDated: true,
  }
}

/** What has no duration is in a range that begins with it, which of a series only the end can tell. */
function withLastMoment({ from, until }: Range): Range {
  return { from, until: Math.max(until, from + TOUCH) }
}

/** The least range around others; of none, one that is inside out. */
function hull(ranges: readonly Range[]): Range {
  const inside = { from: Number.POSITIVE_INFINITY, until: Number.NEGATIVE_INFINITY }
  return ranges.reduce(
    (around, { from, until }) => ({
      from: Math.min(around.from, from),
      until: Math.max(around.until, until),
    }),
    inside,
  )
}

function seriesBounds({ set, overrides }: Instances): Bounds {
  if (set === undefined) return EVERYTHING
  const { schedule } = set
  const first = set.firstStart
  const shape = shapeOf(schedule)
  if (!set.isRecurring && overrides.ranges.length === 0) {
    const until = endAfter(first, schedule.local, schedule.extent, schedule.zone)
    return { from: first - shape.touch, until: until + shape.touch, isExact: shape.isExact, isDated: true }
  }
  const { reach } = overrides
  const longest = Math.max(set.longest, overrides.longest)
  const last = set.lastStart(new Budget(END_STEPS))
  return {
    from: first - reach - shape.touch,
    until: last + Math.max(longest, TOUCH) + reach + shape.touch,
    isExact: shape.isExact && overrides.ranges.every(({ schedule: own }) => own && shapeOf(own).isExact),
    isDated: true,
  }
}

function memberBounds(component: Component, context: TimeContext): Bounds {
  const schedule = scheduleOf(component, context)
  if (component.name === 'VAVAILABILITY') return availabilityBounds(component, schedule, context)
  if (component.name === 'VFREEBUSY') return freeBusyBounds(component, context)
  if (schedule === undefined) {
    return component.name === 'VTODO' ? undatedTodoBounds(component, context) : EVERYTHING
  }
  const from = schedule.zone.toInstant(schedule.local)
  const until = endAfter(from, schedule.local, schedule.extent, schedule.zone)
  const { touch, isExact } = shapeOf(schedule)
  return { from: from - touch, until: until + touch, isExact, isDated: true }
}

function shapeOf({ rule, extent }: Schedule): { isExact: boolean; touch: number } {
  const isExact = rule === 'period' || (rule === 'todo-both' && extent.days + extent.ms > 0)
  return { isExact, touch: isExact ? 0 : TOUCH }
}

function undatedTodoBounds(component: Component, context: TimeContext): Bounds {
  const completed = instantOf(component, 'COMPLETED', context)
  const created = instantOf(component, 'CREATED', context)
  if (completed === undefined && created === undefined) return EVERYTHING
  const times = [completed, created].filter((time) => time !== undefined)
  return {
    from: Math.min(...times) - TOUCH,
    until: completed === undefined ? Number.POSITIVE_INFINITY : Math.max(...times) + TOUCH,
    isExact: false,
    isDated: true,
  }
}

function freeBusyBounds(component: Component, context: TimeContext): Bounds {
  const start = instantOf(component, 'DTSTART', context)
  const end = instantOf(component, 'DTEND', context)
  if (start !== undefined && end !== undefined) {
    return { from: start, until: end + TOUCH, isExact: false, isDated: true }
  }
  const periods = freeBusyRanges(component, context)
  if (periods.length === 0) return EVERYTHING
  return {
    ...hull(periods),
    isExact: false,
    isDated: true,
  }
}

function availabilityBounds(
  component: Component,
  schedule: Schedule | undefined,
  context: TimeContext,
): Bounds {
  const isOpen = properties(component, 'DTEND').length + properties(component, 'DURATION').length === 0
  const start = instantOf(component, 'DTSTART', context)
  const end =
    schedule === undefined
      ? instantOf(component, 'DTEND', context)
      : endAfter(start ?? 0, schedule.local, schedule.extent, schedule.zone)
  return {
    from: start ?? Number.NEGATIVE_INFINITY,
    until: isOpen ? Number.POSITIVE_INFINITY : (end ?? Number.POSITIVE_INFINITY),
    isExact: false,
    isDated: true,
  }
}

function instantOf(component: Component, name: string, context: TimeContext): number | undefined {
  const value = timeProperty(component, name, context)
  return value === undefined ? undefined : toInstant(value, context.floatingZone)
}

/** Every FREEBUSY period of a VFREEBUSY, of any type (RFC 4791 §9.9). */
export function freeBusyRanges(component: Component, context: TimeContext): Range[] {
  return properties(component, 'FREEBUSY').flatMap((from) =>
    from.value
      .split(',')
      .filter((text) => text.trim() !== '')
      .map((text) => freeBusyRange(text, from, context)),
  )
}

/** One period of a FREEBUSY property in epoch ms. */
export function freeBusyRange(text: string, from: Property, { zones, floatingZone }: TimeContext): Range {
  const { start, end } = readPeriod(text.trim(), from, zones)
  const begin = toInstant(start, floatingZone)
  const until = 'time' in end ? toInstant(end.time, floatingZone) : begin + durationMs(end.duration)
  return { from: begin, until }
}
