import { civilDate, weekdayOf } from './recurrence-civil.ts'
import { type DayParts, writtenDayParts } from './recurrence-days.ts'
import type { RecurrenceRule } from './recurrence-rule.ts'

/**
 * The day parts of a rule completed from DTSTART's day (since the epoch): "Information, not contained in the
 * rule … derived from the Start Time" (RFC 5545 §3.3.10).
 */
export function completeDayParts(rule: RecurrenceRule, startDay: number): DayParts {
  const parts = writtenDayParts(rule)
  if (rule.frequency === 'YEARLY') return completeYearly(parts, startDay)
  if (hasDays(parts)) return parts
  if (rule.frequency === 'MONTHLY') return { ...parts, monthDays: [civilDate(startDay).day] }
  if (rule.frequency === 'WEEKLY') return { ...parts, weekdays: [weekdayOnly(startDay)] }
  return parts
}

function completeYearly(parts: DayParts, startDay: number): DayParts {
  const start = civilDate(startDay)
  const months = parts.months.length > 0 ? parts.months : [start.month]
  if (!hasDays(parts)) return { ...parts, months, monthDays: [start.day] }
  if (parts.weekNumbers.length > 0) {
    const hasOthers = parts.weekdays.length + parts.monthDays.length + parts.yearDays.length > 0
    return hasOthers ? parts : { ...parts, weekdays: [weekdayOnly(startDay)] }
  }
  // A missing BYMONTH is DTSTART's month, unless the days are named within the year by themselves.
  if (parts.monthDays.length > 0 && parts.yearDays.length === 0) return { ...parts, months }
  return parts
}

function hasDays(parts: DayParts): boolean {
  return parts.weekdays.length + parts.monthDays.length + parts.yearDays.length + parts.weekNumbers.length > 0
}

function weekdayOnly(day: number): { weekday: number; ordinal: number } {
  return { weekday: weekdayOf(day), ordinal: 0 }
}
