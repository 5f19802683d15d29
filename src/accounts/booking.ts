import { findAccount, updateBooking } from '../store/users.ts'
import { AccountError, notFound } from './errors.ts'
import type { AccountsEnv } from './users.ts'

export const AUTO_SCHEDULE_MODES = [
  'none',
  'accept-always',
  'decline-always',
  'accept-if-free',
  'automatic',
] as const

/** How an account answers invitations by itself; null goes back to what its kind suggests. */
export interface BookingRules {
  readonly mode?: (typeof AUTO_SCHEDULE_MODES)[number] | null
  /** User name or address of the group, or user, that alone may book. */
  readonly group?: string | null
  /** Days ahead. */
  readonly horizonDays?: number | null
  readonly maxMinutes?: number | null
  /** `HH:MM-HH:MM` in the account's time zone. */
  readonly hours?: string | null
}

const HOURS = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/

/**
 * Changes the rules given and keeps the others.
 * @param login user name or e-mail address
 * @throws AccountError (invalid, not-found)
 */
export async function setBookingRules(env: AccountsEnv, login: string, rules: BookingRules): Promise<void> {
  const { mode, group, horizonDays, maxMinutes, hours } = rules
  for (const number of [horizonDays, maxMinutes]) {
    if (number != null && !(Number.isInteger(number) && number > 0 && number < 1e6)) {
      throw new AccountError('invalid', 'days and minutes are whole numbers above zero')
    }
  }
  if (hours != null && !(HOURS.test(hours) && hours.slice(0, 5) < hours.slice(6))) {
    throw new AccountError('invalid', 'opening hours are HH:MM-HH:MM, the first before the second')
  }
  const account = await requireAccount(env, login)
  const groupId = group == null ? group : (await requireAccount(env, group)).userId
  const given = [mode, groupId, horizonDays, maxMinutes, hours]
  await env.store.transact(async (tx) => {
    tx.write(
      updateBooking,
      account.userId,
      env.clock(),
      given.map((value) => value !== undefined),
      mode,
      groupId,
      horizonDays,
      maxMinutes,
      hours,
    )
  })
}

async function requireAccount(env: AccountsEnv, login: string) {
  const found = await env.store.reader.row(findAccount, login.trim().toLowerCase())
  if (found === undefined) throw notFound(`there is no user ${JSON.stringify(login)}`)
  return found
}
