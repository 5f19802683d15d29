import { Refusal } from '../calendar/refusal.ts'
import type { Component } from '../ical/component.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import type { Principal } from '../store/records.ts'
import { addressOf, partsOf } from './addresses.ts'
import { type AuthenticationPolicy, isFromAuthentic } from './authentication.ts'
import { calendarOf, type IncomingCalendar } from './incoming-calendar.ts'
import type { Method } from './itip.ts'
import type { RateLimit } from './rate-limit.ts'
import type { RawMail } from './raw-mail.ts'
import { type ReadMail, readMail } from './read-mail.ts'
import { type ReplyAddresses, type ReplyToken, readReplyAddress } from './reply-token.ts'
import {
  attendeeSender,
  isFromAttendee,
  organizerSender,
  type Sender,
  tokenSender,
  withOwnOrganizer,
} from './sender.ts'

/** A message that came by mail, for the use case that all deliveries end in. */
export interface InboundMessage {
  readonly method: Method
  readonly uid: string
  /** Normalised calendar user address of who sends it; proven, except for `inbox`. */
  readonly sender: string
  readonly recipient: Principal
  readonly calendar: Component
  /** inbox: it is shown to the recipient and touches no calendar. */
  readonly placement: 'calendar' | 'inbox'
}

/** What receiving mail needs from the rest of the server. */
export interface MailReceiver {
  readonly authentication: AuthenticationPolicy
  readonly replies: ReplyAddresses | undefined
  /** Invitations an hour, by sender and by recipient. */
  readonly limits: { readonly bySender: RateLimit; readonly byRecipient: RateLimit }
  readonly maxCalendarSize: number
  /** Present, in epoch ms. */
  now(): number
  principalsByIds(ids: readonly string[]): Promise<Map<string, Principal>>
  principalsByEmails(emails: readonly string[]): Promise<Map<string, Principal>>
  /** Until when (epoch ms) answers about that event count; undefined when there is no such event. */
  answersUntil(ownerId: string, uid: string): Promise<number | undefined>
  /** Has the user to do with that address: a colleague's, one they wrote to, that of an event they hold? */
  isKnown(user: Principal, email: string, uid: string): Promise<boolean>
  deliver(message: InboundMessage): Promise<void>
}

/**
 * What became of a mail for one recipient. later: not now, and the transport shall hand it over again. ignored:
 * never, whatever is tried.
 */
export interface Reception {
  readonly recipient: string
  readonly result: 'delivered' | 'inbox' | 'ignored' | 'later' | 'unknown'
  /** A sentence for logs and operators. */
  readonly reason: string
}

/**
 * Takes in one mail, from whichever transport: reads it, finds out who it is from, and delivers its iTIP message to
 * each local recipient (RFC 6047). Delivering the same mail again changes nothing.
 * @returns one entry for each envelope recipient, or for each local one when there is no envelope
 */
export async function receiveMail(receiver: MailReceiver, raw: RawMail): Promise<Reception[]> {
  const mail = await readMail(raw.octets)
  const addresses = raw.recipients.length > 0 ? raw.recipients : mail.recipients
  const targets = await targetsOf(receiver, addresses)
  const found = calendarOf(mail, receiver.maxCalendarSize)
  if (typeof found === 'string') return addresses.map((recipient) => ignored(recipient, found))
  // Asked at most once, and not at all of who holds a reply address: it may take the DNS seconds to answer.
  let asked: Promise<boolean> | undefined
  const isAuthentic = () => {
    asked ??= isFromAuthentic(raw, mail, receiver.authentication)
    return asked
  }
  const receptions: Reception[] = []
  for (const recipient of addresses) {
    const target = targets.get(recipient)
    if (target !== undefined) receptions.push(await receiveFor(receiver, target, mail, found, isAuthentic))
    else if (raw.recipients.length > 0) receptions.push(unknown(recipient))
  }
  return receptions.length > 0 ? receptions : addresses.map(unknown)
}

function ignored(recipient: string, reason: string): Reception {
  return { recipient, result: 'ignored', reason }
}

function unknown(recipient: string): Reception {
  return { recipient, result: 'unknown', reason: 'nobody here has this address' }
}

/** A local recipient. */
export interface Target {
  /** The address as the envelope has it. */
  readonly address: string
  readonly principal: Principal
  readonly token: ReplyToken | undefined
}

/** Whom of this server the addresses mean: reply addresses, and accounts with or without `+tag`. */
export async function targetsOf(
  { replies, principalsByIds, principalsByEmails }: MailReceiver,
  addresses: readonly string[],
): Promise<Map<string, Target>> {
  const tokens = new Map(
    addresses.map((address) => [address, replies && readReplyAddress(address, replies)] as const),
  )
  const owners = [...tokens.values()].flatMap((token) => (token === undefined ? [] : [token.ownerId]))
  const plain = addresses.filter((address) => tokens.get(address) === undefined)
  const byId = await principalsByIds(owners)
  const byEmail = await principalsByEmails(plain.flatMap((address) => [address, untagged(address)]))
  const targets = new Map<string, Target>()
  for (const [address, token] of tokens) {
    const principal =
      token === undefined
        ? (byEmail.get(address.toLowerCase()) ?? byEmail.get(untagged(address)))
        : byId.get(token.ownerId)
    if (principal !== undefined) targets.set(address, { address, principal, token })
  }
  return targets
}

function untagged(address: string): string {
  const { user, domain } = partsOf(address)
  return `${user}@${domain}`
}

async function receiveFor(
  receiver: MailReceiver,
  target: Target,
  mail: ReadMail,
  found: IncomingCalendar,
  isAuthentic: () => Promise<boolean>,
): Promise<Reception> {
  const refuse = (reason: string) => ignored(target.address, reason)
  const sender = await senderOf(receiver, target, mail, found, isAuthentic)
  if (sender === undefined) return refuse('it does not say who it is from')
  if (sender.email === target.principal.email) return refuse('it is from its own recipient')
  const placed = await placementOf(receiver, target, found, sender)
  if (placed.placement === undefined) return refuse(placed.reason)
  if (!isWithinLimits(receiver, target, found.method, sender)) {
    return { recipient: target.address, result: 'later', reason: 'too many invitations in this hour' }
  }
  const calendar = withOwnOrganizer(sender.calendar, target.address, target.principal.email)
  try {
    await receiver.deliver({
      method: found.method,
      uid: found.uid,
      sender: addressOf(sender.email),
      recipient: target.principal,
      calendar,
      placement: placed.placement,
    })
  } catch (error) {
    return failed(target.address, error)
  }
  const result = placed.placement === 'inbox' ? 'inbox' : 'delivered'
  return { recipient: target.address, result, reason: placed.reason }
}

/** What the rules forbid stays forbidden; anything else may pass. */
function failed(recipient: string, error: unknown): Reception {
  const reason = error instanceof Error ? error.message : String(error)
  const isFinal = error instanceof Refusal || error instanceof InvalidCalendarError
  return { recipient, result: isFinal ? 'ignored' : 'later', reason }
}

async function senderOf(
  { replies }: MailReceiver,
  { token }: Target,
  mail: ReadMail,
  { method, calendar, uid }: IncomingCalendar,
  isAuthentic: () => Promise<boolean>,
): Promise<Sender | undefined> {
  if (!isFromAttendee(method)) return organizerSender(calendar, mail, await isAuthentic())
  const holder = token && replies && tokenSender(calendar, uid, mail, token, replies)
  return holder ?? attendeeSender(calendar, mail, await isAuthentic())
}

type Placed = { readonly placement: InboundMessage['placement'] | undefined; readonly reason: string }

async function placementOf(
  receiver: MailReceiver,
  { principal }: Target,
  { method, uid }: IncomingCalendar,
  { email, proof }: Sender,
): Promise<Placed> {
  if (isFromAttendee(method)) {
    if (proof === 'none') return { placement: undefined, reason: `nothing proves that ${email} sent it` }
    const until = await receiver.answersUntil(principal.userId, uid)
    if (until === undefined) return { placement: undefined, reason: 'the event it answers is not here' }
    if (receiver.now() > until) return { placement: undefined, reason: 'the event it answers is long over' }
    return { placement: 'calendar', reason: `from ${email}, by ${proof}` }
  }
  const isProven = proof !== 'none'
  if (isProven && (await receiver.isKnown(principal, email, uid))) {
    return { placement: 'calendar', reason: `from ${email}, by ${proof}` }
  }
  if (method !== 'REQUEST' && method !== 'PUBLISH') {
    return { placement: undefined, reason: `nothing proves that ${email} may change anything` }
  }
  return {
    placement: 'inbox',
    reason: isProven ? `${email} is not known` : `nothing proves that ${email} sent it`,
  }
}

/** What adds to a calendar counts; answers and cancellations take from it. */
function isWithinLimits(
  { limits }: MailReceiver,
  { principal }: Target,
  method: Method,
  { email }: Sender,
): boolean {
  if (method !== 'REQUEST' && method !== 'PUBLISH' && method !== 'ADD') return true
  return limits.bySender.take(email) && limits.byRecipient.take(principal.userId)
}
