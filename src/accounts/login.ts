import { findAppPassword, touchAppPassword } from '../store/app-passwords.ts'
import type { FailureCounts } from '../store/failure-counts.ts'
import type { Actor } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type CredentialsRow, findCredentials } from '../store/users.ts'
import { ChangeWatch } from './change-watch.ts'
import { LoginCache } from './login-cache.ts'
import { MemoryFailureCounts } from './memory-failure-counts.ts'
import { loginNames } from './names.ts'
import { verifyPassword } from './password-hash.ts'
import { isFor } from './password-text.ts'
import { type Attempt, Throttle } from './throttle.ts'

export type LoginResult =
  | { readonly actor: Actor }
  | { readonly refused: true }
  /** Seconds until the next attempt is looked at. */
  | { readonly throttled: number }

export interface LoginFrom {
  /** IP address of the client. */
  readonly remoteAddress: string
}

export interface LoginOptions {
  readonly store: Store
  readonly clock: () => Date
  /** Where failures are counted; default: this process alone. */
  readonly failures?: FailureCounts
}

/** Longer passwords are nobody's and would only cost time. */
const MAX_LENGTH = 1024
/** `last_used_at` of an app password is exact to the hour, so that reading it costs no write per login. */
const TOUCH_MS = 3_600_000

const REFUSED = { refused: true } as const

/**
 * Checks names and passwords. The order matters: a remembered login costs a hash; a remembered wrong one is
 * refused; only then the throttle is asked, which lets a device through that has logged in before; and only
 * then the database and argon2.
 */
export class Login {
  readonly #store: Store
  readonly #clock: () => Date
  readonly #cache: LoginCache
  readonly #throttle: Throttle
  readonly #changes: ChangeWatch
  /** Devices open several connections at once: the same login is verified once. */
  readonly #underway = new Map<string, Promise<LoginResult>>()

  constructor({ store, clock, failures = new MemoryFailureCounts() }: LoginOptions) {
    const now = () => clock().getTime()
    this.#store = store
    this.#clock = clock
    this.#cache = new LoginCache(now)
    this.#throttle = new Throttle(failures, now)
    this.#changes = new ChangeWatch(store.reader, now, (userId) => this.#cache.invalidate(userId))
  }

  /**
   * @param sent user name or e-mail address, perhaps percent-encoded
   * @throws OverloadedError, StoreUnavailable
   */
  async authenticate(sent: string, password: string, from: LoginFrom): Promise<LoginResult> {
    if (sent.length > MAX_LENGTH || password.length > MAX_LENGTH) return REFUSED
    const refreshing = this.#changes.refresh()
    if (refreshing !== undefined) await refreshing
    const key = this.#cache.keyOf(sent, password)
    const recalled = this.#cache.recall(key)
    if (typeof recalled === 'object') return recalled
    if (recalled === 'wrong') return REFUSED
    const names = loginNames(sent)
    const attempt = { account: names.at(-1) ?? sent, address: from.remoteAddress }
    return this.#once(key, () =>
      this.#throttled(attempt, recalled === 'known', () => this.#verify(key, names, password)),
    )
  }

  #once(key: string, start: () => Promise<LoginResult>): Promise<LoginResult> {
    const underway = this.#underway.get(key)
    if (underway !== undefined) return underway
    const started = start().finally(() => this.#underway.delete(key))
    this.#underway.set(key, started)
    return started
  }

  async #throttled(
    attempt: Attempt,
    isKnown: boolean,
    verify: () => Promise<LoginResult>,
  ): Promise<LoginResult> {
    const throttled = await this.#throttle.enter(attempt, isKnown)
    if (throttled > 0) return { throttled }
    try {
      const result = await verify()
      await ('actor' in result ? this.#throttle.succeed(attempt) : this.#throttle.fail(attempt))
      return result
    } catch (error) {
      await this.#throttle.abandon(attempt)
      throw error
    }
  }

  async #verify(key: string, names: readonly string[], password: string): Promise<LoginResult> {
    const { generation } = this.#cache
    const row = await this.#store.reader.row(findCredentials, names)
    const isRight = await this.#isRight(row, password)
    if (!isRight || row === undefined || row.disabledAt !== undefined) {
      this.#cache.reject(key, generation)
      return REFUSED
    }
    const actor = actorOf(row)
    this.#cache.accept(key, actor, generation)
    return { actor }
  }

  /** One argon2 comparison, whether the account exists or not; a second one only after a matching selector. */
  async #isRight(row: CredentialsRow | undefined, password: string): Promise<boolean> {
    for (const id of row?.appPasswordIds ?? []) {
      if (isFor(password, id) && (await this.#isAppPassword(row?.userId ?? '', id, password))) return true
    }
    return verifyPassword(row?.passwordHash, password)
  }

  async #isAppPassword(userId: string, appPasswordId: string, password: string): Promise<boolean> {
    const found = await this.#store.reader.row(findAppPassword, userId, appPasswordId)
    if (found === undefined || !(await verifyPassword(found.passwordHash, password))) return false
    const now = this.#clock()
    const earlier = new Date(now.getTime() - TOUCH_MS)
    if (found.lastUsedAt === undefined || found.lastUsedAt < earlier) {
      await this.#store.transact(async (tx) =>
        tx.write(touchAppPassword, userId, appPasswordId, now, earlier),
      )
    }
    return true
  }
}

function actorOf({ passwordHash, disabledAt, appPasswordIds, ...actor }: CredentialsRow): Actor {
  return actor
}
