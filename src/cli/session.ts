import { randomUUID } from 'node:crypto'
import type { AccountsEnv } from '../accounts/users.ts'
import type { CalendarEnv } from '../calendar/env.ts'
import { createCalendarEnv } from '../calendar-env.ts'
import { type Config, loadConfig } from '../config.ts'
import { openStore } from '../open-store.ts'

/** What a command works with: the same database and use cases as the server's. */
export interface CommandSession {
  readonly config: Config
  readonly accounts: AccountsEnv
  readonly calendar: CalendarEnv
}

/**
 * Runs `work` on the database, beside a running server or alone, and closes it again whatever happens.
 * @throws StartError, ConfigError and what `work` throws
 */
export async function withSession<T>(work: (session: CommandSession) => Promise<T>): Promise<T> {
  const config = loadConfig()
  const open = await openStore(config, 'kalends command line')
  try {
    const accounts = { store: open.store, clock: () => new Date(), newId: randomUUID }
    return await work({ config, accounts, calendar: createCalendarEnv(config, open.store) })
  } finally {
    await open.close()
  }
}
