import type { Component, Property } from '../ical/component.ts'
import { normalAddress } from './participants.ts'

/**
 * What a change means to those invited, from least to most: only who else is invited; what the event says; when it
 * takes place. Answers of others are no change at all here.
 */
export type Weight = 'none' | 'participants' | 'details' | 'time'

/** RFC 6638 §3.2.8: a change of these reschedules. */
const TIME = new Set(['DTSTART', 'DTEND', 'DURATION', 'DUE', 'RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID'])
/** Bookkeeping that says nothing to a person; alarms are not compared either. */
const BOOKKEEPING = new Set(['DTSTAMP', 'CREATED', 'LAST-MODIFIED', 'SEQUENCE', 'REQUEST-STATUS', 'UID'])
/** Parameters of a participant that change without the invitation changing. */
const ANSWER = new Set(['PARTSTAT', 'RSVP', 'CN', 'EMAIL'])

/** How much two versions of one component differ, for someone invited to it. */
export function weightOfChange(before: Component, after: Component): Weight {
  if (signature(before, isTime) !== signature(after, isTime)) return 'time'
  if (signature(before, isDetail) !== signature(after, isDetail)) return 'details'
  if (signature(before, isParticipant) !== signature(after, isParticipant)) return 'participants'
  return 'none'
}

export function heavier(one: Weight, other: Weight): Weight {
  const order: readonly Weight[] = ['none', 'participants', 'details', 'time']
  return order.indexOf(one) >= order.indexOf(other) ? one : other
}

function isTime({ name }: Property): boolean {
  return TIME.has(name)
}

function isParticipant({ name }: Property): boolean {
  return name === 'ATTENDEE' || name === 'ORGANIZER'
}

function isDetail(property: Property): boolean {
  const { name } = property
  return !isTime(property) && !isParticipant(property) && !BOOKKEEPING.has(name) && !name.startsWith('X-')
}

function signature(component: Component, counts: (property: Property) => boolean): string {
  return component.properties.filter(counts).map(canonical).sort().join('\n')
}

/** One property as text in which order of parameters, case of addresses and answers do not show. */
function canonical(property: Property): string {
  const params = [...property.params]
    .filter(([name]) => !isParticipant(property) || !(ANSWER.has(name) || /^(SCHEDULE-|X-)/.test(name)))
    .map(([name, values]) => `${name}=${[...values].sort().join(',')}`)
    .sort()
  const value = isParticipant(property) ? normalAddress(property.value) : property.value
  return [property.name, ...params, value].join(';')
}
