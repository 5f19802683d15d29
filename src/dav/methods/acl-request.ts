import type { RequestedAce, RequestedPrincipal } from '../../calendar/acl-plan.ts'
import { NONE, type Privileges } from '../../calendar/privileges.ts'
import { HttpError } from '../errors.ts'
import { findPrivilege } from '../privileges.ts'
import { child, childElements, clark, type Element, textOf } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'

/** The username a principal's href stands for; undefined when it is no principal of this server. */
export type UsernameOf = (href: string) => string | undefined

/**
 * The entries of a DAV:acl request (RFC 3744 §5.5, §8.1). Throws 400 for entries that are not of that shape;
 * whether they may be set is decided where they are stored.
 */
export function readAces(acl: Element, usernameOf: UsernameOf): RequestedAce[] {
  return childElements(acl)
    .filter(isDav('ace'))
    .map((ace) => readAce(ace, usernameOf))
}

/** RFC 3744 §5.5: `((principal | invert), (grant | deny), protected?, inherited?)`. */
function readAce(ace: Element, usernameOf: UsernameOf): RequestedAce {
  const inverted = child(ace, DAV, 'invert')
  const principal = child(inverted ?? ace, DAV, 'principal')
  if (!principal) throw malformed('each ace names its principal')
  const grant = child(ace, DAV, 'grant')
  const deny = child(ace, DAV, 'deny')
  const granted = grant ?? deny
  if (!granted || (grant && deny)) throw malformed('each ace holds either grant or deny')
  return {
    principal: readPrincipal(principal, usernameOf),
    isInverted: inverted !== undefined,
    isDeny: deny !== undefined,
    privileges: readPrivileges(granted),
    isProtected: child(ace, DAV, 'protected') !== undefined,
    isInherited: child(ace, DAV, 'inherited') !== undefined,
  }
}

const KINDS = ['authenticated', 'all', 'unauthenticated', 'self'] as const

/** RFC 3744 §5.5.1. A DAV:property principal is understood for DAV:owner. */
function readPrincipal(principal: Element, usernameOf: UsernameOf): RequestedPrincipal {
  const [which, ...others] = childElements(principal)
  if (which?.namespace !== DAV || others.length > 0) throw malformed('principal holds one DAV element')
  if (which.name === 'href') return { kind: 'principal', username: usernameOf(textOf(which).trim()) }
  if (which.name === 'property') return { kind: child(which, DAV, 'owner') ? 'owner' : 'property' }
  const kind = KINDS.find((known) => known === which.name)
  if (!kind) throw malformed(`${which.name} is no principal`)
  return { kind }
}

/** The union of what is listed; undefined as soon as one is no privilege of ours. */
function readPrivileges(granted: Element): Privileges | undefined {
  const listed = childElements(granted).filter(isDav('privilege')).flatMap(childElements)
  let union: Privileges = NONE
  for (const name of listed) {
    const privilege = findPrivilege(name)
    if (!privilege) return undefined
    union |= privilege.bits
  }
  return union
}

function isDav(name: string): (element: Element) => boolean {
  const wanted = clark({ namespace: DAV, name })
  return (element) => clark(element) === wanted
}

function malformed(detail: string): HttpError {
  return new HttpError(400, detail)
}
