import type { Component } from '../ical/component.ts'
import type { CalendarObject } from '../ical/object.ts'
import { SchedulingError } from './errors.ts'
import { attendeeAmong, attendeesOf, organizerOf } from './participants.ts'

/** What the owner of a calendar is in a calendar object there (RFC 6638 §3.1); `none`: nothing is scheduled. */
export type Role = 'organizer' | 'attendee' | 'none'

/** Does the object name participants, so that scheduling has to look at it? */
export function hasParticipants({ master, overrides }: CalendarObject): boolean {
  const names = ({ properties }: Component) =>
    properties.some(({ name }) => name === 'ATTENDEE' || name === 'ORGANIZER')
  return (master !== undefined && names(master)) || overrides.some(names)
}

/** The role of the owner of these addresses (normalised). */
export function roleIn(object: CalendarObject | undefined, own: ReadonlySet<string>): Role {
  if (object === undefined) return 'none'
  const components = componentsOf(object)
  const organizer = components.map(organizerOf).find((candidate) => candidate !== undefined)
  if (organizer === undefined) return 'none'
  if (own.has(organizer.address)) {
    return components.some((component) => attendeesOf(component).length > 0) ? 'organizer' : 'none'
  }
  const isInvited = components.some((component) => attendeeAmong(component, own) !== undefined)
  // RFC 6638 §7.1: on ORGANIZER it says who sends the attendee's replies.
  return isInvited && organizer.agent === 'SERVER' ? 'attendee' : 'none'
}

/**
 * The role a change is made in.
 * @throws SchedulingError when the change would make somebody else the organizer, or name several
 */
export function roleOfChange(
  before: CalendarObject | undefined,
  after: CalendarObject | undefined,
  own: ReadonlySet<string>,
): Role {
  const was = roleIn(before, own)
  const is = roleIn(after, own)
  if (after === undefined) return was
  if (is !== 'none') requireOneOrganizer(after)
  if (was === 'attendee') return was
  if (was === 'organizer' && hasParticipants(after) && !isOrganizedBy(after, own)) {
    throw new SchedulingError(
      'allowed-organizer-scheduling-object-change',
      'The organizer cannot be changed while others are invited',
    )
  }
  return was === 'organizer' ? was : is
}

function isOrganizedBy(object: CalendarObject, own: ReadonlySet<string>): boolean {
  return componentsOf(object).every((component) => {
    const organizer = organizerOf(component)
    return organizer !== undefined && own.has(organizer.address)
  })
}

/** RFC 6638 §3.2.4.2. */
function requireOneOrganizer(object: CalendarObject): void {
  const organizers = new Set(componentsOf(object).map((component) => organizerOf(component)?.address))
  if (organizers.size > 1) {
    throw new SchedulingError(
      'same-organizer-in-all-components',
      'Every component names the same ORGANIZER, or none does',
    )
  }
}

/** The organizers an object names (normalised): one, in an object that may be scheduled. */
export function organizersIn(object: CalendarObject | undefined): Set<string> {
  const components = object === undefined ? [] : componentsOf(object)
  return new Set(components.flatMap((component) => organizerOf(component)?.address ?? []))
}

/** Every address an object names, as participants or those they delegate to (normalised). */
export function addressesIn(object: CalendarObject | undefined): Set<string> {
  const found = new Set<string>()
  for (const component of object === undefined ? [] : componentsOf(object)) {
    const organizer = organizerOf(component)
    if (organizer !== undefined) found.add(organizer.address)
    for (const { address, delegatedTo } of attendeesOf(component)) {
      found.add(address)
      for (const delegate of delegatedTo) found.add(delegate)
    }
  }
  return found
}

function componentsOf({ master, overrides }: CalendarObject): Component[] {
  return [...(master === undefined ? [] : [master]), ...overrides]
}
