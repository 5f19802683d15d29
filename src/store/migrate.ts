import knex, { type Knex } from 'knex'
import pg from 'pg'
import * as foundation from './migrations/0001-foundation.ts'
import * as scheduling from './migrations/0002-scheduling.ts'
import * as mail from './migrations/0003-mail.ts'
import * as schedulingJobs from './migrations/0004-scheduling-jobs.ts'
import * as mailTraffic from './migrations/0005-mail-traffic.ts'
import * as removedInvites from './migrations/0005-removed-invites.ts'
import * as mailHeld from './migrations/0006-mail-held.ts'

const MIGRATIONS: Readonly<Record<string, Knex.Migration>> = {
  '0001-foundation': foundation,
  '0002-scheduling': scheduling,
  '0003-mail': mail,
  '0004-scheduling-jobs': schedulingJobs,
  '0005-removed-invites': removedInvites,
  '0005-mail-traffic': mailTraffic,
  '0006-mail-held': mailHeld,
}

/** Migrations under plain names, so that running them from source or from the build is the same history. */
export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(MIGRATIONS),
  getMigrationName: (name) => name,
  getMigration: async (name) => MIGRATIONS[name] as Knex.Migration,
}

/** The oldest Postgres that has what the schema uses: `nulls not distinct`. */
const MIN_VERSION = 150_000
const MIGRATION_LOCK = 5_459_018

export interface MigrationState {
  readonly done: readonly string[]
  readonly pending: readonly string[]
}

/**
 * Brings the database up to date. Several processes may call it at once: one migrates, the others wait.
 * @returns names of the migrations that were run
 * @throws Error with one clear sentence: unreachable, too old, or newer than this program
 */
export async function migrate(url: string): Promise<readonly string[]> {
  return withDatabase(url, async (client, database) => {
    // The lock is the session's: it goes when the process does, unlike knex's own lock row.
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await refuseNewer(client)
    // Holding our lock nobody else migrates, so knex's lock row can only be left from a killed process.
    await database.migrate.forceFreeMigrationsLock()
    const [, run] = await database.migrate.latest()
    return run as string[]
  })
}

/** Which migrations are done and which are not, without changing anything. */
export async function migrationState(url: string): Promise<MigrationState> {
  return withDatabase(url, async (client) => {
    const done = await doneMigrations(client)
    return { done, pending: Object.keys(MIGRATIONS).filter((name) => !done.includes(name)) }
  })
}

async function doneMigrations(client: pg.Client): Promise<string[]> {
  const found = await client.query("select to_regclass('migrations') is not null as exists")
  if (!found.rows[0].exists) return []
  const { rows } = await client.query('select name from migrations order by id')
  return rows.map((row) => row.name as string)
}

async function refuseNewer(client: pg.Client): Promise<void> {
  const unknown = (await doneMigrations(client)).filter((name) => MIGRATIONS[name] === undefined)
  if (unknown.length === 0) return
  throw new Error(
    `the database was written by a newer Kalends (it has ${unknown.join(', ')}): update the program`,
  )
}

async function withDatabase<T>(
  url: string,
  work: (client: pg.Client, database: Knex) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'kalends migrate' })
  const database = knex(knexConfig(url))
  try {
    await connect(client)
    await requireVersion(client)
    return await work(client, database)
  } finally {
    await database.destroy()
    await client.end().catch(() => undefined)
  }
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect()
  } catch (cause) {
    const reason =
      cause instanceof Error && cause.message !== ''
        ? cause.message
        : String((cause as { code?: string }).code)
    throw new Error(`cannot connect to the database: ${reason}`, { cause })
  }
}

/** What knex needs to migrate the database at `url`. */
export function knexConfig(url: string): Knex.Config {
  return {
    client: 'pg',
    connection: url,
    pool: { min: 0, max: 1 },
    migrations: { migrationSource, tableName: 'migrations', disableMigrationsListValidation: false },
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as text",
  )
  if (rows[0].number >= MIN_VERSION) return
  throw new Error(`Postgres ${rows[0].text} is too old: Kalends needs version 15 or later`)
}
