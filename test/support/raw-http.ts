import { connect, type Socket } from 'node:net'

/** What came back on the wire, octets as they were. */
export interface RawAnswer {
  /** Final status. */
  readonly status: number
  /** Interim statuses before it, like 100. */
  readonly interim: readonly number[]
  readonly head: string
  readonly body: Buffer
}

/**
 * Sends exactly these octets on a connection of its own and reads one answer.
 *
 * @param pieces sent in order; a function is called with what has arrived so far, when anything has
 */
export async function exchange(
  url: string,
  ...pieces: readonly (string | Buffer | 'wait')[]
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const reader = new Reader(socket)
  try {
    for (const piece of pieces) {
      if (piece === 'wait') await reader.anything()
      else socket.write(piece)
    }
    return await reader.answer()
  } finally {
    socket.destroy()
  }
}

/** Opens a connection, sends, and breaks it. */
export async function abandon(url: string, sent: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.write(sent, () => resolve())
  })
  socket.destroy()
}

class Reader {
  #received = Buffer.alloc(0)
  #isEnded = false
  #wake: () => void = () => undefined

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    for (const event of ['end', 'close', 'error'] as const) {
      socket.on(event, () => {
        this.#isEnded = true
        this.#wake()
      })
    }
  }

  async anything(): Promise<void> {
    while (this.#received.length === 0 && !this.#isEnded) await this.#more()
  }

  async answer(): Promise<RawAnswer> {
    const interim: number[] = []
    for (;;) {
      const head = await this.#head()
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
      if (status >= 200) return { status, interim, head, body: await this.#body(head, status) }
      interim.push(status)
    }
  }

  async #head(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n')
      if (end !== -1) {
        const head = this.#received.subarray(0, end).toString('latin1')
        this.#received = this.#received.subarray(end + 4)
        return head
      }
      if (this.#isEnded)
        throw new Error(`the connection ended after ${JSON.stringify(String(this.#received))}`)
      await this.#more()
    }
  }

  async #body(head: string, status: number): Promise<Buffer> {
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0)
    if (status === 204 || status === 304) return Buffer.alloc(0)
    while (this.#received.length < length && !this.#isEnded) await this.#more()
    return this.#received.subarray(0, length)
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
