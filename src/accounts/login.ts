import { findAppPassword, touchAppPassword } from '../store/app-passwords.ts'
import type { Actor } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type CredentialsRow, findCredentials } from '../store/users.ts'
import { ChangeWatch } from './change-watch.ts'
import { LoginCache } from './login-cache.ts'
import { loginNames } from './names.ts'
import { verifyPassword } from './password-hash.ts'
import { isFor } from './password-text.ts'
import { Throttle } from './throttle.ts'

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
}

/** Longer passwords are nobody's and would only cost time. */
const MAX_LENGTH = 1024
/** `last_used_at` of an app password is exact to the hour, so that reading it costs no write per login. */
const TOUCH_MS = 3_600_000

interface Attempt {
  readonly key: string
  readonly names: readonly string[]
  readonly password: string
  /** What failures count against, together with the address. */
  readonly account: string
  readonly address: string
}

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

  constructor({ store, clock }: LoginOptions) {
    const now = () => clock().getTime()
    this.#store = store
    this.#clock = clock
    this.#cache = new LoginCache(now)
    this.#throttle = new Throttle(now)
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
    const account = names.at(-1) ?? sent
    const throttled = recalled === 'known' ? 0 : this.#throttle.wait(account, from.remoteAddress)
    if (throttled > 0) return { throttled }
    return this.#verifyOnce({ key, names, password, account, address: from.remoteAddress })
  }

  #verifyOnce(attempt: Attempt): Promise<LoginResult> {
    const underway = this.#underway.get(attempt.key)
    if (underway !== undefined) return underway
    const started = this.#verify(attempt).finally(() => this.#underway.delete(attempt.key))
    this.#underway.set(attempt.key, started)
    return started
  }

  async #verify({ key, names, password, account, address }: Attempt): Promise<LoginResult> {
    const { generation } = this.#cache
    const row = await this.#store.reader.row(findCredentials, names)
    const isRight = await this.#isRight(row, password)
    if (!isRight || row === undefined || row.disabledAt !== undefined) {
      this.#cache.reject(key, generation)
      this.#throttle.fail(account, address)
      return REFUSED
    }
    const actor = actorOf(row)
    this.#throttle.succeed(account, address)
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
