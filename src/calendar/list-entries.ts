import type { CalendarEnv } from './env.ts'
import { listingsOf } from './listing-cache.ts'
import type { Calendar, CalendarObjectRecord } from './model.ts'

/** As much of a calendar object as a client that looks for changes asks for. */
export type ObjectEntry = Pick<CalendarObjectRecord, 'name' | 'etag' | 'component'>

/**
 * Every object of a calendar, in groups, of one state of the database: what `listObjects` gives, for readers
 * that need no more. It does not look at privileges.
 */
export function listEntries(env: CalendarEnv, calendar: Calendar): AsyncIterable<readonly ObjectEntry[]> {
  return listingsOf(env.store).list(calendar)
}
