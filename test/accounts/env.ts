import { randomUUID } from 'node:crypto'
import type { AccountsEnv } from '../../src/accounts/users.ts'
import type { Store } from '../../src/store/store.ts'

/** A clock that moves only when told to. */
export class TestClock {
  #now = Date.parse('2026-11-22T12:00:00Z')

  advance(ms: number): void {
    this.#now += ms
  }

  readonly now = (): Date => new Date(this.#now)
}

export function accountsEnv(store: Store, clock: TestClock): AccountsEnv {
  return { store, clock: clock.now, newId: randomUUID }
}

/** A name no other test of the file uses. */
export function uniqueName(stem: string): string {
  return `${stem}-${randomUUID().slice(0, 8)}`
}
