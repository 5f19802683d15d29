import { type CollectionAccess, lockAccess } from '../store/access.ts'
import { findNodePath, type NodeRecord } from '../store/nodes.ts'
import type { Reader, Transactor } from '../store/store.ts'
import { findObjectState } from '../store/tagged.ts'
import type { CurrentState } from './assert-conditions.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, CollectionRef, NodeRef } from './model.ts'
import { Refusal } from './refusal.ts'
import { requireVisible } from './require-privileges.ts'

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
  const access = await tx.row(lockAccess, actor.userId, granteeIdsOf(actor), ref.owner, ref.collection)
  return requireVisible(access, collectionOf(ref))
}

/**
 * Locks the row of the collection that a new member is to go into. In one's own home a missing collection is
 * a missing parent (RFC 4918 §9.7.1); in others' homes it is not told from one that is hidden.
 *
 * @throws Refusal `parent-missing` or `not-found`
 */
export async function lockContainer(tx: Transactor, actor: Actor, ref: NodeRef): Promise<CollectionAccess> {
  const access = await tx.row(lockAccess, actor.userId, granteeIdsOf(actor), ref.owner, ref.collection)
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
  const mapped = node && { etag: node.etag, isCollection: node.isCollection, node }
  return { access, ref, mapped, parentId: parentOf(nodes, ref.path) }
}

function parentOf(nodes: readonly NodeRecord[], path: readonly string[]): string | null | undefined {
  if (path.length === 1) return null
  const parent = nodes[path.length - 2]
  return parent?.isCollection ? parent.nodeId : undefined
}
