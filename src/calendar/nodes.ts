import {
  findNodeBody,
  findNodePath,
  listNodes as listNodeRows,
  listTopNodes,
  type NodeRecord,
} from '../store/nodes.ts'
import type { CalendarEnv } from './env.ts'
import { getCollection } from './homes.ts'
import type { Actor, CollectionRef, Node, NodeRef, PlainCollection } from './model.ts'
import { canonicalPath } from './paths.ts'
import { collectionOf } from './place.ts'
import { READ_CONTENT } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/**
 * A file or nested collection inside a plain collection, without its body.
 *
 * @throws Refusal `not-found`, also for anything inside a calendar
 */
export async function getNode(env: CalendarEnv, actor: Actor, ref: NodeRef): Promise<Node> {
  const collection = await getPlainCollection(env, actor, ref)
  const row = await findRow(env, collection, ref.path)
  if (row === undefined) throw new Refusal({ code: 'not-found', what: canonicalPath(ref) })
  return nodeOf(collection, ref.path, row)
}

/** The octets of a file, as they were put; empty when it has gone meanwhile. */
export async function getNodeBody(env: CalendarEnv, node: Node): Promise<Uint8Array> {
  const row = await env.store.reader.row(findNodeBody, node.collection.owner.userId, node.nodeId)
  return row?.body ?? new Uint8Array()
}

/**
 * The members of a plain collection (empty path) or of a collection inside it, by name.
 *
 * @throws Refusal `not-found`, or `need-privileges` without DAV:read
 */
export async function listNodes(env: CalendarEnv, actor: Actor, ref: NodeRef): Promise<readonly Node[]> {
  const collection = await getPlainCollection(env, actor, ref)
  requirePrivileges(collection.privileges, READ_CONTENT, ref)
  const parent = ref.path.length === 0 ? undefined : await findRow(env, collection, ref.path)
  if (ref.path.length > 0 && !parent?.isCollection) {
    throw new Refusal({ code: 'not-found', what: canonicalPath(ref) })
  }
  const top = [collection.owner.userId, collection.calendarId] as const
  const { reader } = env.store
  const rows = parent
    ? await reader.rows(listNodeRows, ...top, parent.nodeId)
    : await reader.rows(listTopNodes, ...top)
  return rows.map((row) => nodeOf(collection, [...ref.path, row.name], row))
}

async function getPlainCollection(
  env: CalendarEnv,
  actor: Actor,
  ref: CollectionRef,
): Promise<PlainCollection> {
  const collection = await getCollection(env, actor, collectionOf(ref))
  if (collection.kind === 'calendar') throw new Refusal({ code: 'not-found', what: canonicalPath(ref) })
  return collection
}

async function findRow(
  env: CalendarEnv,
  { owner, calendarId }: PlainCollection,
  path: readonly string[],
): Promise<NodeRecord | undefined> {
  const rows = await env.store.reader.rows(findNodePath, owner.userId, calendarId, path)
  return rows[path.length - 1]
}

function nodeOf(collection: PlainCollection, path: readonly string[], row: NodeRecord): Node {
  const { nodeId, isCollection, contentType, size, etag, createdAt, updatedAt } = row
  return {
    kind: 'node',
    nodeId,
    collection,
    path,
    isCollection,
    contentType,
    size,
    etag,
    createdAt,
    updatedAt,
  }
}
