import type { Component } from '../ical/component.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { type CalendarObject, calendarObjectOf, readCalendarObject } from '../ical/object.ts'
import { planAttendee } from '../scheduling/attendee.ts'
import { withStatuses } from '../scheduling/delivery-status.ts'
import { SchedulingError } from '../scheduling/errors.ts'
import type { SchedulingMessage } from '../scheduling/message.ts'
import { planOrganizer } from '../scheduling/organizer.ts'
import { messagesBetween } from '../scheduling/organizer-messages.ts'
import { emailOf } from '../scheduling/participants.ts'
import { receive } from '../scheduling/receive.ts'
import { receivedFrom } from '../scheduling/received.ts'
import { addressesIn, type Role, roleOfChange } from '../scheduling/role.ts'
import { seriesOf } from '../scheduling/series.ts'
import { lastStamp } from '../scheduling/stamp.ts'
import {
  findReach,
  findRecipients,
  findScheduled,
  findTwin,
  lockCalendarsById,
  type ReachRow,
} from '../store/inbox.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { Delivery } from './deliver.ts'
import { Texts, writeParty } from './deliver-write.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import { writeInvites } from './invites.ts'
import type { Actor, ObjectRef } from './model.ts'
import { contentOf, type ReadText } from './object-content.ts'
import { Refusal } from './refusal.ts'
import { findPlaceCall, lockPlace, type ObjectPlace, placeOf, removeAt, storeAt } from './write-object.ts'

/** A change of an object that names participants. */
export interface ScheduledChange {
  readonly ref: ObjectRef
  /** Undefined: it is removed. */
  readonly sent: ReadText | undefined
  /** Schedule-Reply: F (RFC 6638 §8.1). */
  readonly isSilent: boolean
  /** Privileges, conditions and preconditions, under the locks. */
  check(tx: Transactor, place: ObjectPlace): Promise<void>
}

export interface ScheduledResult {
  readonly place: ObjectPlace
  /** Undefined after a removal. */
  readonly object: ReturnType<typeof storeAt> | undefined
  readonly isAsSent: boolean
}

/** Most attendees whose copies are brought up to date with somebody's answer in the same transaction. */
const MOST_REFRESHED = 50
const MAX_ATTEMPTS = 8

/**
 * The write path of objects with participants (RFC 6638 §3.2): whose calendars it touches is looked up first, then
 * all of them are locked in the order of their ids, and everything is decided and delivered under the locks.
 *
 * @throws Refusal as `check` does, `scheduling`, `unique-scheduling-object-resource`, `busy`
 */
export async function writeScheduled(
  env: CalendarEnv,
  actor: Actor,
  change: ScheduledChange,
): Promise<ScheduledResult> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const result = await env.store.transact((tx) => tryToWrite(env, tx, actor, change))
    if (result !== undefined) return result
  }
  throw new Refusal({ code: 'busy', retryAfterSeconds: 1 })
}

/** @returns undefined when somebody came into play between looking and locking */
async function tryToWrite(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  change: ScheduledChange,
): Promise<ScheduledResult | undefined> {
  const { ref, sent } = change
  const seen = await tx.row(findScheduled, ref.owner, ref.collection, ref.name)
  if (seen === undefined) {
    await lockPlace(tx, actor, ref, sent?.object.uid)
    return undefined
  }
  const before = readStored(seen.data)
  const uid = sent?.object.uid ?? seen.uid ?? ''
  const component = (sent?.object ?? before)?.component ?? 'VEVENT'
  const { emails, calendarIds } = await reachOf(tx, seen.email, [sent?.object, before], uid, component)
  const ids = [...new Set([seen.calendarId, ...calendarIds])]
  const [, state, again, recipients] = await tx.all([
    call(lockCalendarsById, ids),
    findPlaceCall(actor, ref, sent?.object.uid),
    call(findScheduled, ref.owner, ref.collection, ref.name),
    call(findRecipients, [...emails], uid, component),
  ])
  const place = placeOf(state.rows[0], actor, ref)
  const isReached = recipients.rows.every((row) => row.calendarIds.every((id) => ids.includes(id)))
  const isSame = again.rows[0]?.calendarId === seen.calendarId && again.rows[0]?.data === seen.data
  if (!isReached || !isSame) return undefined
  await change.check(tx, place)
  const delivery = new Delivery(env, tx, place.calendar.owner.userId, recipients.rows)
  return refusing(() => write(env, tx, actor, change, place, before, delivery))
}

/** Whom a change concerns: those it names, and, for an answer, those the organizer's copy names too. */
async function reachOf(
  tx: Transactor,
  ownEmail: string,
  objects: readonly (CalendarObject | undefined)[],
  uid: string,
  component: string,
): Promise<{ emails: Set<string>; calendarIds: string[] }> {
  const emails = new Set<string>()
  const calendarIds: string[] = []
  let next = emailsIn(objects)
  // Twice at most: what the organizer's copy names is named by everyone's.
  for (let round = 0; round < 2; round += 1) {
    const fresh = [...next].filter((email) => email !== ownEmail && !emails.has(email))
    if (fresh.length === 0) break
    for (const email of fresh) emails.add(email)
    const rows = await tx.rows(findReach, fresh, uid, component)
    for (const row of rows) calendarIds.push(...(row as ReachRow).calendarIds)
    next = emailsIn(rows.map(({ data }) => readStored(data)))
  }
  return { emails, calendarIds }
}

function emailsIn(objects: readonly (CalendarObject | undefined)[]): Set<string> {
  const addresses = objects.flatMap((object) => [...addressesIn(object)])
  return new Set(addresses.flatMap((address) => emailOf(address) ?? []))
}

/** What cannot be read any more schedules nothing. */
function readStored(data: string | undefined): CalendarObject | undefined {
  if (data === undefined) return undefined
  try {
    return readCalendarObject(data)
  } catch (error) {
    if (error instanceof InvalidCalendarError) return undefined
    throw error
  }
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SchedulingError)) throw error
    throw new Refusal({ code: 'scheduling', condition: error.rule, detail: error.message }, { cause: error })
  }
}

async function write(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  { sent, isSilent }: ScheduledChange,
  place: ObjectPlace,
  stored: CalendarObject | undefined,
  delivery: Delivery,
): Promise<ScheduledResult> {
  const own = new Set([`mailto:${place.calendar.owner.email}`])
  // What was imported, or belongs to nobody here, has never been scheduled.
  const before = place.existing?.scheduleTag === undefined ? undefined : stored
  const role = roleOfChange(before, sent?.object, own)
  const isTwin = role !== 'none' && (await hasTwin(tx, place, sent, before))
  const now = env.clock().getTime()
  const plan = isTwin
    ? { store: sent?.object.calendar, messages: [] }
    : planned(role, before, sent?.object, { own, now, isSilent })
  const kept = await delivered(delivery, role, plan, own, now)
  const owned = kept === undefined || sent === undefined ? undefined : { kept, sent }
  const result = storeOwn(env, tx, actor, place, owned, role, own)
  // Homes are locked as they are written to, so everyone writes to them in one order.
  const order = [
    { userId: place.calendar.owner.userId, write: result.write },
    ...[...delivery.parties.values()].map((party) => ({
      userId: party.row.userId,
      write: () => writeParty(env, tx, result.texts, party),
    })),
  ]
  for (const { write: queue } of order.sort((a, b) => (a.userId < b.userId ? -1 : 1))) queue()
  return { place, object: result.object(), isAsSent: result.isAsSent }
}

function planned(
  role: Role,
  before: CalendarObject | undefined,
  after: CalendarObject | undefined,
  context: { own: ReadonlySet<string>; now: number; isSilent: boolean },
): { store: Component | undefined; messages: readonly SchedulingMessage[] } {
  if (role === 'organizer') return planOrganizer(before, after, context)
  if (role === 'attendee') return planAttendee(before, after, context)
  return { store: after?.calendar, messages: [] }
}

/**
 * RFC 6638 §3.2.4.1: one scheduling object for each UID.
 * Client: Thunderbird moves an event by writing it to the new calendar before it removes it from the old, so a
 * copy that changes nothing is let be, and the removal of either is not told to anybody.
 */
async function hasTwin(
  tx: Transactor,
  { calendar, ref }: ObjectPlace,
  sent: ReadText | undefined,
  before: CalendarObject | undefined,
): Promise<boolean> {
  const uid = sent?.object.uid ?? before?.uid ?? ''
  const twin = await tx.row(findTwin, calendar.owner.userId, uid, calendar.calendarId)
  if (twin === undefined) return false
  if (sent === undefined) return true
  const known = readStored(twin.data)
  const own = new Set([`mailto:${calendar.owner.email}`])
  const changes =
    known === undefined
      ? []
      : planned(roleOfChange(known, sent.object, own), known, sent.object, { own, now: 0, isSilent: false })
          .messages
  if (changes.length === 0 && before === undefined) return true
  const existing = { owner: ref.owner, collection: twin.collection, name: twin.name }
  throw new Refusal({ code: 'unique-scheduling-object-resource', existing })
}

/** Sends what was planned. @returns the owner's own copy with what came of it */
async function delivered(
  delivery: Delivery,
  role: Role,
  plan: { store: Component | undefined; messages: readonly SchedulingMessage[] },
  own: ReadonlySet<string>,
  now: number,
): Promise<Component | undefined> {
  const statuses = new Map<string, string>()
  for (const message of plan.messages) {
    const status = await delivery.deliver(message)
    if (status !== undefined) statuses.set(message.recipient, status)
  }
  if (role === 'attendee') await refresh(delivery, plan.messages)
  let kept = plan.store
  for (const reply of delivery.replies) {
    if (kept !== undefined) kept = withReply(kept, reply, own, now)
  }
  return kept === undefined ? undefined : withStatuses(kept, statuses)
}

function withReply(
  kept: Component,
  reply: SchedulingMessage,
  own: ReadonlySet<string>,
  now: number,
): Component {
  const received = receivedFrom(reply.calendar)
  if (received === undefined) return kept
  const context = { own, sender: reply.sender, now, acceptsUninvited: false }
  return receive(calendarObjectOf(kept), received, context).store ?? kept
}

/** The other attendees' copies show the answer too, without a word to anybody. */
export async function refresh(delivery: Delivery, replies: readonly SchedulingMessage[]): Promise<void> {
  for (const { sender, recipient } of replies) {
    const organizer = delivery.partyAt(recipient)
    if (organizer?.object === undefined || !organizer.isChanged) continue
    const series = seriesOf(organizer.object)
    const stamp = lastStamp(series, organizer.own)
    if (stamp === undefined || delivery.parties.size > MOST_REFRESHED) continue
    const context = { own: organizer.own, now: stamp, stamp }
    for (const message of messagesBetween(undefined, series, context)) {
      if (message.recipient !== sender) await delivery.deliver(message, true)
    }
  }
}

function storeOwn(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  place: ObjectPlace,
  owned: { readonly kept: Component; readonly sent: ReadText } | undefined,
  role: Role,
  own: ReadonlySet<string>,
) {
  const texts = new Texts()
  let object: ReturnType<typeof storeAt> | undefined
  if (owned === undefined) {
    const write = () => {
      if (place.existing !== undefined) removeAt(env, tx, place, place.existing)
    }
    return { texts, write, object: () => object, isAsSent: true }
  }
  const { kept, sent } = owned
  const isAsSent = kept === sent.object.calendar
  const final = isAsSent ? sent.object : calendarObjectOf(kept)
  const read = isAsSent ? sent : { ...texts.of(final), object: final }
  const content = contentOf(env, read, floatingZoneOf(place.calendar))
  const scheduleTag = role === 'none' ? undefined : env.newId()
  const write = () => {
    object = storeAt(env, tx, actor, place, { ...content, scheduleTag })
    if (role === 'organizer') {
      writeInvites(tx, place.calendar.owner.userId, object.eventId, final, own, env.clock())
    }
  }
  return { texts, write, object: () => object, isAsSent }
}
