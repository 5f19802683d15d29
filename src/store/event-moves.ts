import { contentColumns, contentValues, type EventContent, type EventPlace } from './event-writes.ts'
import { statement } from './statement.ts'
import type { Transactor } from './store.ts'

/** SQL that moves and copies calendar object resources, under the locks of both calendars. */

/** (userId, calendarId, name, revision, now): a name in a calendar is no longer taken. */
export const buryName = statement(
  'tombstones.insert',
  `insert into tombstones (user_id, calendar_id, name, revision, deleted_at) values ($1, $2, $3, $4, $5)
   on conflict (user_id, calendar_id, name)
     do update set revision = excluded.revision, deleted_at = excluded.deleted_at`,
)

/** (userId, eventId): removes an object whose name another takes over at once. */
export const deleteReplaced = statement(
  'events.delete-replaced',
  `with dead as (
     delete from properties where user_id = $1 and resource_id = $2 and scope = 'object'
   ), instances as (
     delete from event_instances where user_id = $1 and event_id = $2
   )
   delete from events where user_id = $1 and event_id = $2`,
)

const MOVE = statement(
  'events.move',
  `with again as (delete from tombstones where user_id = $1 and calendar_id = $3 and name = $4)
   update events set calendar_id = $3, name = $4, revision = $5, updated_at = $6,
     ${contentColumns.set(7)}
   where user_id = $1 and event_id = $2`,
)

/** Queues an object's move to another place in the same home; its instances are the caller's business. */
export function moveEvent(tx: Transactor, to: EventPlace, content: EventContent): void {
  const { userId, eventId, calendarId, name, revision, now } = to
  tx.write(MOVE, userId, eventId, calendarId, name, revision, now, ...contentValues(content))
}

/**
 * ($1 from userId, $2 from calendarId, $3 to userId, $4 to calendarId, $5 creatorId, $6 now): copies every
 * object of a calendar into an empty one, with instances and dead properties.
 */
export const copyEvents = statement(
  'events.copy-all',
  `with fresh as materialized (
     select event_id, gen_random_uuid() as copy_id, row_number() over (order by name) as position
     from events where user_id = $1 and calendar_id = $2
   ), copied as (
     insert into events (user_id, calendar_id, event_id, name, revision, created_at, updated_at, creator_id,
       ${contentColumns.list()})
     select $3::uuid, $4::uuid, f.copy_id, e.name, 1 + f.position, $6::timestamptz, $6::timestamptz, $5::uuid,
       ${contentColumns.list('e')}
     from fresh f join events e on e.user_id = $1 and e.event_id = f.event_id
   ), instances as (
     insert into event_instances (user_id, calendar_id, event_id, ordinal, start_time, end_time, busy, is_long)
     select $3::uuid, $4::uuid, f.copy_id, i.ordinal, i.start_time, i.end_time, i.busy, i.is_long
     from fresh f join event_instances i on i.user_id = $1 and i.event_id = f.event_id
   ), dead as (
     insert into properties (user_id, resource_id, scope, namespace, name, xml)
     select $3::uuid, f.copy_id, p.scope, p.namespace, p.name, p.xml
     from fresh f join properties p on p.user_id = $1 and p.resource_id = f.event_id and p.scope = 'object'
   )
   update calendars c set revision = 1 + (select count(*) from fresh), updated_at = $6,
     size_bytes = (select coalesce(sum(e.size), 0) from events e where e.user_id = $1 and e.calendar_id = $2)
   where c.user_id = $3 and c.calendar_id = $4`,
)
