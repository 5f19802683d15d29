import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '../../src/store/database.ts'
import { type EmbeddedPostgres, openEmbedded } from '../../src/store/embedded.ts'
import { VOLATILE_SETTINGS } from '../../src/store/embedded-settings.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createStore, type Store } from '../../src/store/store.ts'

/**
 * Databases for tests: one private cluster shared by all runs of this user (or TEST_DATABASE_URL), one
 * migrated template per run, one copy of it per test file.
 */
export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

const PREFIX = 'kalends_test'
let embedded: Promise<EmbeddedPostgres> | undefined
let template: Promise<string> | undefined

/** A fresh, migrated database. */
export async function createTestDatabase(): Promise<TestDatabase> {
  template ??= createTemplate()
  return create(`template ${await template}`)
}

/** An empty database, without any table. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return create('')
}

/**
 * A store on a fresh database for the surrounding `describe`; call the result inside hooks and tests.
 */
export function useStore(poolSize = 10): () => Store {
  let database: TestDatabase | undefined
  let store: Store | undefined
  before(async () => {
    database = await createTestDatabase()
    store = createStore(openDatabase(database.url, { poolSize }))
  })
  after(async () => {
    await store?.close()
    await database?.drop()
  })
  return () => {
    if (store === undefined) throw new Error('the store exists only while tests run')
    return store
  }
}

after(async () => {
  const name = await template?.catch(() => undefined)
  if (name !== undefined) await administer(`drop database if exists ${name}`)
  await (await embedded)?.close()
})

async function adminUrl(): Promise<string> {
  const given = process.env.TEST_DATABASE_URL
  if (given !== undefined && given !== '') return given
  const folder = join(tmpdir(), `kalends-test-${process.getuid?.() ?? 0}`)
  embedded ??= openEmbedded(folder, VOLATILE_SETTINGS)
  return (await embedded).url
}

async function createTemplate(): Promise<string> {
  await dropAbandoned()
  const { url } = await create('')
  await migrate(url)
  return new URL(url).pathname.slice(1)
}

async function create(clause: string): Promise<TestDatabase> {
  const name = `${PREFIX}_${process.pid}_${randomBytes(4).toString('hex')}`
  await administer(`create database ${name} ${clause}`)
  const url = new URL(await adminUrl())
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: async () => {
      await administer(`drop database if exists ${name} with (force)`)
    },
  }
}

/** Databases of runs that were killed. */
async function dropAbandoned(): Promise<void> {
  const found = await administer<{ datname: string }>(
    `select datname from pg_database where datname like '${PREFIX}_%'`,
  )
  for (const { datname } of found) {
    if (!isAlive(Number(datname.split('_')[2]))) {
      await administer(`drop database if exists ${datname} with (force)`)
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function administer<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: await adminUrl() })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
