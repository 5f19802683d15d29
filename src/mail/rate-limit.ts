import { BoundedMap } from '../accounts/bounded-map.ts'

const HOUR_MS = 3_600_000
const MOST_KEYS = 50_000

interface Window {
  since: number
  count: number
}

/** So many an hour for each key, counted in this process. Bounded: forgets the least recently seen. */
export class RateLimit {
  readonly #windows = new BoundedMap<string, Window>(MOST_KEYS)
  readonly #perHour: number
  readonly #now: () => number

  constructor(perHour: number, now: () => number) {
    this.#perHour = perHour
    this.#now = now
  }

  /** Counts one and tells whether it is within the limit. */
  take(key: string): boolean {
    const now = this.#now()
    const known = this.#windows.get(key)
    const window = known !== undefined && now - known.since < HOUR_MS ? known : { since: now, count: 0 }
    if (window.count >= this.#perHour) return false
    window.count += 1
    this.#windows.set(key, window)
    return true
  }
}
