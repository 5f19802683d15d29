import { UniqueViolation } from '../store/errors.ts'
import type { PrincipalKind } from '../store/records.ts'
import type { Store, Transactor } from '../store/store.ts'
import {
  type AccountRow,
  deleteUser as deleteUserRow,
  findAccount,
  insertCalendar,
  insertHome,
  insertUser,
  listAccounts,
  updateDisabled,
  updatePassword,
  updateProfile,
} from '../store/users.ts'
import { announceChange } from './change-watch.ts'
import { AccountError, notFound } from './errors.ts'
import { checkEmail, checkLocale, checkName, checkPassword, checkTimezone, checkUsername } from './names.ts'
import { hashPassword } from './password-hash.ts'

export type Account = AccountRow

/** What managing accounts needs. */
export interface AccountsEnv {
  readonly store: Store
  readonly clock: () => Date
  readonly newId: () => string
}

export interface NewUser {
  readonly username: string
  readonly email: string
  /** Default: the username. */
  readonly name?: string
  /** Without one nobody can log in as it: groups, rooms and resources usually have none. */
  readonly password?: string
  /** IANA zone; default UTC. */
  readonly timezone?: string
  /** BCP 47 tag; default en. */
  readonly locale?: string
  readonly kind?: PrincipalKind
}

const FIRST_CALENDAR = {
  name: 'calendar',
  displayName: 'Calendar',
  components: ['VEVENT', 'VTODO', 'VJOURNAL'],
}

/**
 * Adds a user, group, room or resource with a home that holds one calendar; all of it or nothing.
 * @throws AccountError (invalid, conflict)
 */
export async function addUser(env: AccountsEnv, user: NewUser): Promise<Account> {
  const username = checkUsername(user.username)
  const email = checkEmail(user.email)
  const name = checkName(user.name ?? username)
  const timezone = checkTimezone(user.timezone ?? 'UTC')
  const locale = checkLocale(user.locale ?? 'en')
  const hash = user.password === undefined ? undefined : await hashPassword(checkPassword(user.password))
  const userId = env.newId()
  const now = env.clock()
  await refusingDuplicates({ username, email }, () =>
    env.store.transact(async (tx) => {
      const kind = user.kind ?? 'INDIVIDUAL'
      tx.write(insertUser, userId, username, email, hash, name, timezone, locale, kind, now)
      tx.write(insertHome, userId, now)
      const { name: segment, displayName, components } = FIRST_CALENDAR
      tx.write(insertCalendar, userId, env.newId(), segment, displayName, components, now)
      announceChange(tx, userId)
    }),
  )
  return getUser(env, username)
}

/** @param login user name or e-mail address. @throws AccountError (not-found) */
export async function getUser(env: AccountsEnv, login: string): Promise<Account> {
  const found = await env.store.reader.row(findAccount, login.trim().toLowerCase())
  if (found === undefined) throw notFound(`there is no user ${JSON.stringify(login)}`)
  return found
}

const PAGE = 500

/** All accounts of the given kinds in order of username, page by page. */
export async function* listUsers(env: AccountsEnv, kinds: readonly PrincipalKind[]): AsyncGenerator<Account> {
  let after = ''
  for (;;) {
    const page = await env.store.reader.rows(listAccounts, kinds, after, PAGE)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.username
  }
}

/** Every device that logged in with the old password is refused from now on; app passwords stay. */
export async function setPassword(env: AccountsEnv, login: string, password: string): Promise<void> {
  const hash = await hashPassword(checkPassword(password))
  await change(env, login, (tx, { userId }) => tx.write(updatePassword, userId, hash, env.clock()))
}

/** A disabled account keeps its data, cannot log in and is not found by others. */
export async function setDisabled(env: AccountsEnv, login: string, isDisabled: boolean): Promise<void> {
  const now = env.clock()
  await change(env, login, (tx, { userId }) => tx.write(updateDisabled, userId, isDisabled ? now : null, now))
}

/** The username is not among these: hrefs are made of it. */
export type Profile = Partial<Pick<NewUser, 'email' | 'name' | 'timezone' | 'locale'>>

/** @throws AccountError (invalid, conflict, not-found) */
export async function updateUser(env: AccountsEnv, login: string, profile: Profile): Promise<void> {
  const email = profile.email === undefined ? null : checkEmail(profile.email)
  const name = profile.name === undefined ? null : checkName(profile.name)
  const timezone = profile.timezone === undefined ? null : checkTimezone(profile.timezone)
  const locale = profile.locale === undefined ? null : checkLocale(profile.locale)
  await refusingDuplicates({ email: email ?? '' }, () =>
    change(env, login, (tx, { userId }) =>
      tx.write(updateProfile, userId, email, name, timezone, locale, env.clock()),
    ),
  )
}

/** Deletes the account with all its calendars. */
export async function deleteUser(env: AccountsEnv, login: string): Promise<void> {
  await change(env, login, (tx, { userId }) => tx.write(deleteUserRow, userId))
}

async function change(
  env: AccountsEnv,
  login: string,
  write: (tx: Transactor, account: Account) => void,
): Promise<void> {
  const account = await getUser(env, login)
  await env.store.transact(async (tx) => {
    write(tx, account)
    announceChange(tx, account.kind === 'GROUP' ? undefined : account.userId)
  })
}

async function refusingDuplicates<T>(
  { username, email }: { username?: string; email: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof UniqueViolation)) throw cause
    const what = cause.constraint.includes('email') ? `e-mail address ${email}` : `user name ${username}`
    throw new AccountError('conflict', `the ${what} is taken`, { cause })
  }
}
