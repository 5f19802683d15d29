import type { ClientBase, Submittable } from 'pg'
import { Batch } from './batch.ts'
import { typedError } from './errors.ts'
import type { Call } from './statement.ts'

/**
 * Bytes of rows that may wait for their reader before Postgres has to wait too: enough to free the connection
 * early under most readers, little enough to bound memory.
 */
const MAX_WAITING_BYTES = 8_000_000

/** The rows of one statement in groups, as the network delivers them, in one round trip. */
export async function* streamRows<Row>(client: ClientBase, call: Call<Row>): AsyncGenerator<Row[]> {
  let waiting: Row[] = []
  let bytes = 0
  let isDone = false
  let failure: Error | undefined
  let wake: () => void = () => undefined

  const batch = new Batch(
    [call],
    (error) => {
      isDone = true
      failure = error
      wake()
    },
    (row, size) => {
      waiting.push(row as Row)
      bytes += size
      if (bytes > MAX_WAITING_BYTES) batch.pause()
      wake()
    },
  )
  client.query(batch as unknown as Submittable)

  for (;;) {
    if (waiting.length > 0) {
      const group = waiting
      waiting = []
      bytes = 0
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
}
