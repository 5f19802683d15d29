import {
  type AppPasswordRow,
  deleteAppPassword,
  insertAppPassword,
  listAppPasswords,
} from '../store/app-passwords.ts'
import { announceChange } from './change-watch.ts'
import { notFound } from './errors.ts'
import { checkName } from './names.ts'
import { hashPassword } from './password-hash.ts'
import { appPasswordText } from './password-text.ts'
import { type AccountsEnv, getUser } from './users.ts'

/** App passwords: one per device, so that losing one device means revoking one password. */

export type AppPassword = AppPasswordRow

/** @returns the password, which is shown this once and stored only as a hash */
export async function addAppPassword(
  env: AccountsEnv,
  login: string,
  name: string,
): Promise<{ readonly appPasswordId: string; readonly password: string }> {
  const { userId } = await getUser(env, login)
  const label = checkName(name)
  const appPasswordId = env.newId()
  const password = appPasswordText(appPasswordId)
  const hash = await hashPassword(password)
  await env.store.transact(async (tx) => {
    tx.write(insertAppPassword, userId, appPasswordId, label, hash, env.clock())
    announceChange(tx, userId)
  })
  return { appPasswordId, password }
}

/** Oldest first. `lastUsedAt` is exact to the hour. */
export async function listAppPasswordsOf(env: AccountsEnv, login: string): Promise<AppPassword[]> {
  const { userId } = await getUser(env, login)
  return env.store.reader.rows(listAppPasswords, userId)
}

/** @param which its id or, when only one has it, its name. @throws AccountError (not-found) */
export async function revokeAppPassword(env: AccountsEnv, login: string, which: string): Promise<void> {
  const { userId } = await getUser(env, login)
  const all = await env.store.reader.rows(listAppPasswords, userId)
  const found = all.filter((each) => each.appPasswordId === which || each.name === which)
  const [only] = found
  if (only === undefined) throw notFound(`${login} has no app password ${JSON.stringify(which)}`)
  if (found.length > 1) throw notFound(`${login} has several app passwords named ${which}: give the id`)
  await env.store.transact(async (tx) => {
    tx.write(deleteAppPassword, userId, only.appPasswordId)
    announceChange(tx, userId)
  })
}
