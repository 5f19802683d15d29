import { statement } from './statement.ts'

/** SQL of mails that are held back until their user says that they were meant. */

/**
 * ($1 now, $2 since when, $3 events at most): holds back the cancellations of whoever cancels more events than that.
 * Those sent since then count too, or a slow deletion would pass, and so do removals of events with guests that nobody
 * was told of yet. The user is told a minute later, when what they removed at once is held as a whole.
 */
export const holdMassCancels = statement(
  'holds.open',
  `with held as (
     update outgoing_messages o set held_at = $1
     where o.method = 'CANCEL' and o.held_at is null and o.released_at is null and o.sent_at is null
       and o.user_id in (
         select c.user_id from (
           select user_id, uid from outgoing_messages where method = 'CANCEL' and released_at is null
           union select user_id, uid from scheduling_jobs where kind = 'removal' and invites is not null
           union select user_id, uid from mail_threads
             where method = 'CANCEL' and not is_meant and sent_at > $2) c
         group by c.user_id having count(*) > $3)
     returning o.user_id
   )
   insert into mail_holds as h (user_id, hold_id, held_at, notice_after)
   select d.user_id, gen_random_uuid(), $1, $1::timestamptz + interval '1 minute'
   from (select distinct user_id from held) d
   on conflict (user_id) do update set hold_id = excluded.hold_id, held_at = excluded.held_at,
     notice_after = excluded.notice_after, attempts = 0, decision = null, decided_at = null
   where h.decided_at is not null or not exists (
     select 1 from outgoing_messages o where o.user_id = h.user_id and o.held_at is not null)`,
)

/** What is held back of one user. */
export interface HeldRow {
  readonly username: string
  readonly events: bigint
  readonly messages: bigint
  readonly heldAt: Date
}

export const listHeld = statement<HeldRow>(
  'holds.list',
  `select u.username, count(distinct o.uid) as events, count(*) as messages, min(o.held_at) as "heldAt"
   from outgoing_messages o join users u on u.user_id = o.user_id where o.held_at is not null
   group by u.username order by u.username`,
)

/** What users are told of a hold. */
export interface HoldRow {
  readonly userId: string
  readonly holdId: string
  readonly heldAt: Date
  readonly locale: string
  readonly events: bigint
  readonly messages: bigint
}

const HOLD_COLUMNS = `h.user_id as "userId", h.hold_id as "holdId", h.held_at as "heldAt", u.locale,
  (select count(distinct o.uid) from outgoing_messages o
   where o.user_id = h.user_id and o.held_at is not null) as events,
  (select count(*) from outgoing_messages o where o.user_id = h.user_id and o.held_at is not null) as messages`

/** A hold its user has not been told of. */
export interface NoticeRow extends HoldRow {
  readonly name: string
  readonly email: string
  /** Attempts that were begun, this one among them. */
  readonly attempts: number
}

/** ($1 now, $2 end of the lease): takes out the holds that users are to be told of. */
export const claimNotices = statement<NoticeRow>(
  'holds.claim-notices',
  `update mail_holds h set notice_after = $2, attempts = h.attempts + 1 from users u
   where h.notice_after <= $1 and h.decided_at is null and u.user_id = h.user_id and exists (
     select 1 from outgoing_messages o where o.user_id = h.user_id and o.held_at is not null)
   returning ${HOLD_COLUMNS}, u.name, u.email, h.attempts`,
)

/** ($1 userId, $2 holdId, $3 when the user is told next; null: they need not be). */
export const scheduleNotice = statement(
  'holds.schedule-notice',
  'update mail_holds set notice_after = $3 where user_id = $1 and hold_id = $2 and decided_at is null',
)

/** ($1 userId, $2 holdId) */
export const findHold = statement<HoldRow & { readonly decision: HoldDecision | undefined }>(
  'holds.find',
  `select ${HOLD_COLUMNS}, h.decision from mail_holds h join users u on u.user_id = h.user_id
   where h.user_id = $1 and h.hold_id = $2`,
)

/** ($1 userId, $2 events at most): the messages that are held, one of each event, the oldest first. */
export const findHeldTexts = statement<{ readonly data: string }>(
  'holds.texts',
  `select e.data from (
     select distinct on (uid) data, position from outgoing_messages
     where user_id = $1 and held_at is not null order by uid, position) e
   order by e.position limit $2`,
)

export type HoldDecision = 'release' | 'drop'

/** ($1 userId, $2 holdId; null: whichever there is, $3 HoldDecision, $4 now): decides what was not decided yet. */
export const closeHold = statement(
  'holds.close',
  `update mail_holds set decision = $3, decided_at = $4, notice_after = null
   where user_id = $1 and decided_at is null and ($2::uuid is null or hold_id = $2)`,
)

/** ($1 userId, $2 now) */
export const releaseHeld = statement(
  'holds.release',
  `update outgoing_messages set held_at = null, released_at = $2, send_after = $2
   where user_id = $1 and held_at is not null`,
)

/** ($1 userId, $2 since when): what was cancelled until now was meant, and counts no more. */
export const trustCancels = statement(
  'holds.trust-cancels',
  `update mail_threads set is_meant = true
   where user_id = $1 and method = 'CANCEL' and not is_meant and sent_at > $2`,
)

/** ($1 userId) */
export const dropHeld = statement(
  'holds.drop',
  'delete from outgoing_messages where user_id = $1 and held_at is not null',
)
