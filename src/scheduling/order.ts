import { type Component, parameter, property } from '../ical/component.ts'
import { readLocalTime } from '../ical/times.ts'
import { STAMP } from './copy.ts'
import { integerOf } from './edit.ts'
import { isCancelled } from './view.ts'

/** Place of a message in time: SEQUENCE, then DTSTAMP (RFC 5546 §2.1.5). */
export interface Order {
  readonly sequence: number
  /** `YYYYMMDDTHHMMSSZ`, which sorts as text; empty when unknown. */
  readonly stamp: string
}

/** The place of a message's component. */
export function orderOf(component: Component): Order {
  return { sequence: sequenceOf(component), stamp: stampOf(property(component, 'DTSTAMP')?.value) }
}

/** The place of the message that a copy's component came from. */
export function heldOrderOf(component: Component): Order {
  const organizer = property(component, 'ORGANIZER')
  const kept = organizer === undefined ? undefined : parameter(organizer, STAMP)
  return kept === undefined ? orderOf(component) : { sequence: sequenceOf(component), stamp: stampOf(kept) }
}

// Exchange counts meetings of its own in X-MICROSOFT-CDO-APPT-SEQUENCE when SEQUENCE is missing.
function sequenceOf(component: Component): number {
  return integerOf(component, 'SEQUENCE', integerOf(component, 'X-MICROSOFT-CDO-APPT-SEQUENCE', 0))
}

/** The text of a time as it sorts, or nothing. */
export function stampOf(value: string | undefined): string {
  const text = value?.trim() ?? ''
  return readLocalTime(text) === undefined ? '' : text
}

/** Is `one` later than `other`? Equal messages are the same message, and not later. */
export function isLater(one: Order, other: Order): boolean {
  if (one.sequence !== other.sequence) return one.sequence > other.sequence
  return one.stamp > other.stamp
}

/**
 * The same of components that stand for different instances: each counts its SEQUENCE for itself, so only the
 * time of the messages tells.
 */
export function isLaterMessage(one: Order, other: Order): boolean {
  return one.stamp > other.stamp
}

/**
 * Is what a message says news, given the component the copy has for it? Who is taken off the list and invited
 * again gets the number the meeting always had, lower than that of the CANCEL.
 */
export function isNews(sent: Component, held: Component): boolean {
  if (isCancelled(held)) return isLaterMessage(orderOf(sent), heldOrderOf(held))
  return isLater(orderOf(sent), heldOrderOf(held))
}

/** The same of an instance, which the copy may have an override for. */
export function isNewsOfInstance(
  sent: Component,
  override: Component | undefined,
  master: Component | undefined,
): boolean {
  if (override !== undefined) return isNews(sent, override)
  return master === undefined || isLaterMessage(orderOf(sent), heldOrderOf(master))
}
