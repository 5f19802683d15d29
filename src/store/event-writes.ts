import { COLLECTION_COLUMNS, type CollectionRow } from './calendars.ts'
import { statement, type Value } from './statement.ts'
import type { Transactor } from './store.ts'

/** SQL that changes calendar object resources. All of it runs under the lock of the calendar's row. */

/** What is stored of an object: its text and what queries look at. */
export interface EventContent {
  readonly uid: string
  readonly component: string
  readonly data: string
  /** Octets of the text. */
  readonly size: number
  readonly etag: string
  readonly scheduleTag: string | undefined
  readonly index: EventIndex
}

/** What queries look at instead of the text. It depends on the zone that floating values are read in. */
export interface EventIndex {
  readonly title: string | undefined
  readonly description: string | undefined
  readonly location: string | undefined
  /** Nothing of the object is before; undefined: no bound. */
  readonly start: Date | undefined
  /** Nothing of the object is after; undefined: no bound. */
  readonly end: Date | undefined
  readonly isAllDay: boolean
  readonly isFloating: boolean
  readonly isRecurring: boolean
  /** Do the times, or the instances, answer a time range by themselves? */
  readonly isExact: boolean
  readonly recurrenceRule: string | undefined
  readonly busy: string
  /** The stretch of time whose instances are listed; undefined: all before, or after. */
  readonly indexedFrom: Date | undefined
  readonly indexedUntil: Date | undefined
  /** Empty unless recurring. */
  readonly instances: readonly InstanceIndex[]
}

export interface InstanceIndex {
  readonly start: Date
  readonly end: Date
  readonly busy: string
}

/**
 * What is longer is looked for separately, so that a query for a month looks at objects that begin at most
 * this long before it.
 */
export const LONG_MS = 8 * 24 * 3600 * 1000

function isLong(start: Date | undefined, end: Date | undefined): boolean {
  return start === undefined || end === undefined || end.getTime() - start.getTime() > LONG_MS
}

const INDEX_COLUMNS = [
  'title',
  'description',
  'location',
  'start_time',
  'end_time',
  'is_all_day',
  'is_floating',
  'is_recurring',
  'is_long',
  'is_exact',
  'recurrence_rule',
  'busy',
  'indexed_from',
  'indexed_until',
]
const CONTENT_COLUMNS = ['uid', 'component', 'data', 'size', 'etag', 'schedule_tag', ...INDEX_COLUMNS]

/** The values of INDEX_COLUMNS. */
function indexValues(index: EventIndex): Value[] {
  return [
    index.title,
    index.description,
    index.location,
    index.start,
    index.end,
    index.isAllDay,
    index.isFloating,
    index.isRecurring,
    isLong(index.start, index.end),
    index.isExact,
    index.recurrenceRule,
    index.busy,
    index.indexedFrom,
    index.indexedUntil,
  ]
}

/** The columns that hold an object's content, for the statements that write them. */
export const contentColumns = {
  /** @param of alias of a table to read them from */
  list: (of?: string) =>
    CONTENT_COLUMNS.map((name) => (of === undefined ? name : `${of}.${name}`)).join(', '),
  /** @param from number of the first placeholder */
  set: (from: number) => CONTENT_COLUMNS.map((name, position) => `${name} = $${position + from}`).join(', '),
}

/** Their values, in the same order. */
export function contentValues({
  uid,
  component,
  data,
  size,
  etag,
  scheduleTag,
  index,
}: EventContent): Value[] {
  return [uid, component, data, size, etag, scheduleTag, ...indexValues(index)]
}

function placeholders(columns: readonly string[], from: number): string {
  return columns.map((_, position) => `$${position + from}`).join(', ')
}

/** Where an object is written and when. */
export interface EventPlace {
  readonly userId: string
  readonly calendarId: string
  readonly eventId: string
  readonly name: string
  readonly revision: bigint
  readonly now: Date
}

const INSERT = statement(
  'events.insert',
  `with again as (delete from tombstones where user_id = $1 and calendar_id = $2 and name = $4)
   insert into events (user_id, calendar_id, event_id, name, revision, created_at, updated_at, creator_id,
     ${contentColumns.list()})
   values ($1, $2, $3, $4, $5, $6, $6, $7, ${placeholders(CONTENT_COLUMNS, 8)})`,
)

/** Queues a new object under a name that is free. */
export function insertEvent(
  tx: Transactor,
  place: EventPlace,
  creatorId: string,
  content: EventContent,
): void {
  const { userId, calendarId, eventId, name, revision, now } = place
  const values = contentValues(content)
  tx.write(INSERT, userId, calendarId, eventId, name, revision, now, creatorId, ...values)
}

const UPDATE = statement(
  'events.update',
  `update events set revision = $3, updated_at = $4, ${contentColumns.set(5)}
   where user_id = $1 and event_id = $2`,
)

/** Queues new content for an object. */
export function updateEvent(tx: Transactor, place: EventPlace, content: EventContent): void {
  const { userId, eventId, revision, now } = place
  tx.write(UPDATE, userId, eventId, revision, now, ...contentValues(content))
}

const REINDEX = statement(
  'events.reindex',
  `update events set (${INDEX_COLUMNS.join(', ')}) = row(${placeholders(INDEX_COLUMNS, 4)})
   where user_id = $1 and event_id = $2 and etag = $3`,
)

/** Gives an object a new index if it still has this etag. @returns whether it had */
export async function reindexEvent(
  tx: Transactor,
  userId: string,
  eventId: string,
  etag: string,
  index: EventIndex,
): Promise<boolean> {
  return (await tx.change(REINDEX, userId, eventId, etag, ...indexValues(index))) === 1
}

const INSERT_INSTANCES = statement(
  'instances.insert',
  `insert into event_instances (user_id, calendar_id, event_id, ordinal, start_time, end_time, busy, is_long)
   select $1, $2, $3, ordinal, start_time, end_time, busy, end_time - start_time > interval '8 days'
   from unnest($4::timestamptz[], $5::timestamptz[], $6::text[])
     with ordinality as i(start_time, end_time, busy, ordinal)`,
)

/** Queues the instances of an object that has none yet. */
export function insertInstances(
  tx: Transactor,
  { userId, calendarId, eventId }: Pick<EventPlace, 'userId' | 'calendarId' | 'eventId'>,
  instances: readonly InstanceIndex[],
): void {
  if (instances.length === 0) return
  const starts = instances.map(({ start }) => start)
  const ends = instances.map(({ end }) => end)
  const busy = instances.map((instance) => instance.busy)
  tx.write(INSERT_INSTANCES, userId, calendarId, eventId, starts, ends, busy)
}

/** ($1 userId, $2 eventId) */
export const deleteInstances = statement(
  'instances.delete',
  'delete from event_instances where user_id = $1 and event_id = $2',
)

/** (userId, calendarId, eventId, name, revision, now): removes an object; its name is remembered. */
export const deleteEvent = statement(
  'events.delete',
  `with grave as (
     insert into tombstones (user_id, calendar_id, name, revision, deleted_at) values ($1, $2, $4, $5, $6)
     on conflict (user_id, calendar_id, name)
       do update set revision = excluded.revision, deleted_at = excluded.deleted_at
   ), dead as (
     delete from properties where user_id = $1 and resource_id = $3 and scope = 'object'
   ), instances as (
     delete from event_instances where user_id = $1 and event_id = $3
   )
   delete from events where user_id = $1 and event_id = $3`,
)

/** (userId, calendarId, revision, now, octets more or fewer): the calendar is at a new revision. */
export const advanceCalendar = statement(
  'calendars.advance',
  `with home as (
     update homes set revision = revision + 1, updated_at = $4 where user_id = $1 returning revision
   )
   update calendars set revision = $3, home_revision = home.revision, updated_at = $4,
     size_bytes = size_bytes + $5
   from home where user_id = $1 and calendar_id = $2`,
)

/** What a change of one object must know, read under the lock. Undefined eventId: there is no such object. */
export interface WriteState extends CollectionRow {
  readonly eventId: string | undefined
  readonly uid: string | undefined
  readonly etag: string | undefined
  readonly scheduleTag: string | undefined
  readonly size: number | undefined
  readonly isRecurring: boolean | undefined
  readonly createdAt: Date | undefined
  readonly updatedAt: Date | undefined
  /** Another object with the UID asked about. */
  readonly uidHolder: string | undefined
  /** Octets stored in the home. */
  readonly usedBytes: bigint
}

/** ($1 actorId, $2 granteeIds uuid[], $3 owner's username, $4 collection, $5 name, $6 uid or null) */
export const findWriteState = statement<WriteState>(
  'events.write-state',
  `select ${COLLECTION_COLUMNS}, e.event_id as "eventId", e.uid, e.etag, e.schedule_tag as "scheduleTag", e.size,
     e.is_recurring as "isRecurring", e.created_at as "createdAt", e.updated_at as "updatedAt", o.name as "uidHolder",
     (select sum(s.size_bytes)::bigint from calendars s where s.user_id = c.user_id) as "usedBytes"
   from users u join calendars c on c.user_id = u.user_id and c.name = $4
   left join events e on e.user_id = c.user_id and e.calendar_id = c.calendar_id and e.name = $5
   left join events o on o.user_id = c.user_id and o.calendar_id = c.calendar_id and o.uid = $6 and o.name <> $5
   where u.username = $3`,
)
