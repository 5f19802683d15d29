import cluster from 'node:cluster'
import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { banner } from './banner.ts'
import { createCalendarEnv } from './calendar-env.ts'
import { type Config, isUnderNpm } from './config.ts'
import { startDelivering } from './delivering.ts'
import { createFirstAccount, type FirstAccount } from './first-account.ts'
import { createLogger, type Logger } from './http/log.ts'
import { type Exposition, metricsServer } from './http/metrics.ts'
import { close } from './http/server.ts'
import { startMail } from './mail-service.ts'
import { type OpenStore, openStore } from './open-store.ts'
import { listenOn, type RunningServer, startServer } from './server.ts'
import { stopOnSignals } from './stop-signals.ts'
import { startSweeper } from './sweeper.ts'
import { runWorker, startWorkers } from './workers.ts'

/**
 * Runs the server until a signal: database, migrations, listener, first account, banner.
 * @throws StartError when it cannot start; everything already started is stopped again
 */
export async function serve(config: Config): Promise<void> {
  if (cluster.isWorker) return runWorker(config)
  const log = createLogger(config.logLevel)
  const starting = start(config, log)
  // A signal may come while Postgres is still being set up: what has started by then must be stopped too.
  stopOnSignals(
    async () => (await starting).stop(config.shutdownSeconds * 1000),
    () => void starting.then((running) => running.cut()),
    { log, isUnderNpm: isUnderNpm() },
  )
  await starting
}

type Running = Pick<RunningServer, 'stop' | 'cut'>

async function start(config: Config, log: Logger): Promise<Running> {
  const open = await openStore(config, 'kalends')
  try {
    return await startOn(open, config, log)
  } catch (error) {
    await open.close()
    throw error
  }
}

async function startOn(open: OpenStore, config: Config, log: Logger): Promise<Running> {
  const server =
    config.workers > 1
      ? await startWorkers(config, open.url, log)
      : await startServer({ config, store: open.store, database: open.database, log })
  const metrics = await startMetrics(config, server.exposition)
  const env = createCalendarEnv(config, open.store)
  const mail = await startMail(config, env, log)
  const sweeper = startSweeper(env, log)
  const deliveries = startDelivering(env, log)
  const first = await firstAccount(config, open)
  const url = publicUrlOf(config, server)
  log.info({ url, pid: process.pid, workers: config.workers }, 'serving')
  process.stdout.write(banner(url, first))
  return {
    cut: () => server.cut(),
    async stop(graceMs) {
      await server.stop(graceMs)
      if (metrics !== undefined) await close(metrics, 0)
      await mail.stop()
      await deliveries.stop()
      await sweeper.stop()
      await open.close()
      log.info('stopped')
    },
  }
}

async function startMetrics(config: Config, exposition: Exposition): Promise<Server | undefined> {
  if (config.metrics === undefined) return undefined
  const server = metricsServer(exposition)
  await listenOn(server, config.metrics.host, config.metrics.port, 'METRICS_ADDRESS')
  return server
}

function firstAccount(config: Config, { store }: OpenStore): Promise<FirstAccount | undefined> {
  const host = config.publicUrl === undefined ? 'localhost' : new URL(config.publicUrl.origin).hostname
  return createFirstAccount({ store, clock: () => new Date(), newId: randomUUID }, host)
}

/** The address to type into clients on this machine, unless the operator named a public one. */
function publicUrlOf(config: Config, { port }: RunningServer): string {
  if (config.publicUrl !== undefined) return `${config.publicUrl.origin}${config.publicUrl.prefix}/`
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host
  const scheme = config.tlsCert === undefined ? 'http' : 'https'
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/`
}
