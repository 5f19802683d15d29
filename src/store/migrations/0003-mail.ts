import type { Knex } from 'knex'

/** Mail: messages that wait, that are held back, and what each address outside was last told. */
export async function up(knex: Knex): Promise<void> {
  for (const statement of STATEMENTS) await knex.raw(statement)
}

export async function down(knex: Knex): Promise<void> {
  for (const statement of UNDO) await knex.raw(statement)
}

const STATEMENTS = [
  'alter table outgoing_messages add column last_error text',
  'alter table outgoing_messages add column held_at timestamptz',
  'alter table outgoing_messages add column released_at timestamptz',
  `create index outgoing_messages_by_thread on outgoing_messages (user_id, recipient, uid, created_at)`,

  // One row for each event and address: what a change is compared with, and whom a user has written to.
  `create table mail_threads (
    user_id uuid not null references users on delete cascade,
    recipient text not null,
    uid text not null,
    method text not null,
    data text not null,
    sent_at timestamptz not null,
    primary key (user_id, recipient, uid)
  )`,
  'create index mail_threads_by_age on mail_threads (sent_at)',
]

const UNDO = [
  'drop table if exists mail_threads',
  'drop index outgoing_messages_by_thread',
  'alter table outgoing_messages drop column released_at',
  'alter table outgoing_messages drop column held_at',
  'alter table outgoing_messages drop column last_error',
]
