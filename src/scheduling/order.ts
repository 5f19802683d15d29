import { type Component, type Property, property } from '../ical/component.ts'
import { readLocalTime } from '../ical/times.ts'
import { integerOf } from './edit.ts'

/** Place of a message in time: SEQUENCE, then DTSTAMP (RFC 5546 §2.1.5). */
export interface Order {
  readonly sequence: number
  /** `YYYYMMDDTHHMMSSZ`, which sorts as text; empty when unknown. */
  readonly stamp: string
}

export function orderOf(component: Component): Order {
  // Exchange counts meetings of its own in X-MICROSOFT-CDO-APPT-SEQUENCE when SEQUENCE is missing.
  const sequence = integerOf(component, 'SEQUENCE', integerOf(component, 'X-MICROSOFT-CDO-APPT-SEQUENCE', 0))
  return { sequence, stamp: stampOf(property(component, 'DTSTAMP')) }
}

function stampOf(stamp: Property | undefined): string {
  const text = stamp?.value.trim() ?? ''
  return readLocalTime(text) === undefined ? '' : text
}

/** Is `one` later than `other`? Equal messages are the same message, and not later. */
export function isLater(one: Order, other: Order): boolean {
  if (one.sequence !== other.sequence) return one.sequence > other.sequence
  return one.stamp > other.stamp
}
