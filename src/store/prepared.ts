import type { Statement } from './statement.ts'

/** The part of node-postgres' connection that a batch writes to (the same that pg-cursor uses). */
export interface Connection {
  readonly stream: { cork(): void; uncork(): void; pause(): void; resume(): void }
  parse(message: { name: string; text: string }): void
  describe(message: { type: 'S'; name: string }): void
  bind(message: {
    statement: string
    values: readonly unknown[]
    valueMapper: (value: never) => string | Buffer | null
  }): void
  execute(message: undefined): void
  sync(): void
}

export interface Column {
  readonly name: string
  readonly decode: ((text: string) => unknown) | undefined
}

/** A statement as it is prepared on one connection. */
export interface Plan {
  readonly name: string
  columns: readonly Column[]
}

/** What one connection has prepared, by the statement's text. */
export class Memory {
  readonly #plans = new Map<string, Plan>()
  #count = 0

  find(statement: Statement<unknown>): Plan | undefined {
    return this.#plans.get(statement.text)
  }

  /** Each preparation gets a new name, since one that failed half-way may have left the old name behind. */
  add(statement: Statement<unknown>): Plan {
    this.#count += 1
    const plan: Plan = { name: `${statement.name}.${this.#count}`, columns: [] }
    this.#plans.set(statement.text, plan)
    return plan
  }

  forget(statement: Statement<unknown>): void {
    this.#plans.delete(statement.text)
  }
}

const memories = new WeakMap<object, Memory>()

export function memoryOf(connection: Connection): Memory {
  const found = memories.get(connection)
  if (found !== undefined) return found
  const made = new Memory()
  memories.set(connection, made)
  return made
}
