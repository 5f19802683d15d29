import pg from 'pg'
import { Batch } from './batch.ts'
import { StoreUnavailable, typedError } from './errors.ts'
import { type StreamOptions, streamRows } from './row-stream.ts'
import type { Call, Outcomes } from './statement.ts'

/** One connection while it is lent out. */
export interface Session {
  run<const Calls extends readonly Call[]>(calls: Calls): Promise<Outcomes<Calls>>
  /**
   * Rows of one statement in groups, as they arrive. Left early, the connection cannot be used again.
   *
   * @param onFree called once the reading needs the connection no longer: all has arrived, or it failed
   */
  stream<Row>(call: Call<Row>, onFree?: StreamOptions['onFree']): AsyncGenerator<Row[]>
  /** Gives the connection back; with an error it is closed instead. */
  release(error?: Error): void
}

/** The connections of the hot path. */
export interface Database {
  readonly url: string
  /** Runs the calls in one round trip on any connection. */
  run<const Calls extends readonly Call[]>(calls: Calls): Promise<Outcomes<Calls>>
  connect(): Promise<Session>
  /** Connections open, of them idle, and callers waiting for one. */
  counts(): { readonly total: number; readonly idle: number; readonly waiting: number }
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Connections at most; default 10. */
  readonly poolSize?: number
  readonly applicationName?: string
  /** How long a connection waits for a slow reader of a stream; default two minutes. */
  readonly streamPatienceMs?: number
  /** How often such a connection looks whether others wait for it; default one second. */
  readonly streamLookMs?: number
}

/**
 * Settings of every connection. All statements of the hot path are served by an index and are planned once;
 * without sequential scans their plan does not depend on how full a table was at that moment.
 */
const SESSION = [
  "set timezone = 'UTC'",
  "set datestyle = 'ISO'",
  "set bytea_output = 'hex'",
  'set jit = off',
  'set enable_seqscan = off',
  'set plan_cache_mode = force_generic_plan',
  "set lock_timeout = '15s'",
  "set statement_timeout = '60s'",
  "set idle_in_transaction_session_timeout = '60s'",
].join(';')

/** Opens a pool. Nothing is connected until it is needed. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize ?? 10,
    application_name: options.applicationName ?? 'kalends',
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 60_000,
    onConnect: (client) => client.query(SESSION) as unknown as undefined,
  })
  // A connection that dies idle is replaced at the next use; one that dies at work fails that work.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))

  const reading = {
    patienceMs: options.streamPatienceMs ?? 120_000,
    lookMs: options.streamLookMs ?? 1000,
    isWanted: () => pool.waitingCount > 0,
  }
  async function connect(): Promise<Session> {
    const client = await pool.connect().catch((error) => {
      throw typedError(error)
    })
    return openSession(client, reading)
  }

  return {
    url,
    connect,
    async run(calls) {
      const session = await connect()
      try {
        const outcomes = await session.run(calls)
        session.release()
        return outcomes
      } catch (error) {
        session.release(error instanceof StoreUnavailable ? error : undefined)
        throw error
      }
    },
    counts: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  }
}

function openSession(client: pg.PoolClient, reading: Omit<StreamOptions, 'onFree'>): Session {
  return {
    run: (calls) => runBatch(client, calls),
    stream: (call, onFree) => streamRows(client, call, { ...reading, onFree }),
    release: (error) => client.release(error),
  }
}

function runBatch<const Calls extends readonly Call[]>(
  client: pg.PoolClient,
  calls: Calls,
): Promise<Outcomes<Calls>> {
  return new Promise((resolve, reject) => {
    client.query(
      new Batch(calls, (error, outcomes) => {
        if (error === undefined) resolve(outcomes as Outcomes<Calls>)
        else reject(typedError(error))
      }) as unknown as pg.Submittable,
    )
  })
}
