import { type Component, property } from '../ical/component.ts'
import { readCalendarObject } from '../ical/object.ts'
import type { Method } from '../scheduling/message.ts'
import { messagesBetween } from '../scheduling/organizer-messages.ts'
import { emailOf } from '../scheduling/participants.ts'
import { receivedFrom } from '../scheduling/received.ts'
import { addressesIn } from '../scheduling/role.ts'
import { seriesOf } from '../scheduling/series.ts'
import { lastStamp } from '../scheduling/stamp.ts'
import { findReach, findRecipients, lockCalendarsById } from '../store/inbox.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { Delivery } from './deliver.ts'
import { Texts, writeParty } from './deliver-write.ts'
import type { CalendarEnv } from './env.ts'
import { Refusal } from './refusal.ts'
import { refresh } from './schedule-write.ts'

/** An iTIP message (RFC 5546) that somebody outside sent to an account here. */
export interface ForeignMessage {
  readonly method: Method
  /** Normalised calendar user address; whoever hands the message over knows it to be true. */
  readonly sender: string
  /** Address of the account, in lower case. */
  readonly recipient: string
  /** The VCALENDAR with METHOD. */
  readonly calendar: Component
  /** inbox: it is shown to the recipient and touches no calendar. */
  readonly placement: 'calendar' | 'inbox'
}

const MAX_ATTEMPTS = 8

/**
 * Delivers a message from outside, in one transaction: the recipient's copy, their inbox, for an answer the copies of
 * the other attendees, for a room its answer. The same message again changes nothing.
 *
 * @throws InvalidCalendarError when what it carries is no calendar object; Refusal `not-found`, `busy`, and those of
 *   storing an object
 */
export async function receiveMessage(env: CalendarEnv, message: ForeignMessage): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (await env.store.transact((tx) => tryToReceive(env, tx, message))) return
  }
  throw new Refusal({ code: 'busy', retryAfterSeconds: 1 })
}

/** @returns false when somebody came into play between looking and locking */
async function tryToReceive(env: CalendarEnv, tx: Transactor, message: ForeignMessage): Promise<boolean> {
  const { recipient } = message
  const { uid, component } = subjectOf(message)
  const seen = await tx.rows(findReach, [recipient], uid, component)
  const [own] = seen
  if (own === undefined) throw new Refusal({ code: 'not-found', what: recipient })
  const others = message.method === 'REPLY' ? emailsIn(own.data).filter((email) => email !== recipient) : []
  const reach = others.length === 0 ? [] : await tx.rows(findReach, others, uid, component)
  const ids = [...new Set([...seen, ...reach].flatMap(({ calendarIds }) => calendarIds))]
  const [, { rows }] = await tx.all([
    call(lockCalendarsById, ids),
    call(findRecipients, [recipient, ...others], uid, component),
  ])
  const now = rows.find(({ email }) => email === recipient)
  const isReached = rows.every((row) => row.calendarIds.every((id) => ids.includes(id)))
  if (!isReached || now?.data !== own.data) return false
  await deliverTo(env, tx, message, new Delivery(env, tx, own.userId, rows))
  return true
}

/** A REFRESH has nothing but a UID, and is no calendar object (RFC 5546 §3.2.6). */
function subjectOf({ method, calendar }: ForeignMessage): { uid: string; component: string } {
  if (method !== 'REFRESH') {
    const received = receivedFrom(calendar)
    if (received !== undefined) return received.object
  }
  const found = calendar.components.find(({ name }) => name !== 'VTIMEZONE')
  return {
    uid: (found && property(found, 'UID')?.value) ?? '',
    component: found?.name ?? 'VEVENT',
  }
}

async function deliverTo(
  env: CalendarEnv,
  tx: Transactor,
  { method, sender, recipient, calendar, placement }: ForeignMessage,
  delivery: Delivery,
): Promise<void> {
  const address = `mailto:${recipient}`
  const message = { method, sender, recipient: address, calendar, weight: 'time', isPast: false } as const
  if (placement === 'inbox') delivery.partyAt(address)?.items.push(message)
  else if (method === 'REFRESH') await tellAgain(delivery, address, sender)
  else await delivery.deliver(message)
  if (method === 'REPLY') await refresh(delivery, [message])
  for (const reply of delivery.replies) await delivery.deliver(reply)
  const texts = new Texts()
  const parties = [...delivery.parties.values()].sort((a, b) => (a.row.userId < b.row.userId ? -1 : 1))
  for (const party of parties) writeParty(env, tx, texts, party)
}

/** RFC 5546 §3.2.6: an attendee who asks is sent what they are invited to, as it is. */
async function tellAgain(delivery: Delivery, organizer: string, attendee: string): Promise<void> {
  const party = delivery.partyAt(organizer)
  if (party?.object === undefined) return
  const series = seriesOf(party.object)
  const stamp = lastStamp(series, party.own)
  if (stamp === undefined) return
  const messages = messagesBetween(undefined, series, { own: party.own, now: stamp, stamp })
  for (const message of messages) if (message.recipient === attendee) await delivery.deliver(message)
}

function emailsIn(data: string | undefined): string[] {
  if (data === undefined) return []
  return [...addressesIn(readCalendarObject(data))].flatMap((address) => emailOf(address) ?? [])
}
