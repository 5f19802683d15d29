import { statement } from './statement.ts'

/** An object as it is read in order to be indexed again. */
export interface IndexableEvent {
  readonly userId: string
  readonly calendarId: string
  readonly eventId: string
  readonly name: string
  readonly etag: string
  readonly data: string
}

const COLUMNS = `e.user_id as "userId", e.calendar_id as "calendarId", e.event_id as "eventId", e.name, e.etag, e.data`

/** ($1 userId, $2 calendarId, $3 after name, $4 rows at most): objects with floating or all-day values. */
export const listFloatingEvents = statement<IndexableEvent>(
  'events.floating',
  `select ${COLUMNS} from events e
   where e.user_id = $1 and e.calendar_id = $2 and e.name > $3 and (e.is_floating or e.is_all_day)
   order by e.name limit $4`,
)

/** An object whose instances end before the horizon, and what its floating values are read in. */
export interface ShortEvent extends IndexableEvent {
  readonly timezone: string | undefined
  readonly timezoneId: string | undefined
}

/** ($1 indexed until before, $2 rows at most, $3 how many to pass over): recurring objects listed too short a time. */
export const listShortEvents = statement<ShortEvent>(
  'events.short',
  `select ${COLUMNS}, c.timezone, c.timezone_id as "timezoneId"
   from events e join calendars c on c.user_id = e.user_id and c.calendar_id = e.calendar_id
   where e.is_recurring and e.indexed_until < $1 order by e.indexed_until, e.event_id limit $2 offset $3`,
)
