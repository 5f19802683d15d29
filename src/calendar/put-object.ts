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
import { lockPlace, type ObjectPlace, storeAt } from './write-object.ts'

export interface PutResult {
  readonly created: boolean
  readonly object: CalendarObjectRecord
  readonly calendar: Calendar
  /** Are the stored octets those that were sent (RFC 4791 §5.3.4)? */
  readonly etagUsable: boolean
}

/**
 * Stores a calendar object resource (RFC 4791 §5.3.2): the one write path of design §4.2.
 *
 * @param text the iCalendar text, kept as it is
 * @throws Refusal `parent-missing`, `not-found`, `need-privileges`, `condition-failed`,
 *   `lock-token-submitted`, or a precondition of RFC 4791 §5.3.2.1
 */
export async function putObject(
  env: CalendarEnv,
  actor: Actor,
  ref: ObjectRef,
  text: string,
  conditions: Conditions,
): Promise<PutResult> {
  requireObjectName(ref.name)
  const sent = tryToRead(env, text)
  return env.store.transact(async (tx) => {
    const place = await lockPlace(tx, actor, ref, sent instanceof Refusal ? undefined : sent.object.uid)
    const created = place.existing === undefined
    const needed = created ? BIND : WRITE_CONTENT
    requirePrivileges(place.calendar.privileges, needed, created ? collectionOf(ref) : ref)
    await assertWritable(env, tx, actor, place, conditions)
    // A precondition on the body counts only after the conditional headers (RFC 9110 §13.2.1).
    if (sent instanceof Refusal) throw sent
    requireStorable(env, place, sent)
    const content = contentOf(env, sent, floatingZoneOf(place.calendar))
    const object = storeAt(env, tx, actor, place, content)
    return { created, object, calendar: place.calendar, etagUsable: true }
  })
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
