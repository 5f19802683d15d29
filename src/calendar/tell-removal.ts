import { remainderOf } from '../scheduling/remainder.ts'
import { roleIn } from '../scheduling/role.ts'
import { findRecipients, lockCalendarsById } from '../store/inbox.ts'
import { deleteJob, type JobRow } from '../store/scheduling-jobs.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { Delivery } from './deliver.ts'
import { deliverPlan, planned } from './deliver-plan.ts'
import { Texts } from './deliver-write.ts'
import type { CalendarEnv } from './env.ts'
import { reachOf, readStored } from './reach.ts'
import { writeJobs, writeParties } from './write-parties.ts'

/**
 * Tells of an object that was removed and has not come back: its organizer cancels it, an attendee declines it (RFC
 * 6638 §3.2.1.3, §3.2.2.3).
 *
 * @returns false when somebody came into play between looking and locking
 */
export async function tellRemoval(env: CalendarEnv, tx: Transactor, job: JobRow): Promise<boolean> {
  const { userId, jobId, email, uid, component, data } = job
  const before = readStored(data)
  const finish = () => {
    tx.write(deleteJob, userId, jobId)
    return true
  }
  if (before === undefined) return finish()
  const concerned = { ownEmail: email, objects: [before], uid, component, isBehind: false }
  const reach = await reachOf(tx, concerned)
  const [, { rows }] = await tx.all([
    call(lockCalendarsById, reach.calendarIds),
    call(findRecipients, [email, ...reach.emails], uid, component),
  ])
  const holder = rows.find((row) => row.userId === userId)
  const own = new Set([`mailto:${email}`])
  const role = roleIn(before, own)
  // It is here again: it was invited to anew, or another copy of it stays.
  const held = holder?.scheduleTag === undefined ? undefined : readStored(holder.data)
  const gone = held === undefined ? before : role === 'attendee' ? remainderOf(before, held) : undefined
  if (gone === undefined) return finish()
  const others = rows.filter((row) => row !== holder)
  if (!others.every((row) => row.calendarIds.every((id) => reach.calendarIds.includes(id)))) return false
  const delivery = new Delivery(env, tx, userId, others, reach)
  const now = env.clock().getTime()
  const planning = { role, before: gone, own, isSilent: false, now }
  await deliverPlan(env, tx, delivery, planned(undefined, planning), planning)
  writeParties(env, tx, new Texts(), delivery)
  writeJobs(env, tx, { userId, uid, component }, delivery.postponed)
  return finish()
}
