import { type Component, properties } from './component.ts'
import { DAY } from './recurrence-civil.ts'
import { placeLike, type Schedule, type TimeContext } from './recurrence-schedule.ts'
import { readTimeValues } from './times.ts'

/** Occurrences named one by one: by instant, or by day where either side is a DATE. */
export class Exclusions {
  readonly #instants = new Set<number>()
  readonly #days = new Set<number>()

  addInstant(start: number): void {
    this.#instants.add(start)
  }

  addDay(local: number): void {
    this.#days.add(Math.floor(local / DAY))
  }

  has({ start, local }: { start: number; local: number }): boolean {
    return this.#instants.has(start) || (this.#days.size > 0 && this.#days.has(Math.floor(local / DAY)))
  }
}

/**
 * EXDATE of a component (RFC 5545 §3.8.5.1); undefined when it has none. A DATE excludes whatever starts on
 * that day in the zone of DTSTART.
 */
export function readExclusions(
  component: Component,
  schedule: Schedule,
  context: TimeContext,
): Exclusions | undefined {
  const found = properties(component, 'EXDATE')
  if (found.length === 0) return undefined
  const exclusions = new Exclusions()
  for (const from of found) {
    for (const value of readTimeValues(from, context.zones)) {
      const { start, local } = placeLike(schedule, value, context)
      if (schedule.isAllDay || value.kind === 'date') exclusions.addDay(local)
      else exclusions.addInstant(start)
    }
  }
  return exclusions
}
