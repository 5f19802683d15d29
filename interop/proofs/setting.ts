import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addUser } from '../../src/accounts/users.ts'
import { openDatabase } from '../../src/store/database.ts'
import { openEmbedded } from '../../src/store/embedded.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import { type Account, freePort, untilReady } from '../server.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/kalends.js', import.meta.url))

/** One process of the server. */
export interface ServerProcess {
  /** Ends in "/". */
  readonly rootUrl: string
  /** Everything it printed. */
  output(): string
  stop(signal: NodeJS.Signals): Promise<void>
}

/** A private database that outlives the server processes started over it. */
export interface Setting {
  readonly store: Store
  /** What reaches the database from another process, run by who owns `dataDir` or by root. */
  readonly databaseUrl: string
  readonly dataDir: string
  addAccount(username: string, kind?: 'ROOM'): Promise<Account>
  serve(env?: Readonly<Record<string, string>>): Promise<ServerProcess>
  close(): Promise<void>
}

/** Starts a durable Postgres of its own; everything goes when it is closed. */
export async function openSetting(): Promise<Setting> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kalends-proof-'))
  const postgres = await openEmbedded(dataDir)
  await migrate(postgres.url)
  const store = createStore(openDatabase(postgres.url, { poolSize: 2 }))
  const running = new Set<ServerProcess>()
  return {
    store,
    databaseUrl: postgres.url,
    dataDir,
    addAccount: (username, kind) => addAccount(store, username, kind),
    async serve(env = {}) {
      const server = await startProcess({ DATABASE_URL: postgres.url, DATA_DIR: dataDir, ...env })
      running.add(server)
      return server
    },
    async close() {
      for (const server of running) await server.stop('SIGKILL')
      await store.close()
      await postgres.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function addAccount(store: Store, username: string, kind?: 'ROOM'): Promise<Account> {
  const account = { username, password: `the password of ${username}`, email: `${username}@example.test` }
  const env = { store, clock: () => new Date(), newId: randomUUID }
  await addUser(env, { ...account, ...(kind && { kind }) })
  return account
}

async function startProcess(env: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, [PROGRAM, 'serve'], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const rootUrl = `http://127.0.0.1:${port}/`
  await untilReady(`${rootUrl}readyz`, child).catch((cause) => {
    throw new Error(`the server did not start: ${output}`, { cause })
  })
  return { rootUrl, output: () => output, stop: (signal) => end(child, signal) }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill(signal)
  await closed
}
