import { COLLECTION_COLUMNS, type CollectionRow } from './calendars.ts'
import { SET_ASIDE_AFTER } from './scheduling-jobs.ts'
import { statement } from './statement.ts'

/** SQL of who is reached by scheduling, and through which calendars. */

/** A local participant: how they are found, and the calendars that a message to them changes. */
export interface ReachRow {
  readonly userId: string
  readonly email: string
  /** Their inbox, and the calendar that holds their copy or would; for rooms every calendar. */
  readonly calendarIds: readonly string[]
  /** How a room or resource answers; `none` for people. */
  readonly autoSchedule: string
}

/** A participant as deliveries find them, under the locks. */
export interface RecipientRow extends ReachRow {
  readonly username: string
  readonly kind: string
  readonly timezone: string
  readonly inboxId: string | undefined
  readonly inboxRevision: bigint | undefined
  readonly targetId: string | undefined
  readonly targetName: string | undefined
  readonly targetRevision: bigint | undefined
  readonly targetTimezone: string | undefined
  readonly targetTimezoneId: string | undefined
  readonly eventId: string | undefined
  readonly eventName: string | undefined
  readonly data: string | undefined
  readonly scheduleTag: string | undefined
  readonly etag: string | undefined
  readonly size: number | undefined
  readonly isRecurring: boolean | undefined
  readonly createdAt: Date | undefined
  readonly bookingGroupId: string | undefined
  readonly horizonDays: number | undefined
  readonly maxMinutes: number | undefined
  readonly bookingHours: string | undefined
  /** Ids of a room's calendars that count as busy. */
  readonly busyCalendarIds: readonly string[]
}

/** What becomes of invitations: a room or resource answers by itself unless told otherwise. */
const AUTO_SCHEDULE = `coalesce(u.auto_schedule,
  case when u.kind in ('ROOM', 'RESOURCE') then 'automatic' else 'none' end)`

/** $1 emails text[], $2 uid, $3 component. Their copy is where it is; a new one goes to the default calendar. */
const REACHED = `from users u join homes h on h.user_id = u.user_id
  left join lateral (
    select e.* from events e
    join calendars k on k.user_id = e.user_id and k.calendar_id = e.calendar_id and k.kind = 'calendar'
    where e.user_id = u.user_id and e.uid = $2 order by e.schedule_tag is null, e.created_at limit 1) e on true
  left join lateral (
    select k.calendar_id from calendars k
    where k.user_id = u.user_id and k.kind = 'calendar' and $3 = any(k.components)
    order by k.calendar_id is distinct from h.default_calendar_id, k.name <> 'calendar', k.created_at, k.name
    limit 1) d on true
  left join calendars t on t.user_id = u.user_id and t.calendar_id = coalesce(e.calendar_id, d.calendar_id)
  left join calendars i on i.user_id = u.user_id and i.kind = 'inbox'
  where u.email = any($1::text[]) and u.disabled_at is null and u.kind <> 'GROUP'`

const CALENDARS = `array(select k.calendar_id from calendars k where k.user_id = u.user_id
  and (k.calendar_id in (t.calendar_id, i.calendar_id) or (${AUTO_SCHEDULE} <> 'none' and k.kind = 'calendar')))`

/**
 * ($1 emails text[], $2 uid, $3 component, $4 email or null): which calendars a message to them would touch, and the
 * copy of that one.
 */
export const findReach = statement<ReachRow & { readonly data: string | undefined }>(
  'inbox.reach',
  `select u.user_id as "userId", u.email, ${CALENDARS} as "calendarIds", ${AUTO_SCHEDULE} as "autoSchedule",
     case when u.email = $4 then e.data end as data ${REACHED}`,
)

/** ($1 emails text[], $2 uid, $3 component): the same with what deliveries need; read under the locks. */
export const findRecipients = statement<RecipientRow>(
  'inbox.recipients',
  `select u.user_id as "userId", u.email, ${CALENDARS} as "calendarIds", u.username, u.kind, u.timezone,
     i.calendar_id as "inboxId", i.revision as "inboxRevision", t.calendar_id as "targetId",
     t.name as "targetName", t.revision as "targetRevision", t.timezone as "targetTimezone",
     t.timezone_id as "targetTimezoneId", e.event_id as "eventId", e.name as "eventName", e.data,
     e.schedule_tag as "scheduleTag", e.etag, e.size, e.is_recurring as "isRecurring",
     e.created_at as "createdAt", ${AUTO_SCHEDULE} as "autoSchedule", u.booking_group_id as "bookingGroupId",
     u.booking_horizon_days as "horizonDays", u.booking_max_minutes as "maxMinutes",
     u.booking_hours as "bookingHours",
     array(select k.calendar_id from calendars k
       where k.user_id = u.user_id and k.kind = 'calendar' and not k.transparent) as "busyCalendarIds"
   ${REACHED} order by u.user_id`,
)

/** ($1 calendarIds uuid[]): locks rows in the order all writes take. */
export const lockCalendarsById = statement<{ calendarId: string }>(
  'inbox.lock-calendars',
  `select c.calendar_id as "calendarId" from calendars c
   where c.calendar_id = any($1::uuid[]) order by c.calendar_id for update of c`,
)

/** ($1 owner's username, $2 collection, $3 name, $4 uid or null): what stands there, before anything is locked. */
export const findScheduled = statement<{
  calendarId: string
  email: string
  uid: string | undefined
  data: string | undefined
  /** Is somebody still to be told of an earlier change? */
  isBehind: boolean
}>(
  'inbox.scheduled',
  `select c.calendar_id as "calendarId", u.email, e.uid, e.data, exists (
     select 1 from scheduling_jobs j
     where j.user_id = u.user_id and j.uid = coalesce($4, e.uid) and j.kind = 'delivery'
       and j.attempts < ${SET_ASIDE_AFTER}) as "isBehind"
   from users u join calendars c on c.user_id = u.user_id and c.name = $2
   left join events e on e.user_id = c.user_id and e.calendar_id = c.calendar_id and e.name = $3
   where u.username = $1`,
)

/** ($1 userId, $2 uid, $3 calendarId): the scheduling object with that UID in another calendar of theirs. */
export const findTwin = statement<{ collection: string; name: string; data: string; scheduleTag: string }>(
  'inbox.twin',
  `select c.name as collection, e.name, e.data, e.schedule_tag as "scheduleTag"
   from events e join calendars c on c.user_id = e.user_id and c.calendar_id = e.calendar_id
   where e.user_id = $1 and e.uid = $2 and e.calendar_id <> $3 and e.schedule_tag is not null limit 1`,
)

/** ($1 userId, $2 groupId): is the user the group, or in it, directly or not? */
export const isBooker = statement<{ isMember: boolean }>(
  'inbox.is-booker',
  `with recursive closure(id) as (
     select $1::uuid union select g.user_id from group_members g join closure c on g.member_id = c.id)
   select exists (select 1 from closure where id = $2) as "isMember"`,
)

/** ($1 actorId, $2 granteeIds uuid[], $3 owner's username) */
export const findInbox = statement<CollectionRow & { readonly defaultCalendar: string | undefined }>(
  'inbox.find',
  `select ${COLLECTION_COLUMNS}, (
     select k.name from calendars k join homes h on h.user_id = k.user_id
     where k.user_id = u.user_id and k.kind = 'calendar' and 'VEVENT' = any(k.components)
     order by k.calendar_id is distinct from h.default_calendar_id, k.name <> 'calendar', k.created_at, k.name
     limit 1) as "defaultCalendar"
   from users u join calendars c on c.user_id = u.user_id and c.kind = 'inbox' where u.username = $3`,
)

/** ($1 userId, $2 calendarId of the inbox, $3 etag): is that very message shown in it? */
export const hasItem = statement<{ found: boolean }>(
  'inbox.has-item',
  `select exists (select 1 from events where user_id = $1 and calendar_id = $2 and etag = $3) as found`,
)

/** ($1 userId): the calendar that new invitations go to. */
export const findDefaultCalendar = statement<{ calendarId: string }>(
  'inbox.default-calendar',
  `select k.calendar_id as "calendarId" from calendars k join homes h on h.user_id = k.user_id
   where k.user_id = $1 and k.kind = 'calendar' and 'VEVENT' = any(k.components)
   order by k.calendar_id is distinct from h.default_calendar_id, k.name <> 'calendar', k.created_at, k.name limit 1`,
)

/** ($1 userId, $2 calendarId): is there anything in a calendar that others were invited to, or its owner was? */
export const hasScheduled = statement<{ found: boolean }>(
  'inbox.has-scheduled',
  `select exists (select 1 from events
     where user_id = $1 and calendar_id = $2 and schedule_tag is not null) as found`,
)

/** ($1 userId, $2 names text[] or null for all, $3 now): those calendars of a home count as busy time, and no others. */
export const setBusyCalendars = statement(
  'inbox.set-busy-calendars',
  `with home as (
     update homes set revision = revision + 1, updated_at = $3 where user_id = $1 returning revision
   )
   update calendars c set transparent = not c.transparent, home_revision = home.revision, updated_at = $3
   from home where c.user_id = $1 and c.kind = 'calendar' and c.transparent = coalesce(c.name = any($2::text[]), true)`,
)

/** ($1 userId, $2 calendar's name): makes it the default. Changes nothing when there is no such calendar. */
export const setDefaultCalendar = statement(
  'inbox.set-default',
  `update homes set default_calendar_id = c.calendar_id from calendars c
   where homes.user_id = $1 and c.user_id = $1 and c.name = $2 and c.kind = 'calendar'
     and 'VEVENT' = any(c.components)`,
)

/** ($1 emails text[]): the calendars that count as busy of each, for free-busy requests. */
export const findBusyCalendars = statement<{
  email: string
  userId: string
  inboxId: string | undefined
  calendarId: string | undefined
  timezone: string | undefined
  timezoneId: string | undefined
}>(
  'inbox.busy-calendars',
  `select u.email, u.user_id as "userId", i.calendar_id as "inboxId", c.calendar_id as "calendarId", c.timezone,
     c.timezone_id as "timezoneId"
   from users u left join calendars c on c.user_id = u.user_id and c.kind = 'calendar' and not c.transparent
   left join calendars i on i.user_id = u.user_id and i.kind = 'inbox'
   where u.email = any($1::text[]) and u.disabled_at is null and u.kind <> 'GROUP'`,
)
