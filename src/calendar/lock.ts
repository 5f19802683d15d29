import type { CollectionAccess } from '../store/access.ts'
import { countHeldLocks, findLocks, insertLock, type LockRecord, noteLocks } from '../store/locks.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { assertConditions, type CurrentState } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { conflictingLock } from './lock-scope.ts'
import type { Actor, CollectionRef, NodeRef } from './model.ts'
import { insertFile, requireFreeName } from './node-rows.ts'
import { canonicalPath } from './paths.ts'
import { collectionOf, findPlace, lockCollection, lockContainer, type Place, stateOf } from './place.ts'
import { BIND, WRITE_CONTENT } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/** A calendar or plain collection, or anything inside one: an object of a calendar by its one segment. */
export type LockableRef = CollectionRef | NodeRef

export interface LockRequest {
  /** Depth infinity. */
  readonly isDeep: boolean
  readonly isExclusive: boolean
  /** The DAV:owner element, to be given back as it is. */
  readonly ownerXml: string | undefined
  /** Undefined: as long as the server grants. */
  readonly timeoutSeconds: number | undefined
}

/**
 * Takes a write lock (RFC 4918 §9.10). On an unmapped name in a plain collection it makes an empty file; in
 * a calendar that is refused, since no calendar object is empty.
 *
 * @throws Refusal `not-found`, `need-privileges`, `parent-missing`, `valid-calendar-data`, `condition-failed`,
 *   `lock-token-submitted` (for the parent's lock), `no-conflicting-lock`, `too-many-locks`
 */
export async function lock(
  env: CalendarEnv,
  actor: Actor,
  ref: LockableRef,
  request: LockRequest,
  conditions: Conditions,
): Promise<{ lock: LockRecord; created: boolean }> {
  return env.store.transact(async (tx) => {
    const access = 'path' in ref ? await lockContainer(tx, actor, ref) : await lockCollection(tx, actor, ref)
    const free = 'path' in ref ? await findPlace(tx, access, ref) : undefined
    const created = free !== undefined && free.mapped === undefined
    requirePrivileges(access.privileges, created ? BIND : WRITE_CONTENT, created ? collectionOf(ref) : ref)
    const current: CurrentState | undefined = free === undefined ? stateOf(access) : free.mapped
    const path = canonicalPath(ref)
    await assertConditions(tx, {
      now: env.clock(),
      actor,
      conditions,
      path,
      current,
      scopes: [access],
      writes: created ? [{ path, change: 'binding' }] : [],
    })
    const isCollection = free === undefined || (free.mapped?.isCollection ?? false)
    const taken = newLock(env, actor, access, { path, isCollection }, request)
    await requireGrantable(env, tx, taken)
    if (created) makeEmptyFile(env, tx, free)
    writeLock(tx, taken)
    return { lock: taken, created }
  })
}

/** How long a lock is granted for: what was asked, within the server's bound (RFC 4918 §6.6). */
export function grantedSeconds(env: CalendarEnv, asked: number | undefined): number {
  return Math.max(1, Math.min(asked ?? Number.POSITIVE_INFINITY, env.limits.maxLockSeconds))
}

function newLock(
  env: CalendarEnv,
  actor: Actor,
  { ownerId, calendarId }: CollectionAccess,
  root: Pick<LockRecord, 'path' | 'isCollection'>,
  { isDeep, isExclusive, ownerXml, timeoutSeconds }: LockRequest,
): LockRecord {
  const granted = grantedSeconds(env, timeoutSeconds)
  return {
    userId: ownerId,
    lockId: env.newId(),
    calendarId,
    ...root,
    isDeep,
    isExclusive,
    holderId: actor.userId,
    ownerXml,
    timeoutSeconds: granted,
    expiresAt: new Date(env.clock().getTime() + granted * 1000),
  }
}

async function requireGrantable(env: CalendarEnv, tx: Transactor, wanted: LockRecord): Promise<void> {
  const now = env.clock()
  const [live, counted] = await tx.all([
    call(findLocks, wanted.userId, wanted.calendarId, now),
    call(countHeldLocks, wanted.holderId, now),
  ])
  const conflict = conflictingLock(live.rows, wanted)
  if (conflict !== undefined) throw new Refusal({ code: 'no-conflicting-lock', path: conflict.path })
  if ((counted.rows[0]?.held ?? 0) >= env.limits.maxLocks) throw new Refusal({ code: 'too-many-locks' })
}

/** RFC 4918 §7.3: a locked name is a locked, empty resource. */
function makeEmptyFile(env: CalendarEnv, tx: Transactor, place: Place): void {
  const free = requireFreeName(place)
  if (place.access.kind === 'calendar') {
    const detail = 'A calendar object cannot be empty. Store it first, then lock it.'
    throw new Refusal({ code: 'valid-calendar-data', detail })
  }
  insertFile(env, tx, free, { body: new Uint8Array(), contentType: undefined })
}

function writeLock(tx: Transactor, taken: LockRecord): void {
  tx.write(
    insertLock,
    taken.userId,
    taken.lockId,
    taken.calendarId,
    taken.path,
    taken.isCollection,
    taken.isDeep,
    taken.isExclusive,
    taken.holderId,
    taken.ownerXml,
    taken.timeoutSeconds,
    taken.expiresAt,
  )
  tx.write(noteLocks, taken.userId, taken.calendarId)
}
