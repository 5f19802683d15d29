import { InvalidCalendarError } from './errors.ts'
import { DAY, dayNumber } from './recurrence-civil.ts'
import { calendarSystem } from './rscale-calendars.ts'
import { daysInMonth } from './times.ts'

export const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const
export type Frequency = (typeof FREQUENCIES)[number]

export interface RuleWeekday {
  /** 0 is Sunday. */
  readonly weekday: number
  /** 0: every one; otherwise the nth, from the end when negative. */
  readonly ordinal: number
}
export interface RuleMonth {
  readonly month: number
  /** The leap month that follows the regular one (RFC 7529 §4.2). */
  readonly isLeap: boolean
}
/** The inclusive bound. `local` is wall-clock time in ms as if UTC; for 'date' the midnight that starts the day. */
export interface RuleUntil {
  readonly kind: 'date' | 'local' | 'utc'
  readonly local: number
}

/** A RECUR value (RFC 5545 §3.3.10, RFC 7529 §4). Lists are sorted and hold each value once. */
export interface RecurrenceRule {
  readonly frequency: Frequency
  readonly interval: number
  readonly count: number | undefined
  readonly until: RuleUntil | undefined
  readonly bySecond: readonly number[]
  readonly byMinute: readonly number[]
  readonly byHour: readonly number[]
  readonly byDay: readonly RuleWeekday[]
  readonly byMonthDay: readonly number[]
  readonly byYearDay: readonly number[]
  readonly byWeekNo: readonly number[]
  readonly byMonth: readonly RuleMonth[]
  readonly bySetPos: readonly number[]
  /** 0 is Sunday. */
  readonly weekStart: number
  /** RSCALE in lower case; undefined without RSCALE. */
  readonly calendar: string | undefined
  readonly skip: 'OMIT' | 'BACKWARD' | 'FORWARD'
}

const GREGORIAN_LIMITS = { months: 12, monthDays: 31, weeks: 53, days: 366 }
/** The widest of the calendars of RSCALE (RFC 7529 §4: "numeric ranges defined by the RSCALE value"). */
const OTHER_LIMITS = { months: 13, monthDays: 32, weeks: 56, days: 386 }

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const SKIPS = ['OMIT', 'BACKWARD', 'FORWARD'] as const

/**
 * Reads a RECUR value. Unknown parts are left aside, as is an empty part (some Google exports end in ";").
 * Throws InvalidCalendarError when a part is malformed, repeated or out of range, when FREQ is missing, when COUNT
 * meets UNTIL, or when RSCALE names a calendar this runtime does not have.
 * Parts that RFC 5545 §3.3.10 does not allow with the frequency are read; they limit the result.
 */
export function parseRule(value: string): RecurrenceRule {
  const parts = splitParts(value)
  if (parts.has('COUNT') && parts.has('UNTIL')) {
    throw invalid('COUNT and UNTIL cannot both end a recurrence rule')
  }
  const calendar = readCalendar(parts.get('RSCALE'))
  const limits = calendar === undefined || calendar === 'gregorian' ? GREGORIAN_LIMITS : OTHER_LIMITS
  const numbers = (name: string, min: number, max: number, isSigned = false): number[] =>
    readNumbers(name, parts.get(name), { min, max, isSigned })
  return {
    frequency: oneOf('FREQ', parts.get('FREQ') ?? '', FREQUENCIES),
    interval: readPositive('INTERVAL', parts.get('INTERVAL')) ?? 1,
    count: readPositive('COUNT', parts.get('COUNT')),
    until: readUntil(parts.get('UNTIL')),
    // RFC 5545 §3.3.12: without support for leap seconds, second 60 is second 59.
    bySecond: unique(numbers('BYSECOND', 0, 60).map((second) => Math.min(second, 59))),
    byMinute: numbers('BYMINUTE', 0, 59),
    byHour: numbers('BYHOUR', 0, 23),
    byDay: readWeekdays(parts.get('BYDAY')),
    byMonthDay: numbers('BYMONTHDAY', 1, limits.monthDays, true),
    byYearDay: numbers('BYYEARDAY', 1, limits.days, true),
    byWeekNo: numbers('BYWEEKNO', 1, limits.weeks, true),
    byMonth: readMonths(parts.get('BYMONTH'), limits.months, calendar !== undefined),
    bySetPos: numbers('BYSETPOS', 1, limits.days, true),
    weekStart: readWeekStart(parts.get('WKST')),
    calendar,
    skip: readSkip(parts.get('SKIP'), calendar),
  }
}

function invalid(message: string): InvalidCalendarError {
  return new InvalidCalendarError(message, { subject: 'RRULE', rule: 'RFC 5545 §3.3.10' })
}

function splitParts(value: string): Map<string, string> {
  const parts = new Map<string, string>()
  for (const part of value.split(';')) {
    if (part.trim() === '') continue
    const equals = part.indexOf('=')
    if (equals < 0) throw invalid(`"${part}" in a recurrence rule is not a name and a value`)
    const name = part.slice(0, equals).trim().toUpperCase()
    if (parts.has(name)) throw invalid(`${name} is given twice in a recurrence rule`)
    parts.set(
      name,
      part
        .slice(equals + 1)
        .trim()
        .toUpperCase(),
    )
  }
  return parts
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw invalid(`${name}=${value} is not one of ${allowed.join(', ')}`)
  return found
}

function readPositive(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\+?\d{1,10}$/.test(value) || Number(value) === 0) {
    throw invalid(`${name}=${value} is not a positive number`)
  }
  return Number(value)
}

function readNumbers(
  name: string,
  value: string | undefined,
  range: { min: number; max: number; isSigned: boolean },
): number[] {
  if (value === undefined) return []
  const numbers = value.split(',').map((item) => {
    const text = item.trim()
    const number = /^[+-]?\d{1,3}$/.test(text) ? Number(text) : Number.NaN
    const size = range.isSigned ? Math.abs(number) : number
    if (!(size >= range.min && size <= range.max)) {
      throw invalid(`${name}=${text} is not a number from ${range.min} to ${range.max}`)
    }
    return number
  })
  return unique(numbers)
}

function unique(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b)
}

function readWeekdays(value: string | undefined): RuleWeekday[] {
  if (value === undefined) return []
  const found = new Map<string, RuleWeekday>()
  for (const item of value.split(',')) {
    const match = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/.exec(item.trim())
    const ordinal = Number(match?.[1] ?? 0)
    if (match === null || Math.abs(ordinal) > 53 || (match[1] !== undefined && ordinal === 0)) {
      throw invalid(`BYDAY=${item} is not a weekday`)
    }
    const weekday = WEEKDAYS.indexOf(match[2] ?? '')
    found.set(`${ordinal} ${weekday}`, { weekday, ordinal })
  }
  return [...found.values()]
}

function readMonths(value: string | undefined, max: number, isLeapAllowed: boolean): RuleMonth[] {
  if (value === undefined) return []
  const found = new Map<string, RuleMonth>()
  for (const item of value.split(',')) {
    const match = /^(\d{1,2})(L?)$/.exec(item.trim())
    const month = Number(match?.[1] ?? 0)
    const isLeap = match?.[2] === 'L'
    if (month < 1 || month > max || (isLeap && !isLeapAllowed)) {
      throw invalid(`BYMONTH=${item} is not a month`)
    }
    found.set(item, { month, isLeap })
  }
  return [...found.values()]
}

function readWeekStart(value: string | undefined): number {
  if (value === undefined) return 1
  return WEEKDAYS.indexOf(oneOf('WKST', value, WEEKDAYS))
}

/** RFC 7529 §6: what is in a calendar that is not known is rejected. */
function readCalendar(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  if (calendarSystem(value) !== undefined) return value.toLowerCase()
  throw new InvalidCalendarError(`RSCALE=${value} is not a calendar this server knows`, {
    subject: 'RRULE',
    rule: 'RFC 7529 §4',
    unknown: 'RSCALE',
  })
}

function readSkip(value: string | undefined, calendar: string | undefined): RecurrenceRule['skip'] {
  if (value === undefined) return 'OMIT'
  if (calendar === undefined) {
    throw new InvalidCalendarError('SKIP needs RSCALE in the same recurrence rule', {
      subject: 'RRULE',
      rule: 'RFC 7529 §4',
    })
  }
  return oneOf('SKIP', value, SKIPS)
}

function readUntil(value: string | undefined): RuleUntil | undefined {
  if (value === undefined) return undefined
  const match = UNTIL_FORM.exec(value)
  if (match === null) throw invalid(`UNTIL=${value} is not a date or date with time`)
  const [year, month] = [Number(match[1]), Number(match[2])]
  // 31 February is meant as the month's end, and must not let in days of March.
  const day = dayNumber(year, month, Math.min(Number(match[3]), daysInMonth(year, month))) * DAY
  if (match[4] === undefined) return { kind: 'date', local: day }
  const seconds = (Number(match[4]) * 60 + Number(match[5])) * 60 + Math.min(Number(match[6]), 59)
  return { kind: match[7] === 'Z' ? 'utc' : 'local', local: day + seconds * 1000 }
}

const UNTIL_FORM =
  /^(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T([01]\d|2[0-3])([0-5]\d)([0-5]\d|60)(Z?))?$/
