import type { Knex } from 'knex'

/** What scheduling has still to do after a change was answered: removals to tell, copies to bring up to date. */
export async function up(knex: Knex): Promise<void> {
  for (const statement of STATEMENTS) await knex.raw(statement)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table if exists scheduling_jobs')
}

const STATEMENTS = [
  // `position` orders the jobs of one event: they are written under the lock of its calendar.
  `create table scheduling_jobs (
    user_id uuid not null references users on delete cascade,
    job_id uuid not null,
    position bigint generated always as identity,
    kind text not null,
    uid text not null,
    component text not null,
    method text,
    sender text,
    recipients text[],
    data text,
    is_quiet boolean not null default false,
    is_past boolean not null default false,
    is_idle boolean not null default false,
    attempts integer not null default 0,
    last_error text,
    due_at timestamptz not null,
    created_at timestamptz not null,
    primary key (user_id, job_id)
  )`,
  'create index scheduling_jobs_by_time on scheduling_jobs (due_at)',
  'create index scheduling_jobs_by_event on scheduling_jobs (user_id, uid, position)',
  `create unique index scheduling_jobs_once on scheduling_jobs (user_id, kind, uid) where kind <> 'delivery'`,
]
