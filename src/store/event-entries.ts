import { statement } from './statement.ts'

/**
 * Listings of a calendar: what clients ask for of every object at once. Rows cost a server more than what is
 * in them, so Postgres packs a thousand entries into each.
 */

// Neither may stand in a name (calendar/object-name.ts), and etags and components have neither.
export const UNIT_SEPARATOR = '\x1f'
export const RECORD_SEPARATOR = '\x1e'

/** ($1 userId, $2 calendarId): name, etag and component of the objects of a calendar. */
export const listEventEntries = statement<{ entries: string }>(
  'events.list-entries',
  `select string_agg(concat_ws(E'\\x1f', name, etag, component), E'\\x1e') as entries from (
     select e.name, e.etag, e.component, (row_number() over ()) / 1000 as part from events e
     where e.user_id = $1 and e.calendar_id = $2
   ) listed group by part`,
)
