import { connect, type Socket } from 'node:net'

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** One session with a Gecko program started with `--marionette`: runs scripts inside it, with its privileges. */
export class Marionette {
  readonly #socket: Socket
  readonly #waiting = new Map<number, Waiting>()
  #received = Buffer.alloc(0)
  #lastId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('close', () => this.#fail(new Error('the program closed the connection')))
    socket.on('error', (error) => this.#fail(error))
  }

  /** @throws Error while nothing listens there */
  static async open(port: number): Promise<Marionette> {
    const socket = connect(port, '127.0.0.1')
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    const session = new Marionette(socket)
    await session.#send('WebDriver:NewSession', {})
    await session.#send('Marionette:SetContext', { value: 'chrome' })
    await session.#send('WebDriver:SetTimeouts', { script: 60_000 })
    return session
  }

  /**
   * @param body of an async function, which sees `args`
   * @returns what it returns, as JSON
   * @throws Error with what it throws
   */
  async run<T>(body: string, ...args: readonly unknown[]): Promise<T> {
    const script = `
      const done = arguments[arguments.length - 1], args = [...arguments].slice(0, -1)
      ;(async () => { ${body} })().then((ok) => done({ ok }), (error) => done({ error: String(error) }))`
    const answer = (await this.#send('WebDriver:ExecuteAsyncScript', { script, args })) as {
      value: { ok?: T; error?: string }
    }
    if (answer.value.error !== undefined) throw new Error(answer.value.error)
    return answer.value.ok as T
  }

  close(): void {
    this.#socket.destroy()
  }

  #send(command: string, parameters: object): Promise<unknown> {
    const id = ++this.#lastId
    const message = JSON.stringify([0, id, command, parameters])
    this.#socket.write(`${Buffer.byteLength(message)}:${message}`)
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  /** Messages come as their length, a colon, and JSON: `[1, id, error, result]`, or a greeting at first. */
  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const colon = this.#received.indexOf(':')
      const end = colon + 1 + Number(this.#received.subarray(0, colon))
      if (colon < 0 || this.#received.length < end) return
      const message = JSON.parse(this.#received.subarray(colon + 1, end).toString())
      this.#received = this.#received.subarray(end)
      if (Array.isArray(message)) this.#settle(message)
    }
  }

  #settle([, id, error, result]: unknown[]): void {
    const waiting = this.#waiting.get(id as number)
    this.#waiting.delete(id as number)
    if (error === null) waiting?.resolve(result)
    else waiting?.reject(new Error((error as { message: string }).message))
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
