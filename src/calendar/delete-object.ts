import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { forgetLocks } from './forget-locks.ts'
import type { Actor, ObjectRef } from './model.ts'
import { canonicalPath } from './paths.ts'
import { UNBIND } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'
import { lockPlace, type ObjectPlace, removeAt } from './write-object.ts'

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
): Promise<void> {
  await env.store.transact(async (tx) => {
    const place = await lockPlace(tx, actor, ref, undefined).catch(asNotFound(ref))
    const { calendar, existing, scope } = place as ObjectPlace
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
    removeAt(env, tx, place, existing)
    forgetLocks(tx, scope, path)
  })
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
