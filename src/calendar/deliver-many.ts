import { parameter } from '../ical/component.ts'
import { calendarObjectOf } from '../ical/object.ts'
import { parseCalendar } from '../ical/text.ts'
import { withStatuses } from '../scheduling/delivery-status.ts'
import type { Method, SchedulingMessage } from '../scheduling/message.ts'
import { attendeesOf, emailOf } from '../scheduling/participants.ts'
import { everyComponent, seriesOf } from '../scheduling/series.ts'
import { findReach, findRecipients, lockCalendarsById } from '../store/inbox.ts'
import { deleteJob, type JobRow, SET_ASIDE_AFTER, splitJob } from '../store/scheduling-jobs.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { Delivery, STATUS } from './deliver.ts'
import { Texts } from './deliver-write.ts'
import type { CalendarEnv } from './env.ts'
import { currentMessages } from './refresh.ts'
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
  const statuses = new Map<string, string>()
  for (const message of wasSetAside(job) ? currentlyMeant(delivery, job) : messagesOf(job)) {
    const status = await delivery.deliver(message, job.isQuiet)
    if (status !== undefined) statuses.set(message.recipient, status)
  }
  for (const reply of delivery.replies) await delivery.deliver(reply)
  noteStatuses(delivery, job, statuses)
  writeParties(env, tx, new Texts(), delivery)
  tx.write(deleteJob, job.userId, job.jobId)
  return true
}

function messagesOf({
  method,
  sender = '',
  recipients = [],
  data = '',
  isPast,
}: JobRow): SchedulingMessage[] {
  const calendar = parseCalendar(data)
  const message = { method: method as Method, sender, calendar, weight: 'time', isPast } as const
  return recipients.map((recipient) => ({ ...message, recipient }))
}

function wasSetAside({ attempts }: JobRow): boolean {
  return attempts >= SET_ASIDE_AFTER
}

/**
 * The event went on without what was set aside: its recipients are told what holds now. Who is not invited any more
 * needs nothing but a cancellation, lest an old invitation brings back a meeting that is off.
 */
function currentlyMeant(delivery: Delivery, job: JobRow): SchedulingMessage[] {
  const organizer = delivery.parties.get(job.email)
  const object = organizer?.row.scheduleTag === undefined ? undefined : organizer.object
  const all =
    organizer === undefined || object === undefined ? [] : currentMessages(seriesOf(object), organizer.own)
  const old = job.method === 'CANCEL' ? messagesOf(job) : []
  return (job.recipients ?? []).flatMap((recipient) => {
    const current = all.filter((message) => message.recipient === recipient)
    return current.length > 0 ? current : old.filter((message) => message.recipient === recipient)
  })
}

/** What cannot be delivered is on record as that at the organizer's own copy. */
export async function noteUndelivered(env: CalendarEnv, tx: Transactor, job: JobRow): Promise<void> {
  const delivery = await lockedDelivery(env, tx, { ...job, recipients: [] })
  if (delivery === undefined || job.isQuiet) return
  const lost = (job.recipients ?? []).map((each) => [each, STATUS.noCalendar] as const)
  noteStatuses(delivery, job, new Map(lost))
  writeParties(env, tx, new Texts(), delivery)
}

/** Makes a job for each recipient of one for several. */
export function splitDelivery(env: CalendarEnv, tx: Transactor, { userId, jobId }: JobRow): void {
  tx.write(splitJob, userId, jobId, env.clock())
  tx.write(deleteJob, userId, jobId)
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

/** An answer says more than that the question was delivered, and may have come before this is on record. */
function noteStatuses(delivery: Delivery, job: JobRow, statuses: ReadonlyMap<string, string>): void {
  const organizer = delivery.parties.get(job.email)
  if (organizer?.object === undefined || organizer.row.scheduleTag === undefined) return
  const open: readonly string[] = wasSetAside(job) ? [STATUS.pending, STATUS.noCalendar] : [STATUS.pending]
  const waiting = new Set(
    everyComponent(seriesOf(organizer.object))
      .flatMap(attendeesOf)
      .filter(({ property }) => open.includes(parameter(property, 'SCHEDULE-STATUS') ?? ''))
      .map(({ address }) => address),
  )
  const news = new Map([...statuses].filter(([address]) => waiting.has(address)))
  const marked = withStatuses(organizer.object.calendar, news)
  if (marked === organizer.object.calendar) return
  organizer.object = calendarObjectOf(marked)
  organizer.isChanged = true
}
