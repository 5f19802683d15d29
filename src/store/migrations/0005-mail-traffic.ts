import type { Knex } from 'knex'

/** Mail: which message a bounce is about, how much somebody sends, which language they write in. */
export async function up(knex: Knex): Promise<void> {
  for (const statement of STATEMENTS) await knex.raw(statement)
}

export async function down(knex: Knex): Promise<void> {
  for (const statement of UNDO) await knex.raw(statement)
}

const STATEMENTS = [
  // Messages of one moment have an order too: they are written under the lock of the sender's calendar.
  'alter table outgoing_messages add column position bigint generated always as identity',

  'alter table mail_threads add column message_id uuid',
  'create index mail_threads_by_message on mail_threads (message_id)',

  // Of everybody who shares the database; not about one user.
  `create table mail_counts (
    key text primary key,
    since timestamptz not null,
    count integer not null
  )`,
  'create index mail_counts_by_age on mail_counts (since)',

  `create table mail_correspondents (
    user_id uuid not null references users on delete cascade,
    address text not null,
    language text not null,
    noted_at timestamptz not null,
    primary key (user_id, address)
  )`,
  'create index mail_correspondents_by_age on mail_correspondents (noted_at)',
]

const UNDO = [
  'drop table if exists mail_correspondents',
  'drop table if exists mail_counts',
  'drop index if exists mail_threads_by_message',
  'alter table mail_threads drop column message_id',
  'alter table outgoing_messages drop column position',
]
