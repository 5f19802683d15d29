/**
 * The periods of a rule whose frequency is a day or more: period 0 holds DTSTART, period k is k intervals
 * later. Any period is computed directly from its number, so no range is far away.
 */
import type { Budget } from './recurrence-budget.ts'
import {
  DAY,
  firstWeekOf,
  isLeapYear,
  LAST_YEAR,
  monthStarts,
  weekdayOf,
  weekStartOf,
  weekYearOf,
  yearOf,
  yearStart,
} from './recurrence-civil.ts'
import { DayFilter, type DayParts, limitsDays, listAllows } from './recurrence-days.ts'
import type { RecurrenceRule } from './recurrence-rule.ts'

/** A rule as numbered periods; each holds anchors (local ms) to which the rule's time offsets are added. */
export interface PeriodSource {
  /** Number of the period that holds a local time, or of the last one before it. */
  indexAt(local: number): number
  /**
   * The first period from `index` on that may hold something before `endDay` (days since the epoch, at most
   * END_DAY); Infinity when there is none.
   */
  skipTo(index: number, budget: Budget, endDay: number): number
  /** Appends the anchors of a period, ascending. */
  anchors(index: number, into: number[]): void
  /** How many anchors each period has, where all have the same number. */
  readonly anchorsPerPeriod: number | undefined
  /** Every number of anchors a period may have, at some cost; undefined when that is not known. */
  anchorCounts(): ReadonlySet<number> | undefined
}

/** Which days (since the epoch) a rule allows at all. */
export interface DayMatcher {
  /** The first allowed day from `day` on, in steps of `step` days; `endDay` or later when none is before it. */
  nextAllowed(day: number, step: number, budget: Budget, endDay: number): number
  isEmpty(): boolean
}

/** Collects counts over 400 years, after which the Gregorian calendar repeats, weekdays included. */
function countsOver(count: (year: number, add: (anchors: number) => void) => void): Set<number> {
  const counts = new Set<number>()
  for (let year = 1600; year < 2000; year++) count(year, (anchors) => counts.add(anchors))
  return counts
}

export const END_DAY = yearStart(LAST_YEAR + 1)

/** The number of a period, or Infinity for one that begins too late to matter. */
function before(endDay: number, startDay: number, index: number): number {
  return startDay < endDay ? index : Number.POSITIVE_INFINITY
}

/** The source for a rule of DAILY or longer, its day parts completed, starting on a day since the epoch. */
export function dayPeriods(rule: RecurrenceRule, parts: DayParts, startDay: number): PeriodSource {
  switch (rule.frequency) {
    case 'YEARLY':
      return parts.weekNumbers.length > 0
        ? weekYearPeriods(rule.interval, parts, startDay)
        : yearPeriods(rule.interval, parts, startDay)
    case 'MONTHLY':
      return monthPeriods(rule.interval, parts, startDay)
    case 'WEEKLY':
      return weekPeriods(rule.interval, parts, startDay)
    default:
      return singleDayPeriods(rule.interval, dayMatcher(parts), startDay)
  }
}

function yearPeriods(interval: number, parts: DayParts, startDay: number): PeriodSource {
  const filter = new DayFilter(parts)
  const first = yearOf(startDay)
  return {
    anchorsPerPeriod: undefined,
    indexAt: (local) => Math.floor((yearOf(Math.floor(local / DAY)) - first) / interval),
    skipTo: (index, _budget, endDay) => before(endDay, yearStart(first + index * interval), index),
    anchors: (index, into) => {
      const year = first + index * interval
      const start = yearStart(year)
      for (const day of filter.year(year).days) into.push((start + day) * DAY)
    },
    anchorCounts: () => countsOver((year, add) => add(filter.year(year).days.length)),
  }
}

/**
 * YEARLY with BYWEEKNO: the period is the year of numbered weeks, which may start or end days off the civil one.
 * Intervals count from the week year of a DTSTART the rule produces, else from its civil year.
 */
function weekYearPeriods(interval: number, parts: DayParts, startDay: number): PeriodSource {
  const { weekStart, weekNumbers } = parts
  const filter = new DayFilter({ ...parts, weekNumbers: [] })
  const pushYear = (year: number, into: number[]): void => {
    const start = firstWeekOf(year, weekStart)
    const weeks = (firstWeekOf(year + 1, weekStart) - start) / 7
    for (let week = 0; week < weeks; week++) {
      if (!listAllows(weekNumbers, week, weeks)) continue
      for (let day = start + week * 7; day < start + week * 7 + 7; day++) {
        if (filter.allows(day)) into.push(day * DAY)
      }
    }
  }
  const weekYear = weekYearOf(startDay, weekStart)
  const produced: number[] = []
  pushYear(weekYear, produced)
  const counts = produced.includes(startDay * DAY)
  const first = counts ? weekYear : interval === 1 ? weekYear - 1 : yearOf(startDay)
  return {
    anchorsPerPeriod: undefined,
    indexAt: (local) => Math.floor((weekYearOf(Math.floor(local / DAY), weekStart) - first) / interval),
    skipTo: (index, _budget, endDay) => {
      const year = first + index * interval
      return year > LAST_YEAR ? Number.POSITIVE_INFINITY : before(endDay, firstWeekOf(year, weekStart), index)
    },
    anchors: (index, into) => pushYear(first + index * interval, into),
    anchorCounts: () =>
      countsOver((year, add) => {
        const anchors: number[] = []
        pushYear(year, anchors)
        add(anchors.length)
      }),
  }
}

function monthPeriods(interval: number, parts: DayParts, startDay: number): PeriodSource {
  const filter = new DayFilter(parts)
  const first = monthNumber(startDay)
  return {
    anchorsPerPeriod: sameEveryMonth(parts),
    indexAt: (local) => Math.floor((monthNumber(Math.floor(local / DAY)) - first) / interval),
    skipTo: (index, _budget, endDay) =>
      before(endDay, yearStart(Math.floor((first + index * interval) / 12)), index),
    anchors: (index, into) => {
      const number = first + index * interval
      const year = Math.floor(number / 12)
      const month = number - year * 12
      const start = yearStart(year)
      const { days, monthIndex } = filter.year(year)
      const end = monthIndex[month + 1] ?? 0
      for (let at = monthIndex[month] ?? 0; at < end; at++) into.push((start + (days[at] ?? 0)) * DAY)
    },
    anchorCounts: () =>
      countsOver((year, add) => {
        const { monthIndex } = filter.year(year)
        for (let month = 0; month < 12; month++) add((monthIndex[month + 1] ?? 0) - (monthIndex[month] ?? 0))
      }),
  }
}

function monthNumber(day: number): number {
  const year = yearOf(day)
  const starts = monthStarts(isLeapYear(year))
  const dayOfYear = day - yearStart(year)
  let month = 11
  while ((starts[month] ?? 0) > dayOfYear) month--
  return year * 12 + month
}

/** Days each month has whatever the year, or undefined. */
function sameEveryMonth(parts: DayParts): number | undefined {
  if (parts.months.length + parts.weekNumbers.length + parts.yearDays.length > 0) return undefined
  if (parts.weekdays.length === 0 && parts.monthDays.every((day) => day > 0 && day <= 28)) {
    return parts.monthDays.length
  }
  const isFixed = parts.weekdays.every(({ ordinal }) => ordinal > 0 && ordinal <= 4)
  return parts.monthDays.length === 0 && isFixed ? parts.weekdays.length : undefined
}

function weekPeriods(interval: number, parts: DayParts, startDay: number): PeriodSource {
  const first = weekStartOf(startDay, parts.weekStart)
  const rest = { ...parts, weekdays: [] }
  const filter = limitsDays(rest) ? new DayFilter(parts) : undefined
  const offsets = [0, 1, 2, 3, 4, 5, 6].filter(
    (offset) =>
      parts.weekdays.length === 0 ||
      parts.weekdays.some(({ weekday }) => weekday === weekdayOf(first + offset)),
  )
  return {
    anchorsPerPeriod: filter === undefined ? offsets.length : undefined,
    indexAt: (local) => Math.floor((Math.floor(local / DAY) - first) / (7 * interval)),
    skipTo: (index, _budget, endDay) => before(endDay, first + index * 7 * interval, index),
    anchors: (index, into) => {
      const start = first + index * 7 * interval
      for (const offset of offsets) {
        if (filter?.allows(start + offset) !== false) into.push((start + offset) * DAY)
      }
    },
    anchorCounts: () => {
      if (filter === undefined) return new Set([offsets.length])
      return new Set(filter.isEmpty() ? [] : offsets.map((_, index) => index + 1))
    },
  }
}

/** The matcher of day parts in the Gregorian calendar; undefined when they allow every day. */
export function dayMatcher(parts: DayParts): DayMatcher | undefined {
  if (!limitsDays(parts)) return undefined
  const filter = new DayFilter(parts)
  return {
    nextAllowed: (day, step, budget, endDay) => nextAllowedDay(filter, { day, step, endDay }, budget),
    isEmpty: () => filter.isEmpty(),
  }
}

/** DAILY: every period is one day, those the matcher refuses are skipped. */
export function singleDayPeriods(
  interval: number,
  matcher: DayMatcher | undefined,
  startDay: number,
): PeriodSource {
  return {
    anchorsPerPeriod: matcher === undefined ? 1 : undefined,
    indexAt: (local) => Math.floor((Math.floor(local / DAY) - startDay) / interval),
    skipTo: (index, budget, endDay) => {
      const day = startDay + index * interval
      const allowed = matcher?.nextAllowed(day, interval, budget, endDay) ?? day
      return before(endDay, allowed, Math.ceil((allowed - startDay) / interval))
    },
    anchors: (index, into) => {
      into.push((startDay + index * interval) * DAY)
    },
    anchorCounts: () => new Set(matcher?.isEmpty() === true ? [] : [1]),
  }
}

function nextAllowedDay(
  filter: DayFilter,
  { day, step, endDay }: { day: number; step: number; endDay: number },
  budget: Budget,
): number {
  let at = day
  while (at < endDay) {
    const year = yearOf(at)
    const start = yearStart(year)
    const { mask } = filter.year(year)
    for (; at - start < mask.length; at += step) {
      if (mask[at - start] === 1) return at
      budget.spend(1)
    }
    if (filter.isEmpty()) break
  }
  return Number.POSITIVE_INFINITY
}
