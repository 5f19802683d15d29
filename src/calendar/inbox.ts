import { findInbox, setBusyCalendars, setDefaultCalendar } from '../store/inbox.ts'
import { deleteProperty, putProperty } from '../store/properties.ts'
import { calendarOfRow } from './collection-of-row.ts'
import type { CalendarEnv } from './env.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, Calendar, HomeRef, Inbox, Outbox } from './model.ts'
import { NONE, SCHEDULE_DELIVER, SCHEDULE_SEND } from './privileges.ts'
import { Refusal } from './refusal.ts'
import type { DeadChanges } from './update-properties.ts'

/** The names of the two scheduling collections in every home (RFC 6638 §2.1, §2.2). */
export const INBOX = 'inbox'
export const OUTBOX = 'outbox'

/**
 * A user's scheduling inbox, which nobody else ever sees.
 *
 * @throws Refusal `not-found`
 */
export async function getInbox(env: CalendarEnv, actor: Actor, { owner }: HomeRef): Promise<Inbox> {
  const row = await env.store.reader.row(findInbox, actor.userId, granteeIdsOf(actor), owner)
  if (row === undefined || row.collectionPrivileges === NONE) throw notFound(`${owner}/${INBOX}`)
  const calendar = calendarOfRow(row)
  const privileges = calendar.privileges | SCHEDULE_DELIVER
  return { ...calendar, kind: 'inbox', privileges, defaultCalendar: row.defaultCalendar }
}

/** A user's scheduling outbox, theirs alone too. @throws Refusal `not-found` */
export async function getOutbox(env: CalendarEnv, actor: Actor, { owner }: HomeRef): Promise<Outbox> {
  const inbox = await getInbox(env, actor, { owner }).catch(() => {
    throw notFound(`${owner}/${OUTBOX}`)
  })
  const { createdAt, updatedAt, privileges } = inbox
  const held = (privileges & ~SCHEDULE_DELIVER) | SCHEDULE_SEND
  return { kind: 'outbox', owner: inbox.owner, privileges: held, createdAt, updatedAt }
}

/** The inbox as the collection of objects it is, for listing and synchronising. */
export function objectsOf(inbox: Inbox): Calendar {
  return { ...inbox, kind: 'calendar' }
}

/** What is changed of an inbox, besides dead properties. */
export interface InboxChanges {
  /** Name of the calendar new invitations go to; null: the client wants none. */
  readonly defaultCalendar?: string | null | undefined
  /** Names of the calendars that count as busy time; null: all do. */
  readonly busyCalendars?: readonly string[] | null | undefined
}

/**
 * Sets properties of the inbox: all of them or none.
 *
 * @throws Refusal `default-calendar-needed`, `valid-schedule-default-calendar-url`
 */
export async function updateInbox(
  env: CalendarEnv,
  inbox: Inbox,
  { defaultCalendar, busyCalendars }: InboxChanges,
  { setDead, removeDead }: DeadChanges,
): Promise<void> {
  const { userId } = inbox.owner
  const { calendarId } = inbox
  if (defaultCalendar === null) throw new Refusal({ code: 'default-calendar-needed' })
  await env.store.transact(async (tx) => {
    if (defaultCalendar !== undefined) {
      const changed = await tx.change(setDefaultCalendar, userId, defaultCalendar)
      if (changed === 0) throw new Refusal({ code: 'valid-schedule-default-calendar-url' })
    }
    if (busyCalendars !== undefined) tx.write(setBusyCalendars, userId, busyCalendars, env.clock())
    for (const { namespace, name } of removeDead) {
      tx.write(deleteProperty, userId, calendarId, 'collection', namespace, name)
    }
    for (const { namespace, name, xml } of setDead) {
      tx.write(putProperty, userId, calendarId, 'collection', namespace, name, xml)
    }
  })
}

function notFound(what: string): Refusal {
  return new Refusal({ code: 'not-found', what })
}
