import type { Backoff, FailureCounts } from '../store/failure-counts.ts'
import { BoundedMap } from './bounded-map.ts'

interface Failures {
  readonly count: number
  readonly at: number
}

const MOST_ENTRIES = 50_000

/** Failure counts of this process alone. Bounded: forgets the least recently used. */
export class MemoryFailureCounts implements FailureCounts {
  readonly #failures = new BoundedMap<string, Failures>(MOST_ENTRIES)

  async wait(key: string, backoff: Backoff, now: number): Promise<number> {
    return this.#waitFor(key, backoff, now)
  }

  async take(key: string, backoff: Backoff, now: number): Promise<number> {
    const wait = this.#waitFor(key, backoff, now)
    if (wait === 0) this.#count(key, backoff, now)
    return wait
  }

  async add(key: string, backoff: Backoff, now: number): Promise<void> {
    this.#count(key, backoff, now)
  }

  async giveBack(key: string): Promise<void> {
    const known = this.#failures.get(key)
    if (known === undefined) return
    if (known.count > 1) this.#failures.set(key, { ...known, count: known.count - 1 })
    else this.#failures.delete(key)
  }

  async clear(key: string): Promise<void> {
    this.#failures.delete(key)
  }

  #waitFor(key: string, { free, longestMs, memoryMs }: Backoff, now: number): number {
    const known = this.#failures.get(key)
    if (known === undefined || known.count < free || now - known.at >= memoryMs) return 0
    return Math.max(0, known.at + Math.min(1000 * 2 ** (known.count - free), longestMs) - now)
  }

  #count(key: string, { memoryMs }: Backoff, now: number): void {
    const known = this.#failures.get(key)
    const isRecent = known !== undefined && now - known.at < memoryMs
    this.#failures.set(key, { count: (isRecent ? known.count : 0) + 1, at: now })
  }
}
