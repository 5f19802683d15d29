import { createHash } from 'node:crypto'
import { readCalendarObject } from '../ical/object.ts'
import { usedBytes } from '../store/access.ts'
import {
  advanceCalendar,
  deleteInstances,
  insertEvent,
  insertInstances,
  updateEvent,
} from '../store/event-writes.ts'
import { type EventRow, findEvents, findEventsByUid } from '../store/events.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { assertConditions, type LockScope } from './assert-conditions.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import { mergeInto, saysTheSame } from './import-object.ts'
import type { Actor, Calendar, CollectionRef } from './model.ts'
import { contentOf, invalidData, type ReadText, requireSupported } from './object-content.ts'
import { canonicalPath } from './paths.ts'
import { Refusal } from './refusal.ts'

/** An object to be stored, and whether an earlier part of it was stored by this import. */
export interface ImportItem {
  readonly read: ReadText
  readonly isContinuation: boolean
}

export type ImportOutcome = 'created' | 'updated' | 'unchanged' | Refusal

/** Stores one batch of an import into a calendar whose row is locked. */
export class BatchWriter {
  readonly #env: CalendarEnv
  readonly #tx: Transactor
  readonly #actor: Actor
  readonly #calendar: Calendar
  readonly #byUid: ReadonlyMap<string, EventRow>
  readonly #taken: Set<string>
  readonly #now: Date
  #revision: bigint
  #grown = 0
  #room: bigint

  private constructor(
    env: CalendarEnv,
    tx: Transactor,
    actor: Actor,
    calendar: Calendar,
    state: { byUid: ReadonlyMap<string, EventRow>; taken: Set<string>; room: bigint },
  ) {
    this.#env = env
    this.#tx = tx
    this.#actor = actor
    this.#calendar = calendar
    this.#byUid = state.byUid
    this.#taken = state.taken
    this.#room = state.room
    this.#now = env.clock()
    this.#revision = calendar.revision
  }

  /** Reads what is there already of the items' UIDs and names. */
  static async open(
    env: CalendarEnv,
    tx: Transactor,
    actor: Actor,
    calendar: Calendar,
    items: readonly ImportItem[],
  ): Promise<BatchWriter> {
    const { owner, calendarId } = calendar
    const uids = items.map(({ read }) => read.object.uid)
    const [byUid, byName, used] = await tx.all([
      call(findEventsByUid, owner.userId, calendarId, uids),
      call(findEvents, owner.userId, calendarId, uids.map(nameFor)),
      call(usedBytes, owner.userId),
    ])
    return new BatchWriter(env, tx, actor, calendar, {
      byUid: new Map(byUid.rows.map((row) => [row.uid, row])),
      taken: new Set(byName.rows.map(({ name }) => name)),
      room: BigInt(env.limits.quotaBytes) - (used.rows[0]?.used ?? 0n),
    })
  }

  /** @throws Refusal `lock-token-submitted`: an import has no lock tokens */
  async requireUnlocked(ref: CollectionRef, scope: LockScope): Promise<void> {
    const { owner, collection } = ref
    const pathOf = (name: string) => canonicalPath({ owner, collection, name })
    await assertConditions(this.#tx, {
      now: this.#now,
      actor: this.#actor,
      conditions: {},
      path: canonicalPath({ owner, collection }),
      current: {},
      scopes: [scope],
      writes: [
        { path: pathOf('new'), change: 'binding' },
        ...[...this.#byUid.values()].map(({ name }) => ({ path: pathOf(name), change: 'content' as const })),
      ],
    })
  }

  /** Queues the writes for one item. What is wrong with it costs only itself. */
  store({ read, isContinuation }: ImportItem): ImportOutcome {
    const existing = this.#byUid.get(read.object.uid)
    try {
      if (existing === undefined) return this.#create(read)
      const stored = readCalendarObject(existing.data ?? '')
      const wanted = isContinuation ? mergeInto(stored, read.object) : read
      if (saysTheSame(stored, wanted.object)) return 'unchanged'
      return this.#update(existing, wanted)
    } catch (error) {
      const refusal = invalidData(error)
      if (refusal instanceof Refusal) return refusal
      throw refusal
    }
  }

  #create(read: ReadText): ImportOutcome {
    const content = this.#contentOf(read, 0)
    const at = this.#placeOf(this.#env.newId(), this.#freeName(read.object.uid))
    insertEvent(this.#tx, at, this.#actor.userId, content)
    insertInstances(this.#tx, at, content.index.instances)
    return 'created'
  }

  #update({ eventId, name, size }: EventRow, read: ReadText): ImportOutcome {
    const content = this.#contentOf(read, size)
    const at = this.#placeOf(eventId, name)
    updateEvent(this.#tx, at, content)
    this.#tx.write(deleteInstances, at.userId, eventId)
    insertInstances(this.#tx, at, content.index.instances)
    return 'updated'
  }

  #contentOf(read: ReadText, replaced: number) {
    const { limits } = this.#env
    requireSupported(read.object, this.#calendar)
    if (read.size > limits.maxResourceSize) {
      throw new Refusal({ code: 'max-resource-size', limit: limits.maxResourceSize })
    }
    const more = read.size - replaced
    if (more > 0 && this.#room < BigInt(more)) {
      throw new Refusal({ code: 'quota-not-exceeded', limit: limits.quotaBytes })
    }
    const content = contentOf(this.#env, read, floatingZoneOf(this.#calendar))
    this.#grown += more
    this.#room -= BigInt(more)
    return content
  }

  #placeOf(eventId: string, name: string) {
    this.#revision += 1n
    const { owner, calendarId } = this.#calendar
    const revision = this.#revision
    return { userId: owner.userId, calendarId, eventId, name, revision, now: this.#now }
  }

  /** The name is another object's only when a client chose it so. */
  #freeName(uid: string): string {
    const name = nameFor(uid)
    const free = this.#taken.has(name) ? `${this.#env.newId()}.ics` : name
    this.#taken.add(free)
    return free
  }

  /** Queues the calendar's new revision, if anything was stored. */
  finish(): void {
    const { owner, calendarId, revision } = this.#calendar
    if (this.#revision === revision) return
    this.#tx.write(advanceCalendar, owner.userId, calendarId, this.#revision, this.#now, this.#grown)
  }
}

/** A name made of unreserved ASCII only; the same UID has the same name. */
function nameFor(uid: string): string {
  if (/^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,150}$/.test(uid)) return `${uid}.ics`
  return `${createHash('sha256').update(uid).digest('base64url').slice(0, 32)}.ics`
}
