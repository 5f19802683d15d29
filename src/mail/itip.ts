import { type Component, type Property, parameter, property } from '../ical/component.ts'
import { ZoneTable } from '../ical/zones.ts'
import { emailOf } from './addresses.ts'

/** The methods of iTIP (RFC 5546 §1.4). */
export const METHODS = [
  'REQUEST',
  'REPLY',
  'CANCEL',
  'ADD',
  'REFRESH',
  'COUNTER',
  'DECLINECOUNTER',
  'PUBLISH',
] as const
export type Method = (typeof METHODS)[number]

/** The METHOD of a VCALENDAR; undefined when it has none that is known. */
export function methodOf(calendar: Component): Method | undefined {
  const written = property(calendar, 'METHOD')?.value.trim().toUpperCase()
  return METHODS.find((method) => method === written)
}

/** The components a message is about: its VEVENTs, VTODOs or VJOURNALs. */
export function membersOf(calendar: Component): Component[] {
  return calendar.components.filter(({ name }) => ['VEVENT', 'VTODO', 'VJOURNAL'].includes(name))
}

/** The one UID of a message; undefined when it has none, or several. */
export function uidOf(calendar: Component): string | undefined {
  const uids = new Set(membersOf(calendar).map((member) => property(member, 'UID')?.value))
  const [uid] = uids
  return uids.size === 1 && uid !== '' ? uid : undefined
}

export function zonesOf(calendar: Component): ZoneTable {
  return new ZoneTable(calendar.components.filter(({ name }) => name === 'VTIMEZONE'))
}

/** The calendar with every ORGANIZER and ATTENDEE of its members passed through `change`. */
export function mapParticipants(calendar: Component, change: (participant: Property) => Property): Component {
  const components = calendar.components.map((component) => ({
    ...component,
    properties: component.properties.map((each) =>
      each.name === 'ORGANIZER' || each.name === 'ATTENDEE' ? change(each) : each,
    ),
  }))
  return { ...calendar, components }
}

/** Name and e-mail address of an ORGANIZER or ATTENDEE, as far as they are known. */
export interface Person {
  readonly name: string | undefined
  readonly email: string | undefined
}

export function personOf(participant: Property): Person {
  const name = parameter(participant, 'CN')?.trim()
  const email = emailOf(participant.value) ?? parameter(participant, 'EMAIL')?.toLowerCase()
  return { name: name === '' ? undefined : name, email }
}
