import { serializeCalendar } from '../ical/text.ts'
import type { SchedulingMessage } from '../scheduling/message.ts'
import { insertDelivery } from '../store/scheduling-jobs.ts'
import type { Transactor } from '../store/store.ts'
import type { Delivery, Postponed } from './deliver.ts'
import { type Texts, writeParty } from './deliver-write.ts'
import type { CalendarEnv } from './env.ts'

/** A write into somebody's home. */
export interface HomeWrite {
  readonly userId: string
  write(): void
}

/**
 * Queues what became of everybody's copies, and the messages to people elsewhere.
 *
 * @param own the write into the sender's own home, if there is one
 */
export function writeParties(
  env: CalendarEnv,
  tx: Transactor,
  texts: Texts,
  delivery: Delivery,
  own: readonly HomeWrite[] = [],
): void {
  // Homes are locked as they are written to, so everyone writes to them in one order.
  const order: HomeWrite[] = [
    ...own,
    ...[...delivery.parties.values()].map((party) => ({
      userId: party.row.userId,
      write: () => writeParty(env, tx, texts, party),
    })),
  ]
  for (const { write } of order.sort((one, other) => (one.userId < other.userId ? -1 : 1))) write()
  delivery.writeMails()
}

/** What a message is about. */
export interface Subject {
  /** UUID of the user whose object it is. */
  readonly userId: string
  readonly uid: string
  readonly component: string
}

/** People told by one job: each is one transaction, which locks all their calendars. */
const PEOPLE_PER_JOB = 50

/** Queues the jobs that deliver what was postponed, in the order of its messages. */
export function writeJobs(
  env: CalendarEnv,
  tx: Transactor,
  { userId, uid, component }: Subject,
  postponed: readonly Postponed[],
): void {
  const now = env.clock()
  for (const { message, isQuiet, recipients } of grouped(postponed)) {
    const { method, sender, isPast } = message
    const data = serializeCalendar(message.calendar)
    for (let from = 0; from < recipients.length; from += PEOPLE_PER_JOB) {
      const some = recipients.slice(from, from + PEOPLE_PER_JOB)
      const job = [
        userId,
        env.newId(),
        uid,
        component,
        method,
        sender,
        some,
        data,
        isQuiet,
        isPast,
        now,
      ] as const
      tx.write(insertDelivery, ...job)
    }
  }
}

interface Group extends Postponed {
  readonly recipients: string[]
}

/** Those who are sent the very same calendar are told together. */
function grouped(postponed: readonly Postponed[]): Group[] {
  const groups = new Map<SchedulingMessage['calendar'], Group>()
  for (const { message, isQuiet } of postponed) {
    const group = groups.get(message.calendar) ?? { message, isQuiet, recipients: [] }
    group.recipients.push(message.recipient)
    groups.set(message.calendar, group)
  }
  return [...groups.values()]
}
