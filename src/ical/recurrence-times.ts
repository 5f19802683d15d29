/** Time-level parts of a rule: what BYHOUR, BYMINUTE and BYSECOND expand to within one period. */
import type { RecurrenceRule } from './recurrence-rule.ts'

const SECOND = 1000
const MINUTE = 60_000
const HOUR = 3_600_000

/**
 * Offsets in ms, ascending, from the start of a period of the rule's frequency. Levels at or above the
 * frequency do not appear here; a level without a BY part takes its value from DTSTART's time of day (ms).
 */
export function offsetsWithin(rule: RecurrenceRule, timeOfDay: number): number[] {
  const hours = rule.byHour.length > 0 ? rule.byHour : [Math.floor(timeOfDay / HOUR)]
  const minutes = rule.byMinute.length > 0 ? rule.byMinute : [Math.floor(timeOfDay / MINUTE) % 60]
  const seconds = rule.bySecond.length > 0 ? rule.bySecond : [Math.floor(timeOfDay / SECOND) % 60]
  switch (rule.frequency) {
    case 'SECONDLY':
      return [0]
    case 'MINUTELY':
      return combine([0], [0], seconds)
    case 'HOURLY':
      return combine([0], minutes, seconds)
    default:
      return combine(hours, minutes, seconds)
  }
}

function combine(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]): number[] {
  const offsets: number[] = []
  for (const hour of hours) {
    for (const minute of minutes) {
      for (const second of seconds) offsets.push(hour * HOUR + minute * MINUTE + second * SECOND)
    }
  }
  return offsets
}

/** Zero-based indexes BYSETPOS picks from a set of `size`, ascending; each once. */
export function pickPositions(positions: readonly number[], size: number): number[] {
  const picked: number[] = []
  for (const position of positions) {
    const index = position > 0 ? position - 1 : size + position
    if (index >= 0 && index < size && !picked.includes(index)) picked.push(index)
  }
  return picked.sort((a, b) => a - b)
}
