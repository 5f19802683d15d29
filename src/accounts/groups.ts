import { deleteMember, insertMember, listMembers } from '../store/groups.ts'
import type { Principal } from '../store/records.ts'
import { announceChange } from './change-watch.ts'
import { invalid } from './errors.ts'
import { type Account, type AccountsEnv, getUser } from './users.ts'

/** Makes someone a direct member of a group; groups may hold groups. */
export async function addMember(env: AccountsEnv, group: string, member: string): Promise<void> {
  const { userId } = await getGroup(env, group)
  const { userId: memberId } = await getUser(env, member)
  if (userId === memberId) throw invalid(`${group} cannot be a member of itself`)
  await env.store.transact(async (tx) => {
    tx.write(insertMember, userId, memberId)
    announceChange(tx, undefined)
  })
}

/** Ends a direct membership; it is no error when there was none. */
export async function removeMember(env: AccountsEnv, group: string, member: string): Promise<void> {
  const { userId } = await getGroup(env, group)
  const { userId: memberId } = await getUser(env, member)
  await env.store.transact(async (tx) => {
    tx.write(deleteMember, userId, memberId)
    announceChange(tx, undefined)
  })
}

/** Direct members. @throws AccountError (not-found, invalid) */
export async function membersOf(env: AccountsEnv, group: string): Promise<Principal[]> {
  const { userId } = await getGroup(env, group)
  return env.store.reader.rows(listMembers, userId)
}

async function getGroup(env: AccountsEnv, login: string): Promise<Account> {
  const account = await getUser(env, login)
  if (account.kind !== 'GROUP') throw invalid(`${login} is not a group`)
  return account
}
