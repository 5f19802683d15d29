import { type Column, type Connection, type Memory, memoryOf, type Plan } from './prepared.ts'
import type { Call, Outcome, Statement } from './statement.ts'
import { decoderOf, encodeValue } from './values.ts'

/** Takes a row and the bytes it had on the wire. */
export type RowSink = (row: unknown, bytes: number) => void

/**
 * Several prepared statements in one network round trip: node-postgres sends one statement per round trip
 * and describes it again each time. A batch writes Parse (first use on a connection), Bind and Execute for
 * each call and one Sync, and decodes rows by the description it remembers.
 *
 * Without an explicit transaction the calls of a batch are one implicit transaction.
 */
export class Batch {
  readonly #calls: readonly Call[]
  readonly #outcomes: Outcome<unknown>[]
  readonly #rowSink: RowSink | undefined
  readonly #settle: (error: Error | undefined, outcomes: Outcome<unknown>[]) => void
  readonly #plans: Plan[] = []
  readonly #fresh: Statement<unknown>[] = []
  #index = 0
  #error: Error | undefined
  #memory: Memory | undefined
  #connection: Connection | undefined

  /**
   * @param rowSink takes the rows of all calls as they arrive, instead of collecting them
   * @param settle called once, when the connection is free again or lost
   */
  constructor(
    calls: readonly Call[],
    settle: (error: Error | undefined, outcomes: Outcome<unknown>[]) => void,
    rowSink?: RowSink,
  ) {
    this.#calls = calls
    this.#settle = settle
    this.#rowSink = rowSink
    this.#outcomes = calls.map(() => ({ rows: [], count: 0 }))
  }

  submit(connection: Connection): Error | undefined {
    this.#memory = memoryOf(connection)
    this.#connection = connection
    connection.stream.cork()
    try {
      for (const { statement, values } of this.#calls) {
        const plan = this.#memory.find(statement) ?? this.#prepare(connection, statement)
        this.#plans.push(plan)
        connection.bind({ statement: plan.name, values, valueMapper: encodeValue })
        connection.execute(undefined)
      }
      connection.sync()
      return undefined
    } finally {
      connection.stream.uncork()
    }
  }

  /** Stops reading from the socket, so that Postgres waits for the consumer of the rows. */
  pause(): void {
    this.#connection?.stream.pause()
  }

  resume(): void {
    this.#connection?.stream.resume()
  }

  #prepare(connection: Connection, statement: Statement<unknown>): Plan {
    const plan = memoryOf(connection).add(statement)
    connection.parse({ name: plan.name, text: statement.text })
    connection.describe({ type: 'S', name: plan.name })
    this.#fresh.push(statement)
    return plan
  }

  handleRowDescription(message: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    const plan = this.#plans[this.#index] as Plan
    plan.columns = message.fields.map((field) => ({ name: field.name, decode: decoderOf(field.dataTypeID) }))
  }

  handleDataRow(message: { length: number; fields: readonly (string | null)[] }): void {
    const row = readRow((this.#plans[this.#index] as Plan).columns, message.fields)
    if (this.#rowSink === undefined) (this.#outcomes[this.#index] as Outcome<unknown>).rows.push(row)
    else this.#rowSink(row, message.length)
  }

  handleCommandComplete(message: { text: string }): void {
    const count = Number.parseInt(message.text.slice(message.text.lastIndexOf(' ') + 1), 10)
    const outcome = this.#outcomes[this.#index] as Outcome<unknown>
    this.#outcomes[this.#index] = { rows: outcome.rows, count: Number.isNaN(count) ? 0 : count }
    this.#index += 1
  }

  handleError(error: Error & { code?: string }): void {
    // A statement parsed in a failed batch may or may not exist; a stale one must be parsed anew.
    const isStale = error.code !== undefined && STALE.includes(error.code)
    const doubtful = isStale ? this.#calls.map((each) => each.statement) : this.#fresh
    for (const statement of doubtful) this.#memory?.forget(statement)
    this.#error = error
    this.#settle(error, this.#outcomes)
  }

  handleReadyForQuery(): void {
    if (this.#error === undefined) this.#settle(undefined, this.#outcomes)
  }
}

/** A result type changed by a migration (0A000), or the statement is gone (26000). */
const STALE = ['0A000', '26000']

function readRow(columns: readonly Column[], fields: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (let index = 0; index < columns.length; index += 1) {
    const { name, decode } = columns[index] as Column
    const text = fields[index]
    row[name] = text === null || text === undefined ? undefined : decode === undefined ? text : decode(text)
  }
  return row
}
