import { extendLock, findLocks, type LockRecord, noteLocks } from '../store/locks.ts'
import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { submittedTokens } from './if-lists.ts'
import { grantedSeconds, type LockableRef } from './lock.ts'
import { covers } from './lock-scope.ts'
import { lockToken } from './lock-token.ts'
import type { Actor } from './model.ts'
import { canonicalPath } from './paths.ts'
import { findPlace, lockCollection, stateOf } from './place.ts'
import { Refusal } from './refusal.ts'

/**
 * Restarts the timer of the one lock whose token the If header names (RFC 4918 §9.10.2).
 *
 * @param timeoutSeconds undefined: as long as the server grants
 * @throws Refusal `not-found`, `condition-failed`, or `lock-token-matches-request-uri` unless the token is
 *   that of a lock the actor holds on this resource
 */
export async function refreshLock(
  env: CalendarEnv,
  actor: Actor,
  ref: LockableRef,
  timeoutSeconds: number | undefined,
  conditions: Conditions,
): Promise<LockRecord> {
  return env.store.transact(async (tx) => {
    const now = env.clock()
    const access = await lockCollection(tx, actor, ref)
    const current = 'path' in ref ? (await findPlace(tx, access, ref)).mapped : stateOf(access)
    const path = canonicalPath(ref)
    const locks = await tx.rows(findLocks, access.ownerId, access.calendarId, now)
    const submitted = submittedTokens(conditions.ifLists)
    const named = locks.filter((lock) => submitted.has(lockToken(lock)) && covers(lock, path))
    const [held] = named.filter((lock) => lock.holderId === actor.userId)
    if (held === undefined) throw new Refusal({ code: 'lock-token-matches-request-uri' })
    await assertConditions(tx, { now, actor, conditions, path, current, scopes: [access], writes: [] })
    const granted = grantedSeconds(env, timeoutSeconds)
    const expiresAt = new Date(now.getTime() + granted * 1000)
    tx.write(extendLock, held.userId, held.lockId, granted, expiresAt)
    tx.write(noteLocks, held.userId, held.calendarId)
    return { ...held, timeoutSeconds: granted, expiresAt }
  })
}
