import { type Component, property } from '../ical/component.ts'
import type { Method } from '../scheduling/message.ts'
import { emailOf } from '../scheduling/participants.ts'
import { receivedFrom } from '../scheduling/received.ts'
import { seriesOf } from '../scheduling/series.ts'
import { findReach, findRecipients, hasItem, lockCalendarsById } from '../store/inbox.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { Delivery, type Party } from './deliver.ts'
import { Texts } from './deliver-write.ts'
import type { CalendarEnv } from './env.ts'
import { etagOfText } from './object-content.ts'
import { concernsNobodyElse, emailsIn, MOST_AT_ONCE, readStored } from './reach.ts'
import { currentMessages, refresh } from './refresh.ts'
import { Refusal } from './refusal.ts'
import { writeParties } from './write-parties.ts'

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
  const seen = await tx.rows(findReach, [recipient], uid, component, recipient)
  const [own] = seen
  if (own === undefined) throw new Refusal({ code: 'not-found', what: recipient })
  const known = readStored(own.data)
  const named = message.method === 'REPLY' ? emailsIn([known]) : new Set(askerOf(message))
  named.delete(recipient)
  const isLarge = named.size > MOST_AT_ONCE
  const others = isLarge ? [] : [...named]
  const reach = others.length === 0 ? [] : await tx.rows(findReach, others, uid, component, null)
  const ids = [...new Set([...seen, ...reach].flatMap(({ calendarIds }) => calendarIds))]
  const [, { rows }] = await tx.all([
    call(lockCalendarsById, ids),
    call(findRecipients, [recipient, ...others], uid, component),
  ])
  const now = rows.find(({ email }) => email === recipient)
  const isReached = rows.every((row) => row.calendarIds.every((id) => ids.includes(id)))
  const stored = now?.data === own.data ? known : readStored(now?.data)
  if (!isReached || now === undefined || !concernsNobodyElse(stored, known)) return false
  await deliverTo(env, tx, message, new Delivery(env, tx, own.userId, rows, { isLarge }))
  return true
}

/** Whoever asks for a meeting is sent it, maybe into their own calendar. */
function askerOf({ method, sender }: ForeignMessage): string[] {
  const email = method === 'REFRESH' ? emailOf(sender) : undefined
  return email === undefined ? [] : [email]
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
  const texts = new Texts()
  const isOnlyShown = placement === 'inbox' || method === 'COUNTER' || method === 'DECLINECOUNTER'
  if (isOnlyShown && (await isShown(tx, texts, delivery.partyAt(address), calendar))) return
  const message = { method, sender, recipient: address, calendar, weight: 'time', isPast: false } as const
  if (placement === 'inbox') delivery.partyAt(address)?.items.push(message)
  else if (method === 'REFRESH') await tellAgain(delivery, address, sender)
  else await delivery.deliver(message)
  if (method === 'REPLY') await refresh(env, tx, delivery, [message])
  for (const reply of delivery.replies) await delivery.deliver(reply)
  writeParties(env, tx, texts, delivery)
}

/** No copy tells that such a message came before: only the inbox does. */
async function isShown(
  tx: Transactor,
  texts: Texts,
  party: Party | undefined,
  calendar: Component,
): Promise<boolean> {
  if (party?.row.inboxId === undefined) return false
  const { text } = texts.of({ calendar })
  const item = await tx.row(hasItem, party.row.userId, party.row.inboxId, etagOfText(text))
  return item?.found === true
}

/** RFC 5546 §3.2.6: an attendee who asks is sent what they are invited to, as it is. */
async function tellAgain(delivery: Delivery, organizer: string, attendee: string): Promise<void> {
  const party = delivery.partyAt(organizer)
  if (party?.object === undefined) return
  for (const message of currentMessages(seriesOf(party.object), party.own)) {
    if (message.recipient === attendee) await delivery.deliver(message)
  }
}
