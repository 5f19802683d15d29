import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { Config } from './config.ts'
import { createLogger, type Logger } from './http/log.ts'
import { allWorkers } from './http/metrics.ts'
import { type RunningServer, startServer } from './server.ts'
import { reasonOf, StartError } from './start-error.ts'
import { openDatabase } from './store/database.ts'
import { createStore } from './store/store.ts'

/** What a worker tells the primary. */
type FromWorker =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'failed'; readonly why: string }
/** What the primary tells a worker. */
type ToWorker = { readonly type: 'stop'; readonly graceMs: number } | { readonly type: 'cut' }

/** A worker that dies younger than this would die again at once. */
const RESTART_MS = 1000

/** Workers that accept requests. */
const listening = new WeakSet<Worker>()

/**
 * Forks the workers, which share one listener, and replaces those that die.
 * @param url the database's connection string
 * @throws StartError when a worker cannot listen
 */
export async function startWorkers(config: Config, url: string, log: Logger): Promise<RunningServer> {
  let isStopping = false
  cluster.on('listening', (worker) => listening.add(worker))
  const fork = () => cluster.fork({ DATABASE_URL: url })
  const workers = Array.from({ length: config.workers }, fork)
  const [port = config.port] = await Promise.all(workers.map(ready)).catch((error) => {
    for (const worker of workers) worker.process.kill('SIGKILL')
    throw error
  })
  cluster.on('exit', (worker, code, signal) => {
    if (isStopping) return
    log.error({ worker: worker.process.pid, code, signal }, 'a worker died; starting another')
    setTimeout(() => isStopping || fork(), RESTART_MS)
  })
  return {
    port,
    exposition: allWorkers(),
    async stop(graceMs) {
      isStopping = true
      await Promise.all(living().map((worker) => stopWorker(worker, graceMs)))
    },
    cut() {
      for (const worker of living()) tell(worker, { type: 'cut' })
    },
  }
}

async function ready(worker: Worker): Promise<number> {
  const [message] = (await Promise.race([
    once(worker, 'message'),
    once(worker, 'exit').then(() => [{ type: 'failed', why: 'a worker ended while starting' }]),
  ])) as [FromWorker]
  if (message.type === 'failed') throw new StartError(message.why)
  return message.port
}

async function stopWorker(worker: Worker, graceMs: number): Promise<void> {
  if (worker.isDead()) return
  const ended = once(worker, 'exit')
  // One that does not listen yet has nothing to finish, and may not hear either.
  if (listening.has(worker)) tell(worker, { type: 'stop', graceMs })
  else worker.process.kill('SIGKILL')
  await ended
}

function tell(worker: Worker, message: ToWorker): void {
  // It may be dead already, or die before it reads this; its end is what is waited for.
  worker.send(message, () => undefined)
}

function living(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
}

/** The whole life of one worker. It ends when the primary says so, or is gone. */
export async function runWorker(config: Config): Promise<void> {
  // A terminal signals the whole process group; the primary decides for all.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)
  // Listened for from the beginning: the primary may be stopped while this worker still starts.
  const stopping = new Promise<number>((resolve) => {
    process.on('message', (message: ToWorker) => message.type === 'stop' && resolve(message.graceMs))
    process.on('disconnect', () => resolve(config.shutdownSeconds * 1000))
  })
  const log = createLogger(config.logLevel)
  const database = openDatabase(config.databaseUrl ?? '', { poolSize: config.databasePool })
  const store = createStore(database)
  try {
    const server = await startServer({ config, store, database, log })
    process.on('message', (message: ToWorker) => message.type === 'cut' && server.cut())
    process.send?.({ type: 'ready', port: server.port } satisfies FromWorker)
    await server.stop(await stopping)
    await store.close()
    log.flush(() => process.exit(0))
  } catch (error) {
    process.send?.({ type: 'failed', why: reasonOf(error) } satisfies FromWorker, () => process.exit(1))
  }
}
