import { findLocks, type LockRecord } from '../store/locks.ts'
import { findNodePath, type NodeRecord } from '../store/nodes.ts'
import { call } from '../store/statement.ts'
import type { Reader } from '../store/store.ts'
import { findTagged, type TaggedRow } from '../store/tagged.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor } from './model.ts'
import { READ_CONTENT } from './privileges.ts'
import { syncTokenOf } from './sync-token.ts'

/** The state of a resource an If header tags (RFC 4918 §10.4.4). */
export interface TaggedState {
  readonly etag: string | undefined
  readonly tokens: readonly string[]
  /** The live locks of its collection. */
  readonly locks: readonly LockRecord[]
}

/** RFC 4918 §10.4.4: an unmapped URL is a resource without any state. */
export const NOTHING_MAPPED: TaggedState = { etag: undefined, tokens: [], locks: [] }

/**
 * The states of the resources at canonical paths. What the actor may not read counts as unmapped, so that a
 * condition tells nothing that a GET would not.
 */
export async function taggedStates(
  tx: Reader,
  { actor, now }: { readonly actor: Actor; readonly now: Date },
  paths: readonly string[],
): Promise<ReadonlyMap<string, TaggedState>> {
  const asked = [...new Set(paths)].map((path) => ({ path, segments: decodePath(path) }))
  const askable = asked.filter(({ segments }) => segments.length >= 2)
  if (askable.length === 0) return new Map()
  const column = (index: number) => askable.map(({ segments }) => segments[index] ?? '')
  const rows = await tx.rows(
    findTagged,
    actor.userId,
    granteeIdsOf(actor),
    column(0),
    column(1),
    column(2),
    READ_CONTENT,
  )
  const found = rows.map((row) => ({ row, ...(askable[row.position - 1] as (typeof askable)[number]) }))
  const inside = await tx.all(
    found.flatMap(({ row: { userId, calendarId }, segments }) => [
      call(findLocks, userId, calendarId, now),
      call(findNodePath, userId, calendarId, segments.slice(2)),
    ]),
  )
  return new Map(
    found.map(({ row, path, segments }, index) => {
      const locks = inside[index * 2]?.rows as LockRecord[]
      const nodes = inside[index * 2 + 1]?.rows as NodeRecord[]
      return [path, stateOf(row, segments.slice(2), locks, nodes)]
    }),
  )
}

function stateOf(
  row: TaggedRow,
  inside: readonly string[],
  locks: readonly LockRecord[],
  nodes: readonly NodeRecord[],
): TaggedState {
  if (inside.length === 0) return { etag: undefined, tokens: [syncTokenOf(row)], locks }
  const isObject = row.kind === 'calendar' && inside.length === 1
  const node = nodes.length === inside.length ? nodes.at(-1) : undefined
  return { etag: isObject ? row.etag : node?.etag, tokens: [], locks }
}

/** The decoded segments of a canonical path; none when it is not one. */
function decodePath(path: string): readonly string[] {
  try {
    return path === '' ? [] : path.split('/').map(decodeURIComponent)
  } catch {
    return []
  }
}
