import { type Component, type Property, parameter, property } from '../ical/component.ts'
import { mapProperties } from './edit.ts'

/** Who schedules on a participant's behalf (RFC 6638 §7.1). */
export type ScheduleAgent = 'SERVER' | 'CLIENT' | 'NONE'

/** ORGANIZER or ATTENDEE of a component, as scheduling reads it. */
export interface Participant {
  /** Normalised calendar user address: the key of every comparison. */
  readonly address: string
  /** Upper-case; NEEDS-ACTION when absent (RFC 5545 §3.2.12). */
  readonly status: string
  readonly agent: ScheduleAgent
  /** SCHEDULE-FORCE-SEND (RFC 6638 §7.2), upper-case. */
  readonly forceSend: string | undefined
  /** Normalised addresses. */
  readonly delegatedTo: readonly string[]
  readonly property: Property
}

/**
 * A calendar user address in the form in which two of them are compared: `mailto:` in lower case with the whole
 * address in lower case and nothing percent-encoded that need not be (RFC 6068 §2), any other URI as it is.
 */
export function normalAddress(address: string): string {
  const trimmed = address.trim()
  if (!/^mailto:/i.test(trimmed)) return trimmed
  const decoded = trimmed.includes('%') ? decodeSafely(trimmed) : trimmed
  return (NEEDS_ENCODING.test(decoded) ? trimmed : decoded).toLowerCase()
}

/** What would not be read as a part of the address, or would be decoded once more. */
const NEEDS_ENCODING = /[\p{Cc}\s%?#"<>,;]/u

/** The e-mail address of a mailto: calendar user address; undefined for any other URI, and for what is no address. */
export function emailOf(address: string): string | undefined {
  if (!address.startsWith('mailto:')) return undefined
  const email = decodeSafely(address.slice('mailto:'.length))
  return /\p{Cc}/u.test(email) ? undefined : email
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function participant(from: Property): Participant {
  const agent = parameter(from, 'SCHEDULE-AGENT')?.toUpperCase()
  return {
    address: normalAddress(from.value),
    status: parameter(from, 'PARTSTAT')?.toUpperCase() ?? 'NEEDS-ACTION',
    // RFC 6638 §7.1: an unknown value is treated as NONE.
    agent: agent === undefined || agent === 'SERVER' ? 'SERVER' : agent === 'CLIENT' ? 'CLIENT' : 'NONE',
    forceSend: parameter(from, 'SCHEDULE-FORCE-SEND')?.toUpperCase(),
    delegatedTo: (from.params.get('DELEGATED-TO') ?? []).map(normalAddress),
    property: from,
  }
}

/** The organizer of a component, if it has one. */
export function organizerOf(component: Component): Participant | undefined {
  const found = property(component, 'ORGANIZER')
  return found === undefined ? undefined : participant(found)
}

/** What components name, read once for each: a message to a thousand people asks a thousand times. */
const attendees = new WeakMap<Component, readonly Participant[]>()
const byAddress = new WeakMap<Component, ReadonlyMap<string, readonly Participant[]>>()

/** The attendees of a component, in order. */
export function attendeesOf(component: Component): readonly Participant[] {
  const known = attendees.get(component)
  if (known !== undefined) return known
  const found = component.properties.filter(({ name }) => name === 'ATTENDEE').map(participant)
  attendees.set(component, found)
  return found
}

/** The ATTENDEE properties of one address (normalised) in a component: none, one, or what a client wrote twice. */
export function attendeesAt(component: Component, address: string): readonly Participant[] {
  const known = byAddress.get(component) ?? groupedByAddress(attendeesOf(component))
  byAddress.set(component, known)
  return known.get(address) ?? []
}

function groupedByAddress(participants: readonly Participant[]): Map<string, Participant[]> {
  const groups = new Map<string, Participant[]>()
  for (const each of participants) {
    const group = groups.get(each.address)
    if (group === undefined) groups.set(each.address, [each])
    else group.push(each)
  }
  return groups
}

/** The first attendee of a component whose address is among those given. */
export function attendeeAmong(component: Component, addresses: ReadonlySet<string>): Participant | undefined {
  return attendeesOf(component).find(({ address }) => addresses.has(address))
}

/** The component with each ATTENDEE passed through `change`; undefined drops the attendee. */
export function mapAttendees(
  component: Component,
  change: (attendee: Participant) => Property | undefined,
): Component {
  return mapProperties(component, (candidate) =>
    candidate.name === 'ATTENDEE' ? change(participant(candidate)) : candidate,
  )
}
