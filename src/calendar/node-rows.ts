import { createHash } from 'node:crypto'
import { type CollectionAccess, touchCollection, usedBytes } from '../store/access.ts'
import { deleteTree, insertNode, measureTree } from '../store/nodes.ts'
import type { Reader, Transactor } from '../store/store.ts'
import type { CalendarEnv } from './env.ts'
import { requireObjectName } from './object-name.ts'
import type { Place } from './place.ts'
import { Refusal } from './refusal.ts'

/** A file's content as a client sent it. */
export interface NodeContent {
  readonly body: Uint8Array
  /** The Content-Type header, if there was one. */
  readonly contentType: string | undefined
}

/** Where a new node goes; parentId null: directly in the collection. */
export interface FreeName {
  readonly access: CollectionAccess
  readonly parentId: string | null
  readonly name: string
}

/**
 * The name at a place that is free, ready to be taken.
 *
 * @throws Refusal `parent-missing`, `name-not-allowed`
 */
export function requireFreeName({ access, ref, parentId }: Place): FreeName {
  if (parentId === undefined) throw new Refusal({ code: 'parent-missing' })
  const name = ref.path.at(-1) ?? ''
  requireObjectName(name)
  return { access, parentId, name }
}

/** A strong etag: equal for equal octets of equal type. */
export function etagOf({ body, contentType }: NodeContent): string {
  const hash = createHash('sha256')
    .update(contentType ?? '')
    .update('\n')
    .update(body)
  return hash.digest('base64url').slice(0, 32)
}

/** Queues the making of a file. The caller has checked that the name is free. */
export function insertFile(
  env: CalendarEnv,
  tx: Transactor,
  { access, parentId, name }: FreeName,
  content: NodeContent,
): { etag: string } {
  const { ownerId, calendarId } = access
  const { body, contentType } = content
  const etag = etagOf(content)
  const now = env.clock()
  const size = body.byteLength
  tx.write(
    insertNode,
    ownerId,
    env.newId(),
    calendarId,
    parentId,
    name,
    false,
    body,
    contentType,
    size,
    etag,
    now,
  )
  tx.write(touchCollection, ownerId, calendarId, now, size)
  return { etag }
}

/** Queues the making of an empty nested collection. */
export function insertCollection(
  env: CalendarEnv,
  tx: Transactor,
  { access, parentId, name }: FreeName,
): string {
  const { ownerId, calendarId } = access
  const nodeId = env.newId()
  const now = env.clock()
  tx.write(
    insertNode,
    ownerId,
    nodeId,
    calendarId,
    parentId,
    name,
    true,
    undefined,
    undefined,
    0,
    undefined,
    now,
  )
  tx.write(touchCollection, ownerId, calendarId, now, 0)
  return nodeId
}

/** Removes what stands at a place, with everything below it. Locks are the caller's business. */
export async function removeTree(env: CalendarEnv, tx: Transactor, { access, mapped }: Place): Promise<void> {
  const { ownerId, calendarId } = access
  const nodeId = mapped?.node?.nodeId
  const size = (await tx.row(measureTree, ownerId, nodeId))?.size ?? 0n
  tx.write(deleteTree, ownerId, nodeId)
  tx.write(touchCollection, ownerId, calendarId, env.clock(), -size)
}

/**
 * Is there room for so many octets more in the home (RFC 4331 §6)?
 *
 * @throws Refusal `quota-not-exceeded`
 */
export async function requireRoom(
  env: CalendarEnv,
  db: Reader,
  ownerId: string,
  more: number | bigint,
): Promise<void> {
  if (more <= 0) return
  const used = (await db.row(usedBytes, ownerId))?.used ?? 0n
  const limit = env.limits.quotaBytes
  if (used + BigInt(more) > BigInt(limit)) throw new Refusal({ code: 'quota-not-exceeded', limit })
}
