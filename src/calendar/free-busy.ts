import { InvalidCalendarError, RecurrenceLimitError } from '../ical/errors.ts'
import { type BusyPeriod, busyPeriods, mergeBusy } from '../ical/free-busy.ts'
import { readCalendarObject } from '../ical/object.ts'
import { type BusyRow, findBusy } from '../store/event-queries.ts'
import { call } from '../store/statement.ts'
import type { Reader } from '../store/store.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import type { Calendar } from './model.ts'

/** A half-open stretch of time in epoch milliseconds. */
export interface BusyRange {
  readonly start: number
  readonly end: number
}

/**
 * When the events of the calendars leave no time (RFC 4791 §7.10): cut to the range, in order, periods of one
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

/**
 * The same of each owner by id, in one round trip.
 *
 * @param withoutUid an event to leave out
 */
export async function freeBusyByOwner(
  reader: Pick<Reader, 'all'>,
  calendars: readonly BusyCalendar[],
  range: BusyRange,
  withoutUid?: string,
): Promise<Map<string, BusyPeriod[]>> {
  const owners = [...new Set(calendars.map(({ owner }) => owner.userId))]
  const bounds = [new Date(range.start), new Date(range.end)] as const
  const calls = owners.map((userId) => {
    const ids = calendars.filter(({ owner }) => owner.userId === userId).map(({ calendarId }) => calendarId)
    return call(findBusy, userId, ids, ...bounds, withoutUid)
  })
  if (calls.length === 0) return new Map()
  const byId = new Map(calendars.map((calendar) => [calendar.calendarId, calendar]))
  const found = await reader.all(calls)
  return new Map(
    found.map(({ rows }, index) => [
      owners[index] as string,
      mergeBusy(rows.flatMap((row) => periodsOf(row, byId, range))),
    ]),
  )
}

function periodsOf(
  row: BusyRow,
  calendars: ReadonlyMap<string, BusyCalendar>,
  range: BusyRange,
): BusyPeriod[] {
  const { data, start, end } = row
  if (data !== undefined) return expanded(data, calendars.get(row.calendarId ?? '') as BusyCalendar, range)
  if (start === undefined || end === undefined || row.busy === 'FREE') return []
  const from = Math.max(start.getTime(), range.start)
  const until = Math.min(end.getTime(), range.end)
  return from < until ? [{ start: from, end: until, type: row.busy as BusyPeriod['type'] }] : []
}

/** One event that cannot be expanded must not hide the others. */
function expanded(data: string, calendar: BusyCalendar, range: BusyRange): BusyPeriod[] {
  try {
    return busyPeriods(readCalendarObject(data), range, floatingZoneOf(calendar))
  } catch (error) {
    if (error instanceof InvalidCalendarError || error instanceof RecurrenceLimitError) return []
    throw error
  }
}
