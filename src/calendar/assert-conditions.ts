import { findLocks, type LockRecord } from '../store/locks.ts'
import { call } from '../store/statement.ts'
import type { Reader } from '../store/store.ts'
import type { Conditions, IfList } from './conditions.ts'
import { type ResourceState, someListHolds, submittedTokens } from './if-lists.ts'
import { covers, missingLock, type Write } from './lock-scope.ts'
import { lockToken } from './lock-token.ts'
import type { Actor } from './model.ts'
import { Refusal } from './refusal.ts'
import { NOTHING_MAPPED, type TaggedState, taggedStates } from './tagged-states.ts'

/** A collection whose row the transaction has locked: no lock in it comes or goes until the commit. */
export interface LockScope {
  /** Owner of the home. */
  readonly ownerId: string
  readonly calendarId: string
  /** `calendars.locked_until`, read under that lock: after it, nothing in the collection is locked. */
  readonly lockedUntil: Date | undefined
}

/** What is mapped at the request's own resource. */
export interface CurrentState {
  readonly etag?: string | undefined
  readonly scheduleTag?: string | undefined
  /** What is told as Last-Modified. */
  readonly updatedAt?: Date | undefined
  /** The state tokens of a collection: its sync token (RFC 6578 §5). */
  readonly tokens?: readonly string[]
}

export interface ConditionCheck {
  readonly now: Date
  readonly actor: Actor
  readonly conditions: Conditions
  /** Canonical path of the request's own resource. */
  readonly path: string
  /** Undefined: nothing is mapped there. */
  readonly current: CurrentState | undefined
  /** Every collection the writes touch. */
  readonly scopes: readonly LockScope[]
  readonly writes: readonly Write[]
}

/**
 * Every write path calls this inside its transaction, after it has locked the rows of the collections it
 * touches: conditional headers first, then locks. Without an If header and without live locks it does
 * nothing that costs.
 *
 * @throws Refusal `condition-failed` or `lock-token-submitted`
 */
export async function assertConditions(tx: Reader, check: ConditionCheck): Promise<void> {
  assertEntityConditions(check.conditions, check.current)
  const { ifLists } = check.conditions
  const scopes = check.scopes.filter(
    ({ lockedUntil }) => lockedUntil !== undefined && lockedUntil > check.now,
  )
  if (ifLists === undefined && scopes.length === 0) return
  const locks = await liveLocks(tx, scopes, check.now)
  if (ifLists !== undefined) await assertIf(tx, check, locks)
  assertUnlocked(locks, check)
}

/**
 * If-Match, If-Unmodified-Since, If-None-Match (RFC 9110 §13.2.2) and If-Schedule-Tag-Match (RFC 6638 §8.3)
 * against one resource.
 *
 * @param current undefined: nothing is mapped there
 * @throws Refusal `condition-failed`
 */
export function assertEntityConditions(conditions: Conditions, current: CurrentState | undefined): void {
  const { ifMatch, ifUnmodifiedSince, ifNoneMatch, ifScheduleTagMatch } = conditions
  if (ifMatch !== undefined && !entityMatches(ifMatch, current)) throw failed('If-Match')
  if (ifMatch === undefined && isModified(current, ifUnmodifiedSince)) throw failed('If-Unmodified-Since')
  if (ifNoneMatch !== undefined && entityMatches(ifNoneMatch, current)) throw failed('If-None-Match')
  // Client: Apple Calendar sends the header empty for an object that has no schedule tag.
  if (ifScheduleTagMatch !== undefined && (current?.scheduleTag ?? '') !== ifScheduleTagMatch) {
    throw failed('If-Schedule-Tag-Match')
  }
}

/** An HTTP-date has no fractions of a second, and what has no date of its own is not looked at. */
function isModified(current: CurrentState | undefined, since: Date | undefined): boolean {
  if (since === undefined || current?.updatedAt === undefined) return false
  return Math.floor(current.updatedAt.getTime() / 1000) * 1000 > since.getTime()
}

function entityMatches(condition: readonly string[] | '*', current: CurrentState | undefined): boolean {
  if (current === undefined) return false
  return condition === '*' || (current.etag !== undefined && condition.includes(current.etag))
}

/**
 * The If header of a request that changes nothing (RFC 4918 §10.4.1 makes no difference).
 *
 * @param path canonical path of the request's own resource; '' where it has none
 * @throws Refusal `condition-failed`
 */
export async function assertIfOfRead(
  db: Reader,
  actor: Actor,
  now: Date,
  path: string,
  lists: readonly IfList[],
): Promise<void> {
  const states = await taggedStates(db, { actor, now }, [path, ...lists.map((list) => list.path ?? path)])
  const holds = someListHolds(lists, (tagged = path) => stateAt(tagged, states.get(tagged) ?? NOTHING_MAPPED))
  if (!holds) throw failed('If')
}

function stateAt(path: string, state: TaggedState, locks: readonly LockRecord[] = []): ResourceState {
  return {
    etag: state.etag,
    tokens: new Set([...state.tokens, ...tokensOver(path, [...locks, ...state.locks])]),
  }
}

async function assertIf(tx: Reader, check: ConditionCheck, locks: readonly LockRecord[]): Promise<void> {
  const lists = check.conditions.ifLists ?? []
  const others = lists.flatMap(({ path }) => (path === undefined || path === check.path ? [] : [path]))
  const tagged = await taggedStates(tx, check, others)
  const own: TaggedState = { etag: check.current?.etag, tokens: check.current?.tokens ?? [], locks: [] }
  const holds = someListHolds(lists, (path) =>
    path === undefined || path === check.path
      ? stateAt(check.path, own, locks)
      : stateAt(path, tagged.get(path) ?? NOTHING_MAPPED, locks),
  )
  if (!holds) throw failed('If')
}

function tokensOver(path: string, locks: readonly LockRecord[]): string[] {
  return locks.filter((lock) => covers(lock, path)).map(lockToken)
}

function assertUnlocked(locks: readonly LockRecord[], check: ConditionCheck): void {
  const submitted = submittedTokens(check.conditions.ifLists)
  // RFC 4918 §6.4: the token alone is not enough, it must be its holder who submits it.
  const isSubmitted = (lock: LockRecord) =>
    lock.holderId === check.actor.userId && submitted.has(lockToken(lock))
  const missing = missingLock(locks, check.writes, isSubmitted)
  if (missing !== undefined) throw new Refusal({ code: 'lock-token-submitted', path: missing.path })
}

async function liveLocks(tx: Reader, scopes: readonly LockScope[], now: Date): Promise<LockRecord[]> {
  if (scopes.length === 0) return []
  const calls = scopes.map(({ ownerId, calendarId }) => call(findLocks, ownerId, calendarId, now))
  return (await tx.all(calls)).flatMap(({ rows }) => rows)
}

type ConditionalHeader = 'If-Match' | 'If-Unmodified-Since' | 'If-None-Match' | 'If-Schedule-Tag-Match' | 'If'

function failed(header: ConditionalHeader): Refusal {
  return new Refusal({ code: 'condition-failed', header })
}
