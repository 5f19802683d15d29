/** The conditions of RFC 4791 §9.9 on known times. All times are epoch ms; open ends are ±Infinity. */
import type { OverlapRule } from './recurrence-schedule.ts'

/** A half-open range of instants. */
export interface Range {
  readonly from: number
  readonly until: number
}

/** A range as given by a client: either end may be open (RFC 4791 §9.9). */
export interface TimeRange {
  /** Epoch ms, inclusive. */
  readonly start?: number
  /** Epoch ms, exclusive. */
  readonly end?: number
}

/** A range with both ends (RFC 4791 §9.6.5 to §9.6.7, §7.10), as TimeRange. */
export interface ClosedRange {
  readonly start: number
  readonly end: number
}

export function rangeOf({ start, end }: TimeRange): Range {
  return { from: start ?? Number.NEGATIVE_INFINITY, until: end ?? Number.POSITIVE_INFINITY }
}

/** Does something from `start` to `end` overlap the range, by the condition of its kind (RFC 4791 §9.9)? */
export function overlaps(rule: OverlapRule, start: number, end: number, { from, until }: Range): boolean {
  switch (rule) {
    case 'period':
      return (from < end || from <= start) && until > start
    case 'todo-duration':
      return from <= end && (until > start || until >= end)
    case 'todo-both':
      return (from < end || from <= start) && (until > start || until >= end)
    case 'todo-due':
      return from < end && until >= end
  }
}

/** An instant, as the values of COMPLETED, DTSTAMP and the like, or a trigger, overlap (RFC 4791 §9.9). */
export function holdsInstant({ from, until }: Range, instant: number): boolean {
  return from <= instant && until > instant
}

/** A to-do with neither DTSTART nor DUE, by its COMPLETED and CREATED (RFC 4791 §9.9, last four rows). */
export function undatedTodoOverlaps(
  completed: number | undefined,
  created: number | undefined,
  { from, until }: Range,
): boolean {
  if (completed !== undefined && created !== undefined) {
    return (from <= created || from <= completed) && (until >= created || until >= completed)
  }
  if (completed !== undefined) return from <= completed && until >= completed
  return created === undefined || until > created
}
