/** When a VALARM goes off (RFC 5545 §3.6.6, §3.8.6; RFC 4791 §9.9). */
import { type Component, parameter, property } from './component.ts'
import type { Range } from './overlap.ts'
import { DAY } from './recurrence-civil.ts'
import { endAfter, scheduleOf, type TimeContext } from './recurrence-schedule.ts'
import { readTimeValue, toInstant } from './times.ts'
import { durationDays, durationMs, durationTimeMs, readDuration } from './values.ts'

export interface AlarmTimes {
  /** Epoch ms of a trigger that is an instant of its own. */
  readonly absolute: number | undefined
  /** Epoch ms of a relative trigger, for one instance of the component the alarm is in. */
  triggerOf(instance: { readonly start: number; readonly end: number }): number
  /** Further triggers after the first, and the ms between them. */
  readonly repeat: number
  readonly every: number
  /** How far (ms) before and after the instance it may go off. */
  readonly reach: { readonly before: number; readonly after: number }
}

/**
 * When an alarm of `parent` goes off; undefined without a TRIGGER. Days before or after count on the clock of
 * the parent's own zone.
 */
export function alarmTimesOf(
  alarm: Component,
  parent: Component,
  context: TimeContext,
): AlarmTimes | undefined {
  const trigger = property(alarm, 'TRIGGER')
  if (trigger === undefined) return undefined
  const { repeat, every } = repetitionOf(alarm)
  const offset = readDuration(trigger.value.trim())
  if (offset === undefined) {
    const absolute = toInstant(readTimeValue(trigger.value, trigger, context.zones), context.floatingZone)
    return { absolute, triggerOf: () => absolute, repeat, every, reach: { before: 0, after: 0 } }
  }
  const isFromEnd = parameter(trigger, 'RELATED')?.toUpperCase() === 'END'
  const extent = { days: durationDays(offset), ms: durationTimeMs(offset) }
  const size = durationMs(offset)
  const zone = scheduleOf(parent, context)?.zone ?? context.floatingZone
  return {
    absolute: undefined,
    triggerOf: ({ start, end }) => {
      const from = isFromEnd ? end : start
      return endAfter(from, from + zone.offsetAt(from) * 1000, extent, zone)
    },
    repeat,
    every,
    reach: { before: Math.max(0, -size) + DAY, after: Math.max(0, size) + repeat * every + DAY },
  }
}

/** Is the first trigger, or one of its repetitions, in the range? */
export function rings({ repeat, every }: AlarmTimes, first: number, { from, until }: Range): boolean {
  if (from <= first) return first < until
  if (repeat === 0 || every === 0) return false
  const next = Math.ceil((from - first) / every)
  return next <= repeat && first + next * every < until
}

/** RFC 5545 §3.8.6.2: REPEAT and DURATION come together or not at all. */
function repetitionOf(alarm: Component): { repeat: number; every: number } {
  const repeat = Number(property(alarm, 'REPEAT')?.value ?? 0)
  const duration = readDuration(property(alarm, 'DURATION')?.value.trim() ?? '')
  if (!Number.isInteger(repeat) || repeat <= 0 || duration === undefined) return { repeat: 0, every: 0 }
  return { repeat, every: Math.max(0, durationMs(duration)) }
}
