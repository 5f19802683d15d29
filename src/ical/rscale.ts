/**
 * Rules in other calendars, and SKIP (RFC 7529). Days come from tables of months; everything below a day is
 * the same as for Gregorian rules.
 */
import { DAY, weekdayOf, weekStartOf } from './recurrence-civil.ts'
import { limitsDays, writtenDayParts } from './recurrence-days.ts'
import { type DayMatcher, type PeriodSource, singleDayPeriods } from './recurrence-periods.ts'
import type { RecurrenceRule } from './recurrence-rule.ts'
import { timePeriods } from './recurrence-subdaily.ts'
import { type CalendarSystem, calendarSystem } from './rscale-calendars.ts'
import { type CalendarRule, daysOfMonth, daysOfYear, limitsAllow } from './rscale-days.ts'

/** SKIP carries a day no further over the edge of its period. */
const CARRY = 31

/** The periods of a rule with RSCALE. */
export function calendarPeriods(
  rule: RecurrenceRule,
  start: { local: number; isDate: boolean },
): PeriodSource {
  const system = calendarSystem(rule.calendar ?? 'gregorian')
  if (system === undefined) throw new RangeError(`no calendar ${rule.calendar}`)
  const startDay = Math.floor(start.local / DAY)
  const bound = bind(rule, system, startDay)
  const matcher = limitsDays(bound.parts) ? matcherOf(bound) : undefined
  switch (rule.frequency) {
    case 'YEARLY':
      return yearPeriods(bound, rule.interval, startDay)
    case 'MONTHLY':
      return monthPeriods(bound, rule.interval, startDay)
    case 'WEEKLY':
      return weekPeriods(bound, rule.interval, startDay)
    case 'DAILY':
      return singleDayPeriods(rule.interval, matcher, startDay)
    default:
      return timePeriods(rule, matcher, start)
  }
}

function bind(rule: RecurrenceRule, system: CalendarSystem, startDay: number): CalendarRule {
  const table = system.year(system.yearOf(startDay))
  const offset = startDay - table.start
  const month = table.months.findLast(({ start }) => start <= offset)
  const written = writtenDayParts(rule)
  const needsWeekday =
    written.weekdays.length + written.monthDays.length + written.yearDays.length === 0 &&
    (rule.frequency === 'WEEKLY' || (rule.frequency === 'YEARLY' && written.weekNumbers.length > 0))
  const weekdays = needsWeekday ? [{ weekday: weekdayOf(startDay), ordinal: 0 }] : written.weekdays
  return {
    system,
    parts: { ...written, weekdays },
    byMonth: rule.byMonth,
    skip: rule.skip,
    startMonth: { month: month?.number ?? 1, isLeap: month?.isLeap ?? false },
    startMonthDay: offset - (month?.start ?? 0) + 1,
  }
}

function yearPeriods(rule: CalendarRule, interval: number, startDay: number): PeriodSource {
  const { system, parts } = rule
  const isWeeks = parts.weekNumbers.length > 0
  const first = isWeeks ? weekYearOf(system, startDay, parts.weekStart) : system.yearOf(startDay)
  return {
    anchorsPerPeriod: undefined,
    // SKIP may carry a day over the edge of its year, so the year before is looked at too.
    indexAt: (local) => Math.floor((system.yearOf(Math.floor(local / DAY)) - first) / interval) - 1,
    skipTo: (index, budget, endDay) => {
      budget.spend(system.yearCost)
      const { start } = system.year(first + index * interval)
      return start < endDay + CARRY ? index : Number.POSITIVE_INFINITY
    },
    anchors: (index, into) => {
      for (const day of daysOfYear(rule, first + index * interval)) into.push(day * DAY)
    },
    anchorCounts: () => undefined,
  }
}

function weekYearOf(system: CalendarSystem, day: number, weekStart: number): number {
  const year = system.yearOf(day)
  if (day < weekStartOf(system.year(year).start + 3, weekStart)) return year - 1
  return day >= weekStartOf(system.year(year + 1).start + 3, weekStart) ? year + 1 : year
}

function monthPeriods(rule: CalendarRule, interval: number, startDay: number): PeriodSource {
  const { system } = rule
  const startYear = system.yearOf(startDay)
  const numberOf = (day: number): number => {
    const table = system.year(system.yearOf(day))
    const index = table.months.findLastIndex(({ start }) => start <= day - table.start)
    return system.monthsBetween(startYear, table.year) + index
  }
  const first = numberOf(startDay)
  /** Year and month of the calendar for a number counted from the start of DTSTART's year. */
  const locate = (number: number): { year: number; month: number } => {
    let year = startYear + Math.floor(number / 12.5)
    while (system.monthsBetween(startYear, year + 1) <= number) year++
    while (system.monthsBetween(startYear, year) > number) year--
    return { year, month: number - system.monthsBetween(startYear, year) }
  }
  return {
    anchorsPerPeriod: undefined,
    indexAt: (local) => Math.floor((numberOf(Math.floor(local / DAY)) - first) / interval) - 1,
    skipTo: (index, budget, endDay) => {
      budget.spend(system.yearCost / 12)
      const { year } = locate(first + index * interval)
      return system.year(year).start < endDay + CARRY ? index : Number.POSITIVE_INFINITY
    },
    anchors: (index, into) => {
      const { year, month } = locate(first + index * interval)
      const table = system.year(year)
      const found = table.months[month]
      if (found === undefined) return
      for (const day of daysOfMonth(rule, table, found)) into.push(day * DAY)
    },
    anchorCounts: () => undefined,
  }
}

function weekPeriods(rule: CalendarRule, interval: number, startDay: number): PeriodSource {
  const { system } = rule
  const first = weekStartOf(startDay, rule.parts.weekStart)
  return {
    anchorsPerPeriod: undefined,
    indexAt: (local) => Math.floor((Math.floor(local / DAY) - first) / (7 * interval)),
    skipTo: (index, budget, endDay) => {
      budget.spend(system.yearCost / 50)
      return first + index * 7 * interval < endDay ? index : Number.POSITIVE_INFINITY
    },
    anchors: (index, into) => {
      const week = first + index * 7 * interval
      for (let day = week; day < week + 7; day++) if (limitsAllow(rule, day)) into.push(day * DAY)
    },
    anchorCounts: () => undefined,
  }
}

function matcherOf(rule: CalendarRule): DayMatcher {
  const { yearCost } = rule.system
  return {
    nextAllowed: (day, step, budget, endDay) => {
      for (let at = day; at < endDay; at += step) {
        if (limitsAllow(rule, at)) return at
        // The day itself, and its share of the year.
        budget.spend(1 + Math.min(1, step / 366) * yearCost)
      }
      return Number.POSITIVE_INFINITY
    },
    isEmpty: () => false,
  }
}
