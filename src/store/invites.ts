import { statement } from './statement.ts'

/** SQL of invitations: who is invited to what, and what became of it. */

/**
 * ($1 userId, $2 eventId, $3 emails text[], $4 recurrenceIds timestamptz[], $5 statuses text[], $6 deliveries
 * text[], $7 now): the invitations of an event are these and no others, but for
 * proposals of people who are still invited. What a row was sent and answered is kept.
 */
export const replaceInvites = statement(
  'invites.replace',
  `with given as (
     select g.email, g.recurrence_id, g.status, g.delivery, u.user_id as invitee_id
     from unnest($3::text[], $4::timestamptz[], $5::text[], $6::text[])
       as g(email, recurrence_id, status, delivery)
     left join users u on u.email = g.email
   ), gone as (
     delete from invites i where i.user_id = $1 and i.event_id = $2 and not exists (
       select 1 from given g where g.email = i.invitee_email
         and (i.proposed_time is not null or g.recurrence_id is not distinct from i.recurrence_id))
   )
   insert into invites (user_id, invite_id, event_id, recurrence_id, invitee_id, invitee_email, status, delivery,
     sent_at, responded_at)
   select $1, gen_random_uuid(), $2, g.recurrence_id, g.invitee_id, g.email, g.status, g.delivery,
     case when g.delivery is not null then $7::timestamptz end,
     case when g.status <> 'Pending' then $7::timestamptz end
   from given g
   on conflict (user_id, event_id, invitee_email, recurrence_id) do update set status = excluded.status,
     delivery = excluded.delivery, invitee_id = excluded.invitee_id,
     sent_at = coalesce(invites.sent_at, excluded.sent_at),
     responded_at = case when excluded.status = 'Pending' then null
       when excluded.status = invites.status then invites.responded_at else $7 end`,
)

/**
 * ($1 userId, $2 eventId, $3 email, $4 recurrenceId or null, $5 time): an invitee proposes another time, of an instance
 * too that nothing else is known of.
 */
export const noteProposal = statement(
  'invites.propose',
  `insert into invites as i (user_id, invite_id, event_id, recurrence_id, invitee_id, invitee_email, status, delivery,
     proposed_time, sent_at, responded_at)
   select k.user_id, gen_random_uuid(), k.event_id, $4, k.invitee_id, k.invitee_email, k.status, k.delivery, $5,
     k.sent_at, k.responded_at
   from invites k where k.user_id = $1 and k.event_id = $2 and k.invitee_email = $3
   order by k.recurrence_id is distinct from $4, k.recurrence_id nulls first limit 1
   on conflict (user_id, event_id, invitee_email, recurrence_id) do update set proposed_time = excluded.proposed_time`,
)

/** ($1 userId, $2 uid, $3 emails text[]): what they proposed was decided on. */
export const clearProposals = statement(
  'invites.clear-proposals',
  `update invites i set proposed_time = null from events e
   where i.user_id = $1 and e.user_id = i.user_id and e.event_id = i.event_id and e.uid = $2
     and i.invitee_email = any($3::text[]) and i.proposed_time is not null`,
)

/**
 * ($1 userId, $2 messageIds uuid[], $3 uid, $4 method, $5 sender, $6 recipients text[], $7 data, $8 isQuiet, $9 now): the
 * same message to people without an account, a message id for each.
 */
export const insertOutgoing = statement(
  'outgoing.insert',
  `insert into outgoing_messages (user_id, message_id, uid, method, sender, recipient, data, is_quiet,
     send_after, created_at)
   select $1, r.id, $3, $4, $5, r.recipient, $7, $8, $9, $9
   from unnest($2::uuid[], $6::text[]) with ordinality as r(id, recipient, number) order by r.number`,
)
