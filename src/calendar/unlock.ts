import { deleteLock, findLocks, noteLocks } from '../store/locks.ts'
import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import type { LockableRef } from './lock.ts'
import { covers } from './lock-scope.ts'
import { lockIdOf } from './lock-token.ts'
import type { Actor } from './model.ts'
import { canonicalPath } from './paths.ts'
import { findPlace, lockCollection, stateOf } from './place.ts'
import { UNLOCK } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/**
 * Removes a whole lock, by any resource in its scope (RFC 4918 §9.11). Its holder may always; others need
 * DAV:unlock (RFC 3744 §3.5).
 *
 * @param token the lock token's URI
 * @throws Refusal `not-found`, `need-privileges`, `condition-failed`, or `lock-token-matches-request-uri` when
 *   no live lock of that token covers the resource
 */
export async function unlock(
  env: CalendarEnv,
  actor: Actor,
  ref: LockableRef,
  token: string,
  conditions: Conditions,
): Promise<void> {
  await env.store.transact(async (tx) => {
    const now = env.clock()
    const access = await lockCollection(tx, actor, ref)
    const current = 'path' in ref ? (await findPlace(tx, access, ref)).mapped : stateOf(access)
    const path = canonicalPath(ref)
    await assertConditions(tx, { now, actor, conditions, path, current, scopes: [access], writes: [] })
    const locks = await tx.rows(findLocks, access.ownerId, access.calendarId, now)
    const found = locks.find((lock) => lock.lockId === lockIdOf(token) && covers(lock, path))
    if (found === undefined) throw new Refusal({ code: 'lock-token-matches-request-uri' })
    if (found.holderId !== actor.userId) requirePrivileges(access.privileges, UNLOCK, ref)
    tx.write(deleteLock, found.userId, found.lockId)
    tx.write(noteLocks, found.userId, found.calendarId)
  })
}
