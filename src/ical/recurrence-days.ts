/**
 * The day-level parts of a rule (BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY, BYDAY) as the days of a year
 * they allow. There are only 14 kinds of Gregorian year, times the neighbours that decide its first and last
 * numbered week, so the answer is computed once per kind and a rule can be asked about any year at once.
 */
import {
  firstWeekOf,
  isLeapYear,
  monthOf,
  monthStarts,
  weekdayOf,
  weekYearOf,
  yearOf,
  yearStart,
} from './recurrence-civil.ts'
import type { RecurrenceRule, RuleWeekday } from './recurrence-rule.ts'

/** Day-level limits; an empty list does not limit. */
export interface DayParts {
  readonly months: readonly number[]
  readonly weekNumbers: readonly number[]
  readonly yearDays: readonly number[]
  readonly monthDays: readonly number[]
  readonly weekdays: readonly RuleWeekday[]
  /** What an ordinal of BYDAY counts within. */
  readonly ordinalsWithin: 'month' | 'year'
  readonly weekStart: number
}

/** The allowed days of one kind of year. */
export interface YearDays {
  /** Zero-based days of the year, ascending. */
  readonly days: readonly number[]
  /** 1 at each allowed zero-based day of the year. */
  readonly mask: Uint8Array
  /** For each month (0 to 12), the index in `days` of its first allowed day. */
  readonly monthIndex: readonly number[]
}

/** Does the rule have parts that limit days beyond what its frequency itself expands? */
export function limitsDays(parts: DayParts): boolean {
  return (
    parts.months.length +
      parts.weekNumbers.length +
      parts.yearDays.length +
      parts.monthDays.length +
      parts.weekdays.length >
    0
  )
}

export class DayFilter {
  readonly parts: DayParts
  readonly #kinds = new Map<number, YearDays>()
  #isEmpty: boolean | undefined
  /** The mask of the year last asked about, and its first day since the epoch. */
  #current: Uint8Array | undefined
  #start = 0

  constructor(parts: DayParts) {
    this.parts = parts
  }

  /** The days of that year the parts allow. */
  year(year: number): YearDays {
    const key = kindOf(year)
    const known = this.#kinds.get(key)
    if (known !== undefined) return known
    const made = allowedDays(this.parts, year)
    this.#kinds.set(key, made)
    return made
  }

  /** Is a day since the epoch allowed? Fast for days asked about in order. */
  allows(day: number): boolean {
    if (this.#current === undefined || day < this.#start || day >= this.#start + this.#current.length) {
      const year = yearOf(day)
      this.#start = yearStart(year)
      this.#current = this.year(year).mask
    }
    return this.#current[day - this.#start] === 1
  }

  /** True when no day of any year is allowed, e.g. 30 February. */
  isEmpty(): boolean {
    this.#isEmpty ??= this.#hasNoDay()
    return this.#isEmpty
  }

  #hasNoDay(): boolean {
    // The Gregorian calendar repeats every 400 years, weekdays included.
    for (let year = 1600; year < 2000; year++) if (this.year(year).days.length > 0) return false
    return true
  }
}

function kindOf(year: number): number {
  const leaps = isLeapYear(year - 1) ? 1 : isLeapYear(year) ? 2 : isLeapYear(year + 1) ? 3 : 0
  return leaps * 7 + weekdayOf(yearStart(year))
}

function allowedDays(parts: DayParts, year: number): YearDays {
  const starts = monthStarts(isLeapYear(year))
  const length = starts[12] ?? 365
  const mask = new Uint8Array(length)
  const days: number[] = []
  const monthIndex: number[] = []
  for (let day = 0; day < length; day++) {
    const month = monthOf(day, starts)
    if (starts[month] === day) monthIndex.push(days.length)
    if (!allows(parts, { year, day, month, starts, length })) continue
    mask[day] = 1
    days.push(day)
  }
  monthIndex.push(days.length)
  return { days, mask, monthIndex }
}

interface DayOfYear {
  year: number
  day: number
  month: number
  starts: readonly number[]
  length: number
}

function allows(parts: DayParts, at: DayOfYear): boolean {
  const monthStart = at.starts[at.month] ?? 0
  const monthLength = (at.starts[at.month + 1] ?? 0) - monthStart
  return (
    (parts.months.length === 0 || parts.months.includes(at.month + 1)) &&
    listAllows(parts.monthDays, at.day - monthStart, monthLength) &&
    listAllows(parts.yearDays, at.day, at.length) &&
    (parts.weekdays.length === 0 ||
      (parts.ordinalsWithin === 'year'
        ? weekdayAllows(parts.weekdays, at, at.day, at.length)
        : weekdayAllows(parts.weekdays, at, at.day - monthStart, monthLength))) &&
    (parts.weekNumbers.length === 0 || weekAllows(parts, yearStart(at.year) + at.day))
  )
}

/** Does a list of ordinals, from the end when negative, hold this zero-based index of `length`? */
export function listAllows(list: readonly number[], index: number, length: number): boolean {
  return list.length === 0 || list.includes(index + 1) || list.includes(index - length)
}

function weekdayAllows(
  weekdays: readonly RuleWeekday[],
  at: DayOfYear,
  index: number,
  length: number,
): boolean {
  const weekday = weekdayOf(yearStart(at.year) + at.day)
  for (const wanted of weekdays) {
    if (wanted.weekday !== weekday) continue
    if (wanted.ordinal === 0 || wanted.ordinal === ordinalOf(index, length, wanted.ordinal)) return true
  }
  return false
}

/** Which one of its weekday an index is within `length` days, counted from the end for a negative `like`. */
export function ordinalOf(index: number, length: number, like: number): number {
  return like > 0 ? Math.floor(index / 7) + 1 : -(Math.floor((length - 1 - index) / 7) + 1)
}

function weekAllows(parts: DayParts, day: number): boolean {
  const weekYear = weekYearOf(day, parts.weekStart)
  const first = firstWeekOf(weekYear, parts.weekStart)
  const weeks = (firstWeekOf(weekYear + 1, parts.weekStart) - first) / 7
  return listAllows(parts.weekNumbers, Math.floor((day - first) / 7), weeks)
}

/** The rule's own day parts, as written; ordinals count only where RFC 5545 §3.3.10 lets them. */
export function writtenDayParts(rule: RecurrenceRule): DayParts {
  const countsOrdinals =
    rule.frequency === 'MONTHLY' || (rule.frequency === 'YEARLY' && rule.byWeekNo.length === 0)
  return {
    months: rule.byMonth.map(({ month }) => month),
    weekNumbers: rule.byWeekNo,
    yearDays: rule.byYearDay,
    monthDays: rule.byMonthDay,
    weekdays: countsOrdinals ? rule.byDay : rule.byDay.map(({ weekday }) => ({ weekday, ordinal: 0 })),
    ordinalsWithin: rule.frequency === 'YEARLY' && rule.byMonth.length === 0 ? 'year' : 'month',
    weekStart: rule.weekStart,
  }
}
