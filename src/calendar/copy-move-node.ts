import { touchCollection } from '../store/access.ts'
import { copyTree, deleteTree, measureTree, moveTree, type NodeRecord } from '../store/nodes.ts'
import type { Transactor } from '../store/store.ts'
import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { forgetLocks, forgetLocksBelow } from './forget-locks.ts'
import { isBelow, type Write } from './lock-scope.ts'
import type { Actor, NodeRef } from './model.ts'
import { removeTree, requireFreeName, requireRoom } from './node-rows.ts'
import { canonicalPath } from './paths.ts'
import { collectionOf, findPlace, lockEnds, type Place } from './place.ts'
import { BIND, READ_CONTENT, UNBIND, WRITE_CONTENT, WRITE_PROPERTIES } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

export interface Transfer {
  readonly isMove: boolean
  /** Depth infinity; a copy of depth 0 leaves the members behind. */
  readonly isDeep: boolean
  readonly overwrite: boolean
  readonly conditions: Conditions
}

/**
 * Copies or moves a file or nested collection, within a plain collection or between two, with its dead
 * properties and without its locks (RFC 4918 §9.8, §9.9, §7.6).
 *
 * @throws Refusal `not-found`, `need-privileges`, `parent-missing`, `same-resource`, `name-not-allowed` for a
 *   place inside or above the source or in a calendar, `condition-failed`, `lock-token-submitted`,
 *   `quota-not-exceeded`
 */
export async function transferNode(
  env: CalendarEnv,
  actor: Actor,
  from: NodeRef,
  to: NodeRef,
  transfer: Transfer,
): Promise<{ created: boolean }> {
  requireApart(canonicalPath(from), canonicalPath(to))
  return env.store.transact(async (tx) => {
    const [fromAccess, toAccess] = await lockEnds(tx, actor, from, to)
    const source = await findPlace(tx, fromAccess, from)
    const target = await findPlace(tx, toAccess, to)
    const node = source.mapped?.node
    if (node === undefined) throw new Refusal({ code: 'not-found', what: canonicalPath(from) })
    requireAllowed(source, target, transfer)
    await assertTransfer(env, tx, actor, source, target, transfer)
    await write(env, tx, node, source, target, transfer)
    return { created: target.mapped === undefined }
  })
}

function requireApart(from: string, to: string): void {
  if (from === to) throw new Refusal({ code: 'same-resource' })
  if (isBelow(to, from) || isBelow(from, to)) {
    const detail = 'A collection cannot take the place of one that is inside it or that it is in.'
    throw new Refusal({ code: 'name-not-allowed', detail })
  }
}

/** The privileges of RFC 3744 Appendix B, and what stands in the way. */
function requireAllowed(source: Place, target: Place, { isMove, overwrite }: Transfer): void {
  requirePrivileges(source.access.privileges, READ_CONTENT, source.ref)
  if (isMove) requirePrivileges(source.access.privileges, UNBIND, collectionOf(source.ref))
  const replacing = isMove ? BIND | UNBIND : WRITE_CONTENT | WRITE_PROPERTIES
  const needed = target.mapped === undefined ? BIND : replacing
  requirePrivileges(target.access.privileges, needed, collectionOf(target.ref))
  if (target.access.kind === 'calendar') {
    throw new Refusal({ code: 'name-not-allowed', detail: 'A calendar takes calendar objects only.' })
  }
  requireFreeName(target)
  if (target.mapped !== undefined && !overwrite) {
    throw new Refusal({ code: 'condition-failed', header: 'Overwrite' })
  }
}

async function assertTransfer(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  source: Place,
  target: Place,
  { isMove, conditions }: Transfer,
): Promise<void> {
  const path = canonicalPath(source.ref)
  const writes: Write[] = [{ path: canonicalPath(target.ref), change: target.mapped ? 'tree' : 'binding' }]
  if (isMove) writes.push({ path, change: 'tree' })
  const isOne = source.access.calendarId === target.access.calendarId
  await assertConditions(tx, {
    now: env.clock(),
    actor,
    conditions,
    path,
    current: source.mapped,
    scopes: isOne ? [source.access] : [source.access, target.access],
    writes,
  })
}

async function write(
  env: CalendarEnv,
  tx: Transactor,
  node: NodeRecord,
  source: Place,
  target: Place,
  { isMove, isDeep }: Transfer,
): Promise<void> {
  const now = env.clock()
  const [from, to] = [source.access, target.access]
  const whole = (await tx.row(measureTree, from.ownerId, node.nodeId))?.size ?? 0n
  const size = isMove || isDeep ? whole : BigInt(node.size)
  const isSameHome = from.ownerId === to.ownerId
  if (!isMove || !isSameHome) await requireRoom(env, tx, to.ownerId, size)
  if (target.mapped !== undefined) {
    await removeTree(env, tx, target)
    forgetLocksBelow(tx, to, canonicalPath(target.ref))
  }
  const { parentId, name } = requireFreeName(target)
  if (isMove && isSameHome) {
    tx.write(moveTree, from.ownerId, node.nodeId, to.calendarId, parentId, name)
  } else {
    const isWhole = isMove || isDeep
    tx.write(copyTree, from.ownerId, node.nodeId, to.ownerId, to.calendarId, parentId, name, isWhole, now)
  }
  if (isMove) {
    if (!isSameHome) tx.write(deleteTree, from.ownerId, node.nodeId)
    tx.write(touchCollection, from.ownerId, from.calendarId, now, -size)
    forgetLocks(tx, from, canonicalPath(source.ref))
  }
  tx.write(touchCollection, to.ownerId, to.calendarId, now, size)
}
