import { type Component, property } from '../ical/component.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { readComponents } from '../ical/stream.ts'
import type { CalendarEnv } from './env.ts'
import { storeBatch } from './import-batch.ts'
import { type Group, Groups, ZoneScope } from './import-groups.ts'
import { objectOfGroup, type Rejection, rejectionOf } from './import-object.ts'
import type { ImportItem } from './import-writer.ts'
import type { Actor, CollectionRef } from './model.ts'
import { Refusal } from './refusal.ts'

export type { Rejection } from './import-object.ts'

/** What became of an import, in objects; rejections are of components. */
export interface ImportReport {
  created: number
  updated: number
  /** They were there already. */
  unchanged: number
  readonly rejected: Rejection[]
}

export interface ImportOptions {
  /** Called after every batch that was stored, with the report so far. */
  readonly onProgress?: (report: ImportReport) => void
}

/** Objects stored in one transaction. */
const BATCH = 100

const KEPT = ['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VAVAILABILITY']

/**
 * Imports iCalendar text of any size into a calendar, reading it as a stream: components are put together by
 * UID, what is good is kept, and every component that is not kept is reported. Importing the same text again
 * changes nothing. Nobody is sent anything.
 *
 * @throws Refusal `not-found`, `need-privileges` or `lock-token-submitted` on the calendar; what was stored
 *   before stays
 */
export async function importCalendar(
  env: CalendarEnv,
  actor: Actor,
  ref: CollectionRef,
  source: AsyncIterable<string | Uint8Array>,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const run = new ImportRun(env, actor, ref, options)
  for await (const item of readComponents(source)) {
    if (item instanceof InvalidCalendarError) run.rejectFault(item)
    else await run.take(item)
  }
  return run.finish()
}

class ImportRun {
  readonly #env: CalendarEnv
  readonly #actor: Actor
  readonly #ref: CollectionRef
  readonly #options: ImportOptions
  readonly #report: ImportReport = { created: 0, updated: 0, unchanged: 0, rejected: [] }
  readonly #groups = new Groups()
  /** UIDs of which something was stored, or will be with the batch at hand. */
  readonly #stored = new Set<string>()
  #batch = new Map<string, { item: ImportItem; group: Group }>()
  #zones = new ZoneScope()

  constructor(env: CalendarEnv, actor: Actor, ref: CollectionRef, options: ImportOptions) {
    this.#env = env
    this.#actor = actor
    this.#ref = ref
    this.#options = options
  }

  /** A component of the stream; one named VCALENDAR opens another calendar in it. */
  async take(component: Component): Promise<void> {
    if (component.name === 'VCALENDAR') this.#zones = new ZoneScope(this.#zones)
    else if (component.name === 'VTIMEZONE') this.#zones.add(component)
    else this.#collect(component)
    for (const group of this.#groups.overflow()) await this.#put(group)
  }

  #collect(component: Component): void {
    const uid = property(component, 'UID')?.value.trim()
    if (!KEPT.includes(component.name)) this.#reject(component, `${component.name} is not kept in calendars`)
    else if (uid === undefined || uid === '') this.#reject(component, `${component.name} has no UID`)
    else this.#groups.add(uid, component, this.#zones)
  }

  rejectFault({ line, subject, message }: InvalidCalendarError): void {
    this.#report.rejected.push({ line: line ?? 0, component: subject, uid: undefined, reason: message })
  }

  async finish(): Promise<ImportReport> {
    for (const group of this.#groups.rest()) await this.#put(group)
    await this.#flush()
    this.#report.rejected.sort((a, b) => a.line - b.line)
    return this.#report
  }

  async #put(group: Group): Promise<void> {
    if (this.#batch.has(group.uid)) await this.#flush()
    const read = objectOfGroup(group, (rejection) => this.#report.rejected.push(rejection))
    if (read === undefined) return
    const isContinuation = this.#stored.has(group.uid)
    this.#stored.add(group.uid)
    this.#batch.set(group.uid, { item: { read, isContinuation }, group })
    if (this.#batch.size >= BATCH) await this.#flush()
  }

  async #flush(): Promise<void> {
    if (this.#batch.size === 0) return
    const entries = [...this.#batch.values()]
    this.#batch = new Map()
    const items = entries.map(({ item }) => item)
    const outcomes = await storeBatch(this.#env, this.#actor, this.#ref, items)
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome instanceof Refusal) this.#rejectGroup(entries[index]?.group, outcome)
      else this.#report[outcome] += 1
    }
    this.#options.onProgress?.(this.#report)
  }

  #rejectGroup(group: Group | undefined, { reason }: Refusal): void {
    for (const component of group?.components ?? []) this.#reject(component, describe(reason))
  }

  #reject(component: Component, reason: string): void {
    this.#report.rejected.push(rejectionOf(component, reason))
  }
}

function describe(reason: Refusal['reason']): string {
  switch (reason.code) {
    case 'supported-calendar-component':
      return `The calendar does not hold ${reason.component}`
    case 'max-resource-size':
      return `It is larger than ${reason.limit} octets`
    case 'quota-not-exceeded':
      return `The calendars of this user may not hold more than ${reason.limit} octets`
    case 'max-instances':
      return `It has more than ${reason.limit} instances`
    case 'max-attendees-per-instance':
      return `It has more than ${reason.limit} attendees`
    case 'min-date-time':
      return `It is before ${reason.limit}`
    case 'max-date-time':
      return `It is after ${reason.limit}`
    case 'supported-rscale':
    case 'valid-calendar-data':
    case 'valid-calendar-object-resource':
    case 'valid-timezone':
      return reason.detail
    default:
      return reason.code
  }
}
