import { statement } from './statement.ts'

/** SQL that bounds what grows. Each statement does a limited amount and says how much. */

/**
 * ($1 deleted before, $2 rows at most): forgets removed objects; their calendars refuse older tokens from now
 * on.
 */
export const sweepTombstones = statement<{ swept: number }>(
  'sweep.tombstones',
  `with old as (
     select user_id, calendar_id, name from tombstones where deleted_at < $1 order by deleted_at limit $2
   ), swept as (
     delete from tombstones t using old
     where t.user_id = old.user_id and t.calendar_id = old.calendar_id and t.name = old.name
       and t.deleted_at < $1
     returning t.user_id, t.calendar_id, t.revision
   ), floors as (
     select user_id, calendar_id, max(revision) as floor from swept group by user_id, calendar_id
   ), raised as (
     update calendars c set floor_revision = greatest(c.floor_revision, f.floor) from floors f
     where c.user_id = f.user_id and c.calendar_id = f.calendar_id
   )
   select count(*)::integer as swept from swept`,
)

/** ($1 deleted before, $2 rows at most): forgets removed collections; their homes refuse older tokens. */
export const sweepHomeTombstones = statement<{ swept: number }>(
  'sweep.home-tombstones',
  `with old as (
     select user_id, name from home_tombstones where deleted_at < $1 limit $2
   ), swept as (
     delete from home_tombstones t using old
     where t.user_id = old.user_id and t.name = old.name and t.deleted_at < $1
     returning t.user_id, t.revision
   ), floors as (
     select user_id, max(revision) as floor from swept group by user_id
   ), raised as (
     update homes h set floor_revision = greatest(h.floor_revision, f.floor) from floors f
     where h.user_id = f.user_id
   )
   select count(*)::integer as swept from swept`,
)

/** ($1 now): forgets locks that have run out. */
export const sweepLocks = statement<{ swept: number }>(
  'sweep.locks',
  `with swept as (delete from locks where expires_at < $1 returning 1)
   select count(*)::integer as swept from swept`,
)

/** An inbox that holds messages it need not keep. */
export interface StaleInbox {
  readonly userId: string
  readonly calendarId: string
}

/**
 * ($1 received before, $2 rows at most). Each inbox is looked into by itself, by the index of its id: a join may read
 * everybody's events in order to find a few old messages.
 */
export const listStaleInboxes = statement<StaleInbox>(
  'sweep.stale-inboxes',
  `select c.user_id as "userId", c.calendar_id as "calendarId" from calendars c cross join lateral (
     select 1 from events e where e.calendar_id = c.calendar_id and e.created_at < $1 limit 1) found
   where c.kind = 'inbox' order by c.calendar_id limit $2`,
)

/**
 * ($1 userId, $2 calendarId of an inbox whose row is locked, $3 received before, $4 rows at most, $5 now): removes old
 * messages from it, which its owner's clients hear of as of any removal.
 */
export const sweepInbox = statement<{ swept: number }>(
  'sweep.inbox',
  `with old as materialized (
     select event_id, name, size, row_number() over (order by name) as position
     from (select event_id, name, size from events where calendar_id = $2 and created_at < $3 limit $4) found
   ), moved as (
     update calendars c set revision = c.revision + t.count, size_bytes = c.size_bytes - t.size, updated_at = $5
     from (select count(*) as count, sum(size) as size from old) t
     where c.user_id = $1 and c.calendar_id = $2 and t.count > 0
     returning c.revision - t.count as before
   ), graves as (
     insert into tombstones (user_id, calendar_id, name, revision, deleted_at)
     select $1, $2, old.name, moved.before + old.position, $5 from old cross join moved
     on conflict (user_id, calendar_id, name)
       do update set revision = excluded.revision, deleted_at = excluded.deleted_at
   ), gone as (
     delete from events where user_id = $1 and event_id = any(array(select event_id from old)) returning 1
   )
   select count(*)::integer as swept from gone`,
)
