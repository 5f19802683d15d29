import type { Knex } from 'knex'

/** A removal that waits keeps what is on record of its invitations, for when the object comes back. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table scheduling_jobs add column invites jsonb')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table scheduling_jobs drop column invites')
}
