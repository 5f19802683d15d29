import { readCalendarObject } from '../ical/object.ts'
import type { Zone } from '../ical/zones.ts'
import { deleteInstances, insertInstances, reindexEvent } from '../store/event-writes.ts'
import { type IndexableEvent, listFloatingEvents } from '../store/reindexing.ts'
import type { Transactor } from '../store/store.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import { indexObject } from './index-object.ts'
import type { Calendar } from './model.ts'

const BATCH = 200

/**
 * Indexes anew what depends on the calendar's time zone, when a change gives it another one. The calendar's
 * row is locked.
 */
export async function reindexFloating(
  env: CalendarEnv,
  tx: Transactor,
  before: Calendar,
  after: Pick<Calendar, 'timezone' | 'timezoneId'>,
): Promise<void> {
  const zone = floatingZoneOf(after)
  if (floatingZoneOf(before) === zone) return
  let last = ''
  for (;;) {
    const rows = await tx.rows(listFloatingEvents, before.owner.userId, before.calendarId, last, BATCH)
    for (const row of rows) await reindex(env, tx, row, zone)
    last = rows.at(-1)?.name ?? ''
    if (rows.length < BATCH) return
  }
}

/** Indexes an object anew, unless it has been changed since it was read. */
export async function reindex(
  env: CalendarEnv,
  tx: Transactor,
  event: IndexableEvent,
  zone: Zone,
): Promise<void> {
  const { userId, eventId, etag, data } = event
  const index = indexObject(env, readCalendarObject(data), zone)
  if (!(await reindexEvent(tx, userId, eventId, etag, index))) return
  tx.write(deleteInstances, userId, eventId)
  insertInstances(tx, event, index.instances)
}
