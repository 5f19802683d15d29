import { touchCollection } from '../store/access.ts'
import { type NodeRecord, updateNode } from '../store/nodes.ts'
import type { Transactor } from '../store/store.ts'
import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import type { Actor, NodeRef } from './model.ts'
import { etagOf, insertFile, type NodeContent, requireFreeName, requireRoom } from './node-rows.ts'
import { canonicalPath } from './paths.ts'
import { collectionOf, findPlace, lockContainer, type Place } from './place.ts'
import { BIND, WRITE_CONTENT } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/**
 * Stores a file inside a plain collection (RFC 4918 §9.7.1), whatever its type.
 *
 * @returns the new etag, unquoted
 * @throws Refusal `not-found`, `need-privileges`, `parent-missing`, `method-not-allowed` on a collection,
 *   `max-resource-size`, `quota-not-exceeded`, `condition-failed`, `lock-token-submitted`
 */
export async function putNode(
  env: CalendarEnv,
  actor: Actor,
  ref: NodeRef,
  content: NodeContent,
  conditions: Conditions,
): Promise<{ created: boolean; etag: string }> {
  const limit = env.limits.maxResourceSize
  if (content.body.byteLength > limit) throw new Refusal({ code: 'max-resource-size', limit })
  return env.store.transact(async (tx) => {
    const access = await lockContainer(tx, actor, ref)
    const place = await findPlace(tx, access, ref)
    const created = place.mapped === undefined
    requirePrivileges(access.privileges, created ? BIND : WRITE_CONTENT, created ? collectionOf(ref) : ref)
    const path = canonicalPath(ref)
    await assertConditions(tx, {
      now: env.clock(),
      actor,
      conditions,
      path,
      current: place.mapped,
      scopes: [access],
      writes: [{ path, change: created ? 'binding' : 'content' }],
    })
    const file = requireFile(place, content)
    await requireRoom(env, tx, access.ownerId, content.body.byteLength - (file?.size ?? 0))
    if (file !== undefined) return { created, etag: replaceFile(env, tx, place, file, content) }
    return { created, ...insertFile(env, tx, requireFreeName(place), content) }
  })
}

/** The file at the place, if there is one; a collection cannot be overwritten by a file. */
function requireFile({ access, ref, mapped }: Place, { contentType }: NodeContent): NodeRecord | undefined {
  if (access.kind === 'calendar' && ref.path.length === 1)
    throw new Refusal({ code: 'supported-calendar-data', contentType: contentType ?? 'A file' })
  if (mapped?.isCollection) throw new Refusal({ code: 'method-not-allowed', on: collectionOf(ref) })
  return mapped?.node
}

function replaceFile(
  env: CalendarEnv,
  tx: Transactor,
  { access: { ownerId, calendarId } }: Place,
  file: NodeRecord,
  content: NodeContent,
): string {
  const { body, contentType } = content
  const etag = etagOf(content)
  const now = env.clock()
  tx.write(updateNode, ownerId, file.nodeId, body, contentType, body.byteLength, etag, now)
  tx.write(touchCollection, ownerId, calendarId, now, body.byteLength - file.size)
  return etag
}
