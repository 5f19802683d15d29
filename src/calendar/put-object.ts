import { hasParticipants } from '../scheduling/role.ts'
import type { Transactor } from '../store/store.ts'
import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import type { Actor, Calendar, CalendarObjectRecord, ObjectRef } from './model.ts'
import { contentOf, type ReadText, readObjectText, requireSupported } from './object-content.ts'
import { requireObjectName } from './object-name.ts'
import { canonicalPath } from './paths.ts'
import { BIND, WRITE_CONTENT } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'
import { writeScheduled } from './schedule-write.ts'
import { lockPlace, type ObjectPlace, storeAt } from './write-object.ts'

export interface PutResult {
  readonly created: boolean
  readonly object: CalendarObjectRecord
  readonly calendar: Calendar
  /** Are the stored octets those that were sent (RFC 4791 §5.3.4)? */
  readonly etagUsable: boolean
}

export interface SchedulingOptions {
  /** Schedule-Reply: F (RFC 6638 §8.1): the organizer is not told. */
  readonly isSilent?: boolean
  /** An attendee who moves the event proposes that to the organizer (RFC 5546 §3.2.7), instead of being refused. */
  readonly isProposal?: boolean
}

/**
 * Stores a calendar object resource (RFC 4791 §5.3.2): the one write path of design §4.2.
 *
 * @param text the iCalendar text, kept as it is
 * @throws Refusal `parent-missing`, `not-found`, `need-privileges`, `condition-failed`,
 *   `lock-token-submitted`, or a precondition of RFC 4791 §5.3.2.1 or RFC 6638 §3.2.4
 */
export async function putObject(
  env: CalendarEnv,
  actor: Actor,
  ref: ObjectRef,
  text: string,
  conditions: Conditions,
  options: SchedulingOptions = {},
): Promise<PutResult> {
  requireObjectName(ref.name)
  const sent = tryToRead(env, text)
  const mayPut = (tx: Transactor, place: ObjectPlace) => assertMayPut(env, tx, actor, place, conditions)
  if (!(sent instanceof Refusal) && hasParticipants(sent.object)) {
    return putScheduled(env, actor, ref, sent, mayPut, options)
  }
  const put = await env.store.transact(async (tx): Promise<PutResult | undefined> => {
    const place = await lockPlace(tx, actor, ref, sent instanceof Refusal ? undefined : sent.object.uid)
    const created = place.existing === undefined
    await mayPut(tx, place)
    // A precondition on the body counts only after the conditional headers (RFC 9110 §13.2.1).
    if (sent instanceof Refusal) throw sent
    // Those who were invited to what stood here have to be told.
    if (place.existing?.scheduleTag !== undefined) return undefined
    requireStorable(env, place, sent)
    const content = contentOf(env, sent, floatingZoneOf(place.calendar))
    const object = storeAt(env, tx, actor, place, content)
    return { created, object, calendar: place.calendar, etagUsable: true }
  })
  if (put !== undefined) return put
  if (sent instanceof Refusal) throw sent
  return putScheduled(env, actor, ref, sent, mayPut, options)
}

async function putScheduled(
  env: CalendarEnv,
  actor: Actor,
  ref: ObjectRef,
  sent: ReadText,
  mayPut: (tx: Transactor, place: ObjectPlace) => Promise<void>,
  { isSilent = false, isProposal = false }: SchedulingOptions,
): Promise<PutResult> {
  const { place, object, isAsSent } = await writeScheduled(env, actor, {
    ref,
    sent,
    isSilent,
    isProposal,
    async check(tx, place) {
      await mayPut(tx, place)
      requireStorable(env, place, sent)
    },
  })
  const created = place.existing === undefined
  return { created, object: object as CalendarObjectRecord, calendar: place.calendar, etagUsable: isAsSent }
}

async function assertMayPut(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  place: ObjectPlace,
  conditions: Conditions,
): Promise<void> {
  const created = place.existing === undefined
  const needed = created ? BIND : WRITE_CONTENT
  requirePrivileges(place.calendar.privileges, needed, created ? collectionOf(place.ref) : place.ref)
  await assertWritable(env, tx, actor, place, conditions)
}

function tryToRead(env: CalendarEnv, text: string): ReadText | Refusal {
  try {
    return readObjectText(env, text)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

async function assertWritable(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  { ref, existing, scope }: ObjectPlace,
  conditions: Conditions,
): Promise<void> {
  const path = canonicalPath(ref)
  await assertConditions(tx, {
    now: env.clock(),
    actor,
    conditions,
    path,
    current: existing,
    scopes: [scope],
    writes: [{ path, change: existing === undefined ? 'binding' : 'content' }],
  })
}

/**
 * What RFC 4791 §5.3.2.1 asks of an object before it goes to a place.
 *
 * @throws Refusal `supported-calendar-component`, `no-uid-conflict`, `quota-not-exceeded`
 */
export function requireStorable(env: CalendarEnv, place: ObjectPlace, { object, size }: ReadText): void {
  requireSupported(object, place.calendar)
  const { existing, uidHolder, ref } = place
  const holder = uidHolder ?? (existing === undefined || existing.uid === object.uid ? undefined : ref.name)
  if (holder !== undefined) {
    const { owner, collection } = ref
    throw new Refusal({ code: 'no-uid-conflict', existing: { owner, collection, name: holder } })
  }
  const more = size - (existing?.size ?? 0)
  const limit = env.limits.quotaBytes
  if (more > 0 && place.usedBytes + BigInt(more) > BigInt(limit)) {
    throw new Refusal({ code: 'quota-not-exceeded', limit })
  }
}

function collectionOf({ owner, collection }: ObjectRef) {
  return { owner, collection }
}
