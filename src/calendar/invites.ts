import { parameter } from '../ical/component.ts'
import type { CalendarObject } from '../ical/object.ts'
import { attendeesOf, emailOf } from '../scheduling/participants.ts'
import { seriesOf } from '../scheduling/series.ts'
import { noteProposal, replaceInvites } from '../store/invites.ts'
import type { Transactor } from '../store/store.ts'

const STATUSES: Readonly<Record<string, string>> = {
  ACCEPTED: 'Accepted',
  COMPLETED: 'Accepted',
  'IN-PROCESS': 'Accepted',
  DECLINED: 'Declined',
  // Whoever comes in their stead has an invitation of their own.
  DELEGATED: 'Declined',
  TENTATIVE: 'Tentative',
}

/** Queues the writes that make the invitations of an organizer's event what its object says. */
export function writeInvites(
  tx: Transactor,
  ownerId: string,
  eventId: string,
  object: CalendarObject,
  own: ReadonlySet<string>,
  now: Date,
): void {
  const { master, overrides } = seriesOf(object)
  const all = [...(master === undefined ? [] : [[undefined, master] as const]), ...overrides]
  const rows = new Map<string, { email: string; at: Date | undefined; status: string; delivery?: string }>()
  for (const [key, component] of all) {
    for (const { address, status, property } of attendeesOf(component)) {
      if (own.has(address)) continue
      const delivery = parameter(property, 'SCHEDULE-STATUS')
      const at = key === undefined ? undefined : new Date(key)
      const email = emailOf(address) ?? address
      rows.set(`${key ?? ''} ${email}`, {
        email,
        at,
        status: STATUSES[status] ?? 'Pending',
        ...(delivery === undefined ? {} : { delivery }),
      })
    }
  }
  const list = [...rows.values()]
  tx.write(
    replaceInvites,
    ownerId,
    eventId,
    list.map(({ email }) => email),
    list.map(({ at }) => at),
    list.map(({ status }) => status),
    list.map(({ delivery }) => delivery),
    now,
  )
}

/** Queues the note of another time that an invitee proposes (RFC 5546 §3.2.7). */
export function writeProposal(
  tx: Transactor,
  ownerId: string,
  eventId: string,
  { address, instance, proposed }: { address: string; instance: number | undefined; proposed: number },
): void {
  const at = instance === undefined ? null : new Date(instance)
  tx.write(noteProposal, ownerId, eventId, emailOf(address) ?? address, at, new Date(proposed))
}
