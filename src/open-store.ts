import { mkdir } from 'node:fs/promises'
import type { Config } from './config.ts'
import { codeOf, reasonOf, StartError } from './start-error.ts'
import { type Database, openDatabase } from './store/database.ts'
import { type EmbeddedPostgres, openEmbedded } from './store/embedded.ts'
import { migrate } from './store/migrate.ts'
import { createStore, type Store } from './store/store.ts'

/** The database, opened and up to date. */
export interface OpenStore {
  readonly store: Store
  readonly database: Database
  /** Connection string; it holds the password. */
  readonly url: string
  readonly isEmbedded: boolean
  /** Names of the migrations that opening it ran. */
  readonly migrated: readonly string[]
  /** Closes the connections and, when nobody else uses it, stops the private Postgres. */
  close(): Promise<void>
}

/**
 * Opens DATABASE_URL, or the private Postgres under DATA_DIR (joining the one that runs), and migrates.
 * @throws StartError
 */
export async function openStore(config: Config, applicationName: string): Promise<OpenStore> {
  const embedded = config.databaseUrl === undefined ? await startEmbedded(config.dataDir) : undefined
  const url = embedded?.url ?? config.databaseUrl ?? ''
  const migrated = await migrate(url).catch(async (cause) => {
    await embedded?.close()
    throw new StartError(`${nameOf(config)} cannot be used: ${reasonOf(cause)}`, { cause })
  })
  const database = openDatabase(url, { poolSize: config.databasePool, applicationName })
  const store = createStore(database)
  return {
    store,
    database,
    url,
    isEmbedded: embedded !== undefined,
    migrated,
    async close() {
      await store.close()
      await embedded?.close()
    },
  }
}

async function startEmbedded(dataDir: string): Promise<EmbeddedPostgres> {
  try {
    await mkdir(dataDir, { recursive: true })
    return await openEmbedded(dataDir)
  } catch (cause) {
    if (codeOf(cause).startsWith('E')) {
      throw new StartError(`the data folder ${dataDir} (DATA_DIR) cannot be used: ${reasonOf(cause)}`, {
        cause,
      })
    }
    throw new StartError((cause as Error).message, { cause })
  }
}

/** How messages call the database: the address without the password. */
export function nameOf(config: Config): string {
  if (config.databaseUrl === undefined) return `the private Postgres in ${config.dataDir}`
  const { host, pathname } = new URL(config.databaseUrl)
  return `the database ${pathname.slice(1)} at ${host} (DATABASE_URL)`
}
