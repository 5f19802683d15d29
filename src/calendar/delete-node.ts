import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { forgetLocks } from './forget-locks.ts'
import type { Actor, NodeRef } from './model.ts'
import { removeTree } from './node-rows.ts'
import { canonicalPath } from './paths.ts'
import { collectionOf, findPlace, lockCollection } from './place.ts'
import { UNBIND } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/**
 * Deletes a file, or a nested collection with everything in it (RFC 4918 §9.6), and the locks on it.
 *
 * @throws Refusal `not-found`, `need-privileges`, `condition-failed`, `lock-token-submitted`
 */
export async function deleteNode(
  env: CalendarEnv,
  actor: Actor,
  ref: NodeRef,
  conditions: Conditions,
): Promise<void> {
  await env.store.transact(async (tx) => {
    const access = await lockCollection(tx, actor, ref)
    const place = await findPlace(tx, access, ref)
    if (place.mapped?.node === undefined) throw new Refusal({ code: 'not-found', what: canonicalPath(ref) })
    requirePrivileges(access.privileges, UNBIND, collectionOf(ref))
    const path = canonicalPath(ref)
    await assertConditions(tx, {
      now: env.clock(),
      actor,
      conditions,
      path,
      current: place.mapped,
      scopes: [access],
      writes: [{ path, change: 'tree' }],
    })
    await removeTree(env, tx, place)
    forgetLocks(tx, access, path)
  })
}
