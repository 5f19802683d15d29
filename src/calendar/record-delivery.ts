import { type Component, parameter } from '../ical/component.ts'
import { parseCalendar, serializeCalendar } from '../ical/text.ts'
import { withStatuses } from '../scheduling/delivery-status.ts'
import { attendeesOf, emailOf } from '../scheduling/participants.ts'
import { findEventText, findScheduledCopy, noteInviteDelivery } from '../store/outgoing.ts'
import type { Transactor } from '../store/store.ts'
import { findPrincipalsByIds } from '../store/users.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import { contentOf, readObjectText } from './object-content.ts'
import { lockPlace, storeAt } from './write-object.ts'

/** What became of a message that left this server. */
export interface Delivery {
  /** UUID of the user who sent it. */
  readonly userId: string
  readonly uid: string
  /** Normalised calendar user address of the recipient. */
  readonly recipient: string
  /** SCHEDULE-STATUS (RFC 6638 §3.2.9). */
  readonly status: string
}

/**
 * Puts the status of a message on record at the sender's own event, where their clients see it (RFC 6638 §3.2.9). The
 * Schedule-Tag stays: nothing that was scheduled changes. An event that is gone needs no record.
 */
export async function recordDelivery(
  env: CalendarEnv,
  tx: Transactor,
  { userId, uid, recipient, status }: Delivery,
): Promise<void> {
  const [copy, owner] = [
    await tx.row(findScheduledCopy, userId, uid),
    await tx.row(findPrincipalsByIds, [userId]),
  ]
  if (copy === undefined || owner === undefined) return
  const actor = { ...owner, groupIds: [] }
  const ref = { owner: copy.username, collection: copy.collection, name: copy.name }
  const place = await lockPlace(tx, actor, ref, undefined)
  const held = await tx.row(findEventText, userId, copy.eventId)
  if (place.existing?.eventId !== copy.eventId || held === undefined) return
  tx.write(noteInviteDelivery, userId, copy.eventId, emailOf(recipient) ?? recipient, status)
  const calendar = parseCalendar(held.data)
  if (status.startsWith('1.') && hasAnswered(calendar, recipient)) return
  const marked = withStatuses(calendar, new Map([[recipient, status]]))
  if (marked === calendar) return
  const read = readObjectText(env, serializeCalendar(marked))
  const content = contentOf(env, read, floatingZoneOf(place.calendar))
  storeAt(env, tx, actor, place, { ...content, scheduleTag: place.existing.scheduleTag })
}

/** An answer says more than that the question was sent, and may overtake that news. */
function hasAnswered(calendar: Component, recipient: string): boolean {
  return calendar.components
    .flatMap((component) => attendeesOf(component))
    .some(({ address, status, property }) => {
      const known = parameter(property, 'SCHEDULE-STATUS') ?? ''
      return address === recipient && status !== 'NEEDS-ACTION' && known.startsWith('2.')
    })
}
