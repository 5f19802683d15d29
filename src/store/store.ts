import { setTimeout } from 'node:timers/promises'
import type { Database, Session } from './database.ts'
import { SerializationFailure } from './errors.ts'
import { type Call, call, type Outcomes, type Statement, statement, type Value } from './statement.ts'

/** What can be read: each method is one round trip. */
export interface Reader {
  rows<Row>(of: Statement<Row>, ...values: Value[]): Promise<Row[]>
  /** The first row, if there is one. */
  row<Row>(of: Statement<Row>, ...values: Value[]): Promise<Row | undefined>
  /** Several statements in one round trip. */
  all<const Calls extends readonly Call[]>(calls: Calls): Promise<Outcomes<Calls>>
  /** Rows in groups as they arrive, for results without bound. */
  stream<Row>(of: Statement<Row>, ...values: Value[]): AsyncIterable<Row[]>
}

/** Reads and writes inside one transaction. A write anywhere else cannot be expressed. */
export interface Transactor extends Reader {
  /** Queues a change. It travels with the next read or with the commit, in order. */
  write(of: Statement<never>, ...values: Value[]): void
  /** Makes a change now and tells how many rows it changed. */
  change(of: Statement<never>, ...values: Value[]): Promise<number>
}

/** All access to the database. */
export interface Store {
  /** Single statements, each seeing the latest committed state. */
  readonly reader: Reader
  /** Several reads that see one and the same state. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>
  /**
   * Runs `work` and commits; any error rolls back. Serialization failures and deadlocks run it again, so it
   * must change nothing but the database.
   * @throws UniqueViolation, ForeignKeyViolation, StoreUnavailable
   */
  transact<T>(work: (tx: Transactor) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const BEGIN = statement('begin', 'begin isolation level read committed')
const BEGIN_SNAPSHOT = statement('begin_snapshot', 'begin isolation level repeatable read read only')
const COMMIT = statement('commit', 'commit')
const ROLLBACK = statement('rollback', 'rollback')

const MAX_ATTEMPTS = 8

export function createStore(database: Database): Store {
  return {
    reader: poolReader(database),
    read: (work) => inTransaction(database, BEGIN_SNAPSHOT, work),
    transact: (work) => retrying(() => inTransaction(database, BEGIN, work)),
    close: () => database.close(),
  }
}

function poolReader(database: Database): Reader {
  return {
    ...oneByOne((calls) => database.run(calls)),
    async *stream(of, ...values) {
      const session = await database.connect()
      let isHeld = true
      const release = (error?: Error) => {
        if (isHeld) session.release(error)
        isHeld = false
      }
      try {
        yield* session.stream(call(of, ...values), release)
      } finally {
        release(new Error('left before the last row'))
      }
    },
  }
}

function oneByOne(run: Reader['all']): Omit<Reader, 'stream'> {
  return {
    all: run,
    rows: async (of, ...values) => (await run([call(of, ...values)]))[0].rows,
    row: async (of, ...values) => (await run([call(of, ...values)]))[0].rows[0],
  }
}

/** `begin` travels with the first statement and `commit` with the last queued writes. */
async function inTransaction<T>(
  database: Database,
  begin: Statement<never>,
  work: (tx: Transactor) => Promise<T>,
): Promise<T> {
  const session = await database.connect()
  const transaction = new Transaction(session, begin)
  try {
    const result = await work(transaction.transactor)
    await transaction.commit()
    session.release()
    return result
  } catch (error) {
    await transaction.rollback().then(
      () => session.release(),
      (cause) => session.release(cause),
    )
    throw error
  }
}

class Transaction {
  readonly transactor: Transactor
  readonly #session: Session
  #queue: Call[]
  #hasBegun = false

  constructor(session: Session, begin: Statement<never>) {
    this.#session = session
    this.#queue = [call(begin)]
    this.transactor = {
      ...oneByOne((calls) => this.#run(calls)),
      write: (of, ...values) => {
        this.#queue.push(call(of, ...values))
      },
      change: async (of, ...values) => (await this.#run([call(of, ...values)]))[0].count,
      stream: (of, ...values) => this.#stream(call(of, ...values)),
    }
  }

  async #run<const Calls extends readonly Call[]>(calls: Calls): Promise<Outcomes<Calls>> {
    const queued = this.#queue
    this.#queue = []
    this.#hasBegun = true
    const outcomes = await this.#session.run([...queued, ...calls])
    return outcomes.slice(queued.length) as Outcomes<Calls>
  }

  async *#stream<Row>(of: Call<Row>): AsyncGenerator<Row[]> {
    await this.#run([])
    yield* this.#session.stream(of)
  }

  async commit(): Promise<void> {
    if (this.#hasBegun || this.#queue.length > 1) await this.#run([call(COMMIT)])
  }

  async rollback(): Promise<void> {
    if (this.#hasBegun) await this.#session.run([call(ROLLBACK)])
  }
}

async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof SerializationFailure) || count === MAX_ATTEMPTS) throw error
      await setTimeout(Math.random() * 10 * count)
    }
  }
}
