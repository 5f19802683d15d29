import type { Knex } from 'knex'

/** Scheduling: inboxes, default calendars, invitations, messages to people elsewhere, how rooms answer. */
export async function up(knex: Knex): Promise<void> {
  for (const statement of STATEMENTS) await knex.raw(statement)
}

export async function down(knex: Knex): Promise<void> {
  for (const statement of UNDO) await knex.raw(statement)
}

const STATEMENTS = [
  // Null: as its kind suggests.
  'alter table users add column auto_schedule text',
  'alter table users add column booking_group_id uuid references users on delete set null',
  'alter table users add column booking_horizon_days integer',
  'alter table users add column booking_max_minutes integer',
  'alter table users add column booking_hours text',
  'alter table homes add column default_calendar_id uuid',

  `create table invites (
    user_id uuid not null,
    invite_id uuid not null,
    event_id uuid not null,
    recurrence_id timestamptz,
    invitee_id uuid references users on delete set null,
    invitee_email text not null,
    status text not null,
    delivery text,
    proposed_time timestamptz,
    sent_at timestamptz,
    responded_at timestamptz,
    primary key (user_id, invite_id),
    foreign key (user_id, event_id) references events on delete cascade
  )`,
  `create unique index invites_once on invites
    (user_id, event_id, invitee_email, recurrence_id) nulls not distinct`,
  'create index invites_by_invitee on invites (invitee_id)',

  // What is to be sent to people who have no account here; written with the change that causes it.
  `create table outgoing_messages (
    user_id uuid not null references users on delete cascade,
    message_id uuid not null,
    uid text not null,
    method text not null,
    sender text not null,
    recipient text not null,
    data text not null,
    is_quiet boolean not null,
    attempts integer not null default 0,
    send_after timestamptz not null,
    created_at timestamptz not null,
    primary key (user_id, message_id)
  )`,
  'create index outgoing_messages_by_time on outgoing_messages (send_after)',

  // A collection like others, so that listing and synchronising it is what it is for calendars.
  `insert into calendars
     (user_id, calendar_id, name, kind, components, home_revision, created_at, updated_at)
   select h.user_id, gen_random_uuid(), 'inbox', 'inbox', '{VEVENT,VTODO,VJOURNAL}', h.revision,
     h.created_at, h.created_at
   from homes h on conflict (user_id, name) do nothing`,
]

const UNDO = [
  `delete from calendars where kind = 'inbox'`,
  'drop table if exists outgoing_messages',
  'drop table if exists invites',
  'alter table homes drop column default_calendar_id',
  'alter table users drop column booking_hours',
  'alter table users drop column booking_max_minutes',
  'alter table users drop column booking_horizon_days',
  'alter table users drop column booking_group_id',
  'alter table users drop column auto_schedule',
]
