import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { connectionUrl, findAddress } from './embedded-address.ts'
import { findBinaries } from './embedded-binaries.ts'
import { type Cluster, initialise, startPostmaster, stopPostmaster } from './embedded-cluster.ts'
import { chooseIdentity } from './embedded-identity.ts'
import { SETTINGS } from './embedded-settings.ts'
import { makeFolder } from './make-folder.ts'

/** A private Postgres under the data folder, shared by every process that opened it. */
export interface EmbeddedPostgres {
  /** Connection string of the database `kalends`. */
  readonly url: string
  /** Lets go. The last process that lets go stops Postgres, so call it after the last query. */
  close(): Promise<void>
}

const DATABASE = 'kalends'
/** Every process holds this lock in shared mode; one that gets it exclusively is alone and may stop Postgres. */
const PRESENCE_LOCK = 5_459_017
const START_TIMEOUT_MS = 30_000

/**
 * Opens the private cluster under `dataDir`: makes it on the first start, adopts one that still runs (a
 * server beside this command line, or one whose process was killed), and starts it otherwise.
 *
 * @param settings Postgres settings that override the durable defaults
 * @throws Error with one clear sentence when Postgres cannot be started
 */
export async function openEmbedded(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedPostgres> {
  const cluster = await describeCluster(resolve(dataDir), settings)
  await initialise(cluster)
  const presence = await enter(cluster)
  await createDatabase(presence)
  return {
    url: connectionUrl(cluster.address, DATABASE),
    close: () => leave(cluster, presence),
  }
}

async function describeCluster(
  dataDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<Cluster> {
  await makeFolder(dataDir)
  const home = join(dataDir, 'postgres')
  const binaries = await findBinaries()
  return {
    binaries,
    identity: await chooseIdentity(home, binaries.postgres),
    folder: join(home, 'cluster'),
    logFile: join(dataDir, 'postgres.log'),
    address: await findAddress(join(dataDir, 'postgres.password'), join(home, 'run')),
    settings: { ...SETTINGS, ...settings },
  }
}

/** Connects and takes the presence lock, starting the postmaster as often as it is found stopped. */
async function enter(cluster: Cluster): Promise<pg.Client> {
  const deadline = Date.now() + START_TIMEOUT_MS
  let child: ChildProcess | undefined
  for (;;) {
    try {
      return await connectPresence(cluster)
    } catch (cause) {
      if (!isTransient(cause) || Date.now() > deadline) throw await startFailure(cluster, cause)
      if (isNotRunning(cause)) {
        const isRefused = child?.exitCode === 1 && !(await isStillStopping(cluster))
        if (isRefused) throw await startFailure(cluster, cause)
        if (child === undefined || child.exitCode !== null) child = await startPostmaster(cluster)
      }
      await setTimeout(child?.exitCode === 1 ? 200 : 20)
    }
  }
}

async function connectPresence(cluster: Cluster): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: connectionUrl(cluster.address, 'postgres'),
    application_name: 'kalends presence',
    keepAlive: true,
  })
  // Postgres going away is noticed by the pools that use it; this connection only marks presence.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared($1)', [PRESENCE_LOCK])
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
}

async function leave(cluster: Cluster, presence: pg.Client): Promise<void> {
  const isAlone = await presence
    .query('select pg_advisory_unlock_shared($1), pg_try_advisory_lock($1) as alone', [PRESENCE_LOCK])
    .then(
      (result) => result.rows[0].alone === true,
      () => false,
    )
  if (isAlone) await stopPostmaster(cluster)
  await presence.end().catch(() => undefined)
}

async function createDatabase(client: pg.Client): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
  if (found.rowCount === 1) return
  try {
    await client.query(`create database ${DATABASE}`)
  } catch (error) {
    // Another process was first: duplicate_database, or its catalogue row's unique violation.
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error
  }
}

/** Nobody listens: no socket, or one left behind by a killed postmaster. */
function isNotRunning(error: unknown): boolean {
  return ['ENOENT', 'ECONNREFUSED'].includes((error as { code?: string }).code ?? '')
}

function isTransient(error: unknown): boolean {
  // Starting up or shutting down (57P03), stopped under us (57P01), or the socket closed meanwhile.
  const code = (error as { code?: string }).code ?? ''
  return isNotRunning(error) || ['57P03', '57P01', 'ECONNRESET', 'EPIPE', ''].includes(code)
}

/** Another process's postmaster, or what a killed one left running, is about to be gone. */
async function isStillStopping(cluster: Cluster): Promise<boolean> {
  return /lock file .* already exists|shared memory block .* is still in use/.test(await endOfLog(cluster))
}

async function endOfLog(cluster: Cluster): Promise<string> {
  const log = await readFile(cluster.logFile, 'utf8').catch(() => '')
  return log.trimEnd().split('\n').slice(-3).join(' | ')
}

async function startFailure(cluster: Cluster, cause: unknown): Promise<Error> {
  const last = await endOfLog(cluster)
  const folder = dirname(cluster.folder)
  return new Error(`the private Postgres in ${folder} did not start: ${last || String(cause)}`, { cause })
}
