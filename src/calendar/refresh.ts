import type { Component } from '../ical/component.ts'
import { type CalendarObject, calendarObjectOf } from '../ical/object.ts'
import { withStatuses } from '../scheduling/delivery-status.ts'
import type { PlanContext, SchedulingMessage } from '../scheduling/message.ts'
import { messagesBetween } from '../scheduling/organizer-messages.ts'
import { emailOf } from '../scheduling/participants.ts'
import { everyComponent, type Series, seriesOf } from '../scheduling/series.ts'
import { lastStamp } from '../scheduling/stamp.ts'
import { isCancelled } from '../scheduling/view.ts'
import { wantRefresh } from '../store/scheduling-jobs.ts'
import type { Transactor } from '../store/store.ts'
import { type Delivery, type Party, STATUS } from './deliver.ts'
import type { CalendarEnv } from './env.ts'
import { emailsIn, readStored } from './reach.ts'
import { writeJobs } from './write-parties.ts'

/** The other attendees of a large meeting see an answer when nobody else has answered for this long … */
const QUIET_MS = 10_000
/** … or this long after the first, and not more often than this. */
export const REFRESH_MS = 60_000

/**
 * Shows an answer to the other attendees, without a word to anybody: at once in their copies, or, in a large meeting,
 * by a job for many answers together.
 */
export async function refresh(
  env: CalendarEnv,
  tx: Transactor,
  delivery: Delivery,
  replies: readonly SchedulingMessage[],
): Promise<void> {
  for (const { sender, recipient } of replies) {
    const organizer = delivery.partyAt(recipient)
    if (organizer?.object === undefined || !organizer.isChanged) continue
    await tellDelegates(env, tx, delivery, organizer)
    if (delivery.isLarge) refreshLater(env, tx, organizer)
    else
      await showTo(delivery, seriesOf(organizer.object), organizer.own, ({ recipient: to }) => to !== sender)
  }
}

/**
 * RFC 5546 §3.2.2.3: whom an attendee delegates to is invited, and who was their delegate before is told that they are
 * none any more. They may be somebody that nobody had thought of when calendars were locked, and are then told by a job.
 */
async function tellDelegates(
  env: CalendarEnv,
  tx: Transactor,
  delivery: Delivery,
  organizer: Party,
): Promise<void> {
  const { row, object, own } = organizer
  const before = readStored(row.data)
  if (object === undefined || before === undefined) return
  const [known, named] = [emailsIn([before]), emailsIn([object])]
  const series = seriesOf(object)
  const toNewcomers = messagesTo(newIn(named, known), () => currentMessages(series, own))
  const toLeavers = messagesTo(newIn(known, named), () => changeMessages(seriesOf(before), series, own))
  const statuses = new Map<string, string>()
  for (const message of [...toNewcomers, ...toLeavers]) {
    const party = delivery.partyAt(message.recipient)
    if (message.method !== 'CANCEL' && isAlive(party?.object)) continue
    if (party === undefined)
      writeJobs(env, tx, { userId: row.userId, ...object }, [{ message, isQuiet: false }])
    const status = party === undefined ? STATUS.pending : await delivery.deliver(message)
    if (status !== undefined) statuses.set(message.recipient, status)
  }
  organizer.object = calendarObjectOf(withStatuses(object.calendar, statuses))
}

/** Whoever has a copy is shown the rest with everybody else; one that was cancelled is an invitation anew. */
function isAlive(copy: CalendarObject | undefined): boolean {
  return copy !== undefined && !everyComponent(seriesOf(copy)).every(isCancelled)
}

function newIn(emails: ReadonlySet<string>, known: ReadonlySet<string>): Set<string> {
  return new Set([...emails].filter((email) => !known.has(email)))
}

function messagesTo(emails: ReadonlySet<string>, messages: () => readonly SchedulingMessage[]) {
  if (emails.size === 0) return []
  return messages().filter(({ recipient }) => emails.has(emailOf(recipient) ?? ''))
}

function refreshLater(env: CalendarEnv, tx: Transactor, { row, object }: Party): void {
  if (object === undefined) return
  const now = env.clock()
  const due = new Date(now.getTime() + QUIET_MS)
  tx.write(wantRefresh, row.userId, env.newId(), object.uid, object.component, due, now, REFRESH_MS)
}

/** Shows what rooms answered to those who are not sent a message that says it. */
export async function showAnswers(
  delivery: Delivery,
  store: Component,
  { own }: PlanContext,
  told: readonly SchedulingMessage[],
): Promise<void> {
  const known = new Set(told.map(({ recipient }) => recipient))
  const needsIt = ({ recipient }: SchedulingMessage) => !known.has(recipient) && !delivery.isRoom(recipient)
  await showTo(delivery, seriesOf(calendarObjectOf(store)), own, needsIt)
}

async function showTo(
  delivery: Delivery,
  series: Series,
  own: ReadonlySet<string>,
  needsIt: (message: SchedulingMessage) => boolean,
): Promise<void> {
  for (const message of currentMessages(series, own)) {
    if (needsIt(message)) await delivery.deliver(message, true)
  }
}

/** What every attendee is invited to as it is now, as of the last message about it. */
export function currentMessages(series: Series, own: ReadonlySet<string>): readonly SchedulingMessage[] {
  return changeMessages(undefined, series, own)
}

function changeMessages(before: Series | undefined, after: Series, own: ReadonlySet<string>) {
  const stamp = lastStamp(after, own)
  return stamp === undefined ? [] : messagesBetween(before, after, { own, now: stamp, stamp })
}
