import { Refusal } from '../calendar/refusal.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { addressOf } from './addresses.ts'
import { isFromAuthentic } from './authentication.ts'
import { calendarOf, type IncomingCalendar } from './incoming-calendar.ts'
import type { Method } from './itip.ts'
import type { InboundMessage, MailReceiver, Reception } from './mail-receiver.ts'
import type { RawMail } from './raw-mail.ts'
import { type ReadMail, readMail } from './read-mail.ts'
import { receiveBounce, receiveReportedReply } from './receive-bounce.ts'
import { writtenLanguage } from './recipient-language.ts'
import { readReplyAddress } from './reply-token.ts'
import {
  attendeeSender,
  isFromAttendee,
  organizerSender,
  type Sender,
  tokenSender,
  withOwnOrganizer,
} from './sender.ts'
import { type Target, targetsOf } from './targets.ts'
import { withStart } from './with-start.ts'

/** Recipients of one mail that are looked at. */
const MOST_RECIPIENTS = 100

/**
 * Takes in one mail, from whichever transport: reads it, finds out who it is from, and delivers its iTIP message to
 * each local recipient (RFC 6047). Delivering the same mail again changes nothing.
 * @returns one entry for each envelope recipient, or for each local one when there is no envelope
 */
export async function receiveMail(receiver: MailReceiver, raw: RawMail): Promise<Reception[]> {
  const mail = await readMail(raw.octets)
  const hasEnvelope = raw.recipients.length > 0
  const addresses = (hasEnvelope ? raw.recipients : mail.recipients).slice(0, MOST_RECIPIENTS)
  const targets = await targetsOf(receiver, addresses)
  // Asked at most once, and not at all of who holds a reply address: it may take the DNS seconds to answer.
  let asked: Promise<boolean> | undefined
  const isAuthentic = () => {
    asked ??= isFromAuthentic(raw, mail, receiver.authentication)
    return asked
  }
  const found = calendarOf(mail, receiver.maxCalendarSize)
  const receptions: Reception[] = []
  for (const address of addresses) {
    const target = targets.get(address)
    const reported =
      (await receiveBounce(receiver, address, mail)) ?? (await receiveReportedReply(receiver, address, mail))
    if (reported !== undefined) receptions.push(reported)
    else if (target !== undefined) {
      receptions.push(
        typeof found === 'string'
          ? ignored(address, found)
          : await receiveFor(receiver, target, mail, found, isAuthentic),
      )
    } else if (hasEnvelope) receptions.push(unknown(address))
  }
  return receptions.length > 0 ? receptions : addresses.map(unknown)
}

function ignored(recipient: string, reason: string): Reception {
  return { recipient, result: 'ignored', reason }
}

function unknown(recipient: string): Reception {
  return { recipient, result: 'unknown', reason: 'nobody here has this address' }
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
  if (isOwnInvitation(receiver, target, sender)) return refuse('it is a message of theirs that came back')
  const placed = await placementOf(receiver, target, found, sender)
  if (placed.placement === undefined) return refuse(placed.reason)
  if (!(await isWithinLimits(receiver, target, found.method, sender))) {
    return { recipient: target.address, result: 'later', reason: 'too many invitations in this hour' }
  }
  const { userId, email } = target.principal
  const own = withOwnOrganizer(sender.calendar, target.address, email)
  try {
    const calendar = await withStart(own, found.method, () => receiver.startOf(userId, found.uid))
    await receiver.deliver({
      method: found.method,
      uid: found.uid,
      sender: addressOf(sender.email),
      recipient: target.principal,
      calendar,
      placement: placed.placement,
    })
    const language = writtenLanguage(mail, found.calendar)
    if (language !== undefined && sender.proof !== 'none') {
      await receiver.noteLanguage(target.principal, sender.email, language)
    }
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

/** What a notice of absence or a bounce quotes: its organizer is the very reply address we made up. */
function isOwnInvitation({ replies }: MailReceiver, { principal }: Target, { email }: Sender): boolean {
  const token = replies && readReplyAddress(email, replies)
  return token !== undefined && token.ownerId === principal.userId
}

/** What fills a calendar or causes mails counts; answers and cancellations do neither. */
const COUNTED: readonly Method[] = ['REQUEST', 'PUBLISH', 'ADD', 'REFRESH', 'COUNTER']

/** What nobody is proven to have sent counts for itself, or anybody could use up what others may send. */
async function isWithinLimits(
  receiver: MailReceiver,
  { principal }: Target,
  method: Method,
  { email, proof }: Sender,
): Promise<boolean> {
  if (!COUNTED.includes(method)) return true
  return receiver.isWithinLimits(proof === 'none' ? undefined : email, principal)
}
