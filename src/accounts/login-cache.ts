import { createHmac, randomBytes } from 'node:crypto'
import type { Actor } from '../store/records.ts'
import { BoundedMap } from './bounded-map.ts'

/** How long a verified login counts without asking argon2 again. */
const FRESH_MS = 5 * 60_000
/** How long a device that once logged in is let through a throttle to prove itself again. */
const KNOWN_MS = 24 * 3_600_000
/** How long a wrong password is remembered as wrong. */
const WRONG_MS = 60_000
const MOST_LOGINS = 20_000
const MOST_WRONG = 5_000

interface Verified {
  readonly actor: Actor
  readonly verifiedAt: number
  isStale: boolean
}

export type Recalled = { readonly actor: Actor } | 'wrong' | 'known' | undefined

/**
 * Remembers logins by a keyed hash of name and password (the key lives and dies with the process, and no
 * password is kept), because clients send Basic with every request and one argon2 comparison costs tens of
 * milliseconds. Also remembers wrong ones, so that a device with an old password costs one comparison a
 * minute and counts as one failure.
 */
export class LoginCache {
  readonly #key = randomBytes(32)
  readonly #verified = new BoundedMap<string, Verified>(MOST_LOGINS)
  readonly #wrong = new BoundedMap<string, number>(MOST_WRONG)
  readonly #now: () => number
  #generation = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** The key under which this name and password are remembered. */
  keyOf(username: string, password: string): string {
    return createHmac('sha256', this.#key).update(`${username}\0${password}`).digest('base64')
  }

  recall(key: string): Recalled {
    const now = this.#now()
    const verified = this.#verified.get(key)
    if (verified !== undefined) {
      const age = now - verified.verifiedAt
      if (age < FRESH_MS && !verified.isStale) return { actor: verified.actor }
      if (age < KNOWN_MS) return 'known'
      this.#verified.delete(key)
    }
    const wrongAt = this.#wrong.get(key)
    return wrongAt !== undefined && now - wrongAt < WRONG_MS ? 'wrong' : undefined
  }

  /** Changes whenever something remembered is invalidated. Read it before reading the account. */
  get generation(): number {
    return this.#generation
  }

  /** Remembers, unless an account changed since `generation`: then what was verified may be the old state. */
  accept(key: string, actor: Actor, generation: number): void {
    this.#wrong.delete(key)
    if (generation !== this.#generation) return
    this.#verified.set(key, { actor, verifiedAt: this.#now(), isStale: false })
  }

  reject(key: string, generation: number): void {
    this.#verified.delete(key)
    if (generation === this.#generation) this.#wrong.set(key, this.#now())
  }

  /**
   * The account changed: each of its logins is verified anew, and what was wrong may now be right.
   * @param userId undefined: everyone, because memberships changed
   */
  invalidate(userId: string | undefined): void {
    this.#generation++
    for (const entry of this.#verified.values()) {
      if (userId === undefined || entry.actor.userId === userId) entry.isStale = true
    }
    this.#wrong.clear()
  }
}
