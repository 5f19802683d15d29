import cluster from 'node:cluster'
import type { Server } from 'node:http'
import { createAccounts } from './accounts/accounts.ts'
import { createCalendarEnv } from './calendar-env.ts'
import type { Config } from './config.ts'
import { davFrontEnd, registries } from './dav/app.ts'
import { timezoneService } from './dav/timezone-service.ts'
import { heldMailsPage } from './held-mails-page.ts'
import { createApp } from './http/app.ts'
import type { Logger } from './http/log.ts'
import { createMetrics, type Exposition, shareMetrics, watchProcess } from './http/metrics.ts'
import { close, createHttpServer, listen } from './http/server.ts'
import type { HttpMiddleware } from './http/state.ts'
import { type OpenFailures, openFailures } from './shared-failures.ts'
import { reasonOf, StartError } from './start-error.ts'
import type { Database } from './store/database.ts'
import { call, statement } from './store/statement.ts'
import type { Store } from './store/store.ts'

export interface ServerParts {
  readonly config: Config
  readonly store: Store
  readonly database: Database
  readonly log: Logger
}

/** A server that accepts requests, in this process or in several. */
export interface RunningServer {
  readonly port: number
  readonly exposition: Exposition
  /** Refuses new requests and resolves when those under way are answered, or cut after the grace period. */
  stop(graceMs: number): Promise<void>
  /** Cuts the requests that `stop` waits for. */
  cut(): void
}

/** Puts the parts together and listens. @throws StartError */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const failures = await openFailures(parts.config, parts.log)
  try {
    return await listenWith(parts, failures)
  } catch (error) {
    await failures.close()
    throw error
  }
}

async function listenWith(parts: ServerParts, failures: OpenFailures): Promise<RunningServer> {
  const { config, store, database, log } = parts
  let isStopping = false
  const metrics = createMetrics(() => database.counts())
  if (config.metrics !== undefined) watchProcess(metrics)
  if (cluster.isWorker) shareMetrics(metrics)
  const app = createApp({
    log,
    metrics,
    readiness: async () => (isStopping ? 'stopping' : databaseProblem(store)),
    trustedProxies: config.trustedProxies,
    prefix: config.publicUrl?.prefix ?? '',
    publicOrigin: config.publicUrl?.origin,
    corsOrigins: config.corsOrigins,
    methods: registries.methods.names,
    frontEnds: frontEnds(parts, failures),
  })
  const server = createServer(config, log, app)
  const port = await listenOn(server, config.host, config.port, 'HOST and PORT')
  return {
    port,
    exposition: metrics.registry,
    async stop(graceMs) {
      isStopping = true
      await close(server, graceMs)
      await failures.close()
    },
    cut: () => server.closeAllConnections(),
  }
}

function frontEnds({ config, store }: ServerParts, failures: OpenFailures): HttpMiddleware[] {
  const accounts = createAccounts({ store, clock: () => new Date(), failures: failures.counts })
  const { mailSecret: secret } = config
  return [
    timezoneService,
    ...(secret === undefined ? [] : [heldMailsPage({ store, secret, clock: () => new Date() })]),
    davFrontEnd({ calendar: createCalendarEnv(config, store), accounts }),
  ]
}

function createServer(config: Config, log: Logger, app: Parameters<typeof createHttpServer>[0]): Server {
  const { tlsCert, tlsKey } = config
  try {
    const tls = tlsCert === undefined || tlsKey === undefined ? undefined : { cert: tlsCert, key: tlsKey }
    return createHttpServer(app, tls, log)
  } catch (cause) {
    throw new StartError(`TLS_CERT ${tlsCert} and TLS_KEY ${tlsKey} cannot be used: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

/** @param settings names of the variables that chose the address. @throws StartError */
export async function listenOn(
  server: Server,
  host: string,
  port: number,
  settings: string,
): Promise<number> {
  try {
    return await listen(server, host, port)
  } catch (cause) {
    throw new StartError(`cannot listen on ${host}:${port} (${settings}): ${reasonOf(cause)}`, { cause })
  }
}

const PING = statement<{ one: number }>('ping', 'select 1 as one')
const PING_MS = 2000

async function databaseProblem(store: Store): Promise<string | undefined> {
  const late = new Promise<string>((resolve) => {
    setTimeout(() => resolve('the database does not answer'), PING_MS).unref()
  })
  const answered = store.reader.all([call(PING)]).then(
    () => undefined,
    () => 'the database cannot be reached',
  )
  return Promise.race([answered, late])
}
