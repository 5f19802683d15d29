import type { Principal } from '../store/records.ts'
import { Directory, type PrincipalSearch } from './directory.ts'
import { Login, type LoginFrom, type LoginOptions, type LoginResult } from './login.ts'

export type { PrincipalSearch, PrincipalTest } from './directory.ts'
export type { LoginFrom, LoginResult } from './login.ts'

/** What front ends need to know of people: who logs in, and who exists. */
export interface Accounts {
  authenticate(username: string, password: string, from: LoginFrom): Promise<LoginResult>
  findPrincipal(username: string): Promise<Principal | undefined>
  principalsByIds(userIds: readonly string[]): Promise<Map<string, Principal>>
  principalsByEmails(emails: readonly string[]): Promise<Map<string, Principal>>
  searchPrincipals(search: PrincipalSearch): Promise<Principal[]>
  listPrincipals(limit?: number): Promise<Principal[]>
  membersOf(groupId: string): Promise<Principal[]>
  groupsOf(userId: string): Promise<Principal[]>
}

export function createAccounts(options: LoginOptions): Accounts {
  const login = new Login(options)
  const directory = new Directory(options.store.reader)
  return {
    authenticate: (username, password, from) => login.authenticate(username, password, from),
    findPrincipal: (username) => directory.findPrincipal(username),
    principalsByIds: (userIds) => directory.principalsByIds(userIds),
    principalsByEmails: (emails) => directory.principalsByEmails(emails),
    searchPrincipals: (search) => directory.searchPrincipals(search),
    listPrincipals: (limit) => directory.listPrincipals(limit),
    membersOf: (groupId) => directory.membersOf(groupId),
    groupsOf: (userId) => directory.groupsOf(userId),
  }
}
