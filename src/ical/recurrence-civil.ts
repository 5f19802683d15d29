/**
 * The proleptic Gregorian calendar on whole numbers: days since 1970-01-01 and "local" milliseconds,
 * a wall-clock time written as if it were UTC. No Date objects, so nothing here knows a time zone.
 */
export const DAY = 86_400_000

/** iCalendar years have four digits (RFC 5545 §3.3.4); no rule produces anything past them. */
export const LAST_YEAR = 9999

const MONTH_STARTS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365] as const
const LEAP_MONTH_STARTS = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366] as const

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

/** Zero-based day of the year on which each month starts; the 13th entry is the year's length. */
export function monthStarts(isLeap: boolean): readonly number[] {
  return isLeap ? LEAP_MONTH_STARTS : MONTH_STARTS
}

/** Days since the epoch of 1 January. */
export function yearStart(year: number): number {
  const before = year - 1
  return before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162
}

/** The year a day (since the epoch) falls in. */
export function yearOf(day: number): number {
  let year = Math.floor((day + 719_162) / 365.2425) + 1
  if (yearStart(year) > day) year--
  else if (yearStart(year + 1) <= day) year++
  return year
}

/** Zero-based month of a zero-based day of the year. */
export function monthOf(dayOfYear: number, starts: readonly number[]): number {
  let month = Math.min(11, dayOfYear >> 5)
  if (dayOfYear >= (starts[month + 1] ?? 0)) month++
  return month
}

/** Weekday of a day since the epoch: 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7
}

/** Days since the epoch of a date; `month` is 1 to 12 and the day may lie outside the month. */
export function dayNumber(year: number, month: number, day: number): number {
  return yearStart(year) + (monthStarts(isLeapYear(year))[month - 1] ?? 0) + day - 1
}

/** The civil date of a day since the epoch; month and day count from 1. */
export function civilDate(day: number): { year: number; month: number; day: number } {
  const year = yearOf(day)
  const starts = monthStarts(isLeapYear(year))
  const dayOfYear = day - yearStart(year)
  const month = monthOf(dayOfYear, starts)
  return { year, month: month + 1, day: dayOfYear - (starts[month] ?? 0) + 1 }
}

/** First day of the week holding `day`, for weeks that start on `weekStart` (0 is Sunday). */
export function weekStartOf(day: number, weekStart: number): number {
  return day - ((weekdayOf(day) - weekStart + 7) % 7)
}

/**
 * First day of week number one of a year: the first week with at least four days in that year
 * (RFC 5545 §3.3.10, BYWEEKNO).
 */
export function firstWeekOf(year: number, weekStart: number): number {
  return weekStartOf(yearStart(year) + 3, weekStart)
}

/** The year whose numbered weeks hold the day; it may differ from the day's own year at either end. */
export function weekYearOf(day: number, weekStart: number): number {
  const year = yearOf(day)
  if (day < firstWeekOf(year, weekStart)) return year - 1
  return day >= firstWeekOf(year + 1, weekStart) ? year + 1 : year
}
