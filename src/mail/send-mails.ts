import { InvalidCalendarError } from '../ical/errors.ts'
import { type ComposedMail, composeMail, UnsendableMailError } from './compose.ts'
import type { FromPolicy } from './from-policy.ts'
import type { ClaimedMail, MailOutcome, Outbox } from './outbox.ts'
import type { OutgoingMail } from './outgoing-mail.ts'
import { MailRefusedError, type MailTransport } from './smtp.ts'

/** What sending works with. */
export interface MailSender {
  readonly outbox: Outbox
  readonly transport: MailTransport
  readonly policy: FromPolicy
  clock(): Date
}

/** SCHEDULE-STATUS of what happens to a mail (RFC 6638 §3.2.9, RFC 5546 §3.6). */
export const STATUS = {
  /** The next server has it. */
  sent: '1.1',
  /** No mail can reach the address. */
  invalidAddress: '3.7',
  /** It was refused, or could not be sent for days. */
  failed: '5.1',
} as const

/** Longer than a mail can take: connection, TLS and data have timeouts of their own. */
export const LEASE_MS = 5 * 60_000
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 3 * 3_600_000
/** RFC 5321 §4.5.4.1: four to five days. */
const GIVE_UP_MS = 4 * 86_400_000

/**
 * Sends mails that are due. That the next server took one is on record by a statement of its own, at once; what waits
 * for the senders' calendars comes after all of them. One that is cut off in between is sent again under the same
 * Message-ID; none is lost.
 * @returns how many were due; as many as `limit`: there may be more
 */
export async function sendMails(sender: MailSender, limit: number): Promise<number> {
  const now = sender.clock()
  const claimed = await sender.outbox.claim(now, new Date(now.getTime() + LEASE_MS), limit)
  const tried = await Promise.allSettled(claimed.map((each) => sendOne(sender, each)))
  const settled = await Promise.allSettled(tried.map((each) => settle(sender.outbox, each)))
  const failed = settled.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return claimed.length
}

/** A mail that will not be tried again. */
interface Ended {
  readonly mail: OutgoingMail
  readonly outcome: MailOutcome
}

const SENT: MailOutcome = { isSent: true, status: STATUS.sent }

/** @returns undefined when it is tried again later */
async function sendOne(
  { outbox, transport, policy, clock }: MailSender,
  { mail, attempts, isSent }: ClaimedMail,
): Promise<Ended | undefined> {
  if (isSent) return { mail, outcome: SENT }
  try {
    await sendAs(transport, composeMail(mail, policy), policy.from.address)
  } catch (error) {
    const now = clock().getTime()
    const status = finalStatus(error, now - mail.createdAt.getTime())
    if (status !== undefined) return { mail, outcome: { isSent: false, status } }
    const reason = error instanceof Error ? error.message : String(error)
    await outbox.postpone(mail, new Date(now + waitAfter(attempts)), reason)
    return undefined
  }
  await outbox.markSent(mail)
  return { mail, outcome: SENT }
}

/** @param ageMs since the change that the mail tells of. @returns undefined when trying again may help */
function finalStatus(error: unknown, ageMs: number): string | undefined {
  if (error instanceof UnsendableMailError || error instanceof InvalidCalendarError) {
    return STATUS.invalidAddress
  }
  return error instanceof MailRefusedError || ageMs > GIVE_UP_MS ? STATUS.failed : undefined
}

/** @throws what sending threw */
async function settle(outbox: Outbox, tried: PromiseSettledResult<Ended | undefined>): Promise<void> {
  if (tried.status === 'rejected') throw tried.reason
  if (tried.value !== undefined) await outbox.settle(tried.value.mail, tried.value.outcome)
}

/** Relays that let their users send as themselves alone refuse bounce addresses, some of them late: then without. */
async function sendAs(transport: MailTransport, mail: ComposedMail, own: string): Promise<void> {
  try {
    await transport.send(mail)
  } catch (error) {
    if (!(error instanceof MailRefusedError) || mail.envelope.from === own) throw error
    await transport.send({ ...mail, envelope: { ...mail.envelope, from: own } })
  }
}

/** Twice as long after each failure, from half a minute to three hours. */
export function waitAfter(attempts: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts, 20), LONGEST_WAIT_MS)
}
