import { listGroups, listMembers } from '../store/groups.ts'
import type { Principal } from '../store/records.ts'
import type { Reader } from '../store/store.ts'
import {
  findPrincipalByName,
  findPrincipalsByEmail,
  findPrincipalsByIds,
  searchPrincipals,
} from '../store/users.ts'

/** One condition of a principal search; comparison ignores case (RFC 3744 §9.4). */
export interface PrincipalTest {
  readonly field: 'name' | 'email' | 'username' | 'kind'
  readonly match: 'contains' | 'equals' | 'starts-with' | 'ends-with'
  readonly text: string
}

export interface PrincipalSearch {
  readonly tests: readonly PrincipalTest[]
  /** Does one matching test suffice, or must all match? */
  readonly anyOf: boolean
  /** Principals returned at most; default 1000. */
  readonly limit?: number
}

const MOST_FOUND = 1000

/** Lookups of principals. Disabled accounts are not found. Each is one statement. */
export class Directory {
  readonly #reader: Reader

  constructor(reader: Reader) {
    this.#reader = reader
  }

  findPrincipal(username: string): Promise<Principal | undefined> {
    return this.#reader.row(findPrincipalByName, username)
  }

  /** @returns those that exist, by id */
  async principalsByIds(userIds: readonly string[]): Promise<Map<string, Principal>> {
    if (userIds.length === 0) return new Map()
    const found = await this.#reader.rows(findPrincipalsByIds, [...new Set(userIds)])
    return new Map(found.map((principal) => [principal.userId, principal]))
  }

  /** @returns those that exist, by address in lower case */
  async principalsByEmails(emails: readonly string[]): Promise<Map<string, Principal>> {
    if (emails.length === 0) return new Map()
    const lower = new Set(emails.map((email) => email.toLowerCase()))
    const found = await this.#reader.rows(findPrincipalsByEmail, [...lower])
    return new Map(found.map((principal) => [principal.email, principal]))
  }

  /** In order of username. */
  async searchPrincipals({ tests, anyOf, limit = MOST_FOUND }: PrincipalSearch): Promise<Principal[]> {
    if (tests.length === 0) return []
    const fields = tests.map((test) => test.field)
    return this.#reader.rows(searchPrincipals, fields, tests.map(patternOf), anyOf, limit)
  }

  /** Everyone, in order of username. */
  listPrincipals(limit: number = MOST_FOUND): Promise<Principal[]> {
    return this.searchPrincipals({
      tests: [{ field: 'username', match: 'contains', text: '' }],
      anyOf: true,
      limit,
    })
  }

  /** Direct members of a group. */
  membersOf(groupId: string): Promise<Principal[]> {
    return this.#reader.rows(listMembers, groupId)
  }

  /** Groups a principal is a direct member of. */
  groupsOf(userId: string): Promise<Principal[]> {
    return this.#reader.rows(listGroups, userId)
  }
}

function patternOf({ match, text }: PrincipalTest): string {
  const literal = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')
  const head = match === 'contains' || match === 'ends-with' ? '%' : ''
  const tail = match === 'contains' || match === 'starts-with' ? '%' : ''
  return head + literal + tail
}
