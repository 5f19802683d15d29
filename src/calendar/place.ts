import { type CollectionAccess, findAccess } from '../store/access.ts'
import { lockCollectionRow, lockCollectionRows } from '../store/calendars.ts'
import { findNodePath, type NodeRecord } from '../store/nodes.ts'
import { call } from '../store/statement.ts'
import type { Reader, Transactor } from '../store/store.ts'
import { findObjectState } from '../store/tagged.ts'
import type { CurrentState } from './assert-conditions.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, CollectionRef, NodeRef } from './model.ts'
import { Refusal } from './refusal.ts'
import { requireVisible } from './require-privileges.ts'
import { syncTokenOf } from './sync-token.ts'

/** What stands at a path inside a collection. */
export interface Mapped extends CurrentState {
  readonly isCollection: boolean
  /** Undefined for a calendar object. */
  readonly node: NodeRecord | undefined
}

/** A name inside a collection, taken or free. */
export interface Place {
  readonly access: CollectionAccess
  readonly ref: NodeRef
  /** Undefined: nothing is mapped here. */
  readonly mapped: Mapped | undefined
  /** The nested collection that holds it; null: the collection itself; undefined: there is no such parent. */
  readonly parentId: string | null | undefined
}

/** The reference of the collection something is in. */
export function collectionOf({ owner, collection }: CollectionRef): CollectionRef {
  return { owner, collection }
}

/** The state of a collection itself, which has no etag but a sync token (RFC 6578 §5). */
export function stateOf(access: CollectionAccess): CurrentState {
  return { tokens: [syncTokenOf(access)] }
}

/**
 * Locks the row of a collection until the transaction ends.
 *
 * @throws Refusal `not-found` when there is none that the actor may know of
 */
export async function lockCollection(
  tx: Transactor,
  actor: Actor,
  ref: CollectionRef,
): Promise<CollectionAccess> {
  return requireVisible(await lockAccess(tx, actor, ref), collectionOf(ref))
}

/**
 * As lockCollection, for a new member. In one's own home a missing collection is a missing parent (RFC 4918
 * §9.7.1); in others' homes it is not told from one that is hidden.
 *
 * @throws Refusal `parent-missing` or `not-found`
 */
export async function lockContainer(tx: Transactor, actor: Actor, ref: NodeRef): Promise<CollectionAccess> {
  return requireContainer(await lockAccess(tx, actor, ref), actor, ref)
}

/** Locks the rows of both ends of a COPY or MOVE, in the order in which everyone does. */
export async function lockEnds(
  tx: Transactor,
  actor: Actor,
  from: NodeRef,
  to: NodeRef,
): Promise<[CollectionAccess, CollectionAccess]> {
  const who = [actor.userId, granteeIdsOf(actor)] as const
  const [, source, target] = await tx.all([
    call(lockCollectionRows, [from.owner, to.owner], [from.collection, to.collection]),
    call(findAccess, ...who, from.owner, from.collection),
    call(findAccess, ...who, to.owner, to.collection),
  ])
  const seen = requireVisible(source.rows[0], collectionOf(from))
  return [seen, requireContainer(target.rows[0], actor, to)]
}

async function lockAccess(
  tx: Transactor,
  actor: Actor,
  { owner, collection }: CollectionRef,
): Promise<CollectionAccess | undefined> {
  const [, found] = await tx.all([
    call(lockCollectionRow, owner, collection),
    call(findAccess, actor.userId, granteeIdsOf(actor), owner, collection),
  ])
  return found.rows[0]
}

function requireContainer(
  access: CollectionAccess | undefined,
  actor: Actor,
  ref: NodeRef,
): CollectionAccess {
  if (access === undefined && ref.owner === actor.username) throw new Refusal({ code: 'parent-missing' })
  return requireVisible(access, collectionOf(ref))
}

/** Looks at one place: a calendar object, a node, or a name that is still free. */
export async function findPlace(db: Reader, access: CollectionAccess, ref: NodeRef): Promise<Place> {
  const { ownerId, calendarId, kind } = access
  if (kind === 'calendar') {
    // A calendar object is no collection: nothing can be inside it.
    if (ref.path.length > 1) return { access, ref, mapped: undefined, parentId: undefined }
    const object = await db.row(findObjectState, ownerId, calendarId, ref.path[0])
    return {
      access,
      ref,
      mapped: object && { ...object, isCollection: false, node: undefined },
      parentId: null,
    }
  }
  const nodes = await db.rows(findNodePath, ownerId, calendarId, ref.path)
  const node = nodes[ref.path.length - 1]
  const mapped = node && {
    etag: node.etag,
    updatedAt: node.updatedAt,
    isCollection: node.isCollection,
    node,
  }
  return { access, ref, mapped, parentId: parentOf(nodes, ref.path) }
}

function parentOf(nodes: readonly NodeRecord[], path: readonly string[]): string | null | undefined {
  if (path.length === 1) return null
  const parent = nodes[path.length - 2]
  return parent?.isCollection ? parent.nodeId : undefined
}
