import { randomUUID } from 'node:crypto'
import { addUser, type NewUser } from '../../src/accounts/users.ts'
import { loadConfig } from '../../src/config.ts'
import { createLogger } from '../../src/http/log.ts'
import { type RunningServer, startServer } from '../../src/server.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase } from './database.ts'
import { DavClient } from './dav-client.ts'

/** The whole server on a port of its own and a fresh database. */
export interface TestApp {
  readonly url: string
  readonly store: Store
  /** Makes a user and gives them a client. */
  user(username: string, more?: Partial<NewUser>): Promise<DavClient>
}

/**
 * The server for the surrounding `describe`; call the result inside hooks and tests.
 *
 * @param env settings other than the defaults
 */
export function useApp(env: Readonly<Record<string, string>> = {}): () => TestApp {
  let app: TestApp | undefined
  let stop: (() => Promise<void>) | undefined
  before(async () => {
    const started = await start(env)
    app = started.app
    stop = started.stop
  })
  after(() => stop?.())
  return () => {
    if (app === undefined) throw new Error('the server runs only while tests run')
    return app
  }
}

async function start(
  env: Readonly<Record<string, string>>,
): Promise<{ app: TestApp; stop(): Promise<void> }> {
  const config = loadConfig({ PORT: '0', LOG_LEVEL: 'error', ...env }, '/nowhere')
  const testDatabase = await createTestDatabase()
  const database = openDatabase(testDatabase.url, { poolSize: 6 })
  const store = createStore(database)
  const server: RunningServer = await startServer({ config, store, database, log: createLogger('error') })
  const url = `http://127.0.0.1:${server.port}`
  return {
    app: { url, store, user: (username, more) => makeUser(store, url, username, more) },
    stop: async () => {
      await server.stop(0)
      await store.close()
      await testDatabase.drop()
    },
  }
}

async function makeUser(
  store: Store,
  url: string,
  username: string,
  more: Partial<NewUser> = {},
): Promise<DavClient> {
  const password = 'correct horse battery staple'
  const env = { store, clock: () => new Date(), newId: randomUUID }
  await addUser(env, { username, email: `${username}@example.test`, password, ...more })
  return new DavClient(url, username, password)
}
