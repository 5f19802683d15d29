import type { Component } from '../ical/component.ts'
import { type CalendarObject, calendarObjectOf } from '../ical/object.ts'
import { SchedulingError } from '../scheduling/errors.ts'
import { type Member, withMembers } from '../scheduling/groups.ts'
import type { SchedulingMessage } from '../scheduling/message.ts'
import { planRest } from '../scheduling/organizer.ts'
import { emailOf } from '../scheduling/participants.ts'
import { hasParticipants, organizersIn, type Role, roleOfChange } from '../scheduling/role.ts'
import { findGroupMembers } from '../store/groups.ts'
import { findRecipients, findScheduled, findTwin, lockCalendarsById } from '../store/inbox.ts'
import { clearProposals } from '../store/invites.ts'
import { deleteJob, lockRemoval, restoreInvites } from '../store/scheduling-jobs.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { Delivery } from './deliver.ts'
import { deliverPlan, type Plan, type Planning, planned } from './deliver-plan.ts'
import { Texts } from './deliver-write.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import { writeInvites } from './invites.ts'
import type { Actor, ObjectRef } from './model.ts'
import { contentOf, type ReadText } from './object-content.ts'
import { concernsNobodyElse, emailsIn, reachOf, readStored } from './reach.ts'
import { Refusal } from './refusal.ts'
import { tellOfRemoval } from './removals.ts'
import { requireSending } from './require-sending.ts'
import { findPlaceCall, lockPlace, type ObjectPlace, placeOf, removeAt, storeAt } from './write-object.ts'
import { writeJobs, writeParties } from './write-parties.ts'

/** A change of an object that names participants. */
export interface ScheduledChange {
  readonly ref: ObjectRef
  /** Undefined: it is removed. */
  readonly sent: ReadText | undefined
  /** Schedule-Reply: F (RFC 6638 §8.1). */
  readonly isSilent: boolean
  /** An attendee's moved time is a proposal to the organizer. */
  readonly isProposal?: boolean
  /** Privileges, conditions and preconditions, under the locks. */
  check(tx: Transactor, place: ObjectPlace): Promise<void>
}

export interface ScheduledResult {
  readonly place: ObjectPlace
  /** Undefined after a removal. */
  readonly object: ReturnType<typeof storeAt> | undefined
  readonly isAsSent: boolean
}

const MAX_ATTEMPTS = 8

/**
 * The write path of objects with participants (RFC 6638 §3.2): whose calendars it touches is looked up first, then
 * all of them are locked in the order of their ids, and everything is decided and delivered under the locks.
 *
 * @throws Refusal as `check` does, `need-privileges` on the outbox, `scheduling`, `unique-scheduling-object-resource`, `busy`
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
  const { ref } = change
  const at = [ref.owner, ref.collection, ref.name] as const
  // A removal that waits is locked before any calendar, as the job that tells of it does.
  const [removals, scheduled, members] = await tx.all([
    call(lockRemoval, ref.owner, change.sent?.object.uid, ref.collection, ref.name),
    call(findScheduled, ...at, change.sent?.object.uid),
    call(findGroupMembers, [...emailsIn([change.sent?.object])]),
  ])
  const seen = scheduled.rows[0]
  if (seen === undefined) {
    await lockPlace(tx, actor, ref, change.sent?.object.uid)
    return undefined
  }
  const sent = withGroups(change.sent, seen.email, members.rows)
  const [removal] = removals.rows
  const removed = readStored(removal?.data)
  const known = readStored(seen.data)
  const uid = sent?.object.uid ?? seen.uid ?? ''
  const component = (sent?.object ?? known)?.component ?? 'VEVENT'
  const objects = [sent?.object, known, removed]
  const { email: ownEmail, isBehind } = seen
  const reach = await reachOf(tx, { ownEmail, objects, uid, component, isBehind })
  const ids = [...new Set([seen.calendarId, ...reach.calendarIds])]
  const [, state, again, recipients] = await tx.all([
    call(lockCalendarsById, ids),
    findPlaceCall(actor, ref, sent?.object.uid),
    call(findScheduled, ...at, sent?.object.uid),
    call(findRecipients, reach.emails, uid, component),
  ])
  const place = placeOf(state.rows[0], actor, ref)
  const isReached = recipients.rows.every((row) => row.calendarIds.every((id) => ids.includes(id)))
  const now = again.rows[0]
  const stored = now?.data === seen.data ? known : readStored(now?.data)
  const isSame = now?.calendarId === seen.calendarId && now.uid === seen.uid && now.isBehind === isBehind
  if (!isReached || !isSame || !concernsNobodyElse(stored, known)) return undefined
  await change.check(tx, place)
  const delivery = new Delivery(env, tx, place.calendar.owner.userId, recipients.rows, reach)
  const waiting = removed && { object: removed, jobId: removal?.jobId as string }
  const before = { uid, component, stored, removed: waiting }
  return refusing(() => write(env, tx, actor, { ...change, sent }, place, before, delivery))
}

/** Whoever organizes a meeting invites the members of a group with it. */
function withGroups(
  sent: ReadText | undefined,
  ownEmail: string,
  members: readonly { group: string; email: string; name: string }[],
): ReadText | undefined {
  if (sent === undefined || !organizersIn(sent.object).has(`mailto:${ownEmail}`)) return sent
  const groups = new Map<string, Member[]>()
  for (const { group, email, name } of members) {
    const address = `mailto:${group}`
    groups.set(address, [...(groups.get(address) ?? []), { address: `mailto:${email}`, name }])
  }
  return { ...sent, object: withMembers(sent.object, groups) }
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SchedulingError)) throw error
    throw new Refusal({ code: 'scheduling', condition: error.rule, detail: error.message }, { cause: error })
  }
}

/** What was there before a change. */
interface Known {
  readonly uid: string
  readonly component: string
  readonly stored: CalendarObject | undefined
  /** Was removed just now, and nobody but rooms was told of it. */
  readonly removed: { readonly object: CalendarObject; readonly jobId: string } | undefined
}

async function write(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  { sent, isSilent, isProposal }: ScheduledChange,
  place: ObjectPlace,
  { uid, component, stored, removed }: Known,
  delivery: Delivery,
): Promise<ScheduledResult> {
  const { owner } = place.calendar
  const own = new Set([`mailto:${owner.email}`])
  // What was imported, or belongs to nobody here, has never been scheduled.
  const scheduled = place.existing?.scheduleTag === undefined ? undefined : stored
  const returned = sent === undefined || scheduled !== undefined ? undefined : removed
  const before = scheduled ?? returned?.object
  const role = roleOfChange(before, sent?.object, own)
  const isTwin = role !== 'none' && (await hasTwin(tx, place, sent, before))
  const now = env.clock().getTime()
  // What was nobody's meeting may have been one, whose end is known by its time.
  const isNew = before === undefined || !hasParticipants(before)
  const knownStamp = isNew ? delivery.lastStampOf(own) : undefined
  const planning = { role, before, own, isSilent, isProposal, now, knownStamp }
  const plan = isTwin ? { store: sent?.object.calendar, messages: [] } : planned(sent?.object, planning)
  if (plan.messages.length > 0) await requireSending(tx, actor, owner, role)
  const telling =
    sent === undefined ? withRemovalPostponed(env, tx, owner.userId, plan, planning, delivery) : plan
  const asked = returned === undefined ? telling : withRoomsAsked(telling, planning, delivery)
  const kept = await deliverPlan(env, tx, delivery, asked, planning)
  const owned = kept === undefined || sent === undefined ? undefined : { kept, sent }
  const result = storeOwn(env, tx, actor, place, owned, role, own)
  writeParties(env, tx, result.texts, delivery, [{ userId: owner.userId, write: result.write }])
  if (returned !== undefined) welcomeBack(tx, owner.userId, returned.jobId, result.object()?.eventId)
  if (role === 'organizer') forgetProposals(tx, owner.userId, uid, plan.messages)
  writeJobs(env, tx, { userId: owner.userId, uid, component }, delivery.postponed)
  return { place, object: result.object(), isAsSent: result.isAsSent }
}

/** Nobody is told of a removal that was none. */
function welcomeBack(tx: Transactor, ownerId: string, jobId: string, eventId: string | undefined): void {
  if (eventId !== undefined) tx.write(restoreInvites, ownerId, eventId, jobId)
  tx.write(deleteJob, ownerId, jobId)
}

/** Whoever is told of another time has had their proposal decided on. */
function forgetProposals(
  tx: Transactor,
  ownerId: string,
  uid: string,
  messages: readonly SchedulingMessage[],
): void {
  const moved = messages.filter(({ weight }) => weight === 'time')
  const emails = moved.flatMap(({ recipient }) => emailOf(recipient) ?? [])
  if (emails.length > 0) tx.write(clearProposals, ownerId, uid, emails)
}

/** Rooms are free at once; everybody else is told when the object has not come back. */
function withRemovalPostponed(
  env: CalendarEnv,
  tx: Transactor,
  ownerId: string,
  { store, messages }: Plan,
  planning: Planning,
  delivery: Delivery,
): Plan {
  const toRooms = messages.filter(({ recipient }) => delivery.isRoom(recipient))
  if (planning.before !== undefined && messages.length > toRooms.length) {
    tellOfRemoval(env, tx, ownerId, planning.before, planning)
  }
  return { store, messages: toRooms }
}

/** Rooms were free in the meantime: they are asked as if for the first time. */
function withRoomsAsked({ store, messages }: Plan, planning: Planning, delivery: Delivery): Plan {
  if (store === undefined || planning.role !== 'organizer') return { store, messages }
  const anew = planRest(undefined, calendarObjectOf(store), planning)
  const toRooms = anew.messages.filter(({ recipient }) => delivery.isRoom(recipient))
  if (toRooms.length === 0) return { store, messages }
  const toOthers = messages.filter(({ recipient }) => !delivery.isRoom(recipient))
  return { store: anew.store, messages: [...toRooms, ...toOthers] }
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
  const role = known === undefined ? 'none' : roleOfChange(known, sent.object, own)
  const { messages } = planned(sent.object, { role, before: known, own, now: 0, isSilent: false })
  if (messages.length === 0 && before === undefined) return true
  const existing = { owner: ref.owner, collection: twin.collection, name: twin.name }
  throw new Refusal({ code: 'unique-scheduling-object-resource', existing })
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
