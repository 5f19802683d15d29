import { deleteCollectionRow, deleteMembers, findHome } from '../store/calendars.ts'
import { findDefaultCalendar, hasScheduled } from '../store/inbox.ts'
import type { Transactor } from '../store/store.ts'
import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { granteeIdsOf } from './grantees.ts'
import { collectionState, type LockedCollection, lockWhole } from './lock-collection.ts'
import type { Actor, CollectionRef } from './model.ts'
import { canonicalPath } from './paths.ts'
import { NONE, UNBIND } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { queueRemovals } from './removals.ts'
import { requirePrivileges } from './require-privileges.ts'
import { requireSending } from './require-sending.ts'

/**
 * Removes a calendar or plain collection with everything in it. A collection made later under the same name
 * has nothing of it.
 *
 * @throws Refusal `not-found`, `need-privileges`, `condition-failed`, `lock-token-submitted`,
 *   `default-calendar-needed`
 */
export async function deleteCollection(
  env: CalendarEnv,
  actor: Actor,
  ref: CollectionRef,
  conditions: Conditions,
): Promise<void> {
  await env.store.transact(async (tx) => {
    const locked = await lockWhole(tx, actor, ref)
    await requireRemovable(env, tx, actor, ref, locked, conditions)
    await requireNotDefault(tx, locked)
    await requireTelling(tx, actor, locked)
    removeCollection(env, tx, locked)
  })
}

/** @throws Refusal `need-privileges`, `condition-failed`, `lock-token-submitted` */
export async function requireRemovable(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  ref: CollectionRef,
  { collection, scope }: LockedCollection,
  conditions: Conditions,
): Promise<void> {
  const home = await tx.row(findHome, actor.userId, granteeIdsOf(actor), ref.owner)
  requirePrivileges(home?.homePrivileges ?? NONE, UNBIND, { owner: ref.owner })
  const path = canonicalPath({ owner: ref.owner, collection: ref.collection })
  await assertConditions(tx, {
    now: env.clock(),
    actor,
    conditions,
    path,
    current: collectionState(collection),
    scopes: [scope],
    writes: [{ path, change: 'tree' }],
  })
}

/** RFC 6638 §4.3: where new invitations go stays. @throws Refusal `default-calendar-needed` */
export async function requireNotDefault(tx: Transactor, { collection }: LockedCollection): Promise<void> {
  if (collection.kind !== 'calendar') return
  const row = await tx.row(findDefaultCalendar, collection.owner.userId)
  if (row?.calendarId === collection.calendarId) throw new Refusal({ code: 'default-calendar-needed' })
}

/** Who removes somebody else's meetings tells of that in their name. @throws Refusal `need-privileges` */
export async function requireTelling(
  tx: Transactor,
  actor: Actor,
  { collection: { owner, calendarId } }: LockedCollection,
): Promise<void> {
  if (actor.userId === owner.userId) return
  const isTold = (await tx.row(hasScheduled, owner.userId, calendarId))?.found === true
  if (isTold) await requireSending(tx, actor, owner, 'organizer')
}

/** Queues the writes that remove a collection, and what tells of the meetings in it. */
export function removeCollection(env: CalendarEnv, tx: Transactor, { collection }: LockedCollection): void {
  const { owner, calendarId, name } = collection
  if (collection.kind === 'calendar') queueRemovals(env, tx, owner.userId, calendarId)
  tx.write(deleteMembers, owner.userId, calendarId)
  tx.write(deleteCollectionRow, owner.userId, calendarId, name, env.clock())
}
