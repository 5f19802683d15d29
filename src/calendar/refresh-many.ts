import { seriesOf } from '../scheduling/series.ts'
import { findReach } from '../store/inbox.ts'
import { deleteJob, type JobRow, restJob } from '../store/scheduling-jobs.ts'
import type { Transactor } from '../store/store.ts'
import type { CalendarEnv } from './env.ts'
import { emailsIn, readStored } from './reach.ts'
import { currentMessages, REFRESH_MS } from './refresh.ts'
import { writeJobs } from './write-parties.ts'

/** Brings the attendees' copies of a large meeting up to date with the answers that came in, by quiet deliveries. */
export async function refreshMany(env: CalendarEnv, tx: Transactor, job: JobRow): Promise<true> {
  const { userId, jobId, email, uid, component, isIdle } = job
  const [organizer] = isIdle ? [] : await tx.rows(findReach, [email], uid, component, email)
  const object = readStored(organizer?.data)
  if (object === undefined) {
    tx.write(deleteJob, userId, jobId)
    return true
  }
  const own = new Set([`mailto:${email}`])
  const local = await tx.rows(findReach, [...emailsIn([object])], uid, component, null)
  const addresses = new Set(local.map((row) => `mailto:${row.email}`))
  const messages = currentMessages(seriesOf(object), own).filter(({ recipient }) => addresses.has(recipient))
  writeJobs(
    env,
    tx,
    { userId, uid, component },
    messages.map((message) => ({ message, isQuiet: true })),
  )
  tx.write(restJob, userId, jobId, new Date(env.clock().getTime() + REFRESH_MS))
  return true
}
