import type { Transactor } from '../store/store.ts'
import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { forgetLocks } from './forget-locks.ts'
import type { Actor, ObjectRef } from './model.ts'
import { canonicalPath } from './paths.ts'
import { UNBIND } from './privileges.ts'
import type { SchedulingOptions } from './put-object.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'
import { writeScheduled } from './schedule-write.ts'
import { type ExistingObject, lockPlace, type ObjectPlace, removeAt } from './write-object.ts'

/**
 * Removes a calendar object resource with its dead properties and locks.
 *
 * @throws Refusal `not-found`, `need-privileges`, `condition-failed`, `lock-token-submitted`
 */
export async function deleteObject(
  env: CalendarEnv,
  actor: Actor,
  ref: ObjectRef,
  conditions: Conditions,
  { isSilent = false }: SchedulingOptions = {},
): Promise<void> {
  const check = (tx: Transactor, place: ObjectPlace) => assertMayRemove(env, tx, actor, place, conditions)
  const isDone = await env.store.transact(async (tx) => {
    const found = await lockPlace(tx, actor, ref, undefined, ['calendar', 'inbox']).catch(asNotFound(ref))
    const place = found as ObjectPlace
    await check(tx, place)
    const existing = place.existing as ExistingObject
    // Those who were invited to it, or invited its owner, have to be told.
    if (existing.scheduleTag !== undefined) return false
    removeAt(env, tx, place, existing)
    forgetLocks(tx, place.scope, canonicalPath(ref))
    return true
  })
  if (isDone) return
  await writeScheduled(env, actor, {
    ref,
    sent: undefined,
    isSilent,
    async check(tx, place) {
      await check(tx, place)
      forgetLocks(tx, place.scope, canonicalPath(ref))
    },
  })
}

async function assertMayRemove(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  { calendar, existing, scope, ref }: ObjectPlace,
  conditions: Conditions,
): Promise<void> {
  requirePrivileges(calendar.privileges, UNBIND, { owner: ref.owner, collection: ref.collection })
  const path = canonicalPath(ref)
  await assertConditions(tx, {
    now: env.clock(),
    actor,
    conditions,
    path,
    current: existing,
    scopes: [scope],
    writes: existing === undefined ? [] : [{ path, change: 'binding' }],
  })
  if (existing === undefined) throw notFound(ref)
}

/** Nothing can be removed from a calendar that does not exist: the object is what is missing. */
function asNotFound(ref: ObjectRef): (error: unknown) => never {
  return (error) => {
    throw error instanceof Refusal && error.reason.code === 'parent-missing' ? notFound(ref) : error
  }
}

function notFound(ref: ObjectRef): Refusal {
  return new Refusal({ code: 'not-found', what: canonicalPath(ref) })
}
