import { lockCollectionRows } from '../store/calendars.ts'
import { buryName, deleteReplaced, moveEvent } from '../store/event-moves.ts'
import {
  advanceCalendar,
  deleteInstances,
  type EventContent,
  insertInstances,
} from '../store/event-writes.ts'
import { findObjectWithData } from '../store/events.ts'
import { copyProperties, deleteProperties } from '../store/properties.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { assertConditions } from './assert-conditions.ts'
import { calendarOfRow } from './collection-of-row.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import { forgetLocks, forgetLocksBelow } from './forget-locks.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, CollectionRef, ObjectRef } from './model.ts'
import { contentOf, readObjectText } from './object-content.ts'
import { requireObjectName } from './object-name.ts'
import { canonicalPath } from './paths.ts'
import { BIND, NONE, READ_CONTENT, UNBIND, WRITE_CONTENT, WRITE_PROPERTIES } from './privileges.ts'
import { requireStorable } from './put-object.ts'
import { Refusal } from './refusal.ts'
import { queueRemoval } from './removals.ts'
import { requirePrivileges } from './require-privileges.ts'
import { requireSending } from './require-sending.ts'
import { findPlaceCall, type ObjectPlace, placeOf, removeAt, storeAt } from './write-object.ts'

export interface TransferOptions {
  /** May what is at the destination be replaced (RFC 4918 §10.6)? */
  readonly overwrite: boolean
  /** About the source. */
  readonly conditions: Conditions
}

/**
 * Copies a calendar object resource with its dead properties (RFC 4918 §9.8). The destination's preconditions
 * are those of a PUT (RFC 4791 §5.3.2.1), so a copy within one calendar conflicts with itself.
 *
 * @throws Refusal `same-resource`, `condition-failed` (Overwrite), and as `putObject` does
 */
export function copyObject(
  env: CalendarEnv,
  actor: Actor,
  from: ObjectRef,
  to: ObjectRef,
  options: TransferOptions,
): Promise<{ created: boolean }> {
  return transfer(env, actor, from, to, { ...options, isMove: false })
}

/**
 * Moves a calendar object resource (RFC 4918 §9.9) in one step: no moment sees it in both places or in none,
 * and both calendars' histories tell of it.
 *
 * @throws Refusal `same-resource`, `condition-failed` (Overwrite), and as `putObject` does
 */
export function moveObject(
  env: CalendarEnv,
  actor: Actor,
  from: ObjectRef,
  to: ObjectRef,
  options: TransferOptions,
): Promise<{ created: boolean }> {
  return transfer(env, actor, from, to, { ...options, isMove: true })
}

type Transfer = TransferOptions & { readonly isMove: boolean }

async function transfer(
  env: CalendarEnv,
  actor: Actor,
  from: ObjectRef,
  to: ObjectRef,
  options: Transfer,
): Promise<{ created: boolean }> {
  requireObjectName(to.name)
  if (canonicalPath(from) === canonicalPath(to)) throw new Refusal({ code: 'same-resource' })
  return env.store.transact(async (tx) => {
    const source = await lockSource(tx, actor, from, to)
    const [{ rows }] = await tx.all([findPlaceCall(actor, to, source.place.existing.uid)])
    const target = targetOf(placeOf(rows[0], actor, to), source, options)
    requireAllowed(source, target, options)
    await requireLeaving(tx, actor, source, target, options)
    await assertTransferable(env, tx, actor, source, target, options)
    const sent = readObjectText(env, source.data)
    requireStorable(env, target, sent)
    const content = contentOf(env, sent, floatingZoneOf(target.calendar))
    const moved = { ...content, scheduleTag: carriedTag(source, target, options) }
    if (!options.isMove) copyTo(env, tx, actor, source, target, content)
    else if (isSameHome(source, target)) moveWithin(env, tx, source, target, moved)
    else moveAcross(env, tx, actor, source, target, content)
    if (options.isMove) forgetLocks(tx, source.place.scope, canonicalPath(from))
    if (target.existing !== undefined) forgetLocksBelow(tx, target.scope, canonicalPath(to))
    return { created: target.existing === undefined }
  })
}

/** To those it concerns, what leaves a home is removed: who moves it tells them so in its owner's name. */
async function requireLeaving(
  tx: Transactor,
  actor: Actor,
  source: Source,
  target: ObjectPlace,
  { isMove }: Transfer,
): Promise<void> {
  const { existing, calendar } = source.place
  if (!isMove || isSameHome(source, target) || existing.scheduleTag === undefined) return
  await requireSending(tx, actor, calendar.owner, 'organizer')
}

/**
 * A move between one's own calendars is told to nobody, and the object stays what it was. A second copy of what
 * others are invited to is refused (RFC 6638 §3.2.4.1); in another's home it is theirs, and schedules nothing.
 */
function carriedTag({ place }: Source, target: ObjectPlace, { isMove }: Transfer): string | undefined {
  const { scheduleTag } = place.existing
  if (scheduleTag === undefined || place.scope.ownerId !== target.scope.ownerId) return undefined
  if (!isMove) throw new Refusal({ code: 'unique-scheduling-object-resource', existing: place.ref })
  return scheduleTag
}

/** The object to be transferred, its calendar's row locked. */
interface Source {
  readonly place: ObjectPlace & { readonly existing: NonNullable<ObjectPlace['existing']> }
  readonly data: string
}

/** Locks both calendars, in the order all writes take, and reads the source. */
async function lockSource(tx: Transactor, actor: Actor, from: ObjectRef, to: ObjectRef): Promise<Source> {
  const who = [actor.userId, granteeIdsOf(actor)] as const
  const [, { rows }] = await tx.all([
    call(lockCollectionRows, [from.owner, to.owner], [from.collection, to.collection]),
    call(findObjectWithData, ...who, from.owner, from.collection, from.name),
  ])
  const row = rows[0]
  const isThere = row !== undefined && row.collectionPrivileges !== NONE && row.collectionKind === 'calendar'
  if (!isThere || row.eventId === undefined || row.data === undefined) {
    throw new Refusal({ code: 'not-found', what: canonicalPath(from) })
  }
  const { ownerId, calendarId, lockedUntil } = row
  return {
    data: row.data,
    place: {
      ref: from,
      calendar: calendarOfRow(row),
      scope: { ownerId, calendarId, lockedUntil },
      existing: { ...row, eventId: row.eventId, isRecurring: true },
      uidHolder: undefined,
      usedBytes: 0n,
    },
  }
}

/** An object that moves within a calendar does not stand in its own way. */
function targetOf(target: ObjectPlace, { place }: Source, { isMove }: Transfer): ObjectPlace {
  const isItself = isMove && isSameCalendar(place, target) && target.uidHolder === place.ref.name
  const freed = isMove && target.scope.ownerId === place.scope.ownerId ? BigInt(place.existing.size) : 0n
  return {
    ...target,
    uidHolder: isItself ? undefined : target.uidHolder,
    usedBytes: target.usedBytes - freed,
  }
}

/** The privileges of RFC 3744 Appendix B, and Overwrite. */
function requireAllowed({ place }: Source, target: ObjectPlace, { isMove, overwrite }: Transfer): void {
  requirePrivileges(place.calendar.privileges, READ_CONTENT, place.ref)
  if (isMove) requirePrivileges(place.calendar.privileges, UNBIND, collectionOf(place.ref))
  const replacing = isMove ? BIND | UNBIND : WRITE_CONTENT | WRITE_PROPERTIES
  const needed = target.existing === undefined ? BIND : replacing
  requirePrivileges(target.calendar.privileges, needed, collectionOf(target.ref))
  if (target.existing !== undefined && !overwrite) {
    throw new Refusal({ code: 'condition-failed', header: 'Overwrite' })
  }
}

async function assertTransferable(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  { place }: Source,
  target: ObjectPlace,
  { isMove, conditions }: Transfer,
): Promise<void> {
  const path = canonicalPath(place.ref)
  const arrival = target.existing === undefined ? ('binding' as const) : ('tree' as const)
  await assertConditions(tx, {
    now: env.clock(),
    actor,
    conditions,
    path,
    current: place.existing,
    scopes: isSameCalendar(place, target) ? [place.scope] : [place.scope, target.scope],
    writes: [
      { path: canonicalPath(target.ref), change: arrival },
      ...(isMove ? [{ path, change: 'tree' as const }] : []),
    ],
  })
}

function copyTo(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  { place }: Source,
  target: ObjectPlace,
  content: EventContent,
): void {
  const { eventId } = storeAt(env, tx, actor, target, content)
  const { userId } = target.calendar.owner
  tx.write(deleteProperties, userId, eventId, 'object')
  tx.write(copyProperties, place.calendar.owner.userId, place.existing.eventId, 'object', userId, eventId)
}

/** Into another home, where it is another row; to those it concerns it is gone (RFC 6638 §3.2). */
function moveAcross(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  source: Source,
  target: ObjectPlace,
  content: EventContent,
): void {
  const { place, data } = source
  const { owner } = place.calendar
  if (place.existing.scheduleTag !== undefined) queueRemoval(env, tx, owner.userId, content, data)
  copyTo(env, tx, actor, source, target, content)
  removeAt(env, tx, place, place.existing)
}

function moveWithin(
  env: CalendarEnv,
  tx: Transactor,
  { place }: Source,
  target: ObjectPlace,
  content: EventContent,
): void {
  const now = env.clock()
  const { userId } = target.calendar.owner
  const { eventId, size } = place.existing
  const left = place.calendar
  const isSame = isSameCalendar(place, target)
  const revision = target.calendar.revision + (isSame ? 2n : 1n)
  const at = { userId, calendarId: target.calendar.calendarId, eventId, name: target.ref.name, revision, now }
  if (target.existing !== undefined) tx.write(deleteReplaced, userId, target.existing.eventId)
  tx.write(buryName, userId, left.calendarId, place.ref.name, left.revision + 1n, now)
  tx.write(deleteInstances, userId, eventId)
  moveEvent(tx, at, content)
  insertInstances(tx, at, content.index.instances)
  const replaced = target.existing?.size ?? 0
  if (!isSame) tx.write(advanceCalendar, userId, left.calendarId, left.revision + 1n, now, -size)
  tx.write(advanceCalendar, userId, at.calendarId, revision, now, (isSame ? 0 : size) - replaced)
}

function isSameCalendar(one: ObjectPlace, other: ObjectPlace): boolean {
  return one.calendar.calendarId === other.calendar.calendarId
}

function isSameHome({ place }: Source, target: ObjectPlace): boolean {
  return place.scope.ownerId === target.scope.ownerId
}

function collectionOf({ owner, collection }: CollectionRef): CollectionRef {
  return { owner, collection }
}
