import { Refusal } from './refusal.ts'
import type { SyncPoint } from './sync-token.ts'

/** Something that changed or was removed at a revision. */
export interface SyncEntry {
  readonly revision: bigint
}

/** The part of a history that one answer tells. */
export interface SyncCut<Changed, Removed> {
  readonly changed: readonly Changed[]
  readonly removed: readonly Removed[]
  /** Where a client is that has taken it in. */
  readonly point: SyncPoint
  readonly truncated: boolean
}

/**
 * The point that a synchronisation starts from.
 *
 * @param named what the client's token names; undefined: it has nothing
 * @param now the collection's present revision
 * @param floor removals up to this revision may have been forgotten
 * @throws Refusal `valid-sync-token` for a point in the future or before the floor
 */
export function startingPoint(named: SyncPoint | undefined, now: bigint, floor: bigint): SyncPoint {
  const { since, base } = named ?? { since: 0n, base: now }
  if (since > now || base > now || base < floor) throw new Refusal({ code: 'valid-sync-token' })
  return { since, base }
}

/**
 * Cuts a history after `limit` entries, in order of revision, and never between two of one revision
 * (RFC 6578 §3.6).
 */
export function cutHistory<Changed extends SyncEntry, Removed extends SyncEntry>(
  history: { readonly changed: readonly Changed[]; readonly removed: readonly Removed[] },
  { base }: SyncPoint,
  now: bigint,
  limit = Number.POSITIVE_INFINITY,
): SyncCut<Changed, Removed> {
  const { changed, removed } = history
  if (changed.length + removed.length <= limit) {
    return { changed, removed, point: { since: now, base: now }, truncated: false }
  }
  const revisions = [...changed, ...removed].map(({ revision }) => revision).sort(ascending)
  const last = revisions[Math.max(limit, 1) - 1] as bigint
  const isIn = ({ revision }: SyncEntry): boolean => revision <= last
  const truncated = revisions.at(-1) !== last
  const since = truncated ? last : now
  return {
    changed: changed.filter(isIn),
    removed: removed.filter(isIn),
    point: { since, base: base > since ? base : since },
    truncated,
  }
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
