/** A unique constraint or index stopped a write; `constraint` is its name. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation'
  readonly constraint: string

  constructor(constraint: string, options?: ErrorOptions) {
    super(`unique constraint ${constraint} violated`, options)
    this.constraint = constraint
  }
}

/** A row that a write refers to does not exist (any more). */
export class ForeignKeyViolation extends Error {
  override readonly name = 'ForeignKeyViolation'
  readonly constraint: string

  constructor(constraint: string, options?: ErrorOptions) {
    super(`foreign key ${constraint} violated`, options)
    this.constraint = constraint
  }
}

/** Postgres asks for the transaction to be run again (40001, 40P01). */
export class SerializationFailure extends Error {
  override readonly name = 'SerializationFailure'
}

/** Postgres cannot serve now: it is unreachable, full, shutting down, or a lock was not granted in time. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

const SERIALIZATION = ['40001', '40P01']
// Lock timeout, too many connections, admin and crash shutdown, starting up, connection exceptions.
const UNAVAILABLE = ['55P03', '53300', '57P01', '57P02', '57P03', '08000', '08003', '08006']
const NETWORK = ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND']

/** The typed error for what Postgres or the network reported; anything else comes back as it is. */
export function typedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code = '', constraint = '' } = error as { code?: string; constraint?: string }
  if (code === '23505') return new UniqueViolation(constraint, { cause: error })
  if (code === '23503') return new ForeignKeyViolation(constraint, { cause: error })
  if (SERIALIZATION.includes(code)) return new SerializationFailure(error.message, { cause: error })
  if (UNAVAILABLE.includes(code) || NETWORK.includes(code) || isConnectionLoss(error)) {
    return new StoreUnavailable(error.message, { cause: error })
  }
  return error
}

/** node-postgres reports these without a code. */
function isConnectionLoss(error: Error): boolean {
  return /^Connection terminated|^timeout exceeded when trying to connect|not queryable/.test(error.message)
}
