import { randomPassword } from './accounts/password-text.ts'
import { type AccountsEnv, addUser } from './accounts/users.ts'
import { anyAccount } from './store/users.ts'

const USERNAME = 'owner'

/** What to type into a client; the password exists in clear only here. */
export interface FirstAccount {
  readonly username: string
  readonly password: string
}

/**
 * Makes the first account, unless there is one.
 * @param host what its e-mail address ends in
 */
export async function createFirstAccount(env: AccountsEnv, host: string): Promise<FirstAccount | undefined> {
  if ((await env.store.reader.row(anyAccount)) !== undefined) return undefined
  const password = randomPassword()
  await addUser(env, { username: USERNAME, email: `${USERNAME}@${host}`, name: 'Owner', password })
  return { username: USERNAME, password }
}
