import { claimNotices, type NoticeRow, scheduleNotice } from '../store/mail-holds.ts'
import type { Store } from '../store/store.ts'
import type { FromPolicy } from './from-policy.ts'
import { type HoldLinks, holdNotice } from './hold-notice.ts'
import { LEASE_MS, waitAfter } from './send-mails.ts'
import { MailRefusedError, type MailTransport } from './smtp.ts'

/** What telling users of held mails works with. */
export interface NoticeSender {
  readonly store: Store
  readonly transport: MailTransport
  readonly policy: Pick<FromPolicy, 'from'>
  readonly links: HoldLinks | undefined
  clock(): Date
}

/**
 * Tells users whose mails are held back, once for each hold. One that cannot be sent now is tried again; one that is
 * refused is not: administrators see the hold all the same.
 */
export async function sendNotices(sender: NoticeSender): Promise<void> {
  const now = sender.clock()
  const leaseUntil = new Date(now.getTime() + LEASE_MS)
  const due = await sender.store.transact((tx) => tx.rows(claimNotices, now, leaseUntil))
  await Promise.all(due.map((each) => sendNotice(sender, each)))
}

async function sendNotice(
  { store, transport, policy, links, clock }: NoticeSender,
  notice: NoticeRow,
): Promise<void> {
  const again = await transport.send(holdNotice(notice, policy, links)).then(
    () => null,
    (error: unknown) =>
      error instanceof MailRefusedError ? null : new Date(clock().getTime() + waitAfter(notice.attempts - 1)),
  )
  await store.transact(async (tx) => tx.write(scheduleNotice, notice.userId, notice.holdId, again))
}
