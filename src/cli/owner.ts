import { type AccountsEnv, getUser } from '../accounts/users.ts'
import type { Actor } from '../calendar/model.ts'

/**
 * The actor of a command that works in someone's home: its owner, who may do anything there.
 * @param login user name or e-mail address. @throws AccountError (not-found)
 */
export async function ownerOf(env: AccountsEnv, login: string): Promise<Actor> {
  const { disabledAt, hasPassword, ...principal } = await getUser(env, login)
  return { ...principal, groupIds: [] }
}
