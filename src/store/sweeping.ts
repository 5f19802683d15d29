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
