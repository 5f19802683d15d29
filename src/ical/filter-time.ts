/** CALDAV:time-range on components and properties of one object (RFC 4791 §9.9). */
import type { Component, Property } from './component.ts'
import { InvalidCalendarError } from './errors.ts'
import { freeBusyRanges } from './facts-bounds.ts'
import { type Instance, Instances, spanOf } from './instances.ts'
import type { CalendarObject } from './object.ts'
import {
  holdsInstant,
  overlaps,
  type Range,
  rangeOf,
  type TimeRange,
  undatedTodoOverlaps,
} from './overlap.ts'
import { alarmTimesOf, rings } from './overlap-alarm.ts'
import { Budget } from './recurrence-budget.ts'
import { type TimeContext, timeProperty } from './recurrence-schedule.ts'
import { readTimeValues, type TimeValue, toInstant } from './times.ts'
import type { Zone } from './zones.ts'

/** A few expansions at their bound. */
const MAX_STEPS = 2_000_000

/** Answers time-ranges about one object, expanding it only when asked to. */
export class TimeRangeMatcher {
  readonly #object: CalendarObject
  readonly #context: TimeContext
  readonly #floatingZone: Zone
  #instances: Instances | undefined
  /** For all that is asked of the object: each of its components and alarms may want an expansion of its own. */
  readonly #budget = new Budget(MAX_STEPS)

  constructor(object: CalendarObject, floatingZone: Zone) {
    this.#object = object
    this.#floatingZone = floatingZone
    this.#context = { zones: object.zones, floatingZone }
  }

  /** Does an instance of one of the accepted components, all of one kind, overlap the range? */
  overlapAny(scope: Component, accepted: readonly Component[], timeRange: TimeRange): boolean {
    if (accepted.length === 0) return false
    const range = rangeOf(timeRange)
    switch (accepted[0]?.name) {
      case 'VALARM':
        return accepted.some((alarm) => this.#alarmOverlaps(scope, alarm, range))
      case 'VFREEBUSY':
        return accepted.some((component) => this.#freeBusyOverlaps(component, range))
      case 'VAVAILABILITY':
        return accepted.some((component) => this.#availabilityOverlaps(component, range))
      default:
        if (accepted.some((component) => this.#undatedTodoOverlaps(component, range))) return true
        return this.#instanceOverlaps(new Set(accepted.filter((one) => !isUndatedTodo(one))), range)
    }
  }

  /**
   * Does a property's time lie in the range? DTSTART, DTEND and DUE are those of any instance the component
   * stands for, in effect where DURATION gives them; other properties are as written.
   */
  propertyOverlaps(component: Component, name: string, timeRange: TimeRange, written?: Property): boolean {
    const range = rangeOf(timeRange)
    if (this.#isInstanceTime(component, name)) {
      return this.#some(range, (instance) => {
        if (instance.component !== component) return false
        return holdsInstant(range, name === 'DTSTART' ? instance.start : instance.end)
      })
    }
    if (written === undefined) return false
    return this.#timesOf(written).some((value) => holdsInstant(range, toInstant(value, this.#floatingZone)))
  }

  /** Those of a property that is no time, as a trigger relative to its event, are none. */
  #timesOf(written: Property): TimeValue[] {
    try {
      return readTimeValues(written, this.#context.zones)
    } catch (error) {
      if (error instanceof InvalidCalendarError) return []
      throw error
    }
  }

  #isInstanceTime(component: Component, name: string): boolean {
    if (!['VEVENT', 'VTODO', 'VJOURNAL'].includes(component.name)) return false
    if (name === 'DTSTART') return true
    const isEnd = name === (component.name === 'VTODO' ? 'DUE' : 'DTEND')
    return isEnd && component.properties.some((own) => own.name === name || own.name === 'DURATION')
  }

  #instanceOverlaps(accepted: ReadonlySet<Component>, range: Range): boolean {
    if (accepted.size === 0) return false
    return this.#some(range, ({ component, rule, start, end }) => {
      return accepted.has(component) && overlaps(rule, start, end, range)
    })
  }

  #some(range: Range, accept: (instance: Instance) => boolean): boolean {
    this.#instances ??= new Instances(this.#object, this.#floatingZone)
    return this.#instances.visit(range, accept, this.#budget)
  }

  #instantOf(component: Component, name: string): number | undefined {
    const value = timeProperty(component, name, this.#context)
    return value === undefined ? undefined : toInstant(value, this.#floatingZone)
  }

  #undatedTodoOverlaps(component: Component, range: Range): boolean {
    if (!isUndatedTodo(component)) return false
    const completed = this.#instantOf(component, 'COMPLETED')
    return undatedTodoOverlaps(completed, this.#instantOf(component, 'CREATED'), range)
  }

  #freeBusyOverlaps(component: Component, range: Range): boolean {
    const start = this.#instantOf(component, 'DTSTART')
    const end = this.#instantOf(component, 'DTEND')
    if (start !== undefined && end !== undefined) return range.from <= end && range.until > start
    return freeBusyRanges(component, this.#context).some(
      ({ from, until }) => range.from < until && range.until > from,
    )
  }

  /** RFC 7953 §7.2.2: an end that is not given is open. */
  #availabilityOverlaps(component: Component, range: Range): boolean {
    const span = spanOf(component, this.#context)
    const isBounded = component.properties.some(({ name }) => name === 'DTEND' || name === 'DURATION')
    const until = span?.until ?? this.#instantOf(component, 'DTEND') ?? Number.POSITIVE_INFINITY
    return (!isBounded || range.from < until) && (span === undefined || range.until > span.from)
  }

  #alarmOverlaps(parent: Component, alarm: Component, range: Range): boolean {
    const times = alarmTimesOf(alarm, parent, this.#context)
    if (times === undefined) return false
    if (times.absolute !== undefined) return rings(times, times.absolute, range)
    const near = {
      from: range.from - times.reach.after,
      until: range.until + times.reach.before,
    }
    return this.#some(near, (instance) => {
      return instance.component === parent && rings(times, times.triggerOf(instance), range)
    })
  }
}

/** Its COMPLETED and CREATED decide (RFC 4791 §9.9). */
function isUndatedTodo({ name, properties }: Component): boolean {
  return name === 'VTODO' && !properties.some((own) => own.name === 'DTSTART' || own.name === 'DUE')
}
