import type { Knex } from 'knex'

/** Mail: what the next server took is marked at once; a user decides on the cancellations held back. */
export async function up(knex: Knex): Promise<void> {
  for (const statement of STATEMENTS) await knex.raw(statement)
}

export async function down(knex: Knex): Promise<void> {
  for (const statement of UNDO) await knex.raw(statement)
}

const STATEMENTS = [
  'alter table outgoing_messages add column sent_at timestamptz',

  // Cancellations that the user said were meant do not count towards the next hold.
  'alter table mail_threads add column is_meant boolean not null default false',

  // The latest time that mails of a user were held back; decided_at is null while it lasts.
  `create table mail_holds (
    user_id uuid primary key references users on delete cascade,
    hold_id uuid not null,
    held_at timestamptz not null,
    notice_after timestamptz,
    attempts integer not null default 0,
    decision text,
    decided_at timestamptz
  )`,
  'create index mail_holds_by_notice on mail_holds (notice_after) where notice_after is not null',
]

const UNDO = [
  'drop table if exists mail_holds',
  'alter table mail_threads drop column is_meant',
  'alter table outgoing_messages drop column sent_at',
]
