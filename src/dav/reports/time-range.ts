import * as preconditions from '../preconditions.ts'
import type { Element } from '../xml/element.ts'

/** A half-open stretch of time in epoch milliseconds; an absent end is open. */
export interface OpenRange {
  readonly start?: number
  readonly end?: number
}
export interface ClosedRange {
  readonly start: number
  readonly end: number
}

/** The range of dates a calendar accepts (RFC 4791 §5.2.6, §5.2.7). */
export interface DateLimits {
  readonly minDateTime: Date
  readonly maxDateTime: Date
}

/** Makes the error for a malformed range: what is wrong depends on the element it stands in. */
export type Complaint = (detail: string) => Error

/**
 * The `start` and `end` attributes of C:time-range (RFC 4791 §9.9): dates with UTC time, at least one, in order.
 * Throws `complain(detail)` for a malformed range, C:min-date-time or C:max-date-time for one out of bounds.
 */
export function readTimeRange(element: Element, limits: DateLimits, complain: Complaint): OpenRange {
  const start = readAttribute(element, 'start', limits, complain)
  const end = readAttribute(element, 'end', limits, complain)
  if (start === undefined && end === undefined) throw complain(`${element.name} needs a start or an end`)
  if (start !== undefined && end !== undefined && end <= start) {
    throw complain(`the end of ${element.name} must be later than its start`)
  }
  return { ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
}

/** As `readTimeRange`, for the elements that need both ends (RFC 4791 §9.6.5-§9.6.7, §7.10). */
export function readClosedRange(element: Element, limits: DateLimits, complain: Complaint): ClosedRange {
  const { start, end } = readTimeRange(element, limits, complain)
  if (start === undefined || end === undefined) throw complain(`${element.name} needs both start and end`)
  return { start, end }
}

function readAttribute(
  element: Element,
  name: 'start' | 'end',
  limits: DateLimits,
  complain: Complaint,
): number | undefined {
  const text = element.attributes[name]
  if (text === undefined) return undefined
  const instant = parseUtc(text)
  if (instant === undefined) throw complain(`${name}="${text}" is not a date with UTC time`)
  if (instant < limits.minDateTime.getTime()) throw preconditions.minDateTime(formatUtc(limits.minDateTime))
  if (instant > limits.maxDateTime.getTime()) throw preconditions.maxDateTime(formatUtc(limits.maxDateTime))
  return instant
}

const UTC_DATE_TIME = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/

/** `20060104T140000Z` as epoch milliseconds (RFC 5545 §3.3.5, form #2), or undefined. */
export function parseUtc(text: string): number | undefined {
  const match = UTC_DATE_TIME.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as SixNumbers
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  // RFC 5545 §3.3.12: a leap second is written 60, and read as the second before it.
  date.setUTCHours(hour, minute, Math.min(second, 59))
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60
  return isReal && second <= 60 ? date.getTime() : undefined
}

type SixNumbers = [number, number, number, number, number, number]

/** An instant as a date with UTC time (RFC 5545 §3.3.5, form #2). */
export function formatUtc(instant: Date): string {
  return instant.toISOString().replace(/[-:]|\.\d+/g, '')
}
