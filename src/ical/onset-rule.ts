import { InvalidCalendarError } from './errors.ts'
import { daysInMonth, type LocalTime, localMs, readLocalTime } from './times.ts'

/**
 * The recurrence of a STANDARD or DAYLIGHT part (RFC 5545 §3.6.5), which in every known producer is yearly or
 * monthly by day. Kept apart from the recurrence of events because zones are needed to expand those.
 */
export interface OnsetRule {
  readonly start: LocalTime
  readonly interval: number
  readonly months: readonly number[]
  readonly monthDays: readonly number[]
  readonly weekdays: readonly { readonly ordinal: number; readonly weekday: number }[]
  readonly positions: readonly number[]
  /** Wall clock as if UTC, in ms; onsets after it do not happen. */
  readonly untilLocalMs: number
  readonly count: number | undefined
}

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const DAY = 86_400_000

/**
 * Reads the RRULE of an observance that starts at `start` (wall clock) under `offsetFrom` (seconds).
 * @throws InvalidCalendarError for rules that name no onsets by year or month.
 */
export function readOnsetRule(text: string, start: LocalTime, offsetFrom: number, line: number): OnsetRule {
  const parts = new Map<string, string>()
  for (const part of text.toUpperCase().split(';')) {
    const [name = '', value = ''] = part.split('=')
    if (name !== '') parts.set(name.trim(), value.trim())
  }
  const freq = parts.get('FREQ')
  const interval = Number(parts.get('INTERVAL') ?? 1)
  const isMonthly = freq === 'MONTHLY' && interval === 1
  const isKnown = [...parts.keys()].every((name) => KNOWN_PARTS.has(name))
  if ((freq !== 'YEARLY' && !isMonthly) || !isKnown || !Number.isInteger(interval) || interval < 1) {
    throw unusable(text, line)
  }
  const weekdays = list(parts.get('BYDAY')).map((word) => readWeekday(word, text, line))
  const monthDays = list(parts.get('BYMONTHDAY')).map(Number)
  const months = list(parts.get('BYMONTH')).map(Number)
  const positions = list(parts.get('BYSETPOS')).map(Number)
  const isTooLong = [weekdays, monthDays, months, positions].some(({ length }) => length > MAX_LIST_LENGTH)
  const count = parts.has('COUNT') ? Number(parts.get('COUNT')) : undefined
  if (
    isTooLong ||
    [...monthDays, ...months, ...positions, count ?? 1].some((value) => !Number.isInteger(value))
  ) {
    throw unusable(text, line)
  }
  const implied = isMonthly ? EVERY_MONTH : [start.month]
  return {
    start,
    interval,
    months: months.length > 0 ? months : implied,
    monthDays: monthDays.length > 0 || weekdays.length > 0 ? monthDays : [start.day],
    weekdays,
    positions,
    untilLocalMs: readUntil(parts.get('UNTIL'), offsetFrom, text, line),
    count,
  }
}

/** As many as there are different days of a month, counted from either end. */
const MAX_LIST_LENGTH = 62

const EVERY_MONTH = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
const KNOWN_PARTS = new Set(
  'FREQ INTERVAL BYMONTH BYMONTHDAY BYDAY BYSETPOS BYHOUR BYMINUTE BYSECOND UNTIL COUNT WKST'.split(' '),
)

function list(value: string | undefined): string[] {
  return value === undefined ? [] : [...new Set(value.split(','))].filter((word) => word !== '')
}

function readWeekday(word: string, text: string, line: number): { ordinal: number; weekday: number } {
  const match = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/.exec(word)
  if (match === null) throw unusable(text, line)
  return { ordinal: Number(match[1] ?? 0), weekday: WEEKDAYS.indexOf(match[2] ?? '') }
}

function readUntil(value: string | undefined, offsetFrom: number, text: string, line: number): number {
  if (value === undefined) return Number.POSITIVE_INFINITY
  const read = readLocalTime(value)
  if (read === undefined) throw unusable(text, line)
  if (!read.hasTime) return localMs(read.local) + DAY - 1
  return localMs(read.local) + (read.isUtc ? offsetFrom * 1000 : 0)
}

/** The onsets of one year, in order, as wall clock in ms; DTSTART, which also counts (§3.8.5.3), is not added. */
export function onsetsInYear(rule: OnsetRule, year: number): number[] {
  const { start } = rule
  if (year < start.year || (year - start.year) % rule.interval !== 0) return []
  const days = rule.months.flatMap((month) => daysOfMonth(rule, year, month)).sort((a, b) => a - b)
  const chosen =
    rule.positions.length === 0
      ? days
      : days.filter((_, index) => {
          return rule.positions.includes(index + 1) || rule.positions.includes(index - days.length)
        })
  const startMs = localMs(start)
  const timeOfDay = startMs - localMs({ ...start, hour: 0, minute: 0, second: 0 })
  return chosen
    .map((day) => day + timeOfDay)
    .filter((onset) => onset >= startMs && onset <= rule.untilLocalMs)
}

/** Midnights (ms as if UTC) of the days the rule names in a month. */
function daysOfMonth(rule: OnsetRule, year: number, month: number): number[] {
  const length = daysInMonth(year, month)
  const found: number[] = []
  for (const day of candidateDays(rule.monthDays, length)) {
    const midnight = localMs({ year, month, day, hour: 0, minute: 0, second: 0 })
    if (matchesWeekday(rule, midnight, day, length)) found.push(midnight)
  }
  return found
}

const EVERY_DAY = Array.from({ length: 31 }, (_, index) => index + 1)

/** Days of a month of that length, negative ones counted from its end. */
function candidateDays(monthDays: readonly number[], length: number): number[] {
  if (monthDays.length === 0) return EVERY_DAY.slice(0, length)
  const days = monthDays.map((day) => (day < 0 ? length + 1 + day : day))
  return [...new Set(days)].filter((day) => day >= 1 && day <= length)
}

function matchesWeekday(rule: OnsetRule, midnight: number, day: number, length: number): boolean {
  if (rule.weekdays.length === 0) return true
  const weekday = new Date(midnight).getUTCDay()
  return rule.weekdays.some((wanted) => {
    if (wanted.weekday !== weekday) return false
    if (wanted.ordinal === 0) return true
    const fromStart = Math.ceil(day / 7)
    return wanted.ordinal > 0
      ? wanted.ordinal === fromStart
      : wanted.ordinal === -Math.ceil((length - day + 1) / 7)
  })
}

function unusable(text: string, line: number): InvalidCalendarError {
  return new InvalidCalendarError(
    `Line ${line}: the RRULE of a time zone must name its onsets by year: ${JSON.stringify(text.slice(0, 80))}`,
    { line, subject: 'RRULE', rule: 'RFC 5545 §3.6.5' },
  )
}
