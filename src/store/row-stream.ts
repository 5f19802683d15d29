import type { ClientBase, Submittable } from 'pg'
import { Batch } from './batch.ts'
import { typedError } from './errors.ts'
import { type Call, call, statement } from './statement.ts'

/**
 * Bytes of rows that may wait for their reader before Postgres has to wait too: enough to free the connection
 * early under most readers, little enough to bound memory.
 */
const MAX_WAITING_BYTES = 8_000_000

/**
 * For the transaction of the reading alone. The time of a statement counts while Postgres waits for the reader too,
 * whose patience is bounded below; a reader that keeps up with a slow client must be let finish. No row.
 */
const TAKE_TIME = statement(
  'stream.take-time',
  `select where set_config('statement_timeout', '1h', true) is null`,
)

export interface StreamOptions {
  /** How long Postgres waits for a reader that is behind by more; then the reading fails: it holds a connection. */
  readonly patienceMs: number
  /** Does somebody wait for a connection? A reader that is behind must not keep one from them for long. */
  readonly isWanted: () => boolean
  /** How often that is looked at. */
  readonly lookMs: number
  /** Called when the connection is of no more use to the reading, which may go on from memory long after. */
  readonly onFree?: ((error?: Error) => void) | undefined
}

/** The rows of one statement in groups, as the network delivers them, in one round trip. */
export async function* streamRows<Row>(
  client: ClientBase,
  rows: Call<Row>,
  { patienceMs, isWanted, lookMs, onFree }: StreamOptions,
): AsyncGenerator<Row[]> {
  let waiting: Row[] = []
  let bytes = 0
  let isDone = false
  let failure: Error | undefined
  let patience: NodeJS.Timeout | undefined
  let wake: () => void = () => undefined

  const giveUp = () => {
    failure = new Error('The rows of a statement were not read in time')
    waiting = []
    batch.resume()
    onFree?.(failure)
    wake()
  }
  const batch = new Batch(
    [call(TAKE_TIME), rows],
    (error) => {
      isDone = true
      clearInterval(patience)
      failure ??= error
      if (failure === undefined) onFree?.()
      wake()
    },
    (row, size) => {
      if (failure !== undefined) return
      waiting.push(row as Row)
      bytes += size
      if (bytes > MAX_WAITING_BYTES) {
        batch.pause()
        patience ??= whenTooLong(giveUp, { patienceMs, isWanted, lookMs })
      }
      wake()
    },
  )
  client.query(batch as unknown as Submittable)

  try {
    for (;;) {
      if (waiting.length > 0) {
        const group = waiting
        waiting = []
        bytes = 0
        clearInterval(patience)
        patience = undefined
        batch.resume()
        yield group
      } else if (failure !== undefined) {
        throw typedError(failure)
      } else if (isDone) {
        return
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    clearInterval(patience)
  }
}

/** One look may see a rush that is over in a moment; so many in a row see others kept waiting. */
const LOOKS = 3

/** Calls `giveUp` when patience is at its end, or when others were waiting at each of the latest looks. */
function whenTooLong(
  giveUp: () => void,
  { patienceMs, isWanted, lookMs }: Omit<StreamOptions, 'onFree'>,
): NodeJS.Timeout {
  const began = performance.now()
  let wanted = 0
  const timer = setInterval(
    () => {
      wanted = isWanted() ? wanted + 1 : 0
      if (wanted < LOOKS && performance.now() - began < patienceMs) return
      clearInterval(timer)
      giveUp()
    },
    Math.min(lookMs, patienceMs),
  )
  return timer
}
