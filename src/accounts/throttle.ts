import type { Backoff, FailureCounts } from '../store/failure-counts.ts'
import { networkOf } from './network.ts'

const MINUTE_MS = 60_000

/** One account, as seen from one address. */
const OF_ACCOUNT: Backoff = { free: 5, longestMs: 15 * MINUTE_MS, memoryMs: 60 * MINUTE_MS }
/** One address guessing at many accounts. */
const OF_ADDRESS: Backoff = { free: 50, longestMs: 15 * MINUTE_MS, memoryMs: 60 * MINUTE_MS }

/** One login that is being verified. */
export interface Attempt {
  readonly account: string
  /** IP address of the client. */
  readonly address: string
}

/**
 * Slows down guessing. Failures count against an account *as seen from one address*, so nobody can lock the
 * owner out from elsewhere, and against the address itself. An attempt counts as a failure of the account
 * while it is being verified, so that many at once are not more guesses than one after the other.
 */
export class Throttle {
  readonly #counts: FailureCounts
  readonly #now: () => number

  constructor(counts: FailureCounts, now: () => number) {
    this.#counts = counts
    this.#now = now
  }

  /**
   * @param isKnown did this very device log in before? Then it need not wait
   * @returns whole seconds until the attempt may be made; 0: it may be made now, and is counted
   */
  async enter({ account, address }: Attempt, isKnown: boolean): Promise<number> {
    const network = networkOf(address)
    const now = this.#now()
    const key = keyOf({ account, address })
    if (isKnown) {
      await this.#counts.add(key, OF_ACCOUNT, now)
      return 0
    }
    const wait =
      (await this.#counts.wait(network, OF_ADDRESS, now)) || (await this.#counts.take(key, OF_ACCOUNT, now))
    return Math.ceil(wait / 1000)
  }

  /** The attempt failed. */
  fail({ address }: Attempt): Promise<void> {
    return this.#counts.add(networkOf(address), OF_ADDRESS, this.#now())
  }

  /** The attempt succeeded: the account's failures from there are forgotten, not the address's. */
  succeed(attempt: Attempt): Promise<void> {
    return this.#counts.clear(keyOf(attempt))
  }

  /** The attempt could not be verified. */
  abandon(attempt: Attempt): Promise<void> {
    return this.#counts.giveBack(keyOf(attempt))
  }
}

function keyOf({ account, address }: Attempt): string {
  return `${networkOf(address)} ${account}`
}
