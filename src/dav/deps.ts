import type { Accounts } from '../accounts/accounts.ts'
import type { CalendarEnv } from '../calendar/env.ts'

/** What the front end stands on. */
export interface DavDeps {
  readonly calendar: CalendarEnv
  readonly accounts: Accounts
}
