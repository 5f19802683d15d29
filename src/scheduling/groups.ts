import { type Component, newProperty, parameter } from '../ical/component.ts'
import type { CalendarObject } from '../ical/object.ts'
import { calendarObjectOf } from '../ical/object.ts'
import { withComponents, withParameter } from './edit.ts'
import { attendeesOf, mapAttendees, organizerOf } from './participants.ts'

/** A member of a group that was invited. */
export interface Member {
  /** Normalised calendar user address. */
  readonly address: string
  readonly name: string
}

/**
 * The object with the members of the groups it invites as attendees of their own, as whom they answer (RFC 5545
 * §3.2.11); the very one given when it invites none. Who is named already, the organizer among them, is not named
 * again; who left the group since stays invited, as only the organizer takes people off.
 *
 * @param groups members by the group's normalised address
 */
export function withMembers(
  object: CalendarObject,
  groups: ReadonlyMap<string, readonly Member[]>,
): CalendarObject {
  if (groups.size === 0) return object
  const { calendar } = object
  const components = calendar.components.map((component) => expanded(component, groups))
  const isSame = components.every((component, index) => component === calendar.components[index])
  return isSame ? object : calendarObjectOf(withComponents(calendar, components))
}

function expanded(component: Component, groups: ReadonlyMap<string, readonly Member[]>): Component {
  const attendees = attendeesOf(component)
  const named = new Set([organizerOf(component), ...attendees].map((one) => one?.address))
  const added = attendees.flatMap(({ address: group }) =>
    (groups.get(group) ?? []).flatMap(({ address, name }) => {
      if (named.has(address)) return []
      named.add(address)
      const attendee = withParameter(newProperty('ATTENDEE', address), 'MEMBER', group)
      return [withParameter(withParameter(attendee, 'CN', name), 'RSVP', 'TRUE')]
    }),
  )
  const marked = mapAttendees(component, ({ address, property }) =>
    groups.has(address) && parameter(property, 'CUTYPE') !== 'GROUP'
      ? withParameter(property, 'CUTYPE', 'GROUP')
      : property,
  )
  return added.length === 0 ? marked : { ...marked, properties: [...marked.properties, ...added] }
}
