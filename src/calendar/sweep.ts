import { InvalidCalendarError } from '../ical/errors.ts'
import { lockCalendarsById } from '../store/inbox.ts'
import { listShortEvents, type ShortEvent } from '../store/reindexing.ts'
import { call } from '../store/statement.ts'
import {
  listStaleInboxes,
  type StaleInbox,
  sweepHomeTombstones,
  sweepInbox,
  sweepLocks,
  sweepTombstones,
} from '../store/sweeping.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import { indexWindow } from './index-object.ts'
import { Refusal } from './refusal.ts'
import { reindex } from './reindex.ts'

/** What a sweep did. */
export interface SweepReport {
  readonly tombstones: number
  readonly locks: number
  /** Messages removed from inboxes. */
  readonly messages: number
  /** Recurring objects whose instances are listed farther now. */
  readonly reindexed: number
}

export interface SweepOptions {
  /** How long removals are remembered for those who synchronise; default 180. */
  readonly tombstoneDays?: number
  /** How long inboxes keep messages; default 90. */
  readonly inboxDays?: number
}

const DAY_MS = 24 * 3600 * 1000
const BATCH = 500
/** Instances are listed anew when the list ends this much before where it would end today. */
const SLACK_MS = 90 * DAY_MS

/**
 * Bounds what grows and moves the window of listed instances on with time. Safe to run at any time, in several
 * processes at once; what it leaves undone the next run does.
 */
export async function sweep(
  env: CalendarEnv,
  { tombstoneDays = 180, inboxDays = 90 }: SweepOptions = {},
): Promise<SweepReport> {
  const now = env.clock()
  const before = new Date(now.getTime() - tombstoneDays * DAY_MS)
  const messages = await sweepInboxes(env, new Date(now.getTime() - inboxDays * DAY_MS))
  const objects = await repeatedly(() => sweepBatch(env, sweepTombstones, before))
  const collections = await repeatedly(() => sweepBatch(env, sweepHomeTombstones, before))
  const [locks] = await env.store.transact((tx) => tx.rows(sweepLocks, now))
  const tombstones = objects + collections
  return { tombstones, locks: locks?.swept ?? 0, messages, reindexed: await extendInstances(env) }
}

const INBOXES = 50

async function sweepInboxes(env: CalendarEnv, before: Date): Promise<number> {
  let total = 0
  for (;;) {
    const inboxes = await env.store.reader.rows(listStaleInboxes, before, INBOXES)
    let swept = 0
    for (const inbox of inboxes) swept += await repeatedly(() => sweepOneInbox(env, inbox, before))
    total += swept
    if (swept === 0) return total
  }
}

/** The lock comes first, in a statement of its own: what waited for it would not see what was removed meanwhile. */
async function sweepOneInbox(
  env: CalendarEnv,
  { userId, calendarId }: StaleInbox,
  before: Date,
): Promise<number> {
  return env.store.transact(async (tx) => {
    const [, swept] = await tx.all([
      call(lockCalendarsById, [calendarId]),
      call(sweepInbox, userId, calendarId, before, BATCH, env.clock()),
    ])
    return swept.rows[0]?.swept ?? 0
  })
}

async function sweepBatch(
  env: CalendarEnv,
  statement: typeof sweepTombstones,
  before: Date,
): Promise<number> {
  return env.store.transact(async (tx) => (await tx.row(statement, before, BATCH))?.swept ?? 0)
}

async function repeatedly(step: () => Promise<number>): Promise<number> {
  let total = 0
  for (;;) {
    const count = await step()
    total += count
    if (count < BATCH) return total
  }
}

const REINDEX_BATCH = 50

async function extendInstances(env: CalendarEnv): Promise<number> {
  const horizon = new Date(indexWindow(env.clock()).until - SLACK_MS)
  let [done, failed] = [0, 0]
  for (;;) {
    // Those that cannot be indexed any more stay at the front; they are answered by expansion.
    const events = await env.store.reader.rows(listShortEvents, horizon, REINDEX_BATCH, failed)
    for (const event of events) {
      if (await extended(env, event)) done += 1
      else failed += 1
    }
    if (events.length < REINDEX_BATCH) return done
  }
}

async function extended(env: CalendarEnv, event: ShortEvent): Promise<boolean> {
  try {
    await env.store.transact((tx) => reindex(env, tx, event, floatingZoneOf(event)))
    return true
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof InvalidCalendarError)) throw error
    return false
  }
}
