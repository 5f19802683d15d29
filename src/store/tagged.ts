import { calendarPrivilegesSql } from './shares.ts'
import { statement } from './statement.ts'

/** What stands at a path an If header names. */
export interface TaggedRow {
  /** 1-based position among the paths asked about. */
  readonly position: number
  readonly userId: string
  readonly calendarId: string
  readonly kind: string
  readonly revision: bigint
  readonly lockedUntil: Date | undefined
  /** Of the calendar object resource there, if there is one. */
  readonly etag: string | undefined
}

/**
 * ($1 actorId, $2 granteeIds uuid[], $3 owners text[], $4 collections text[], $5 names text[], $6 what must be
 * held): the collections of several paths and the calendar objects at them, where the actor may read. A name
 * is '' where the path is the collection's own.
 */
export const findTagged = statement<TaggedRow>(
  'tagged.find',
  `select t.position::integer, c.user_id as "userId", c.calendar_id as "calendarId", c.kind, c.revision,
     c.locked_until as "lockedUntil", e.etag
   from unnest($3::text[], $4::text[], $5::text[]) with ordinality as t(owner, collection, name, position)
   join users u on u.username = t.owner
   join calendars c on c.user_id = u.user_id and c.name = t.collection
   left join events e on e.user_id = c.user_id and e.calendar_id = c.calendar_id and e.name = t.name
   where (${calendarPrivilegesSql({
     ownerId: 'c.user_id',
     calendarId: 'c.calendar_id',
     actorId: '$1::uuid',
     granteeIds: '$2::uuid[]',
     all: -1,
   })} & $6) = $6`,
)

/** ($1 userId, $2 calendarId, $3 name): the state of one calendar object, without its data. */
export const findObjectState = statement<{
  etag: string
  scheduleTag: string | undefined
  updatedAt: Date
}>(
  'tagged.object',
  `select etag, schedule_tag as "scheduleTag", updated_at as "updatedAt" from events
   where user_id = $1 and calendar_id = $2 and name = $3`,
)
