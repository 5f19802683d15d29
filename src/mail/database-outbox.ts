import type { CalendarEnv } from '../calendar/env.ts'
import { recordDelivery } from '../calendar/record-delivery.ts'
import { StoreUnavailable } from '../store/errors.ts'
import { sweepCorrespondents } from '../store/mail-counts.ts'
import { holdMassCancels } from '../store/mail-holds.ts'
import {
  claimOutgoing,
  deferOutgoing,
  deleteOutgoing,
  dropSuperseded,
  markSent,
  moveToThread,
  type OutgoingRow,
  postponeOutgoing,
  sweepThreads,
} from '../store/outgoing.ts'
import type { Store, Transactor } from '../store/store.ts'
import { takeFromHour } from './hourly-limits.ts'
import type { ClaimedMail, MailOutcome, Outbox } from './outbox.ts'
import type { OutgoingMail } from './outgoing-mail.ts'

/** Changes of the guest list are told of once, not guest by guest. */
const QUIET_MS = 10 * 60_000
const HOUR_MS = 3_600_000
/** An event nobody has written about for two years begins a new thread. */
const THREAD_MS = 2 * 366 * 24 * HOUR_MS

/** How much may leave. */
export interface OutboxPolicy {
  /** Events one user may cancel in an hour before the mails about it are held back. */
  readonly mostCancels: number
  /** Invitations one user may send in an hour; more of them wait. */
  readonly sendsPerHour: number
  /** Invitations one address may be sent in an hour; more of them wait. */
  readonly invitationsPerHour: number
}

/** The outbox in the database. */
export function databaseOutbox(env: CalendarEnv, policy: OutboxPolicy): Outbox {
  const { store } = env
  return {
    async claim(now, leaseUntil, limit) {
      const claimed = await store.transact(async (tx) => {
        tx.write(holdMassCancels, now, new Date(now.getTime() - HOUR_MS), policy.mostCancels)
        tx.write(dropSuperseded)
        const quietBefore = new Date(now.getTime() - QUIET_MS)
        return tx.rows(claimOutgoing, now, leaseUntil, limit, quietBefore)
      })
      const allowed: OutgoingRow[] = []
      for (const row of claimed) if (await mayLeave(store, row, now, policy)) allowed.push(row)
      return allowed.map(claimedOf)
    },
    markSent: ({ ownerId, id }) => store.transact(async (tx) => tx.write(markSent, ownerId, id, env.clock())),
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
      store.transact(async (tx) => {
        const before = new Date(env.clock().getTime() - THREAD_MS)
        tx.write(sweepThreads, before)
        tx.write(sweepCorrespondents, before)
      }),
  }
}

/** What makes others' mailboxes fuller; answers and cancellations are few. */
const COUNTED = ['REQUEST', 'PUBLISH', 'ADD', 'COUNTER', 'REFRESH']

/** Counts a mail when it is first tried. One too many waits, and is as if it had never been taken out. */
async function mayLeave(
  store: Store,
  { userId, messageId, method, recipient, attempts, isSent }: OutgoingRow,
  now: Date,
  { sendsPerHour, invitationsPerHour }: OutboxPolicy,
): Promise<boolean> {
  if (isSent || attempts > 1 || !COUNTED.includes(method)) return true
  const limits = [
    { key: `sent by ${userId}`, most: sendsPerHour },
    { key: `sent to ${recipient}`, most: invitationsPerHour },
  ]
  const over = await takeFromHour(store, limits, now)
  if (over === undefined) return true
  await store.transact(async (tx) => tx.write(deferOutgoing, userId, messageId, over, TOO_MANY))
  return false
}

const TOO_MANY = 'too many invitations in this hour'

function claimedOf(row: OutgoingRow): ClaimedMail {
  const { userId, messageId, uid, method, sender, recipient, data, previous } = row
  const { senderName, locale, timezone, accountLocale, writtenLanguage } = row
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
    accountLocale,
    writtenLanguage,
    createdAt: row.createdAt,
  }
  return { mail, attempts: row.attempts - 1, isSent: row.isSent }
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
  { ownerId, id }: OutgoingMail,
  { isSent }: MailOutcome,
): Promise<boolean> {
  const changed = isSent
    ? await tx.change(moveToThread, ownerId, id, env.clock())
    : await tx.change(deleteOutgoing, ownerId, id)
  return changed > 0
}
