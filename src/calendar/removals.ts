import type { CalendarObject } from '../ical/object.ts'
import { serializeCalendar } from '../ical/text.ts'
import { withSendingNoted } from '../scheduling/organizer.ts'
import { receive } from '../scheduling/receive.ts'
import type { ReceiveContext, Received } from '../scheduling/received.ts'
import { findRemoval, insertRemoval, insertRemovals, updateRemoval } from '../store/scheduling-jobs.ts'
import type { Transactor } from '../store/store.ts'
import type { Planning } from './deliver-plan.ts'
import type { CalendarEnv } from './env.ts'
import { readStored } from './reach.ts'

/**
 * How long nobody but rooms is told of a removal. Clients move an event by removing it from one calendar and writing
 * it to another; when the same UID comes back in this time it is a change like any other, and mostly none. With the
 * time jobs take, the people concerned still know within five seconds.
 */
export const REMOVAL_MS = 3500

/** Queues the job that tells of a removal, unless the object comes back. */
export function tellOfRemoval(
  env: CalendarEnv,
  tx: Transactor,
  userId: string,
  object: CalendarObject,
  planning: Planning,
): void {
  // Rooms were told already: the next message to them must be a later one.
  const calendar = planning.role === 'organizer' ? withSendingNoted(object, planning) : object.calendar
  queueRemoval(env, tx, userId, object, serializeCalendar(calendar))
}

/** The same of an object as it was stored. */
export function queueRemoval(
  env: CalendarEnv,
  tx: Transactor,
  userId: string,
  { uid, component }: { readonly uid: string; readonly component: string },
  data: string,
): void {
  const now = env.clock()
  const due = new Date(now.getTime() + REMOVAL_MS)
  tx.write(insertRemoval, userId, env.newId(), uid, component, data, due, now)
}

/**
 * Puts an answer on record at an object that its organizer has just removed and that may come back.
 *
 * @returns whether there is one that takes it
 */
export async function answerRemoved(
  tx: Transactor,
  userId: string,
  received: Received,
  context: ReceiveContext,
): Promise<boolean> {
  const removal = await tx.row(findRemoval, userId, received.object.uid)
  const object = readStored(removal?.data)
  const { store } = object === undefined ? { store: undefined } : receive(object, received, context)
  if (removal === undefined || store === undefined) return false
  tx.write(updateRemoval, userId, removal.jobId, serializeCalendar(store))
  return true
}

/**
 * Queues the jobs for every object of a calendar that is removed as a whole: to remove a collection is to remove its members
 * (RFC 6638 §3.2). However many there are, it is one statement here and one job each.
 */
export function queueRemovals(env: CalendarEnv, tx: Transactor, userId: string, calendarId: string): void {
  const now = env.clock()
  tx.write(insertRemovals, userId, calendarId, new Date(now.getTime() + REMOVAL_MS), now)
}
