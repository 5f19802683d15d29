import type { Property } from './component.ts'
import { InvalidCalendarError } from './errors.ts'
import { readTimeValue, type TimeValue, type ZoneResolver } from './times.ts'
import { type DurationValue, readDuration } from './values.ts'

/** A PERIOD value (RFC 5545 §3.3.9): a start, and either an end or a duration. */
export interface PeriodValue {
  readonly start: TimeValue
  readonly end: { readonly time: TimeValue } | { readonly duration: DurationValue }
}

/**
 * Reads one period of a property such as FREEBUSY or RDATE.
 * @throws InvalidCalendarError naming the property.
 */
export function readPeriod(text: string, from: Property, zones: ZoneResolver): PeriodValue {
  const slash = text.indexOf('/')
  const after = text.slice(slash + 1)
  if (slash < 0) throw notAPeriod(text, from)
  const start = readTimeValue(text.slice(0, slash), from, zones)
  const duration = readDuration(after)
  if (duration?.isNegative || (duration === undefined && /^[+-]?P/.test(after))) throw notAPeriod(text, from)
  if (duration !== undefined) return { start, end: { duration } }
  return { start, end: { time: readTimeValue(after, from, zones) } }
}

/** Every period of a property, in order; values that are plain times are left out. */
export function readPeriods(from: Property, zones: ZoneResolver): PeriodValue[] {
  return from.value
    .split(',')
    .filter((text) => text.includes('/'))
    .map((text) => readPeriod(text, from, zones))
}

function notAPeriod(text: string, from: Property): InvalidCalendarError {
  return new InvalidCalendarError(
    `Line ${from.line}: ${from.name} is not a period: ${JSON.stringify(text.slice(0, 40))}`,
    { line: from.line, subject: from.name, rule: 'RFC 5545 §3.3.9' },
  )
}
