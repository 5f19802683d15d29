import { statement } from './statement.ts'

/** SQL of mails that wait to be sent. The rows of outgoing_messages are written with the changes that cause them. */

/** A message taken out to be sent, with what composing its mail needs. */
export interface OutgoingRow {
  readonly userId: string
  readonly messageId: string
  readonly uid: string
  readonly method: string
  readonly sender: string
  readonly recipient: string
  readonly data: string
  /** Attempts that were begun, this one among them. */
  readonly attempts: number
  readonly createdAt: Date
  readonly senderName: string
  readonly locale: string
  readonly timezone: string
  /** Of the account here that the recipient has in the meantime. */
  readonly accountLocale: string | undefined
  /** Tag of the language the recipient last wrote to the sender in. */
  readonly writtenLanguage: string | undefined
  /** What the recipient was last told about the event. */
  readonly previous: string | undefined
  /** The next server has it already. */
  readonly isSent: boolean
}

/**
 * ($1 now, $2 end of the lease, $3 rows at most, $4 when quiet ones must be from): takes out what is due, the oldest of
 * each thread only, so that nobody hears of changes in the wrong order. Quiet ones wait for what may replace them,
 * unless something else waits for them.
 */
export const claimOutgoing = statement<OutgoingRow>(
  'outgoing.claim',
  `with due as (
     select o.user_id, o.message_id from outgoing_messages o
     where o.send_after <= $1 and o.held_at is null and not exists (
       select 1 from outgoing_messages e
       where e.user_id = o.user_id and e.recipient = o.recipient and e.uid = o.uid
         and e.position < o.position)
       and (not o.is_quiet or o.created_at <= $4 or exists (
         select 1 from outgoing_messages l
         where l.user_id = o.user_id and l.recipient = o.recipient and l.uid = o.uid
           and l.message_id <> o.message_id))
     order by o.send_after limit $3 for update of o skip locked
   )
   update outgoing_messages o set send_after = $2, attempts = o.attempts + 1
   from due join users u on u.user_id = due.user_id
   where o.user_id = due.user_id and o.message_id = due.message_id
   returning o.user_id as "userId", o.message_id as "messageId", o.uid, o.method, o.sender, o.recipient, o.data,
     o.attempts, o.created_at as "createdAt", u.name as "senderName", u.locale, u.timezone,
     (select r.locale from users r where r.email = substr(o.recipient, 8)) as "accountLocale",
     (select c.language from mail_correspondents c
      where c.user_id = o.user_id and c.address = o.recipient) as "writtenLanguage",
     (select t.data from mail_threads t
      where t.user_id = o.user_id and t.recipient = o.recipient and t.uid = o.uid
        and t.method <> 'CANCEL') as previous,
     o.sent_at is not null as "isSent"`,
)

/**
 * Drops quiet changes that a later invitation to the same address says again: one to the whole event, with whatever
 * instances it has, and not to some of these alone.
 */
export const dropSuperseded = statement(
  'outgoing.drop-superseded',
  `delete from outgoing_messages o where o.is_quiet and o.method = 'REQUEST' and o.sent_at is null and exists (
     select 1 from outgoing_messages l
     where l.user_id = o.user_id and l.recipient = o.recipient and l.uid = o.uid and l.method = 'REQUEST'
       and l.position > o.position
       and regexp_count(l.data, '\nBEGIN:V(EVENT|TODO)') > regexp_count(l.data, '\nRECURRENCE-ID[:;]'))`,
)

/** ($1 userId, $2 messageId, $3 when, $4 why) */
export const postponeOutgoing = statement(
  'outgoing.postpone',
  'update outgoing_messages set send_after = $3, last_error = $4 where user_id = $1 and message_id = $2',
)

/** ($1 userId, $2 messageId, $3 until, $4 why): it was taken out too early, and was not tried. */
export const deferOutgoing = statement(
  'outgoing.defer',
  `update outgoing_messages set send_after = $3, last_error = $4, attempts = attempts - 1
   where user_id = $1 and message_id = $2`,
)

/** ($1 userId, $2 messageId, $3 now): the next server has it. It waits for no lock but that of its own row. */
export const markSent = statement(
  'outgoing.mark-sent',
  'update outgoing_messages set sent_at = $3, held_at = null where user_id = $1 and message_id = $2',
)

/** ($1 userId, $2 messageId): it will never be sent. */
export const deleteOutgoing = statement(
  'outgoing.delete',
  'delete from outgoing_messages where user_id = $1 and message_id = $2',
)

/** ($1 userId, $2 messageId, $3 now): what was sent waits no more; it is what the recipient now knows. */
export const moveToThread = statement(
  'outgoing.move-to-thread',
  `with gone as (delete from outgoing_messages where user_id = $1 and message_id = $2 returning *)
   insert into mail_threads (user_id, recipient, uid, method, data, sent_at, message_id, is_meant)
     select user_id, recipient, uid, method, data, coalesce(sent_at, $3), message_id, released_at is not null from gone
   on conflict (user_id, recipient, uid) do update set method = excluded.method, data = excluded.data,
     sent_at = excluded.sent_at, message_id = excluded.message_id, is_meant = excluded.is_meant`,
)

/** ($1 before when): forgets threads nobody has written in since. */
export const sweepThreads = statement('mail-threads.sweep', 'delete from mail_threads where sent_at < $1')

/** A mail that left, by whom it came from and went to. */
export interface ThreadRow {
  readonly userId: string
  readonly uid: string
  readonly recipient: string
}

/** ($1 messageId): the thread that the mail was the last of. */
export const findThreadByMessage = statement<ThreadRow>(
  'mail-threads.by-message',
  'select user_id as "userId", uid, recipient from mail_threads where message_id = $1',
)

/** ($1 userId, $2 recipients text[]): the latest threads with any of them. */
export const findThreadsWith = statement<ThreadRow>(
  'mail-threads.with',
  `select user_id as "userId", uid, recipient from mail_threads
   where user_id = $1 and recipient = any($2::text[]) order by sent_at desc limit 1000`,
)

/** ($1 userId, $2 recipient, $3 uid): they were told nothing, as it turned out. */
export const forgetThread = statement(
  'mail-threads.forget',
  'delete from mail_threads where user_id = $1 and recipient = $2 and uid = $3',
)

/** ($1 messageId): does it still wait, or is it being sent? */
export const isOutgoing = statement<{ found: boolean }>(
  'outgoing.is-there',
  'select exists (select 1 from outgoing_messages where message_id = $1) as found',
)

/** ($1 userId, $2 recipient): was the user's mail ever sent there? */
export const hasThread = statement<{ found: boolean }>(
  'mail-threads.has',
  'select exists (select 1 from mail_threads where user_id = $1 and recipient = $2) as found',
)

/** ($1 userId, $2 uid): when the events with that UID end; undefined: never, or nobody knows. */
export const findEventEnd = statement<{ end: Date | undefined }>(
  'events.end-by-uid',
  `select case when bool_or(end_time is null) then null else max(end_time) end as "end"
   from events where user_id = $1 and uid = $2 having count(*) > 0`,
)

/** ($1 userId, $2 uid): when the event with that UID begins. */
export const findEventStart = statement<{ start: Date | undefined }>(
  'events.start-by-uid',
  'select min(start_time) as start from events where user_id = $1 and uid = $2',
)

/** ($1 userId, $2 uid): where the user's own copy of a scheduled event is. */
export const findScheduledCopy = statement<{
  readonly username: string
  readonly eventId: string
  readonly collection: string
  readonly name: string
}>(
  'events.scheduled-copy',
  `select u.username, e.event_id as "eventId", c.name as collection, e.name
   from events e join calendars c on c.user_id = e.user_id and c.calendar_id = e.calendar_id and c.kind = 'calendar'
   join users u on u.user_id = e.user_id
   where e.user_id = $1 and e.uid = $2 and e.schedule_tag is not null order by e.created_at limit 1`,
)

/** ($1 userId, $2 eventId) */
export const findEventText = statement<{ readonly data: string }>(
  'events.text',
  'select data from events where user_id = $1 and event_id = $2',
)

/** ($1 userId, $2 eventId, $3 email, $4 status) */
export const noteInviteDelivery = statement(
  'invites.note-delivery',
  'update invites set delivery = $4 where user_id = $1 and event_id = $2 and invitee_email = $3',
)
