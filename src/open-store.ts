import type { Config } from './config.ts'
import { codeOf, reasonOf, StartError } from './start-error.ts'
import { type Database, openDatabase } from './store/database.ts'
import { type EmbeddedPostgres, openEmbedded } from './store/embedded.ts'
import { makeFolder } from './store/make-folder.ts'
import { migrate } from './store/migrate.ts'
import { createStore, type Store } from './store/store.ts'

/** The database, opened and up to date. */
export interface OpenStore {
  readonly store: Store
  readonly database: Database
  /** Connection string; it holds the password. */
  readonly url: string
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
  const opened = await openUrl(config)
  const migrated = await migrate(opened.url).catch(async (cause) => {
    await opened.close()
    throw new StartError(`${nameOf(config)} cannot be used: ${reasonOf(cause)}`, { cause })
  })
  const database = openDatabase(opened.url, { poolSize: config.databasePool, applicationName })
  const store = createStore(database)
  return {
    store,
    database,
    url: opened.url,
    migrated,
    async close() {
      await store.close()
      await opened.close()
    },
  }
}

/** A running Postgres, not yet looked into. */
export interface OpenUrl {
  readonly url: string
  close(): Promise<void>
}

/** DATABASE_URL as it is, or that of the private Postgres, started if need be. @throws StartError */
export async function openUrl({ databaseUrl, dataDir }: Config): Promise<OpenUrl> {
  return databaseUrl === undefined
    ? startEmbedded(dataDir)
    : { url: databaseUrl, close: () => Promise.resolve() }
}

async function startEmbedded(dataDir: string): Promise<EmbeddedPostgres> {
  try {
    await makeFolder(dataDir)
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
