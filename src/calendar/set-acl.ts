import {
  type CollectionAccess,
  findAccess,
  findHomeAccess,
  type HomeAccess,
  lockCollections,
  touchAccess,
} from '../store/access.ts'
import { lockCollectionRow, lockHomeByOwner } from '../store/calendars.ts'
import {
  deleteShares,
  findGrantees,
  findShares,
  notePublic,
  putShare,
  type ShareRecord,
  sharesOf,
} from '../store/shares.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { type Grant, permissionOf, planGrants, type RequestedAce, refused } from './acl-plan.ts'
import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, CollectionRef, HomeRef } from './model.ts'
import { canonicalPath } from './paths.ts'
import { stateOf } from './place.ts'
import { holds, READ_CONTENT, WRITE_ACL } from './privileges.ts'
import { Refusal } from './refusal.ts'

/**
 * Replaces the grants set on a home or collection itself (RFC 3744 §8.1): all of them, or none when any
 * precondition fails.
 *
 * @throws Refusal `not-found`, `need-privileges`, `acl` with the precondition of RFC 3744 §8.1.1,
 *   `condition-failed` or `lock-token-submitted`
 */
export async function setAcl(
  env: CalendarEnv,
  actor: Actor,
  ref: HomeRef | CollectionRef,
  aces: readonly RequestedAce[],
  conditions: Conditions,
): Promise<void> {
  await env.store.transact(async (tx) => {
    const now = env.clock()
    const target = await lockTarget(tx, actor, ref)
    const collection = collectionIn(target)
    await assertConditions(tx, {
      now,
      actor,
      conditions,
      path: canonicalPath(ref),
      current: collection === undefined ? {} : stateOf(collection),
      scopes: collection === undefined ? [] : [collection],
      writes: [{ path: canonicalPath(ref), change: 'content' }],
    })
    const grants = planGrants(aces, ref.owner)
    const granteeIds = await granteesByName(tx, grants)
    const existing = await ownShares(tx, target)
    replaceShares(env, tx, target, { existing, grants, granteeIds, now })
  })
}

/** The home or collection the list belongs to, its row locked. */
type AclTarget = HomeAccess | CollectionAccess

function collectionIn(target: AclTarget): CollectionAccess | undefined {
  return 'calendarId' in target ? target : undefined
}

async function lockTarget(tx: Transactor, actor: Actor, ref: HomeRef | CollectionRef): Promise<AclTarget> {
  const target = await findLocked(tx, actor, ref)
  const path = canonicalPath(ref)
  if (target === undefined || target.privileges === 0) throw new Refusal({ code: 'not-found', what: path })
  if (!holds(target.privileges, WRITE_ACL)) {
    throw new Refusal({ code: 'need-privileges', path, needed: WRITE_ACL })
  }
  return target
}

async function findLocked(
  tx: Transactor,
  actor: Actor,
  ref: HomeRef | CollectionRef,
): Promise<AclTarget | undefined> {
  const who = [actor.userId, granteeIdsOf(actor), ref.owner] as const
  if ('collection' in ref) {
    const lockRow = call(lockCollectionRow, ref.owner, ref.collection)
    return (await tx.all([lockRow, call(findAccess, ...who, ref.collection)]))[1].rows[0]
  }
  const lockRows = [call(lockCollections, ref.owner), call(lockHomeByOwner, ref.owner)] as const
  return (await tx.all([...lockRows, call(findHomeAccess, ...who)]))[2].rows[0]
}

async function granteesByName(
  tx: Transactor,
  grants: readonly Grant[],
): Promise<ReadonlyMap<string, string>> {
  const usernames = grants.flatMap(({ username }) => (username === undefined ? [] : [username]))
  if (usernames.length === 0) return new Map()
  const found = await tx.rows(findGrantees, usernames)
  if (found.length < usernames.length) throw refused('recognized-principal')
  return new Map(found.map(({ username, userId }) => [username, userId]))
}

async function ownShares(tx: Transactor, target: AclTarget): Promise<readonly ShareRecord[]> {
  const own = collectionIn(target)?.calendarId
  const shares = sharesOf(await tx.rows(findShares, target.ownerId, own))
  return shares.filter(({ calendarId }) => calendarId === own)
}

interface Replacement {
  readonly existing: readonly ShareRecord[]
  readonly grants: readonly Grant[]
  readonly granteeIds: ReadonlyMap<string, string>
  readonly now: Date
}

/** A grant that stays keeps its row, and with it the moment it was first made. */
function replaceShares(
  env: CalendarEnv,
  tx: Transactor,
  target: AclTarget,
  { existing, grants, granteeIds, now }: Replacement,
): void {
  const { ownerId } = target
  const calendarId = collectionIn(target)?.calendarId
  const kept = new Map(grants.map((grant) => [grant, shareFor(grant, existing)]))
  const keptIds = new Set([...kept.values()].map((share) => share?.shareId))
  const dropped = existing.filter(({ shareId }) => !keptIds.has(shareId))
  tx.write(
    deleteShares,
    ownerId,
    dropped.map(({ shareId }) => shareId),
  )
  for (const [grant, share] of kept) {
    const { audience, privileges, username } = grant
    const granteeId = username === undefined ? undefined : granteeIds.get(username)
    const shareId = share?.shareId ?? env.newId()
    tx.write(
      putShare,
      ownerId,
      shareId,
      calendarId,
      granteeId,
      audience,
      permissionOf(privileges),
      privileges,
      now,
    )
  }
  if (calendarId !== undefined) tx.write(notePublic, ownerId, calendarId, isPublic(grants))
  tx.write(touchAccess, ownerId, calendarId, now)
}

function shareFor(grant: Grant, existing: readonly ShareRecord[]): ShareRecord | undefined {
  return existing.find(
    ({ audience, grantee }) => audience === grant.audience && grantee?.username === grant.username,
  )
}

function isPublic(grants: readonly Grant[]): boolean {
  return grants.some(({ audience, privileges }) => audience === 'all' && holds(privileges, READ_CONTENT))
}
