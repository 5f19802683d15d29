import { InvalidCalendarError } from '../ical/errors.ts'
import { StoreUnavailable } from '../store/errors.ts'
import { claimJob, deleteJob, type JobRow, postponeJob } from '../store/scheduling-jobs.ts'
import type { Transactor } from '../store/store.ts'
import { deliverMany, giveUpDelivery, splitDelivery } from './deliver-many.ts'
import type { CalendarEnv } from './env.ts'
import { refreshMany } from './refresh-many.ts'
import { Refusal } from './refusal.ts'
import { tellRemoval } from './tell-removal.ts'

/** What became of one job. */
export type JobOutcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown }

/** Does its work in the transaction given. @returns false when somebody came into play between looking and locking */
export type JobWork = (env: CalendarEnv, tx: Transactor, job: JobRow) => Promise<boolean>

const WORK: Readonly<Record<JobRow['kind'], JobWork>> = {
  removal: tellRemoval,
  delivery: deliverMany,
  refresh: refreshMany,
}

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 10 * 60_000
/** What fails for several people is tried for each by themselves, so that one does not keep it from the others. */
const ATTEMPTS_TOGETHER = 3
const MAX_ATTEMPTS = 12

/**
 * Does one job that is due: in one transaction, so that it is done once or not at all, whoever is killed meanwhile.
 * What fails is tried again, ever more seldom; after hours it is given up, and the organizer sees that.
 */
export async function runJob(env: CalendarEnv): Promise<JobOutcome> {
  let claimed: JobRow | undefined
  try {
    const isDone = await env.store.transact(async (tx) => {
      claimed = await tx.row(claimJob, env.clock())
      return claimed === undefined ? undefined : await WORK[claimed.kind](env, tx, claimed)
    })
    if (isDone === undefined) return { kind: 'none' }
    if (isDone) return { kind: 'done' }
    throw new Refusal({ code: 'busy', retryAfterSeconds: 1 })
  } catch (error) {
    if (claimed === undefined || error instanceof StoreUnavailable) throw error
    await setBack(env, claimed, error)
    return { kind: 'failed', error }
  }
}

async function setBack(env: CalendarEnv, job: JobRow, error: unknown): Promise<void> {
  const { userId, jobId, kind, attempts } = job
  await env.store.transact(async (tx) => {
    if (attempts + 1 >= MAX_ATTEMPTS || error instanceof InvalidCalendarError) {
      if (kind === 'delivery') return giveUpDelivery(env, tx, job)
      return tx.write(deleteJob, userId, jobId)
    }
    if (kind === 'delivery' && attempts + 1 === ATTEMPTS_TOGETHER && splitDelivery(env, tx, job)) return
    const wait = Math.min(FIRST_WAIT_MS * 2 ** attempts, LONGEST_WAIT_MS)
    const due = new Date(env.clock().getTime() + wait)
    tx.write(postponeJob, userId, jobId, due, error instanceof Error ? error.message : String(error))
  })
}
