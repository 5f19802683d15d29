import type { Component } from '../ical/component.ts'
import { calendarObjectOf } from '../ical/object.ts'
import type { PlanContext, SchedulingMessage } from '../scheduling/message.ts'
import { messagesBetween } from '../scheduling/organizer-messages.ts'
import { type Series, seriesOf } from '../scheduling/series.ts'
import { lastStamp } from '../scheduling/stamp.ts'
import { wantRefresh } from '../store/scheduling-jobs.ts'
import type { Transactor } from '../store/store.ts'
import type { Delivery, Party } from './deliver.ts'
import type { CalendarEnv } from './env.ts'

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
    if (delivery.isLarge) refreshLater(env, tx, organizer)
    else
      await showTo(delivery, seriesOf(organizer.object), organizer.own, ({ recipient: to }) => to !== sender)
  }
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
  const stamp = lastStamp(series, own)
  return stamp === undefined ? [] : messagesBetween(undefined, series, { own, now: stamp, stamp })
}
