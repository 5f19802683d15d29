import { InvalidCalendarError } from '../ical/errors.ts'
import { sweepItems } from '../store/inbox.ts'
import { listShortEvents } from '../store/reindexing.ts'
import { sweepHomeTombstones, sweepLocks, sweepTombstones } from '../store/sweeping.ts'
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

async function sweepInboxes(env: CalendarEnv, before: Date): Promise<number> {
  let total = 0
  for (;;) {
    const swept = await env.store.transact(
      async (tx) => (await tx.row(sweepItems, before, BATCH, env.clock()))?.swept,
    )
    if (swept === undefined || swept === 0) return total
    total += swept
  }
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

async function extendInstances(env: CalendarEnv): Promise<number> {
  const horizon = new Date(indexWindow(env.clock()).until - SLACK_MS)
  let total = 0
  for (;;) {
    const { found, done } = await extendBatch(env, horizon)
    total += done
    // Those that cannot be indexed any more stay at the front; they are answered by expansion.
    if (found < REINDEX_BATCH || done === 0) return total
  }
}

const REINDEX_BATCH = 50

async function extendBatch(env: CalendarEnv, horizon: Date): Promise<{ found: number; done: number }> {
  const events = await env.store.reader.rows(listShortEvents, horizon, REINDEX_BATCH)
  let done = 0
  for (const event of events) {
    try {
      await env.store.transact((tx) => reindex(env, tx, event, floatingZoneOf(event)))
      done += 1
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof InvalidCalendarError)) throw error
    }
  }
  return { found: events.length, done }
}
