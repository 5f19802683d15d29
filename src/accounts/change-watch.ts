import { randomUUID } from 'node:crypto'
import {
  deleteOldAccountChanges,
  insertAccountChange,
  recentAccountChanges,
} from '../store/account-changes.ts'
import type { Reader, Transactor } from '../store/store.ts'

/** How old the knowledge of changes made by other processes may be when a remembered login is believed. */
const MAX_AGE_MS = 250
/** A change bears the time at which its transaction began, and is seen when that commits: no transaction is longer. */
const LONGEST_TRANSACTION_MS = 60_000
/** Further back nothing is remembered that would count. */
const LOOK_BACK_MS = 3_600_000

/**
 * Learns of account changes that other processes commit: one small query per quarter second of traffic,
 * whatever the number of requests.
 */
export class ChangeWatch {
  readonly #reader: Reader
  readonly #now: () => number
  readonly #onChange: (userId: string | undefined) => void
  #seen: ReadonlySet<string> = new Set()
  #checkedAt = Number.NEGATIVE_INFINITY
  #underway: Promise<void> | undefined

  constructor(reader: Reader, now: () => number, onChange: (userId: string | undefined) => void) {
    this.#reader = reader
    this.#now = now
    this.#onChange = onChange
  }

  /** Undefined when the knowledge is fresh; otherwise resolves when it is. */
  refresh(): Promise<void> | undefined {
    if (this.#underway === undefined && this.#now() - this.#checkedAt >= MAX_AGE_MS) {
      this.#underway = this.#check().finally(() => {
        this.#underway = undefined
      })
    }
    return this.#underway
  }

  async #check(): Promise<void> {
    const at = this.#now()
    // Nobody may have logged in here for long, so what is new reaches back to the check before.
    const lookBack = Math.min(at - this.#checkedAt + LONGEST_TRANSACTION_MS, LOOK_BACK_MS)
    const rows = await this.#reader.rows(recentAccountChanges, lookBack)
    for (const { changeId, userId } of rows) if (!this.#seen.has(changeId)) this.#onChange(userId)
    this.#seen = new Set(rows.map((row) => row.changeId))
    this.#checkedAt = at
  }
}

/**
 * Tells every process, with this transaction's commit, to verify the account's logins anew.
 * @param userId undefined: everyone's, because memberships changed
 */
export function announceChange(tx: Transactor, userId: string | undefined): void {
  tx.write(deleteOldAccountChanges)
  tx.write(insertAccountChange, randomUUID(), userId)
}
