import { changedCollections, homeFloorOf, removedCollections } from '../store/home-sync.ts'
import { call } from '../store/statement.ts'
import { collectionOfRow } from './collection-of-row.ts'
import type { CalendarEnv } from './env.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, Collection, Home } from './model.ts'
import { holds, READ_CONTENT } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { cutHistory, startingPoint } from './sync-cut.ts'
import { homeTokenAt, pointInHomeToken, type SyncPoint } from './sync-token.ts'

export interface HomeChanges {
  /** Collections that were made, or that were changed in any way. */
  readonly changed: readonly Collection[]
  /** Names of collections that are gone. */
  readonly removed: readonly string[]
  readonly token: string
  readonly truncated: boolean
}

/**
 * What changed in a home since a token (RFC 6578 §3.4): the collections the actor may read, up to the revision
 * in `home`.
 *
 * @throws Refusal `valid-sync-token` for a token that is foreign, garbled, from the future or too old, and for
 *   one that someone else than the owner holds since before something became hidden or was removed: to name it
 *   would tell of collections they may never have seen.
 */
export async function homeChangesSince(
  env: CalendarEnv,
  actor: Actor,
  home: Home,
  token: string | undefined,
  limit?: number,
): Promise<HomeChanges> {
  const { userId } = home.owner
  const now = home.revision
  const named = token ? readToken(home, token) : undefined
  const { since, base } = named ?? { since: 0n, base: now }
  const who = [actor.userId, granteeIdsOf(actor)] as const
  const [floor, changed, removed] = await env.store.reader.all([
    call(homeFloorOf, userId),
    call(changedCollections, ...who, userId, since, now),
    call(removedCollections, userId, base, now),
  ])
  const start = startingPoint(named, now, floor.rows[0]?.floor ?? 0n)
  const visible = changed.rows.filter(({ collectionPrivileges }) => holds(collectionPrivileges, READ_CONTENT))
  const hasHidden = visible.length < changed.rows.length || removed.rows.length > 0
  if (named !== undefined && actor.userId !== userId && hasHidden) {
    throw new Refusal({ code: 'valid-sync-token' })
  }
  const entries = visible.map((row) => ({ revision: row.homeRevision, collection: collectionOfRow(row) }))
  const cut = cutHistory({ changed: entries, removed: removed.rows }, start, now, limit)
  return {
    changed: cut.changed.map(({ collection }) => collection),
    removed: cut.removed.map(({ name }) => name),
    token: homeTokenAt(userId, cut.point),
    truncated: cut.truncated,
  }
}

function readToken({ owner }: Home, token: string): SyncPoint {
  const point = pointInHomeToken(token, owner.userId)
  if (point === undefined) throw new Refusal({ code: 'valid-sync-token' })
  return point
}
