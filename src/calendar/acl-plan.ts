import type { CollectionRef, HomeRef, Principal } from './model.ts'
import { ALL, holds, type Privileges, READ, READ_FREE_BUSY, WRITE, WRITE_ACL } from './privileges.ts'
import { Refusal, type RefusalReason } from './refusal.ts'

/** Whom an access control entry is about (RFC 3744 §5.5.1). */
export type AcePrincipal =
  | { readonly kind: 'principal'; readonly principal: Principal }
  | { readonly kind: 'owner' | 'authenticated' | 'all' }

/** One granting entry of an access control list (RFC 3744 §5.5). */
export interface Ace {
  readonly principal: AcePrincipal
  readonly privileges: Privileges
  readonly isProtected: boolean
  /** The home or collection it comes from, when it is not set on the resource itself. */
  readonly inheritedFrom: HomeRef | CollectionRef | undefined
}

/** One entry of an ACL request, as sent. */
export interface RequestedAce {
  readonly principal: RequestedPrincipal
  readonly isInverted: boolean
  readonly isDeny: boolean
  /** Undefined when a privilege is none of ours. */
  readonly privileges: Privileges | undefined
  /** The client sent back an entry it read as protected. */
  readonly isProtected: boolean
  /** The client sent back an entry it read as inherited. */
  readonly isInherited: boolean
}

export type RequestedPrincipal =
  /** Undefined username: the href names no principal of this server. */
  | { readonly kind: 'principal'; readonly username: string | undefined }
  | { readonly kind: 'owner' | 'authenticated' | 'all' | 'unauthenticated' | 'self' | 'property' }

/** A grant to be stored. */
export interface Grant {
  readonly audience: 'user' | 'authenticated' | 'all'
  /** Only for the audience 'user': whoever it is, a group, room or resource too. */
  readonly username: string | undefined
  readonly privileges: Privileges
}

/** Stored grants of one resource; far above any real list, far below what would slow a read. */
export const MAX_ACES = 200

/**
 * The grants an ACL request asks for, or a Refusal with the precondition it breaks (RFC 3744 §8.1.1).
 * Entries for one principal are merged. Entries a client sends back marked protected or inherited are left
 * out: they are not the request's to change.
 *
 * @param owner username of the home's owner, whose entry is protected
 */
export function planGrants(aces: readonly RequestedAce[], owner: string): readonly Grant[] {
  const grants = new Map<string, Grant>()
  for (const ace of aces) {
    const grant = grantOf(ace, owner)
    if (grant === undefined) continue
    const key = `${grant.audience} ${grant.username ?? ''}`
    const privileges = (grants.get(key)?.privileges ?? 0) | grant.privileges
    grants.set(key, { ...grant, privileges })
  }
  if (grants.size > MAX_ACES) throw refused('limited-number-of-aces')
  return [...grants.values()]
}

function grantOf(ace: RequestedAce, owner: string): Grant | undefined {
  const { principal } = ace
  if (ace.isInverted) throw refused('no-invert')
  if (ace.isDeny) throw refused('grant-only')
  if (ace.privileges === undefined) throw refused('not-supported-privilege')
  if (ace.privileges === 0) throw refused('no-ace-conflict')
  if (principal.kind === 'owner' || (principal.kind === 'principal' && principal.username === owner)) {
    // The owner's entry is protected: it may be repeated as it is, not narrowed.
    if (!holds(ace.privileges, ALL)) throw refused('no-protected-ace-conflict')
    return undefined
  }
  if (ace.isProtected) throw refused('no-protected-ace-conflict')
  if (ace.isInherited) return undefined
  return { ...audienceOf(principal), privileges: ace.privileges }
}

function audienceOf(principal: RequestedPrincipal): Pick<Grant, 'audience' | 'username'> {
  switch (principal.kind) {
    case 'principal':
      if (principal.username === undefined) throw refused('recognized-principal')
      return { audience: 'user', username: principal.username }
    case 'authenticated':
    case 'all':
      return { audience: principal.kind, username: undefined }
    default:
      // No request gets here unauthenticated, and no calendar is itself a principal.
      throw refused('allowed-principal')
  }
}

type AclCondition = Extract<RefusalReason, { code: 'acl' }>['condition']

export function refused(condition: AclCondition): Refusal {
  return new Refusal({ code: 'acl', condition })
}

export type Permission = 'View' | 'Edit' | 'Manage' | 'FreeBusy' | 'Custom'

/** The word people know a grant by. What only concerns one's own view of privileges and locks is left out. */
export function permissionOf(privileges: Privileges): Permission {
  switch (privileges & (READ | WRITE | WRITE_ACL)) {
    case READ | WRITE | WRITE_ACL:
      return 'Manage'
    case READ | WRITE:
      return 'Edit'
    case READ:
      return 'View'
    case READ_FREE_BUSY:
      return 'FreeBusy'
    default:
      return 'Custom'
  }
}
