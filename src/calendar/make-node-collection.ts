import { putProperty } from '../store/properties.ts'
import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import type { Actor, DeadProperty, NodeRef } from './model.ts'
import { insertCollection, requireFreeName } from './node-rows.ts'
import { canonicalPath } from './paths.ts'
import { collectionOf, findPlace, lockContainer } from './place.ts'
import { BIND } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/**
 * Makes a collection inside a plain collection (RFC 4918 §9.3), with its first dead properties (RFC 5689).
 *
 * @throws Refusal `not-found`, `need-privileges`, `parent-missing`, `collection-in-calendar`,
 *   `already-exists`, `condition-failed`, `lock-token-submitted`
 */
export async function makeNodeCollection(
  env: CalendarEnv,
  actor: Actor,
  ref: NodeRef,
  dead: readonly DeadProperty[],
  conditions: Conditions,
): Promise<void> {
  await env.store.transact(async (tx) => {
    const access = await lockContainer(tx, actor, ref)
    const place = await findPlace(tx, access, ref)
    requirePrivileges(access.privileges, BIND, collectionOf(ref))
    const path = canonicalPath(ref)
    await assertConditions(tx, {
      now: env.clock(),
      actor,
      conditions,
      path,
      current: place.mapped,
      scopes: [access],
      writes: [{ path, change: 'binding' }],
    })
    if (place.mapped !== undefined) throw new Refusal({ code: 'already-exists' })
    if (access.kind === 'calendar') throw new Refusal({ code: 'collection-in-calendar' })
    const nodeId = insertCollection(env, tx, requireFreeName(place))
    for (const property of dead) {
      tx.write(putProperty, access.ownerId, nodeId, 'node', property.namespace, property.name, property.xml)
    }
  })
}
