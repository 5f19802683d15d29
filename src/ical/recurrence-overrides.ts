/** Overridden instances (RFC 5545 §3.8.4.4): matched to the series by instant, whatever zone or form names them. */
import { type Component, parameter, property } from './component.ts'
import { DAY } from './recurrence-civil.ts'
import { Exclusions } from './recurrence-exclusions.ts'
import {
  endAfter,
  longestOf,
  placeLike,
  type Schedule,
  scheduleOf,
  type TimeContext,
  timeProperty,
} from './recurrence-schedule.ts'
import type { Occurrence } from './recurrence-set.ts'
import { localMs, toInstant } from './times.ts'

/** One component with RECURRENCE-ID. */
export interface Override {
  readonly component: Component
  /** The instant it replaces (epoch ms), or would if the series were here. */
  readonly recurrenceId: number
  /** The original wall-clock time in the zone of the series, ms as if UTC. */
  readonly originalLocal: number
  /** Its own times; undefined when it has none (a VTODO without dates). */
  readonly schedule: Schedule | undefined
  /** RANGE=THISANDFUTURE: it changes every later instance as well. */
  readonly isRange: boolean
}

/** The overrides of an object, ready to be matched with the occurrences of its master. */
export class Overrides {
  readonly all: readonly Override[]
  /** Those with RANGE=THISANDFUTURE, latest first. */
  readonly ranges: readonly Override[]
  /** How far (ms) those with RANGE may move a start, and the longest (ms) any of them lasts. */
  readonly reach: number
  readonly longest: number
  readonly #replaced = new Exclusions()

  constructor(components: readonly Component[], series: Schedule | undefined, context: TimeContext) {
    const all: Override[] = []
    for (const component of components) {
      const override = readOverride(component, series, context)
      if (override === undefined) continue
      all.push(override)
      if (series?.isAllDay === true || override.namesDay) this.#replaced.addDay(override.originalLocal)
      else this.#replaced.addInstant(override.recurrenceId)
    }
    this.all = all
    this.ranges = all.filter(({ isRange }) => isRange).sort((a, b) => b.recurrenceId - a.recurrenceId)
    this.reach = this.ranges.reduce((most, range) => Math.max(most, reachOf(range)), 0)
    this.longest = this.ranges.reduce((most, { schedule }) => {
      return schedule === undefined ? most : Math.max(most, longestOf(schedule.extent))
    }, 0)
  }

  /** Does a component of its own stand for the occurrence? */
  replaces(occurrence: Occurrence): boolean {
    return this.all.length > 0 && this.#replaced.has(occurrence)
  }

  /** The override whose RANGE=THISANDFUTURE governs the occurrence. */
  governing({ start }: Occurrence): Override | undefined {
    // There may be as many as the text has room for, and occurrences too: each is found by halving.
    let low = 0
    let high = this.ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.ranges[middle] as Override).recurrenceId <= start) high = middle
      else low = middle + 1
    }
    return this.ranges[low]
  }
}

function readOverride(
  component: Component,
  series: Schedule | undefined,
  context: TimeContext,
): (Override & { namesDay: boolean }) | undefined {
  const value = timeProperty(component, 'RECURRENCE-ID', context)
  const named = property(component, 'RECURRENCE-ID')
  if (value === undefined || named === undefined) return undefined
  const instant = toInstant(value, context.floatingZone)
  const placed =
    series === undefined ? { local: localMs(value.local), start: instant } : placeLike(series, value, context)
  return {
    component,
    recurrenceId: placed.start,
    originalLocal: placed.local,
    schedule: scheduleOf(component, context),
    isRange: parameter(named, 'RANGE')?.toUpperCase() === 'THISANDFUTURE',
    namesDay: value.kind === 'date',
  }
}

/**
 * Start and end of an occurrence moved by an override with RANGE=THISANDFUTURE: "subsequent instances are also
 * rescheduled by the same time difference" (RFC 5545 §3.8.4.4), on the clock of the override's own zone.
 */
export function moveLike(
  { schedule, recurrenceId }: Override,
  occurrence: Occurrence,
): { start: number; end: number } | undefined {
  if (schedule === undefined) return undefined
  const { zone } = schedule
  const localOf = (instant: number): number => {
    const local = instant + zone.offsetAt(instant) * 1000
    return schedule.isAllDay ? Math.floor(local / DAY) * DAY : local
  }
  const local = localOf(occurrence.start) + schedule.local - localOf(recurrenceId)
  const start = zone.toInstant(local)
  return { start, end: endAfter(start, local, schedule.extent, zone) }
}

/** How far an override with RANGE may move starts, either way, changes of offset included. */
function reachOf({ schedule, recurrenceId }: Override): number {
  if (schedule === undefined) return 0
  return Math.abs(schedule.zone.toInstant(schedule.local) - recurrenceId) + 2 * DAY
}
