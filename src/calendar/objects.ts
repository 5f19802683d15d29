import {
  type EventRow,
  findEvents,
  findEventsWithData,
  findObject,
  findObjectWithData,
  listEventsWithData,
} from '../store/events.ts'
import { calendarOfRow } from './collection-of-row.ts'
import type { CalendarEnv } from './env.ts'
import { granteeIdsOf } from './grantees.ts'
import { listingsOf } from './listing-cache.ts'
import type { Actor, Calendar, CalendarObjectRecord, ObjectRef } from './model.ts'
import { canonicalPath } from './paths.ts'
import { NONE, READ_CONTENT } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/**
 * One calendar object resource and the calendar it is in.
 *
 * @param options.data with its text
 * @throws Refusal `not-found`, or `need-privileges` without DAV:read
 */
export async function getObject(
  env: CalendarEnv,
  actor: Actor,
  ref: ObjectRef,
  options: { readonly data: boolean },
): Promise<{ calendar: Calendar; object: CalendarObjectRecord }> {
  const found = await env.store.reader.row(
    options.data ? findObjectWithData : findObject,
    actor.userId,
    granteeIdsOf(actor),
    ref.owner,
    ref.collection,
    ref.name,
  )
  const isHidden = found === undefined || found.collectionPrivileges === NONE
  if (isHidden || found.collectionKind === 'collection') throw notFound(ref)
  requirePrivileges(found.collectionPrivileges, READ_CONTENT, ref)
  if (found.eventId === undefined) throw notFound(ref)
  return { calendar: calendarOfRow(found), object: objectOfRow(found) }
}

/**
 * Every object of a calendar, in groups, of one state of the database, with their text in order of UID. It
 * does not look at privileges.
 */
export function listObjects(
  env: CalendarEnv,
  calendar: Calendar,
  options: { readonly data: boolean },
): AsyncIterable<readonly CalendarObjectRecord[]> {
  const { owner, calendarId } = calendar
  if (!options.data) return listingsOf(env.store).list(calendar)
  return env.store.reader.stream(listEventsWithData, owner.userId, calendarId)
}

/** The objects of those names that exist, by name. */
export async function getObjects(
  env: CalendarEnv,
  calendar: Calendar,
  names: readonly string[],
  options: { readonly data: boolean },
): Promise<Map<string, CalendarObjectRecord>> {
  const { owner, calendarId } = calendar
  const wanted = options.data ? findEventsWithData : findEvents
  const rows = await env.store.reader.rows(wanted, owner.userId, calendarId, names)
  return new Map(rows.map((row) => [row.name, row]))
}

function objectOfRow(row: EventRow): CalendarObjectRecord {
  const { eventId, name, uid, component, data, size, etag, scheduleTag, revision, createdAt, updatedAt } = row
  return { eventId, name, uid, component, data, size, etag, scheduleTag, revision, createdAt, updatedAt }
}

function notFound(ref: ObjectRef): Refusal {
  return new Refusal({ code: 'not-found', what: canonicalPath(ref) })
}
