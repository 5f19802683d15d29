import { InvalidCalendarError } from '../ical/errors.ts'
import { type CalendarObject, readCalendarObject } from '../ical/object.ts'
import { emailOf } from '../scheduling/participants.ts'
import { addressesIn, organizersIn } from '../scheduling/role.ts'
import { findGroups } from '../store/groups.ts'
import { findReach, type ReachRow } from '../store/inbox.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'

/** Most people whose copies are written in the transaction of the change itself. */
export const MOST_AT_ONCE = 50

/** Whom a change concerns, and which calendars must be locked to tell them. */
export interface Reach {
  /** Those who are told at once, and those who have no account here. */
  readonly emails: readonly string[]
  /** Those who have an account and are told by a job. */
  readonly later: ReadonlySet<string>
  readonly calendarIds: readonly string[]
  /** Those that are groups: their members are told, being named themselves. */
  readonly groups: ReadonlySet<string>
  /** Is it a meeting of so many that answers are shown to the others by a job? */
  readonly isLarge: boolean
}

export interface Concerned {
  readonly ownEmail: string
  /** The object as it is, as it was, as it shall be. */
  readonly objects: readonly (CalendarObject | undefined)[]
  readonly uid: string
  readonly component: string
  /** Is somebody still to be told of an earlier change of it? Then nobody is told before them. */
  readonly isBehind: boolean
}

/**
 * Looks up, without a lock, whom a change concerns: of an organizer's everyone it names, rooms at once and people in
 * the order of their ids; of an attendee's the organizer, and whom the organizer's copy names too.
 */
export async function reachOf(tx: Transactor, concerned: Concerned): Promise<Reach> {
  const { ownEmail, objects } = concerned
  const organizers = new Set(
    objects.flatMap((object) => [...organizersIn(object)]).flatMap((address) => emailOf(address) ?? []),
  )
  const named = emailsIn(objects)
  named.delete(ownEmail)
  return organizers.has(ownEmail)
    ? reachOfOrganizer(tx, concerned, named)
    : reachOfAttendee(tx, concerned, named, [...organizers][0])
}

async function reachOfOrganizer(
  tx: Transactor,
  { uid, component, isBehind }: Concerned,
  named: ReadonlySet<string>,
): Promise<Reach> {
  const [{ rows }, found] = await tx.all([
    call(findReach, [...named], uid, component, null),
    call(findGroups, [...named]),
  ])
  const groups = new Set(found.rows.map(({ email }) => email))
  const people = rows.filter(({ autoSchedule }) => autoSchedule === 'none')
  people.sort((one, other) => (one.userId < other.userId ? -1 : 1))
  const later = new Set(people.slice(isBehind ? 0 : MOST_AT_ONCE).map(({ email }) => email))
  const emails = [...named].filter((email) => !later.has(email))
  return {
    emails,
    later,
    calendarIds: calendarsOf(rows.filter(({ email }) => !later.has(email))),
    groups,
    isLarge: named.size > MOST_AT_ONCE,
  }
}

const NOBODY: ReadonlySet<string> = new Set()

async function reachOfAttendee(
  tx: Transactor,
  { ownEmail, uid, component }: Concerned,
  named: ReadonlySet<string>,
  organizer: string | undefined,
): Promise<Reach> {
  const isLarge = named.size > MOST_AT_ONCE
  const first = isLarge ? [...(organizer === undefined ? [] : [organizer])] : [...named]
  const rows = first.length === 0 ? [] : await tx.rows(findReach, first, uid, component, organizer)
  const known = readStored(rows.find(({ email }) => email === organizer)?.data)
  const more = [...emailsIn([known])].filter((email) => email !== ownEmail && !first.includes(email))
  if (isLarge || first.length + more.length > MOST_AT_ONCE) {
    const only = rows.filter(({ email }) => email === organizer)
    return {
      emails: only.map(({ email }) => email),
      later: NOBODY,
      groups: NOBODY,
      calendarIds: calendarsOf(only),
      isLarge: true,
    }
  }
  const others = more.length === 0 ? [] : await tx.rows(findReach, more, uid, component, null)
  return {
    emails: [...first, ...more],
    later: NOBODY,
    groups: NOBODY,
    calendarIds: calendarsOf([...rows, ...others]),
    isLarge,
  }
}

function calendarsOf(rows: readonly ReachRow[]): string[] {
  return rows.flatMap(({ calendarIds }) => calendarIds)
}

/**
 * Is whom an object concerns as it is now, under the locks, among those it was seen to concern before? Then what was
 * locked is enough. Answers change an object all the time, and nobody's part in it.
 */
export function concernsNobodyElse(
  now: CalendarObject | undefined,
  seen: CalendarObject | undefined,
): boolean {
  if (now === undefined) return true
  if (now.component !== seen?.component) return false
  const [organizers, people] = [organizersIn(seen), emailsIn([seen])]
  return (
    [...organizersIn(now)].every((address) => organizers.has(address)) &&
    [...emailsIn([now])].every((email) => people.has(email))
  )
}

/** The e-mail addresses that objects name, in lower case. */
export function emailsIn(objects: readonly (CalendarObject | undefined)[]): Set<string> {
  const addresses = objects.flatMap((object) => [...addressesIn(object)])
  return new Set(addresses.flatMap((address) => emailOf(address) ?? []))
}

/** What cannot be read any more schedules nothing. */
export function readStored(data: string | undefined): CalendarObject | undefined {
  if (data === undefined) return undefined
  try {
    return readCalendarObject(data)
  } catch (error) {
    if (error instanceof InvalidCalendarError) return undefined
    throw error
  }
}
