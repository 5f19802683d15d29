import { COLLECTION_COLUMNS, type CollectionRow } from './calendars.ts'
import { statement } from './statement.ts'

/** SQL of calendar object resources. */

/** A calendar object resource as the domain knows it; `data` only where it was asked for. */
export interface EventRow {
  readonly eventId: string
  readonly name: string
  readonly uid: string
  readonly component: 'VEVENT' | 'VTODO' | 'VJOURNAL' | 'VFREEBUSY' | 'VAVAILABILITY'
  readonly data: string | undefined
  readonly size: number
  readonly etag: string
  readonly scheduleTag: string | undefined
  readonly revision: bigint
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The columns of an EventRow of `events e`. @param data SQL for the column `data` */
export function eventColumns(data: string): string {
  return `e.event_id as "eventId", e.name, e.uid, e.component, ${data} as data, e.size, e.etag,
    e.schedule_tag as "scheduleTag", e.revision, e.created_at as "createdAt", e.updated_at as "updatedAt"`
}

const WITHOUT_DATA = eventColumns('null::text')
const WITH_DATA = eventColumns('e.data')

const OBJECT_IN_COLLECTION = `from users u join calendars c on c.user_id = u.user_id and c.name = $4
   left join events e on e.user_id = c.user_id and e.calendar_id = c.calendar_id and e.name = $5
   where u.username = $3`

/** Undefined eventId: there is the collection, but no such object in it. */
export type ObjectInCollectionRow = CollectionRow & EventRow & { readonly eventId: string | undefined }

/** ($1 actorId, $2 granteeIds uuid[], $3 owner's username, $4 collection, $5 name) */
export const findObject = statement<ObjectInCollectionRow>(
  'events.find',
  `select ${COLLECTION_COLUMNS}, ${WITHOUT_DATA} ${OBJECT_IN_COLLECTION}`,
)

/** The same with its text. */
export const findObjectWithData = statement<ObjectInCollectionRow>(
  'events.find-data',
  `select ${COLLECTION_COLUMNS}, ${WITH_DATA} ${OBJECT_IN_COLLECTION}`,
)

const IN_CALENDAR = 'from events e where e.user_id = $1 and e.calendar_id = $2'

/** ($1 userId, $2 calendarId): all objects of a calendar, in order of revision. */
export const listEvents = statement<EventRow>(
  'events.list',
  `select ${WITHOUT_DATA} ${IN_CALENDAR} order by e.revision`,
)

/** The same with their text, in order of UID. */
export const listEventsWithData = statement<EventRow>(
  'events.list-data',
  `select ${WITH_DATA} ${IN_CALENDAR} order by e.uid`,
)

/** One look-up for each, whatever the planner believes about the size of the calendar. */
function each(column: string, columns: string): string {
  return `select found.* from unnest($3::text[]) as w(wanted) cross join lateral (
     select ${columns} ${IN_CALENDAR} and e.${column} = w.wanted limit 1
   ) found`
}

/** ($1 userId, $2 calendarId, $3 names text[]) */
export const findEvents = statement<EventRow>('events.find-several', each('name', WITHOUT_DATA))

/** The same with their text. */
export const findEventsWithData = statement<EventRow>('events.find-several-data', each('name', WITH_DATA))

/** ($1 userId, $2 calendarId, $3 uids text[]) */
export const findEventsByUid = statement<EventRow>('events.find-by-uid', each('uid', WITH_DATA))

/** ($1 userId, $2 calendarId, $3 since revision, $4 until revision, $5 rows at most): in order of revision. */
export const changedEvents = statement<EventRow>(
  'events.changed',
  `select ${WITHOUT_DATA} ${IN_CALENDAR} and e.revision > $3 and e.revision <= $4
   order by e.revision limit $5`,
)

/** The same with their text. */
export const changedEventsWithData = statement<EventRow>(
  'events.changed-data',
  `select ${WITH_DATA} ${IN_CALENDAR} and e.revision > $3 and e.revision <= $4
   order by e.revision limit $5`,
)

/** ($1 userId, $2 calendarId, $3 since revision, $4 until revision, $5 rows at most) */
export const removedEvents = statement<{ name: string; revision: bigint }>(
  'tombstones.since',
  `select t.name, t.revision from tombstones t
   where t.user_id = $1 and t.calendar_id = $2 and t.revision > $3 and t.revision <= $4
   order by t.revision limit $5`,
)

/** ($1 userId, $2 calendarId): changes up to this revision may have been forgotten. */
export const floorOf = statement<{ floor: bigint }>(
  'calendars.floor',
  'select floor_revision as floor from calendars where user_id = $1 and calendar_id = $2',
)
