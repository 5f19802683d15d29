import type { ClientBase, Submittable } from 'pg'
import { Batch } from './batch.ts'
import { typedError } from './errors.ts'
import type { Call } from './statement.ts'

/**
 * Bytes of rows that may wait for their reader before Postgres has to wait too: enough to free the connection
 * early under most readers, little enough to bound memory.
 */
const MAX_WAITING_BYTES = 8_000_000

export interface StreamOptions {
  /** How long Postgres waits for a reader that is behind by more; then the reading fails: it holds a connection. */
  readonly patienceMs: number
  /** Called when the connection is of no more use to the reading, which may go on from memory long after. */
  readonly onFree?: ((error?: Error) => void) | undefined
}

/** The rows of one statement in groups, as the network delivers them, in one round trip. */
export async function* streamRows<Row>(
  client: ClientBase,
  call: Call<Row>,
  { patienceMs, onFree }: StreamOptions,
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
    [call],
    (error) => {
      isDone = true
      clearTimeout(patience)
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
        patience ??= setTimeout(giveUp, patienceMs)
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
        clearTimeout(patience)
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
    clearTimeout(patience)
  }
}
