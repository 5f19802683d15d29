import { isIPv6 } from 'node:net'
import { BoundedMap } from './bounded-map.ts'

/** Failures that cost nothing, and how the wait grows after them: 1 s, 2 s, 4 s … up to 15 minutes. */
const FREE_FAILURES = 5
const LONGEST_WAIT_S = 900
/** One address guessing at many accounts gets this many failures before it waits. */
const FREE_FAILURES_OF_ADDRESS = 50
/** Failures older than this are forgotten. */
const MEMORY_MS = 3_600_000
const MOST_ENTRIES = 50_000

interface Failures {
  count: number
  lastAt: number
}

/**
 * Slows down guessing. Failures count against an account *as seen from one address*, so nobody can lock the
 * owner out from elsewhere, and against the address itself. Bounded: forgets the least recently seen.
 */
export class Throttle {
  readonly #failures = new BoundedMap<string, Failures>(MOST_ENTRIES)
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Whole seconds until an attempt is looked at again; 0: now. */
  wait(account: string, address: string): number {
    const network = networkOf(address)
    return Math.max(
      this.#waitFor(`${network} ${account}`, FREE_FAILURES),
      this.#waitFor(network, FREE_FAILURES_OF_ADDRESS),
    )
  }

  fail(account: string, address: string): void {
    const network = networkOf(address)
    this.#count(`${network} ${account}`)
    this.#count(network)
  }

  /** A login that succeeded clears its account's failures from there, not the address's. */
  succeed(account: string, address: string): void {
    this.#failures.delete(`${networkOf(address)} ${account}`)
  }

  #waitFor(key: string, free: number): number {
    const failures = this.#failures.get(key)
    if (failures === undefined || failures.count < free) return 0
    const wait = Math.min(2 ** Math.min(failures.count - free, 20), LONGEST_WAIT_S)
    return Math.max(0, Math.ceil((failures.lastAt + wait * 1000 - this.#now()) / 1000))
  }

  #count(key: string): void {
    const now = this.#now()
    const known = this.#failures.get(key)
    const isRecent = known !== undefined && now - known.lastAt < MEMORY_MS
    this.#failures.set(key, { count: (isRecent ? known.count : 0) + 1, lastAt: now })
  }
}

/** A household or attacker holds a whole IPv6 /64; count them as one. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail = ''] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const zeros = address.includes('::') ? Array(Math.max(0, 8 - left.length - right.length)).fill('0') : []
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
