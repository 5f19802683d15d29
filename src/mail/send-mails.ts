import { InvalidCalendarError } from '../ical/errors.ts'
import { type ComposedMail, composeMail, UnsendableMailError } from './compose.ts'
import type { FromPolicy } from './from-policy.ts'
import type { ClaimedMail, Outbox } from './outbox.ts'
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
const LEASE_MS = 5 * 60_000
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 3 * 3_600_000
/** RFC 5321 §4.5.4.1: four to five days. */
const GIVE_UP_MS = 4 * 86_400_000

/**
 * Sends mails that are due. One that is cut off after the next server took it and before that is on record is sent
 * again under the same Message-ID; none is lost.
 * @returns how many were due; as many as `limit`: there may be more
 */
export async function sendMails(sender: MailSender, limit: number): Promise<number> {
  const now = sender.clock()
  const claimed = await sender.outbox.claim(now, new Date(now.getTime() + LEASE_MS), limit)
  await Promise.all(claimed.map((each) => sendOne(sender, each)))
  return claimed.length
}

async function sendOne(
  { outbox, transport, policy, clock }: MailSender,
  claimed: ClaimedMail,
): Promise<void> {
  const { mail } = claimed
  try {
    await sendAs(transport, composeMail(mail, policy), policy.from.address)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (error instanceof UnsendableMailError || error instanceof InvalidCalendarError) {
      return outbox.settle(mail, { isSent: false, status: STATUS.invalidAddress })
    }
    const now = clock().getTime()
    const isTooLate = now - mail.createdAt.getTime() > GIVE_UP_MS
    if (error instanceof MailRefusedError || isTooLate) {
      return outbox.settle(mail, { isSent: false, status: STATUS.failed })
    }
    return outbox.postpone(mail, new Date(now + waitAfter(claimed.attempts)), reason)
  }
  return outbox.settle(mail, { isSent: true, status: STATUS.sent })
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
