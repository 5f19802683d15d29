import type { Component, Property } from './component.ts'
import { freeBusyRange } from './facts-bounds.ts'
import { Instances } from './instances.ts'
import type { CalendarObject } from './object.ts'
import { overlaps, type Range } from './overlap.ts'
import type { Override } from './recurrence-overrides.ts'
import { endAfter, type Schedule, type TimeContext } from './recurrence-schedule.ts'

/**
 * CALDAV:limit-recurrence-set (RFC 4791 §9.6.6): the master, and the overrides whose own or original time
 * overlaps the range, or whose RANGE reaches into it.
 */
export function limitRecurrenceSet(object: CalendarObject, range: Range, context: TimeContext): Component {
  const { overrides, set } = new Instances(object, context.floatingZone)
  const left = new Set(object.overrides)
  for (const override of overrides.all) {
    if (impacts(override, set?.schedule, range)) left.delete(override.component)
  }
  return {
    ...object.calendar,
    components: object.calendar.components.filter((component) => !left.has(component)),
  }
}

function impacts(override: Override, series: Schedule | undefined, range: Range): boolean {
  const { schedule, recurrenceId, originalLocal, isRange } = override
  if (isRange && recurrenceId < range.until) return true
  if (schedule !== undefined) {
    const start = schedule.zone.toInstant(schedule.local)
    // What it moves to earlier times may be in the range though all it names is after it.
    if (isRange && start < range.until) return true
    const end = endAfter(start, schedule.local, schedule.extent, schedule.zone)
    if (overlaps(schedule.rule, start, end, range)) return true
  }
  const { zone, extent, rule } = series ?? schedule ?? {}
  if (zone === undefined || extent === undefined || rule === undefined) return true
  return overlaps(rule, recurrenceId, endAfter(recurrenceId, originalLocal, extent, zone), range)
}

/** CALDAV:limit-freebusy-set (RFC 4791 §9.6.7): of VFREEBUSY only the FREEBUSY values that meet the range. */
export function limitFreeBusySet(calendar: Component, range: Range, context: TimeContext): Component {
  const limit = (from: Property): Property[] => {
    if (from.name !== 'FREEBUSY') return [from]
    const periods = from.value.split(',').filter((text) => text.trim() !== '')
    const kept = periods.filter((text) => {
      const { from: start, until: end } = freeBusyRange(text, from, context)
      return range.from < end && range.until > start
    })
    return kept.length === 0 ? [] : [{ ...from, value: kept.join(',') }]
  }
  return {
    ...calendar,
    components: calendar.components.map((component) =>
      component.name === 'VFREEBUSY'
        ? { ...component, properties: component.properties.flatMap(limit) }
        : component,
    ),
  }
}
