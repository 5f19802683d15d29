import type { Component } from '../ical/component.ts'
import { attendeesAt, normalAddress, type Participant } from './participants.ts'

/**
 * Who is out when an attendee names other delegates than before: those invited for them alone, and whom these had
 * delegated to in turn (RFC 5546 §3.2.2.3). Whoever the organizer invited, or somebody else delegated to, stays.
 *
 * @param known the component with the answers as they were
 * @returns normalised addresses
 */
export function replacedDelegates(known: Component, answer: Participant): ReadonlySet<string> {
  const gone = new Set<string>()
  if (answer.status !== 'DELEGATED' || answer.delegatedTo.length === 0) return gone
  const kept = new Set([answer.address, ...answer.delegatedTo])
  const isForThem = (from: string) => from === answer.address || gone.has(from)
  const pending = attendeesAt(known, answer.address).flatMap(({ delegatedTo }) => delegatedTo)
  for (let address = pending.pop(); address !== undefined; address = pending.pop()) {
    const delegates = attendeesAt(known, address)
    const from = delegates.flatMap(invitedBy)
    if (from.length === 0 || !from.every(isForThem) || kept.has(address) || gone.has(address)) continue
    gone.add(address)
    pending.push(...delegates.flatMap(({ delegatedTo }) => delegatedTo))
  }
  return gone
}

/** Whose delegate an attendee is. */
function invitedBy({ property }: Participant): string[] {
  return (property.params.get('DELEGATED-FROM') ?? []).map(normalAddress)
}
