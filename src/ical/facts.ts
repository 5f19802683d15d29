/** What the store keeps about a calendar object, so that most queries need no parsing. */
import { type Component, property } from './component.ts'
import { boundsOf } from './facts-bounds.ts'
import { type InstanceIndex, indexInstances } from './facts-instances.ts'
import { type BusyType, busyTypeOf } from './free-busy-type.ts'
import { Instances } from './instances.ts'
import type { CalendarObject } from './object.ts'
import type { Range } from './overlap.ts'
import { type TimeContext, timeProperty } from './recurrence-schedule.ts'
import { readTimeValues, toInstant } from './times.ts'
import { readText } from './values.ts'
import type { Zone } from './zones.ts'

export interface FactsOptions {
  /** Where DATE and floating values are read: the calendar's zone. */
  readonly floatingZone: Zone
  /** Instances are listed where they overlap this (epoch ms). */
  readonly window: Range
  /** More instances than this in the window are refused. */
  readonly maxInstances: number
  /** Bounds of CALDAV:min-date-time and max-date-time (epoch ms); the window is cut to them. */
  readonly minTime: number
  readonly maxTime: number
}

export interface ObjectFacts {
  readonly title: string | undefined
  readonly description: string | undefined
  readonly location: string | undefined
  /** No instance, and no date a time-range on the component could match, is before this; undefined: unknown. */
  readonly start: Date | undefined
  /** Likewise after; undefined: endless or unknown. */
  readonly end: Date | undefined
  readonly isAllDay: boolean
  /** Do the answers depend on the floating zone (floating or DATE values)? */
  readonly isFloating: boolean
  readonly isRecurring: boolean
  /**
   * Do `start` and `end`, or inside the indexed window the instances, decide a time-range on the object's own
   * component exactly? By the rule: start < until, and end > from or start >= from.
   */
  readonly isExact: boolean
  /** The master's first RRULE. */
  readonly recurrenceRule: string | undefined
  readonly busy: BusyType
  /** Of a recurring object, every instance that overlaps the window, in order of start. */
  readonly instances: readonly { readonly start: Date; readonly end: Date; readonly busy: BusyType }[]
  /** Where the list begins and ends to be complete; undefined at an end past which there is no instance. */
  readonly indexedFrom: Date | undefined
  readonly indexedUntil: Date | undefined
  /** The earliest and latest DATE or DATE-TIME that says when something is (epoch ms). */
  readonly earliest: number | undefined
  readonly latest: number | undefined
  /** Instances in all, or one more than `maxInstances` if there are more; undefined: endless. */
  readonly instanceCount: number | undefined
}

/**
 * The facts of a calendar object. Throws RecurrenceLimitError when it has more than `maxInstances` instances
 * in the window or needs too much work to expand, and InvalidCalendarError when a rule or date cannot be read.
 */
export function factsOf(object: CalendarObject, options: FactsOptions): ObjectFacts {
  const context = { zones: object.zones, floatingZone: options.floatingZone }
  const members = object.master === undefined ? object.overrides : [object.master, ...object.overrides]
  const main = members[0] ?? object.calendar
  const series = new Instances(object, options.floatingZone)
  const bounds = boundsOf(object, series, context)
  const isRecurring = series.set?.isRecurring === true || members.length > 1
  const window = {
    from: Math.max(options.window.from, options.minTime),
    until: Math.min(options.window.until, options.maxTime),
  }
  const index = isRecurring ? indexInstances(series, bounds, window, options.maxInstances) : NOT_INDEXED
  return {
    title: textOf(main, 'SUMMARY'),
    description: textOf(main, 'DESCRIPTION'),
    location: textOf(main, 'LOCATION'),
    start: dateOf(bounds.from),
    end: dateOf(bounds.until),
    isRecurring,
    isExact: bounds.isExact,
    recurrenceRule: property(main, 'RRULE')?.value,
    busy: busyTypeOf(main),
    ...index,
    ...timeFacts(members, context),
  }
}

/** What lies past all that a Date holds (ECMA-262, "Time Values") is as good as unbounded. */
function dateOf(time: number): Date | undefined {
  return Math.abs(time) <= LAST_TIME ? new Date(time) : undefined
}

const LAST_TIME = 8.64e15

const NOT_INDEXED: InstanceIndex = {
  instances: [],
  indexedFrom: undefined,
  indexedUntil: undefined,
  instanceCount: 1,
}

/** Properties that say when something is. Others, such as an alarm's trigger, may hold any date. */
const TIME_PROPERTIES = ['DTSTART', 'DTEND', 'DUE', 'RECURRENCE-ID', 'RDATE', 'COMPLETED']

function timeFacts(
  members: readonly Component[],
  context: TimeContext,
): Pick<ObjectFacts, 'isAllDay' | 'isFloating' | 'earliest' | 'latest'> {
  let earliest = Number.POSITIVE_INFINITY
  let latest = Number.NEGATIVE_INFINITY
  let isFloating = false
  for (const found of members.flatMap(({ properties: all }) => all)) {
    if (!TIME_PROPERTIES.includes(found.name)) continue
    for (const value of readTimeValues(found, context.zones)) {
      const instant = toInstant(value, context.floatingZone)
      earliest = Math.min(earliest, instant)
      latest = Math.max(latest, instant)
      isFloating ||= value.kind === 'date' || value.kind === 'floating'
    }
  }
  const main = members[0]
  return {
    isAllDay: main !== undefined && timeProperty(main, 'DTSTART', context)?.kind === 'date',
    isFloating,
    earliest: Number.isFinite(earliest) ? earliest : undefined,
    latest: Number.isFinite(latest) ? latest : undefined,
  }
}

function textOf(component: Component, name: string): string | undefined {
  const found = property(component, name)
  return found === undefined ? undefined : readText(found.value)
}
