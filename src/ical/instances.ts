/** The instances of a calendar object: its recurrence set with overrides applied (RFC 5545 §3.8.4.4, §3.8.5). */
import type { Component } from './component.ts'
import { RecurrenceLimitError } from './errors.ts'
import type { CalendarObject } from './object.ts'
import { overlaps, type Range } from './overlap.ts'
import { Budget } from './recurrence-budget.ts'
import { moveLike, type Override, Overrides } from './recurrence-overrides.ts'
import {
  endAfter,
  type OverlapRule,
  type Schedule,
  scheduleOf,
  type TimeContext,
} from './recurrence-schedule.ts'
import { type Occurrence, RecurrenceSet } from './recurrence-set.ts'
import type { Zone } from './zones.ts'

export interface Instance {
  /** Epoch ms. */
  readonly start: number
  /** Epoch ms; equal to `start` for what has no duration. */
  readonly end: number
  /** The instant that names this instance in its series; undefined when the object does not recur. */
  readonly recurrenceId: number | undefined
  /** The component its properties come from: the master, or an override. */
  readonly component: Component
  readonly isOverride: boolean
  readonly isAllDay: boolean
  /** The condition of RFC 4791 §9.9 that applies to it. */
  readonly rule: OverlapRule
}

export interface ExpandOptions {
  /** Where DATE and floating values are read. */
  readonly floatingZone: Zone
  /** Most instances returned. */
  readonly limit: number
}

/** Periods and instances looked at before an expansion is given up as a bomb; about a tenth of a second. */
const MAX_STEPS = 500_000

/**
 * The instances that overlap a half-open range of epoch ms by the condition of their kind (RFC 4791 §9.9), in
 * order of start. Components without any date have none. Work depends on the range, not on its distance from
 * DTSTART. Throws RecurrenceLimitError past `limit` instances or the bound on work, InvalidCalendarError when
 * a rule cannot be read.
 */
export function instancesBetween(
  object: CalendarObject,
  range: Range,
  { floatingZone, limit }: ExpandOptions,
): Instance[] {
  const found = new Instances(object, floatingZone).collect(range, limit)
  if (found.length > limit) throw tooMany(limit)
  return found
}

/** Does any instance overlap the range? Stops at the first, so the range may be open at either end. */
export function hasInstance(object: CalendarObject, range: Range, floatingZone: Zone): boolean {
  return new Instances(object, floatingZone).visit(range, ({ rule, start, end }) =>
    overlaps(rule, start, end, range),
  )
}

export function tooMany(limit: number): RecurrenceLimitError {
  return new RecurrenceLimitError(`The object has more than ${limit} instances in the time range`)
}

/** What a series is made of: a calendar object, or the AVAILABLE components that share a UID. */
export type SeriesParts = Pick<CalendarObject, 'master' | 'overrides' | 'zones'>

/** The series of one object, to be visited over any range. */
export class Instances {
  readonly overrides: Overrides
  /** The recurrence set of the master, when there is one with a date. */
  readonly set: RecurrenceSet | undefined
  readonly #master: Component | undefined

  constructor(object: SeriesParts, floatingZone: Zone) {
    const context: TimeContext = { zones: object.zones, floatingZone }
    const { master } = object
    const schedule = master === undefined ? undefined : scheduleOf(master, context)
    this.#master = master
    this.set =
      master === undefined || schedule === undefined
        ? undefined
        : new RecurrenceSet(master, schedule, context)
    this.overrides = new Overrides(object.overrides, schedule, context)
  }

  /** Is there more than one instance, or one that is named by a RECURRENCE-ID? */
  get isRecurring(): boolean {
    return this.set?.isRecurring === true || this.overrides.all.length > 0
  }

  /**
   * Calls `accept` with every instance near the range until it returns true; returns whether it did. Near means
   * starting no later than its end and ending no earlier than its start: the caller decides exactly.
   */
  visit({ from, until }: Range, accept: (instance: Instance) => boolean, budget?: Budget): boolean {
    for (const override of this.overrides.all) {
      const instance = overrideInstance(override)
      if (instance === undefined || instance.start > until || instance.end < from) continue
      if (accept(instance)) return true
    }
    const { set } = this
    if (set === undefined || this.#master === undefined) return false
    return this.#visitSet(set, this.#master, { from, until }, accept, budget ?? new Budget(MAX_STEPS))
  }

  /** The instances that overlap the range, each once, in order of start; at most one more than `limit`. */
  collect(range: Range, limit: number): Instance[] {
    const found: Instance[] = []
    const seen = new Set<number>()
    this.visit(range, (instance) => {
      if (!overlaps(instance.rule, instance.start, instance.end, range)) return false
      const { recurrenceId, isOverride } = instance
      // Two occurrences an hour apart on the clock can be one instant where the clock is put forward.
      if (recurrenceId !== undefined && !isOverride) {
        if (seen.has(recurrenceId)) return false
        seen.add(recurrenceId)
      }
      found.push(instance)
      return found.length > limit
    })
    return found.sort((a, b) => a.start - b.start || a.end - b.end)
  }

  #visitSet(
    set: RecurrenceSet,
    master: Component,
    { from, until }: Range,
    accept: (instance: Instance) => boolean,
    budget: Budget,
  ): boolean {
    const { reach } = this.overrides
    const longest = Math.max(set.longest, this.overrides.longest)
    const stop = until + reach + set.slackAt(until)
    const next = set.open(from - longest - reach, stop, budget)
    for (let at = next(); at !== undefined && at.start <= stop; at = next()) {
      if (this.overrides.replaces(at)) continue
      const instance = this.#instanceAt(set, master, at)
      if (instance.start <= until && instance.end >= from && accept(instance)) return true
    }
    return false
  }

  #instanceAt({ schedule, isRecurring }: RecurrenceSet, master: Component, at: Occurrence): Instance {
    const range = this.overrides.governing(at)
    const moved = range === undefined ? undefined : moveLike(range, at)
    const recurrenceId = isRecurring || this.overrides.all.length > 0 ? at.start : undefined
    if (range?.schedule !== undefined && moved !== undefined) {
      const { isAllDay, rule } = range.schedule
      return { ...moved, recurrenceId, component: range.component, isOverride: false, isAllDay, rule }
    }
    return {
      start: at.start,
      end: endAfter(at.start, at.local, at.extent, schedule.zone),
      recurrenceId,
      component: master,
      isOverride: false,
      isAllDay: schedule.isAllDay,
      rule: schedule.rule,
    }
  }
}

function overrideInstance({ component, recurrenceId, schedule }: Override): Instance | undefined {
  if (schedule === undefined) return undefined
  const { local, zone, extent, isAllDay, rule } = schedule
  const start = zone.toInstant(local)
  const end = endAfter(start, local, extent, zone)
  return { start, end, recurrenceId, component, isOverride: true, isAllDay, rule }
}

/** A component's own single span, recurrence aside; undefined when it has no date. */
export function spanOf(
  component: Component,
  context: TimeContext,
): (Range & { schedule: Schedule }) | undefined {
  const schedule = scheduleOf(component, context)
  if (schedule === undefined) return undefined
  const from = schedule.zone.toInstant(schedule.local)
  return { from, until: endAfter(from, schedule.local, schedule.extent, schedule.zone), schedule }
}
