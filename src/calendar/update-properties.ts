import { findHome, lockHome } from '../store/calendars.ts'
import { deleteProperty, putProperty } from '../store/properties.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { assertConditions, type CurrentState, type LockScope } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { granteeIdsOf } from './grantees.ts'
import type {
  Actor,
  Calendar,
  CalendarObjectRecord,
  DeadProperty,
  Home,
  Node,
  Principal,
  PropertyScope,
  Ref,
} from './model.ts'
import { canonicalPath } from './paths.ts'
import { findPlace, lockCollection } from './place.ts'
import { NONE, type Privileges, WRITE_PROPERTIES } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/** What dead properties can be set on besides collections, for which see `updateCollection`. */
export type PropertyTarget =
  | { readonly kind: 'principal'; readonly principal: Principal }
  | Home
  | { readonly kind: 'object'; readonly calendar: Calendar; readonly object: CalendarObjectRecord }
  | Node
  | { readonly kind: 'root' | 'principals' | 'homes' }

export interface DeadChanges {
  readonly setDead: readonly DeadProperty[]
  readonly removeDead: readonly { readonly namespace: string; readonly name: string }[]
}

/**
 * Sets and removes dead properties of one resource (RFC 4918 §9.2): all of them or none.
 *
 * @throws Refusal `not-found`, `need-privileges`, `condition-failed`, `lock-token-submitted`
 */
export async function updateDeadProperties(
  env: CalendarEnv,
  actor: Actor,
  target: PropertyTarget,
  { setDead, removeDead }: DeadChanges,
  conditions: Conditions,
): Promise<void> {
  await env.store.transact(async (tx) => {
    const { ownerId, scope, resourceId, path, current, scopes } = await lockTarget(tx, actor, target)
    await assertConditions(tx, {
      now: env.clock(),
      actor,
      conditions,
      path,
      current,
      scopes,
      writes: scopes.length === 0 ? [] : [{ path, change: 'content' }],
    })
    for (const { namespace, name } of removeDead) {
      tx.write(deleteProperty, ownerId, resourceId, scope, namespace, name)
    }
    for (const { namespace, name, xml } of setDead) {
      tx.write(putProperty, ownerId, resourceId, scope, namespace, name, xml)
    }
  })
}

interface LockedTarget {
  readonly ownerId: string
  readonly scope: PropertyScope
  readonly resourceId: string
  readonly path: string
  readonly current: CurrentState
  readonly scopes: readonly LockScope[]
}

async function lockTarget(tx: Transactor, actor: Actor, target: PropertyTarget): Promise<LockedTarget> {
  switch (target.kind) {
    case 'principal':
      return ownPrincipal(actor, target.principal)
    case 'home':
      return lockedHome(tx, actor, target)
    case 'object': {
      const { owner, name: collection } = target.calendar
      const ref = { owner: owner.username, collection, path: [target.object.name] }
      return lockedMember(tx, actor, ref, 'object', target.object.eventId)
    }
    case 'node': {
      const { owner, name: collection } = target.collection
      const ref = { owner: owner.username, collection, path: target.path }
      return lockedMember(tx, actor, ref, 'node', target.nodeId)
    }
    default:
      throw new Refusal({ code: 'need-privileges', path: '', needed: WRITE_PROPERTIES })
  }
}

function ownPrincipal(actor: Actor, { userId, username }: Principal): LockedTarget {
  if (userId !== actor.userId) requireWritable(NONE, { owner: username })
  const common = { ownerId: userId, resourceId: userId, path: username }
  return { ...common, scope: 'principal', current: {}, scopes: [] }
}

async function lockedHome(tx: Transactor, actor: Actor, home: Home): Promise<LockedTarget> {
  const { userId, username } = home.owner
  const who = [actor.userId, granteeIdsOf(actor)] as const
  const [, { rows }] = await tx.all([call(lockHome, userId), call(findHome, ...who, username)])
  requireWritable(rows[0]?.homePrivileges ?? NONE, { owner: username })
  const common = { ownerId: userId, resourceId: userId, path: canonicalPath({ owner: username }) }
  return { ...common, scope: 'home', current: {}, scopes: [] }
}

async function lockedMember(
  tx: Transactor,
  actor: Actor,
  ref: { readonly owner: string; readonly collection: string; readonly path: readonly string[] },
  scope: 'object' | 'node',
  resourceId: string,
): Promise<LockedTarget> {
  const access = await lockCollection(tx, actor, ref)
  requireWritable(access.privileges, ref)
  const { mapped } = await findPlace(tx, access, ref)
  // Replaced by another of the same name since it was found: that one has not been asked about.
  const isGone = mapped === undefined || (mapped.node !== undefined && mapped.node.nodeId !== resourceId)
  if (isGone) throw new Refusal({ code: 'not-found', what: canonicalPath(ref) })
  return {
    ownerId: access.ownerId,
    scope,
    resourceId,
    path: canonicalPath(ref),
    current: mapped,
    scopes: [access],
  }
}

function requireWritable(held: Privileges, ref: Ref): void {
  requirePrivileges(held, WRITE_PROPERTIES, ref)
}
