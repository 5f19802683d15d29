import type { CalendarEnv } from '../calendar/env.ts'
import { recordDelivery } from '../calendar/record-delivery.ts'
import { StoreUnavailable } from '../store/errors.ts'
import {
  claimOutgoing,
  deleteOutgoing,
  dropSuperseded,
  holdMassCancels,
  noteThread,
  type OutgoingRow,
  postponeOutgoing,
  sweepThreads,
} from '../store/outgoing.ts'
import type { Transactor } from '../store/store.ts'
import type { ClaimedMail, MailOutcome, Outbox } from './outbox.ts'
import type { OutgoingMail } from './outgoing-mail.ts'

/** Changes of the guest list are told of once, not guest by guest. */
const QUIET_MS = 10 * 60_000
const HOUR_MS = 3_600_000
/** An event nobody has written about for two years begins a new thread. */
const THREAD_MS = 2 * 366 * 24 * HOUR_MS

/**
 * The outbox in the database.
 * @param mostCancels events one user may cancel in an hour before the mails about it are held back
 */
export function databaseOutbox(env: CalendarEnv, mostCancels: number): Outbox {
  const { store } = env
  return {
    claim: (now, leaseUntil, limit) =>
      store.transact(async (tx) => {
        tx.write(holdMassCancels, now, new Date(now.getTime() - HOUR_MS), mostCancels)
        tx.write(dropSuperseded)
        const quietBefore = new Date(now.getTime() - QUIET_MS)
        return (await tx.rows(claimOutgoing, now, leaseUntil, limit, quietBefore)).map(claimedOf)
      }),
    settle: (mail, outcome) =>
      store
        .transact((tx) => settle(env, tx, mail, outcome))
        .catch((error) => {
          // What cannot go on record must not send the mail again.
          if (error instanceof StoreUnavailable) throw error
          return store.transact((tx) => remove(env, tx, mail, outcome).then(() => undefined))
        }),
    postpone: (mail, at, reason) =>
      store.transact(async (tx) => tx.write(postponeOutgoing, mail.ownerId, mail.id, at, reason)),
    sweep: () =>
      store.transact(async (tx) => tx.write(sweepThreads, new Date(env.clock().getTime() - THREAD_MS))),
  }
}

function claimedOf(row: OutgoingRow): ClaimedMail {
  const { userId, messageId, uid, method, sender, recipient, data, previous } = row
  const { senderName, locale, timezone } = row
  const mail = {
    id: messageId,
    ownerId: userId,
    uid,
    method,
    sender,
    recipient,
    calendar: data,
    previous,
    senderName,
    locale,
    timezone,
    createdAt: row.createdAt,
  }
  return { mail, attempts: row.attempts - 1 }
}

async function settle(
  env: CalendarEnv,
  tx: Transactor,
  mail: OutgoingMail,
  outcome: MailOutcome,
): Promise<void> {
  // Whoever's lease ran out may find it settled by another: once is enough.
  if (!(await remove(env, tx, mail, outcome))) return
  const { ownerId, uid, recipient } = mail
  await recordDelivery(env, tx, { userId: ownerId, uid, recipient, status: outcome.status })
}

/** @returns whether it was still there */
async function remove(
  env: CalendarEnv,
  tx: Transactor,
  { ownerId, id, uid, method, recipient, calendar }: OutgoingMail,
  { isSent }: MailOutcome,
): Promise<boolean> {
  if ((await tx.change(deleteOutgoing, ownerId, id)) === 0) return false
  if (isSent) tx.write(noteThread, ownerId, recipient, uid, method, calendar, env.clock())
  return true
}
