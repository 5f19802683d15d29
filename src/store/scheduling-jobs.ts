import { statement } from './statement.ts'

/**
 * SQL of what scheduling does after a change was answered. A job is written in the transaction of the change that
 * causes it, and removed in the one that does it: whatever is killed in between is done by whoever looks next.
 *
 * - `removal`: an object was removed; those it concerns are told unless it comes back in the meantime;
 * - `delivery`: one message to several people who have an account here;
 * - `refresh`: the attendees of a large meeting are shown each other's answers.
 */
export interface JobRow {
  readonly userId: string
  readonly jobId: string
  readonly kind: 'removal' | 'delivery' | 'refresh'
  readonly email: string
  readonly uid: string
  readonly component: string
  readonly method: string | undefined
  readonly sender: string | undefined
  readonly recipients: readonly string[] | undefined
  readonly data: string | undefined
  readonly isQuiet: boolean
  readonly isPast: boolean
  /** A refresh that was done lately: there is nothing to do unless somebody answers. */
  readonly isIdle: boolean
  /** Failed before. */
  readonly attempts: number
}

/** A job that failed so often is set aside: nothing waits for it any more, and it is tried once a day. */
export const SET_ASIDE_AFTER = 12

/**
 * ($1 now): takes one job that is due until the transaction ends; of those that tell the same people of the same event
 * the oldest, so that nobody hears of changes in the wrong order.
 */
export const claimJob = statement<JobRow>(
  'jobs.claim',
  `select j.user_id as "userId", j.job_id as "jobId", j.kind, u.email, j.uid, j.component, j.method, j.sender,
     j.recipients, j.data, j.is_quiet as "isQuiet", j.is_past as "isPast", j.is_idle as "isIdle", j.attempts
   from scheduling_jobs j join users u on u.user_id = j.user_id
   where j.due_at <= $1 and (j.kind = 'refresh' or not exists (
     select 1 from scheduling_jobs e
     where e.user_id = j.user_id and e.uid = j.uid and e.position < j.position and e.kind <> 'refresh'
       and e.attempts < ${SET_ASIDE_AFTER}
       and ('removal' in (e.kind, j.kind) or e.recipients && j.recipients)))
   order by j.due_at, j.position limit 1 for update of j skip locked`,
)

/** ($1 userId, $2 jobId) */
export const deleteJob = statement(
  'jobs.delete',
  'delete from scheduling_jobs where user_id = $1 and job_id = $2',
)

/** ($1 userId, $2 jobId, $3 when, $4 why): it failed, and is tried again. */
export const postponeJob = statement(
  'jobs.postpone',
  `update scheduling_jobs set due_at = $3, last_error = $4, attempts = attempts + 1
   where user_id = $1 and job_id = $2`,
)

/** ($1 userId, $2 jobId, $3 when, $4 why): it failed too often, and is kept. */
export const setJobAside = statement(
  'jobs.set-aside',
  `update scheduling_jobs set due_at = $3, last_error = $4, attempts = greatest(attempts + 1, ${SET_ASIDE_AFTER})
   where user_id = $1 and job_id = $2`,
)

/** What is set aside: how much, since when, and why the latest of it failed. */
export const countSetAside = statement<{ count: number; since: Date | undefined; error: string | undefined }>(
  'jobs.count-set-aside',
  `select count(*)::integer as count, min(created_at) as since,
     (array_agg(last_error order by created_at desc))[1] as error
   from scheduling_jobs where attempts >= ${SET_ASIDE_AFTER}`,
)

/** ($1 userId, $2 jobId, $3 when): a job for each recipient of one for several, in its place in the order. */
export const splitJob = statement(
  'jobs.split',
  `insert into scheduling_jobs (user_id, job_id, position, kind, uid, component, method, sender, recipients, data,
     is_quiet, is_past, last_error, due_at, created_at) overriding system value
   select j.user_id, gen_random_uuid(), j.position, j.kind, j.uid, j.component, j.method, j.sender, array[r.recipient],
     j.data, j.is_quiet, j.is_past, j.last_error, $3, j.created_at
   from scheduling_jobs j, unnest(j.recipients) as r(recipient) where j.user_id = $1 and j.job_id = $2`,
)

/** ($1 userId, $2 jobId, $3 until): a refresh is done, and not done again before then. */
export const restJob = statement(
  'jobs.rest',
  'update scheduling_jobs set is_idle = true, due_at = $3, attempts = 0 where user_id = $1 and job_id = $2',
)

/** The invitations of an event `e`, as `restoreInvites` reads them. */
const INVITES = `(select jsonb_agg(jsonb_build_object('email', i.invitee_email, 'at', i.recurrence_id,
    'status', i.status, 'sent', i.sent_at, 'responded', i.responded_at, 'proposed', i.proposed_time))
  from invites i where i.user_id = e.user_id and i.event_id = e.event_id)`

/** ($1 userId, $2 jobId, $3 uid, $4 component, $5 data, $6 due, $7 now): ahead of the removal itself. */
export const insertRemoval = statement(
  'jobs.insert-removal',
  `insert into scheduling_jobs (user_id, job_id, kind, uid, component, data, due_at, created_at, invites)
   values ($1, $2, 'removal', $3, $4, $5, $6, $7, (
     select ${INVITES} from events e where e.user_id = $1 and e.uid = $3 and e.schedule_tag is not null limit 1))
   on conflict (user_id, kind, uid) where kind <> 'delivery' do nothing`,
)

/**
 * ($1 userId, $2 calendarId, $3 due, $4 now): the same of every scheduled object in a calendar, one after the other, so
 * that others need not wait for all of them.
 */
export const insertRemovals = statement(
  'jobs.insert-removals',
  `insert into scheduling_jobs (user_id, job_id, kind, uid, component, data, due_at, created_at, invites)
   select e.user_id, gen_random_uuid(), 'removal', e.uid, e.component, e.data,
     $3::timestamptz + row_number() over (order by e.start_time) * interval '20 milliseconds', $4, ${INVITES}
   from events e where e.user_id = $1 and e.calendar_id = $2 and e.schedule_tag is not null
   on conflict (user_id, kind, uid) where kind <> 'delivery' do nothing`,
)

/**
 * ($1 userId, $2 jobId, $3 uid, $4 component, $5 method, $6 sender, $7 recipients text[], $8 data, $9 isQuiet,
 * $10 isPast, $11 now)
 */
export const insertDelivery = statement(
  'jobs.insert-delivery',
  `insert into scheduling_jobs (user_id, job_id, kind, uid, component, method, sender, recipients, data, is_quiet,
     is_past, due_at, created_at)
   values ($1, $2, 'delivery', $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`,
)

/**
 * ($1 userId, $2 jobId, $3 uid, $4 component, $5 due after a quiet moment, $6 now, $7 longest wait in ms): wants a
 * refresh. Whoever answers in the meantime puts it off, but not for ever, and one that was just done is not done
 * again at once.
 */
export const wantRefresh = statement(
  'jobs.want-refresh',
  `insert into scheduling_jobs as j (user_id, job_id, kind, uid, component, due_at, created_at)
   values ($1, $2, 'refresh', $3, $4, $5, $6)
   on conflict (user_id, kind, uid) where kind <> 'delivery' do update set is_idle = false,
     created_at = case when j.is_idle then excluded.created_at else j.created_at end,
     due_at = greatest(j.due_at, least(excluded.due_at, case when j.is_idle then excluded.due_at
       else j.created_at + $7::integer * interval '1 millisecond' end))`,
)

/** ($1 userId, $2 eventId, $3 jobId): an object that came back has the invitations on record that it had. */
export const restoreInvites = statement(
  'jobs.restore-invites',
  `update invites i set sent_at = coalesce(r.sent, i.sent_at), proposed_time = r.proposed,
     responded_at = case when i.status = r.status then r.responded else i.responded_at end
   from scheduling_jobs j, jsonb_to_recordset(j.invites) as r(email text, at timestamptz, status text,
     sent timestamptz, responded timestamptz, proposed timestamptz)
   where j.user_id = $1 and j.job_id = $3 and i.user_id = $1 and i.event_id = $2
     and i.invitee_email = r.email and i.recurrence_id is not distinct from r.at`,
)

/** ($1 userId, $2 uid): the removal of somebody else's object that waits. */
export const findRemoval = statement<{ jobId: string; data: string }>(
  'jobs.find-removal',
  `select job_id as "jobId", data from scheduling_jobs where user_id = $1 and uid = $2 and kind = 'removal' for update`,
)

/** ($1 userId, $2 jobId, $3 data) */
export const updateRemoval = statement(
  'jobs.update-removal',
  'update scheduling_jobs set data = $3 where user_id = $1 and job_id = $2',
)

/**
 * ($1 owner's username, $2 uid or null, $3 collection, $4 name): takes the removal of the same object that nobody was
 * told of yet, until the transaction ends. Without a UID the object that stands there tells.
 */
export const lockRemoval = statement<{ jobId: string; data: string }>(
  'jobs.lock-removal',
  `select j.job_id as "jobId", j.data from users u
   join scheduling_jobs j on j.user_id = u.user_id and j.kind = 'removal' and j.uid = coalesce($2, (
     select e.uid from calendars c
     join events e on e.user_id = c.user_id and e.calendar_id = c.calendar_id and e.name = $4
     where c.user_id = u.user_id and c.name = $3))
   where u.username = $1 for update of j`,
)
