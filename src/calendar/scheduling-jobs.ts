import { InvalidCalendarError } from '../ical/errors.ts'
import { StoreUnavailable } from '../store/errors.ts'
import { claimJob, type JobRow, postponeJob, SET_ASIDE_AFTER, setJobAside } from '../store/scheduling-jobs.ts'
import type { Transactor } from '../store/store.ts'
import { deliverMany, noteUndelivered, splitDelivery } from './deliver-many.ts'
import type { CalendarEnv } from './env.ts'
import { refreshMany } from './refresh-many.ts'
import { Refusal } from './refusal.ts'
import { tellRemoval } from './tell-removal.ts'

/** What became of one job. */
export type JobOutcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'done' }
  /** `isSetAside`: it failed too often, and is from now on tried once a day. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly isSetAside: boolean; readonly job: JobRow }

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
/** What was set aside is tried this often. */
const SET_ASIDE_MS = 86_400_000

/**
 * Does one job that is due: in one transaction, so that it is done once or not at all, whoever is killed meanwhile.
 * What fails is tried again, ever more seldom; what has failed too often is set aside, and the organizer sees that.
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
    const isSetAside = isHopeless(claimed, error) && !isForSeveral(claimed)
    await (isSetAside ? setAside : setBack)(env, claimed, error)
    return { kind: 'failed', error, isSetAside, job: claimed }
  }
}

/** What cannot be read will not be readable by itself. */
function isHopeless({ attempts }: JobRow, error: unknown): boolean {
  return attempts + 1 >= SET_ASIDE_AFTER || error instanceof InvalidCalendarError
}

function isForSeveral({ kind, recipients = [] }: JobRow): boolean {
  return kind === 'delivery' && recipients.length > 1
}

async function setBack(env: CalendarEnv, job: JobRow, error: unknown): Promise<void> {
  const { userId, jobId, attempts } = job
  await env.store.transact(async (tx) => {
    const isSplit = isForSeveral(job) && (attempts + 1 >= ATTEMPTS_TOGETHER || isHopeless(job, error))
    if (isSplit) return splitDelivery(env, tx, job)
    const wait = Math.min(FIRST_WAIT_MS * 2 ** attempts, LONGEST_WAIT_MS)
    tx.write(postponeJob, userId, jobId, new Date(env.clock().getTime() + wait), reasonOf(error))
  })
}

/** The organizer's copy may be what cannot be read: then nothing is noted there, and the job is kept all the same. */
async function setAside(env: CalendarEnv, job: JobRow, cause: unknown): Promise<void> {
  const due = new Date(env.clock().getTime() + SET_ASIDE_MS)
  const keep = (tx: Transactor) => tx.write(setJobAside, job.userId, job.jobId, due, reasonOf(cause))
  if (job.kind !== 'delivery') return env.store.transact(async (tx) => keep(tx))
  try {
    await env.store.transact(async (tx) => {
      await noteUndelivered(env, tx, job)
      keep(tx)
    })
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error
    await env.store.transact(async (tx) => keep(tx))
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
