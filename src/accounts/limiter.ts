/** Thrown when more callers wait than the limiter lets wait. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError'
}

/** Runs at most `concurrent` tasks at once, in order of arrival; refuses when `waiting` already queue. */
export class Limiter {
  readonly #concurrent: number
  readonly #most: number
  readonly #queue: (() => void)[] = []
  #running = 0

  constructor(concurrent: number, waiting: number) {
    this.#concurrent = concurrent
    this.#most = waiting
  }

  /** @throws OverloadedError at once when the queue is full */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#concurrent) this.#running++
    else await this.#wait()
    try {
      return await task()
    } finally {
      // The place goes to the next in the queue directly, so nobody who comes later overtakes.
      const next = this.#queue.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  #wait(): Promise<void> {
    if (this.#queue.length >= this.#most) throw new OverloadedError('too many logins at once')
    return new Promise((resolve) => this.#queue.push(resolve))
  }
}
