import { type Component, property } from '../ical/component.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { parseCalendar, serializeCalendar } from '../ical/text.ts'
import type { Method } from '../scheduling/message.ts'
import { attendeesOf, emailOf, organizerOf } from '../scheduling/participants.ts'
import { roleIn } from '../scheduling/role.ts'
import { seriesOf } from '../scheduling/series.ts'
import { viewOf } from '../scheduling/view.ts'
import { findReach } from '../store/inbox.ts'
import { clearProposals, insertOutgoing } from '../store/invites.ts'
import { findScheduledCopy } from '../store/outgoing.ts'
import type { CalendarEnv } from './env.ts'
import type { Principal } from './model.ts'
import { readStored } from './reach.ts'
import { type ForeignMessage, receiveMessage } from './receive-message.ts'

/** What the owner of an outbox may send by hand: what no change of their own copy can say (RFC 5546 §3.2). */
const BY_ATTENDEE: ReadonlySet<string> = new Set<Method>(['COUNTER', 'REFRESH'])
const BY_ORGANIZER: ReadonlySet<string> = new Set<Method>(['DECLINECOUNTER'])

/** A message from an outbox, read. */
export interface OutboxMessage {
  readonly method: Method
  readonly uid: string
  readonly component: string
  /** Normalised addresses: of the owner of the outbox, and of those it goes to. */
  readonly sender: string
  readonly recipients: readonly string[]
  readonly calendar: Component
}

/** What became of it for one recipient. */
export interface SentTo {
  readonly recipient: string
  /** REQUEST-STATUS (RFC 5546 §3.6). */
  readonly status: string
}

/** Is it a message for people rather than a question about busy time? */
export function isOutboxMessage(text: string): boolean {
  const [, method = ''] = /^METHOD:(\w+)/im.exec(text) ?? []
  return BY_ATTENDEE.has(method.toUpperCase()) || BY_ORGANIZER.has(method.toUpperCase())
}

/**
 * Reads a COUNTER, REFRESH or DECLINECOUNTER that the owner of an outbox posts to it.
 *
 * @throws InvalidCalendarError when it is none, or not the owner's to send
 */
export function readOutboxMessage(text: string, owner: Principal): OutboxMessage {
  const calendar = parseCalendar(text)
  const method = (property(calendar, 'METHOD')?.value.trim().toUpperCase() ?? '') as Method
  const components = calendar.components.filter(({ name }) => name !== 'VTIMEZONE')
  const [first] = components
  const uid = first && property(first, 'UID')?.value
  if (first === undefined || uid === undefined || uid === '') {
    throw new InvalidCalendarError('A message has a component with a UID.')
  }
  const sender = `mailto:${owner.email}`
  const organizers = new Set(components.map((each) => organizerOf(each)?.address))
  const attendees = new Set(components.flatMap(attendeesOf).map(({ address }) => address))
  const [organizer] = organizers
  const isOrganizer = organizer === sender
  const isAllowed = isOrganizer ? BY_ORGANIZER.has(method) : BY_ATTENDEE.has(method) && attendees.has(sender)
  if (organizers.size !== 1 || organizer === undefined || !isAllowed) {
    throw new InvalidCalendarError(
      'COUNTER and REFRESH are an ATTENDEE’s to send to the ORGANIZER, DECLINECOUNTER is the ORGANIZER’s.',
    )
  }
  const recipients = isOrganizer ? [...attendees].filter((address) => address !== sender) : [organizer]
  if (recipients.length === 0) throw new InvalidCalendarError('The message names nobody it could go to.')
  return { method, uid, component: first.name, sender, recipients, calendar }
}

/** Most people one message goes to: each is a transaction. */
const MOST_RECIPIENTS = 50

/**
 * Sends a message from an outbox: to the inboxes of those who have an account here, to others by mail. It can only be
 * about an event that its sender has, or asks for having removed it.
 *
 * @throws InvalidCalendarError for an event that the sender neither has nor is invited to, or too many recipients
 */
export async function sendMessage(
  env: CalendarEnv,
  owner: Principal,
  message: OutboxMessage,
): Promise<SentTo[]> {
  const { uid, component, recipients } = message
  if (recipients.length > MOST_RECIPIENTS) {
    throw new InvalidCalendarError(`A message goes to ${MOST_RECIPIENTS} people at most.`)
  }
  const copy = await env.store.reader.row(findScheduledCopy, owner.userId, uid)
  if (copy === undefined && !(await isInvited(env, message))) {
    throw new InvalidCalendarError('There is no such event in the sender’s calendars.')
  }
  const emails = recipients.flatMap((recipient) => emailOf(recipient) ?? [])
  if (message.method === 'DECLINECOUNTER') {
    await env.store.transact(async (tx) => tx.write(clearProposals, owner.userId, uid, emails))
  }
  const local = await env.store.reader.rows(findReach, emails, uid, component, null)
  const known = new Set(local.map(({ email }) => email))
  const sent: SentTo[] = []
  for (const recipient of recipients) {
    const email = emailOf(recipient)
    const isLocal = email !== undefined && known.has(email)
    const status = isLocal ? await hand(env, message, email) : await mail(env, owner, message, recipient)
    sent.push({ recipient, status })
  }
  return sent
}

/** Whoever has removed their copy may ask for the event while its organizer’s names them (RFC 5546 §3.2.6). */
async function isInvited(env: CalendarEnv, message: OutboxMessage): Promise<boolean> {
  const { method, uid, component, sender, recipients } = message
  const organizer = emailOf(recipients[0] ?? '')
  if (method !== 'REFRESH' || organizer === undefined) return false
  const [found] = await env.store.reader.rows(findReach, [organizer], uid, component, organizer)
  const object = readStored(found?.data)
  const isOrganizers = roleIn(object, new Set([`mailto:${organizer}`])) === 'organizer'
  return object !== undefined && isOrganizers && viewOf(seriesOf(object), sender) !== undefined
}

async function hand(env: CalendarEnv, message: OutboxMessage, recipient: string): Promise<string> {
  const { method, sender, calendar } = message
  const foreign: ForeignMessage = { method, sender, recipient, calendar, placement: 'calendar' }
  await receiveMessage(env, foreign)
  return '2.0;Success'
}

async function mail(
  env: CalendarEnv,
  { userId }: Principal,
  { uid, method, sender, calendar }: OutboxMessage,
  recipient: string,
): Promise<string> {
  if (emailOf(recipient) === undefined) return '3.7;Invalid calendar user'
  if (env.sendsMail !== true) return '5.2;No way to send to this address'
  const data = serializeCalendar(calendar)
  const values = [uid, method, sender, [recipient], data, false, env.clock()] as const
  await env.store.transact(async (tx) => tx.write(insertOutgoing, userId, [env.newId()], ...values))
  return '1.0;Pending'
}
