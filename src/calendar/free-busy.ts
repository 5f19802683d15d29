import {
  type Availability,
  overlayBusy,
  readAvailabilities,
  unavailablePeriods,
} from '../ical/availability.ts'
import type { Component } from '../ical/component.ts'
import { InvalidCalendarError, RecurrenceLimitError } from '../ical/errors.ts'
import { type BusyPeriod, busyPeriods, mergeBusy } from '../ical/free-busy.ts'
import { readCalendarObject } from '../ical/object.ts'
import type { Zone } from '../ical/zones.ts'
import { type BusyRow, findBusy } from '../store/event-queries.ts'
import { call } from '../store/statement.ts'
import type { Reader } from '../store/store.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import type { Calendar } from './model.ts'
import { Turn } from './turn.ts'

/** A half-open stretch of time in epoch milliseconds. */
export interface BusyRange {
  readonly start: number
  readonly end: number
}

/**
 * When the events and the availability (RFC 7953) in the calendars leave no time (RFC 4791 §7.10): cut to the range, in order, periods of one
 * type that touch made one. Inside the indexed window it is read from the index; beyond it recurring events
 * are expanded. It does not look at privileges, nor at whether a calendar counts as busy.
 */
export async function freeBusy(
  env: CalendarEnv,
  calendars: readonly Calendar[],
  range: BusyRange,
  withoutUid?: string,
): Promise<BusyPeriod[]> {
  const byOwner = await freeBusyByOwner(env.store.reader, calendars, range, withoutUid)
  return mergeBusy([...byOwner.values()].flat())
}

/** A calendar as far as its busy time goes. */
export type BusyCalendar = Pick<Calendar, 'calendarId' | 'timezone' | 'timezoneId'> & {
  readonly owner: Pick<Calendar['owner'], 'userId'>
}

/** What one owner's calendars say of a range. */
export interface OwnersTime {
  /** Merged. */
  readonly busy: readonly BusyPeriod[]
  /** Of the VAVAILABILITY objects in the calendars (RFC 7953 §7.2.3). */
  readonly availability: readonly Availability[]
}

/** Events laid over the time that availability leaves out (RFC 7953 §5). */
export function busyTime({ busy, availability }: OwnersTime): BusyPeriod[] {
  return availability.length === 0 ? [...busy] : overlayBusy(unavailablePeriods(availability), busy)
}

/**
 * The busy time of each owner by id, in one round trip.
 *
 * @param withoutUid an event to leave out
 */
export async function freeBusyByOwner(
  reader: Pick<Reader, 'all'>,
  calendars: readonly BusyCalendar[],
  range: BusyRange,
  withoutUid?: string,
): Promise<Map<string, BusyPeriod[]>> {
  const byOwner = await timeByOwner(reader, calendars, range, withoutUid)
  return new Map([...byOwner].map(([userId, time]) => [userId, busyTime(time)]))
}

/** The same, with availability by itself, so that more of it can be added. */
export async function timeByOwner(
  reader: Pick<Reader, 'all'>,
  calendars: readonly BusyCalendar[],
  range: BusyRange,
  withoutUid?: string,
): Promise<Map<string, OwnersTime>> {
  const owners = [...new Set(calendars.map(({ owner }) => owner.userId))]
  const bounds = [new Date(range.start), new Date(range.end)] as const
  const calls = owners.map((userId) => {
    const ids = calendars.filter(({ owner }) => owner.userId === userId).map(({ calendarId }) => calendarId)
    return call(findBusy, userId, ids, ...bounds, withoutUid)
  })
  if (calls.length === 0) return new Map()
  const byId = new Map(calendars.map((calendar) => [calendar.calendarId, calendar]))
  const found = await reader.all(calls)
  const turn = new Turn()
  const byOwner = new Map<string, OwnersTime>()
  for (const [index, { rows }] of found.entries()) {
    byOwner.set(owners[index] as string, await timeOf(rows, byId, range, turn))
  }
  return byOwner
}

/** Periods gathered before they are merged: a thousand daily events of twenty years are millions of instances. */
const MOST_UNMERGED = 50_000

async function timeOf(
  rows: readonly BusyRow[],
  calendars: ReadonlyMap<string, BusyCalendar>,
  range: BusyRange,
  turn: Turn,
): Promise<OwnersTime> {
  let busy: BusyPeriod[] = []
  let most = MOST_UNMERGED
  const availability: Availability[] = []
  for (const row of rows) {
    await turn.giveWay()
    if (busy.length > most) {
      busy = mergeBusy(busy)
      most = Math.max(MOST_UNMERGED, 2 * busy.length)
    }
    if (row.data === undefined) {
      busy.push(...periodsOf(row, range))
      continue
    }
    const zone = floatingZoneOf(calendars.get(row.calendarId ?? '') as BusyCalendar)
    const object = readable(() => readCalendarObject(row.data ?? ''))
    if (object === undefined) continue
    if (object.component !== 'VAVAILABILITY')
      busy.push(...(readable(() => busyPeriods(object, range, zone)) ?? []))
    else availability.push(...availabilityOf(object.calendar, range, zone))
  }
  return { busy: mergeBusy(busy), availability }
}

/** What the VAVAILABILITY components in a VCALENDAR say; one that cannot be evaluated says nothing. */
export function availabilityOf(calendar: Component, range: BusyRange, floatingZone: Zone): Availability[] {
  return readable(() => readAvailabilities(calendar, range, floatingZone)) ?? []
}

function periodsOf({ start, end, busy }: BusyRow, range: BusyRange): BusyPeriod[] {
  if (start === undefined || end === undefined || busy === 'FREE') return []
  const from = Math.max(start.getTime(), range.start)
  const until = Math.min(end.getTime(), range.end)
  return from < until ? [{ start: from, end: until, type: busy as BusyPeriod['type'] }] : []
}

/** One object that cannot be read or expanded must not hide the others. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof InvalidCalendarError || error instanceof RecurrenceLimitError) return undefined
    throw error
  }
}
