import { touchCollection, usedBytes } from '../store/access.ts'
import { findCollection, lockCollectionRows, renameCollectionRow } from '../store/calendars.ts'
import { copyEvents } from '../store/event-moves.ts'
import { copyTree, listTopNodes } from '../store/nodes.ts'
import { copyProperties } from '../store/properties.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { assertConditions } from './assert-conditions.ts'
import type { TransferOptions } from './copy-move-object.ts'
import { asTaken, lockHomeFor, writeCollection } from './create-collection.ts'
import { removeCollection, requireNotDefault, requireRemovable, requireTelling } from './delete-collection.ts'
import type { CalendarEnv } from './env.ts'
import { forgetLocks } from './forget-locks.ts'
import { granteeIdsOf } from './grantees.ts'
import { tokensOf } from './if-lists.ts'
import { collectionState, type LockedCollection, lockedOf } from './lock-collection.ts'
import type { Actor, CollectionRef } from './model.ts'
import { requireCollectionName } from './object-name.ts'
import { canonicalPath } from './paths.ts'
import { NONE, READ_CONTENT } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/** Of a copy: with its members (Depth infinity), or without (RFC 4918 §9.8.3). */
type CopyOptions = TransferOptions & { readonly isDeep: boolean }

/**
 * Gives a calendar or plain collection another name in its home (RFC 4918 §9.9), with everything in it and
 * without its locks.
 *
 * @throws Refusal `same-resource`, `not-found`, `need-privileges`, `name-not-allowed`, `condition-failed`,
 *   `lock-token-submitted`, `calendar-collection-location-ok` for another home
 */
export async function moveCollection(
  env: CalendarEnv,
  actor: Actor,
  from: CollectionRef,
  to: CollectionRef,
  options: TransferOptions,
): Promise<{ created: boolean }> {
  requireCollectionName(to.collection)
  if (canonicalPath(from) === canonicalPath(to)) throw new Refusal({ code: 'same-resource' })
  if (from.owner !== to.owner) throw new Refusal({ code: 'calendar-collection-location-ok' })
  return env.store
    .transact(async (tx) => {
      const { source, replaced } = await lockEnds(tx, actor, from, to)
      await requireRemovable(env, tx, actor, from, source, options.conditions)
      await makeRoom(env, tx, actor, to, replaced, options)
      const { owner, calendarId, name } = source.collection
      forgetLocks(tx, source.scope, canonicalPath(from))
      tx.write(renameCollectionRow, owner.userId, calendarId, name, to.collection, env.clock())
      return { created: replaced === undefined }
    })
    .catch(asTaken)
}

/**
 * Copies a calendar or plain collection to another name (RFC 4918 §9.8): its properties and, when deep,
 * everything in it.
 *
 * @throws Refusal as `moveCollection` does, and `quota-not-exceeded`
 */
export async function copyCollection(
  env: CalendarEnv,
  actor: Actor,
  from: CollectionRef,
  to: CollectionRef,
  options: CopyOptions,
): Promise<{ created: boolean }> {
  requireCollectionName(to.collection)
  if (canonicalPath(from) === canonicalPath(to)) throw new Refusal({ code: 'same-resource' })
  return env.store
    .transact(async (tx) => {
      const { source, replaced } = await lockEnds(tx, actor, from, to)
      requirePrivileges(source.collection.privileges, READ_CONTENT, from)
      await assertSource(env, tx, actor, from, source, options)
      const ownerId = await makeRoom(env, tx, actor, to, replaced, options)
      const calendarId = env.newId()
      writeCopy(env, tx, source, ownerId, calendarId, to.collection)
      if (options.isDeep) await copyMembers(env, tx, actor, source, ownerId, calendarId)
      return { created: replaced === undefined }
    })
    .catch(asTaken)
}

interface Ends {
  readonly source: LockedCollection
  /** What stands at the destination. */
  readonly replaced: LockedCollection | undefined
}

async function lockEnds(tx: Transactor, actor: Actor, from: CollectionRef, to: CollectionRef): Promise<Ends> {
  const who = [actor.userId, granteeIdsOf(actor)] as const
  const [, source, target] = await tx.all([
    call(lockCollectionRows, [from.owner, to.owner], [from.collection, to.collection]),
    call(findCollection, ...who, from.owner, from.collection),
    call(findCollection, ...who, to.owner, to.collection),
  ])
  const row = target.rows[0]
  const isThere = row !== undefined && row.collectionPrivileges !== NONE
  return {
    source: lockedOf(source.rows[0], from),
    replaced: isThere ? lockedOf(row, to) : undefined,
  }
}

async function assertSource(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  from: CollectionRef,
  { collection, scope }: LockedCollection,
  { conditions }: TransferOptions,
): Promise<void> {
  await assertConditions(tx, {
    now: env.clock(),
    actor,
    conditions,
    path: canonicalPath({ owner: from.owner, collection: from.collection }),
    current: collectionState(collection),
    scopes: [scope],
    writes: [],
  })
}

/** Removes what is to be replaced, and checks that the home takes a collection. @returns the home's owner */
async function makeRoom(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  to: CollectionRef,
  replaced: LockedCollection | undefined,
  { overwrite, conditions }: TransferOptions,
): Promise<string> {
  if (replaced !== undefined) {
    if (!overwrite) throw new Refusal({ code: 'condition-failed', header: 'Overwrite' })
    await requireRemovable(env, tx, actor, to, replaced, tokensOf(conditions))
    await requireNotDefault(tx, replaced)
    await requireTelling(tx, actor, replaced)
    removeCollection(env, tx, replaced)
  }
  return (await lockHomeFor(env, tx, actor, to, {})).ownerId
}

function writeCopy(
  env: CalendarEnv,
  tx: Transactor,
  { collection }: LockedCollection,
  ownerId: string,
  calendarId: string,
  name: string,
): void {
  const isCalendar = collection.kind === 'calendar'
  const fields = isCalendar ? collection : { displayName: collection.displayName }
  const components = isCalendar ? collection.components : []
  writeCollection(env, tx, ownerId, calendarId, name, fields, { kind: collection.kind, components })
  const { owner, calendarId: sourceId } = collection
  tx.write(copyProperties, owner.userId, sourceId, 'collection', ownerId, calendarId)
}

async function copyMembers(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  { collection }: LockedCollection,
  ownerId: string,
  calendarId: string,
): Promise<void> {
  const { owner, calendarId: sourceId, sizeBytes } = collection
  const used = (await tx.row(usedBytes, ownerId))?.used ?? 0n
  const limit = env.limits.quotaBytes
  if (used + sizeBytes > BigInt(limit)) throw new Refusal({ code: 'quota-not-exceeded', limit })
  const now = env.clock()
  if (collection.kind === 'calendar') {
    tx.write(copyEvents, owner.userId, sourceId, ownerId, calendarId, actor.userId, now)
    return
  }
  const nodes = await tx.rows(listTopNodes, owner.userId, sourceId)
  for (const { nodeId, name } of nodes) {
    tx.write(copyTree, owner.userId, nodeId, ownerId, calendarId, null, name, true, now)
  }
  tx.write(touchCollection, ownerId, calendarId, now, sizeBytes)
}
