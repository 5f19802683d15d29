import { type CollectionRow, findCollection, lockCollectionRow } from '../store/calendars.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import type { CurrentState, LockScope } from './assert-conditions.ts'
import { collectionOfRow } from './collection-of-row.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, Collection, CollectionRef } from './model.ts'
import { canonicalPath } from './paths.ts'
import { NONE } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { syncTokenOf } from './sync-token.ts'

/** A collection whose row the transaction has locked. */
export interface LockedCollection {
  readonly collection: Collection
  readonly scope: LockScope
}

/**
 * Locks a collection and reads it as it is under the lock, in one round trip.
 *
 * @throws Refusal `not-found`, also when the actor has no privilege on it
 */
export async function lockWhole(tx: Transactor, actor: Actor, ref: CollectionRef): Promise<LockedCollection> {
  const who = [actor.userId, granteeIdsOf(actor)] as const
  const [, { rows }] = await tx.all([
    call(lockCollectionRow, ref.owner, ref.collection),
    call(findCollection, ...who, ref.owner, ref.collection),
  ])
  return lockedOf(rows[0], ref)
}

/** @throws Refusal `not-found` */
export function lockedOf(row: CollectionRow | undefined, ref: CollectionRef): LockedCollection {
  if (row === undefined || row.collectionPrivileges === NONE) {
    const what = canonicalPath({ owner: ref.owner, collection: ref.collection })
    throw new Refusal({ code: 'not-found', what })
  }
  if (row.collectionKind === 'inbox') {
    throw new Refusal({ code: 'method-not-allowed', on: { owner: ref.owner, collection: ref.collection } })
  }
  const { ownerId, calendarId, lockedUntil } = row
  return { collection: collectionOfRow(row), scope: { ownerId, calendarId, lockedUntil } }
}

/** The state of a collection for conditional headers: it has no etag but a sync token (RFC 6578 §5). */
export function collectionState(collection: Collection): CurrentState {
  return { updatedAt: collection.updatedAt, tokens: [syncTokenOf(collection)] }
}
