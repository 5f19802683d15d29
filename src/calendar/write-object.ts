import { type CollectionRow, lockCollectionRow } from '../store/calendars.ts'
import {
  advanceCalendar,
  deleteEvent,
  deleteInstances,
  type EventContent,
  findWriteState,
  insertEvent,
  insertInstances,
  updateEvent,
  type WriteState,
} from '../store/event-writes.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import type { LockScope } from './assert-conditions.ts'
import { calendarOfRow } from './collection-of-row.ts'
import type { CalendarEnv } from './env.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, Calendar, CalendarObjectRecord, ComponentName, ObjectRef } from './model.ts'
import { canonicalPath } from './paths.ts'
import { NONE } from './privileges.ts'
import { Refusal } from './refusal.ts'

/** An object as it is before a change. */
export interface ExistingObject {
  readonly eventId: string
  readonly uid: string
  readonly etag: string
  readonly scheduleTag: string | undefined
  readonly size: number
  readonly isRecurring: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A name in a calendar whose row the transaction has locked. */
export interface ObjectPlace {
  readonly ref: ObjectRef
  readonly calendar: Calendar
  readonly scope: LockScope
  /** Undefined: the name is free. */
  readonly existing: ExistingObject | undefined
  /** Name of another object of the calendar that has the UID asked about. */
  readonly uidHolder: string | undefined
  /** Octets stored in the home. */
  readonly usedBytes: bigint
}

const CALENDARS_ONLY: readonly CollectionRow['collectionKind'][] = ['calendar']

/**
 * Locks the calendar and reads what a change of one of its names must know, in one round trip.
 *
 * @param uid of the object to be stored, if any
 * @throws Refusal `not-found`, `parent-missing` in one's own home, `method-not-allowed` outside a calendar
 */
export async function lockPlace(
  tx: Transactor,
  actor: Actor,
  ref: ObjectRef,
  uid: string | undefined,
  kinds: readonly CollectionRow['collectionKind'][] = CALENDARS_ONLY,
): Promise<ObjectPlace> {
  const [, { rows }] = await tx.all([
    call(lockCollectionRow, ref.owner, ref.collection),
    findPlaceCall(actor, ref, uid),
  ])
  return placeOf(rows[0], actor, ref, kinds)
}

/** Reads the place of a name in a calendar that is locked already. */
export function findPlaceCall(actor: Actor, ref: ObjectRef, uid: string | undefined) {
  const who = [actor.userId, granteeIdsOf(actor)] as const
  return call(findWriteState, ...who, ref.owner, ref.collection, ref.name, uid)
}

/** @throws Refusal as `lockPlace` does */
export function placeOf(
  row: WriteState | undefined,
  actor: Actor,
  ref: ObjectRef,
  kinds: readonly CollectionRow['collectionKind'][] = CALENDARS_ONLY,
): ObjectPlace {
  if (row === undefined && ref.owner === actor.username) throw new Refusal({ code: 'parent-missing' })
  if (row === undefined || row.collectionPrivileges === NONE) {
    throw new Refusal({ code: 'not-found', what: canonicalPath(ref) })
  }
  if (!kinds.includes(row.collectionKind)) {
    throw new Refusal({
      code: 'method-not-allowed',
      on: { owner: ref.owner, collection: ref.collection },
    })
  }
  const { ownerId, calendarId, lockedUntil, uidHolder, usedBytes } = row
  const calendar = calendarOfRow(row)
  return {
    ref,
    calendar,
    scope: { ownerId, calendarId, lockedUntil },
    existing: existingOf(row),
    uidHolder,
    usedBytes,
  }
}

function existingOf(row: WriteState): ExistingObject | undefined {
  if (row.eventId === undefined) return undefined
  const { eventId, uid, etag, scheduleTag, size, isRecurring, createdAt, updatedAt } = row
  return { eventId, uid, etag, scheduleTag, size, isRecurring, createdAt, updatedAt } as ExistingObject
}

/** What storing needs to know of a place. */
export interface StoringPlace {
  readonly ref: Pick<ObjectRef, 'name'>
  readonly calendar: Pick<Calendar, 'calendarId' | 'revision'> & {
    readonly owner: Pick<Calendar['owner'], 'userId'>
  }
  readonly existing: Pick<ExistingObject, 'eventId' | 'size' | 'isRecurring' | 'createdAt'> | undefined
}

/**
 * Queues the writes that store content at a place, as the calendar's next revision.
 *
 * @returns the object as it will be
 */
export function storeAt(
  env: CalendarEnv,
  tx: Transactor,
  creator: Pick<Actor, 'userId'>,
  place: StoringPlace,
  content: EventContent,
): CalendarObjectRecord {
  const { calendar, existing } = place
  const now = env.clock()
  const userId = calendar.owner.userId
  const { calendarId } = calendar
  const revision = calendar.revision + 1n
  const eventId = existing?.eventId ?? env.newId()
  const at = { userId, calendarId, eventId, name: place.ref.name, revision, now }
  if (existing === undefined) insertEvent(tx, at, creator.userId, content)
  else updateEvent(tx, at, content)
  if (existing?.isRecurring) tx.write(deleteInstances, userId, eventId)
  insertInstances(tx, at, content.index.instances)
  tx.write(advanceCalendar, userId, calendarId, revision, now, content.size - (existing?.size ?? 0))
  return recordOf(at, existing?.createdAt ?? now, content)
}

/** An object as it is after having been stored. */
export function recordOf(
  at: { eventId: string; name: string; revision: bigint; now: Date },
  createdAt: Date,
  { uid, component, data, size, etag, scheduleTag }: EventContent,
): CalendarObjectRecord {
  const { eventId, name, revision, now } = at
  return {
    eventId,
    name,
    uid,
    component: component as ComponentName,
    data,
    size,
    etag,
    scheduleTag,
    revision,
    createdAt,
    updatedAt: now,
  }
}

/** Queues the writes that remove the object at a place, as the calendar's next revision. */
export function removeAt(
  env: CalendarEnv,
  tx: Transactor,
  { calendar, ref }: ObjectPlace,
  { eventId, size }: ExistingObject,
): void {
  const now = env.clock()
  const userId = calendar.owner.userId
  const revision = calendar.revision + 1n
  tx.write(deleteEvent, userId, calendar.calendarId, eventId, ref.name, revision, now)
  tx.write(advanceCalendar, userId, calendar.calendarId, revision, now, -size)
}
