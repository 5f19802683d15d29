import { parameter } from '../ical/component.ts'
import { calendarObjectOf } from '../ical/object.ts'
import { parseCalendar } from '../ical/text.ts'
import { withStatuses } from '../scheduling/delivery-status.ts'
import type { Method } from '../scheduling/message.ts'
import { attendeesOf, emailOf } from '../scheduling/participants.ts'
import { everyComponent, seriesOf } from '../scheduling/series.ts'
import { findReach, findRecipients, lockCalendarsById } from '../store/inbox.ts'
import { deleteJob, insertDelivery, type JobRow } from '../store/scheduling-jobs.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { Delivery, STATUS } from './deliver.ts'
import { Texts } from './deliver-write.ts'
import type { CalendarEnv } from './env.ts'
import { writeParties } from './write-parties.ts'

/**
 * Delivers one message to several people, and puts on record at the organizer's own copy what became of it
 * (SCHEDULE-STATUS, RFC 6638 §3.2.9), under the locks of all their calendars.
 *
 * @returns false when somebody came into play between looking and locking
 */
export async function deliverMany(env: CalendarEnv, tx: Transactor, job: JobRow): Promise<boolean> {
  const delivery = await lockedDelivery(env, tx, job)
  if (delivery === undefined) return false
  const { method, sender = '', recipients = [], data = '', isQuiet, isPast } = job
  const calendar = parseCalendar(data)
  const statuses = new Map<string, string>()
  for (const recipient of recipients) {
    const message = { method: method as Method, sender, recipient, calendar, weight: 'time', isPast } as const
    const status = await delivery.deliver(message, isQuiet)
    if (status !== undefined) statuses.set(recipient, status)
  }
  for (const reply of delivery.replies) await delivery.deliver(reply)
  finish(env, tx, job, delivery, statuses)
  return true
}

/** What cannot be delivered is on record as that. */
export async function giveUpDelivery(env: CalendarEnv, tx: Transactor, job: JobRow): Promise<void> {
  const delivery = await lockedDelivery(env, tx, { ...job, recipients: [] })
  const lost = (job.isQuiet ? [] : (job.recipients ?? [])).map((each) => [each, STATUS.noCalendar] as const)
  if (delivery === undefined) tx.write(deleteJob, job.userId, job.jobId)
  else finish(env, tx, job, delivery, new Map(lost))
}

/** Makes a job for each recipient of one for several. @returns whether there were several */
export function splitDelivery(env: CalendarEnv, tx: Transactor, job: JobRow): boolean {
  const { userId, jobId, uid, component, method, sender, recipients = [], data, isQuiet, isPast } = job
  if (recipients.length < 2) return false
  tx.write(deleteJob, userId, jobId)
  for (const recipient of recipients) {
    const values = [uid, component, method, sender, [recipient], data, isQuiet, isPast, env.clock()] as const
    tx.write(insertDelivery, userId, env.newId(), ...values)
  }
  return true
}

async function lockedDelivery(
  env: CalendarEnv,
  tx: Transactor,
  { userId, email, uid, component, recipients = [] }: JobRow,
): Promise<Delivery | undefined> {
  const emails = [email, ...recipients.flatMap((recipient) => emailOf(recipient) ?? [])]
  const reach = await tx.rows(findReach, emails, uid, component, null)
  const ids = [...new Set(reach.flatMap(({ calendarIds }) => calendarIds))]
  const [, { rows }] = await tx.all([
    call(lockCalendarsById, ids),
    call(findRecipients, emails, uid, component),
  ])
  if (!rows.every((row) => row.calendarIds.every((id) => ids.includes(id)))) return undefined
  return new Delivery(env, tx, userId, rows, { isLarge: true })
}

function finish(
  env: CalendarEnv,
  tx: Transactor,
  { userId, jobId, email }: JobRow,
  delivery: Delivery,
  statuses: ReadonlyMap<string, string>,
): void {
  noteStatuses(delivery, email, statuses)
  writeParties(env, tx, new Texts(), delivery)
  tx.write(deleteJob, userId, jobId)
}

/** An answer says more than that the question was delivered, and may have come before this is on record. */
function noteStatuses(delivery: Delivery, email: string, statuses: ReadonlyMap<string, string>): void {
  const organizer = delivery.parties.get(email)
  if (organizer?.object === undefined || organizer.row.scheduleTag === undefined) return
  const waiting = new Set(
    everyComponent(seriesOf(organizer.object))
      .flatMap(attendeesOf)
      .filter(({ property }) => parameter(property, 'SCHEDULE-STATUS') === STATUS.pending)
      .map(({ address }) => address),
  )
  const news = new Map([...statuses].filter(([address]) => waiting.has(address)))
  const marked = withStatuses(organizer.object.calendar, news)
  if (marked === organizer.object.calendar) return
  organizer.object = calendarObjectOf(marked)
  organizer.isChanged = true
}
