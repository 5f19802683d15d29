/** Which days a rule names in a calendar given by tables of months, with SKIP applied (RFC 7529 §4.1). */
import { weekdayOf, weekStartOf } from './recurrence-civil.ts'
import { type DayParts, listAllows, ordinalOf } from './recurrence-days.ts'
import type { RecurrenceRule, RuleMonth } from './recurrence-rule.ts'
import type { CalendarMonth, CalendarSystem, CalendarYear } from './rscale-calendars.ts'

/** A month placed in time: first day since the epoch, and length. */
interface PlacedMonth {
  readonly start: number
  readonly length: number
}

export interface CalendarRule {
  readonly system: CalendarSystem
  readonly parts: DayParts
  readonly byMonth: readonly RuleMonth[]
  readonly skip: RecurrenceRule['skip']
  /** DTSTART's month and day of the month, for what the rule leaves out. */
  readonly startMonth: RuleMonth
  readonly startMonthDay: number
}

/** The days (since the epoch) of one year of the calendar, ascending, for a YEARLY rule. */
export function daysOfYear(rule: CalendarRule, year: number): number[] {
  const table = rule.system.year(year)
  const { parts } = rule
  const days = yearCandidates(rule, table)
  return sortDays(parts.weekdays.length === 0 ? days : days.filter((day) => weekdayAllows(rule, day)))
}

function yearCandidates(rule: CalendarRule, table: CalendarYear): number[] {
  const { parts } = rule
  if (parts.weekNumbers.length > 0) return weekDays(rule, table).filter((day) => limitsAllow(rule, day))
  if (parts.yearDays.length > 0) {
    const days = place(parts.yearDays, table, rule.skip)
    return days.filter((day) => monthAllows(rule, day) && monthDayAllows(rule, day))
  }
  const hasMonths = rule.byMonth.length > 0
  if (parts.monthDays.length === 0 && parts.weekdays.length > 0) {
    return hasMonths ? placedMonths(rule, table, rule.byMonth).flatMap(everyDay) : everyDay(table)
  }
  const months = placedMonths(rule, table, hasMonths ? rule.byMonth : [rule.startMonth])
  const monthDays = parts.monthDays.length > 0 ? parts.monthDays : [rule.startMonthDay]
  return months.flatMap((month) => place(monthDays, month, rule.skip))
}

/** The days of one month of the calendar, ascending, for a MONTHLY rule. */
export function daysOfMonth(rule: CalendarRule, table: CalendarYear, month: CalendarMonth): number[] {
  const { parts } = rule
  const placed = { start: table.start + month.start, length: month.length }
  if (!monthAllows(rule, placed.start)) return []
  const monthDays =
    parts.monthDays.length > 0 || parts.weekdays.length > 0 ? parts.monthDays : [rule.startMonthDay]
  const days = monthDays.length > 0 ? place(monthDays, placed, rule.skip) : everyDay(placed)
  return sortDays(days.filter((day) => parts.weekdays.length === 0 || weekdayAllows(rule, day)))
}

/** Do the parts that only limit allow the day (frequencies of a week or less)? */
export function limitsAllow(rule: CalendarRule, day: number): boolean {
  const { parts } = rule
  const table = rule.system.year(rule.system.yearOf(day))
  return (
    monthAllows(rule, day) &&
    monthDayAllows(rule, day) &&
    listAllows(parts.yearDays, day - table.start, table.length) &&
    (parts.weekdays.length === 0 || weekdayAllows(rule, day))
  )
}

function weekDays({ parts, system }: CalendarRule, table: CalendarYear): number[] {
  const first = weekStartOf(table.start + 3, parts.weekStart)
  const end = weekStartOf(system.year(table.year + 1).start + 3, parts.weekStart)
  const weeks = (end - first) / 7
  const days = everyDay({ start: first, length: end - first })
  return days.filter((day) => listAllows(parts.weekNumbers, Math.floor((day - first) / 7), weeks))
}

function monthAllows(rule: CalendarRule, day: number): boolean {
  if (rule.byMonth.length === 0) return true
  const table = rule.system.year(rule.system.yearOf(day))
  return placedMonths(rule, table, rule.byMonth).some(
    ({ start, length }) => day >= start && day < start + length,
  )
}

function monthDayAllows({ system, parts }: CalendarRule, day: number): boolean {
  if (parts.monthDays.length === 0) return true
  const month = monthHolding(system, day)
  return listAllows(parts.monthDays, day - month.start, month.length)
}

function weekdayAllows({ system, parts }: CalendarRule, day: number): boolean {
  const weekday = weekdayOf(day)
  return parts.weekdays.some((wanted) => {
    if (wanted.weekday !== weekday) return false
    if (wanted.ordinal === 0) return true
    const within =
      parts.ordinalsWithin === 'year' ? system.year(system.yearOf(day)) : monthHolding(system, day)
    return wanted.ordinal === ordinalOf(day - within.start, within.length, wanted.ordinal)
  })
}

function monthHolding(system: CalendarSystem, day: number): PlacedMonth {
  const table = system.year(system.yearOf(day))
  const offset = day - table.start
  const month = table.months.findLast(({ start }) => start <= offset)
  return { start: table.start + (month?.start ?? 0), length: month?.length ?? 1 }
}

/** The months asked for, in one year; SKIP decides about those the year does not have. */
function placedMonths(
  { system, skip }: CalendarRule,
  table: CalendarYear,
  wanted: readonly RuleMonth[],
): PlacedMonth[] {
  const placed = new Map<number, PlacedMonth>()
  for (const { month, isLeap } of wanted) {
    const at = table.months.findIndex(
      (candidate) => candidate.number === month && candidate.isLeap === isLeap,
    )
    const found = at >= 0 ? placeMonth(table, at) : replaceMonth(system, table, month, skip)
    if (found !== undefined) placed.set(found.start, found)
  }
  return [...placed.values()]
}

/** What stands in for a month the year lacks: with FORWARD the one after its place, with BACKWARD before. */
function replaceMonth(
  system: CalendarSystem,
  table: CalendarYear,
  month: number,
  skip: RecurrenceRule['skip'],
): PlacedMonth | undefined {
  if (skip === 'OMIT') return undefined
  const before = table.months.findLastIndex((candidate) => candidate.number <= month)
  if (skip === 'BACKWARD') return placeMonth(table, Math.max(0, before))
  return before + 1 < table.months.length
    ? placeMonth(table, before + 1)
    : placeMonth(system.year(table.year + 1), 0)
}

function placeMonth(table: CalendarYear, index: number): PlacedMonth | undefined {
  const month = table.months[index]
  return month === undefined ? undefined : { start: table.start + month.start, length: month.length }
}

/** Ordinals within a month or year as days; SKIP moves an ordinal that falls outside to the nearest valid day. */
function place(ordinals: readonly number[], within: PlacedMonth, skip: RecurrenceRule['skip']): number[] {
  const days: number[] = []
  for (const ordinal of ordinals) {
    const index = ordinal > 0 ? ordinal - 1 : within.length + ordinal
    const isValid = index >= 0 && index < within.length
    if (isValid) days.push(within.start + index)
    else if (skip === 'FORWARD') days.push(ordinal > 0 ? within.start + within.length : within.start)
    else if (skip === 'BACKWARD') days.push(ordinal > 0 ? within.start + within.length - 1 : within.start - 1)
  }
  return days
}

function everyDay({ start, length }: PlacedMonth): number[] {
  return Array.from({ length }, (_, index) => start + index)
}

function sortDays(days: readonly number[]): number[] {
  return [...new Set(days)].sort((a, b) => a - b)
}
