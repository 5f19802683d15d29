import type { CollectionAccess } from '../store/access.ts'
import type { CollectionRef, Ref } from './model.ts'
import { canonicalPath } from './paths.ts'
import { holds, type Privileges } from './privileges.ts'
import { Refusal } from './refusal.ts'

/**
 * The collection a request is about, for an actor who may at least know of it. Without any privilege it is
 * as if it were not there.
 *
 * @throws Refusal `not-found`
 */
export function requireVisible(access: CollectionAccess | undefined, ref: CollectionRef): CollectionAccess {
  if (access === undefined || access.privileges === 0) {
    throw new Refusal({ code: 'not-found', what: canonicalPath(ref) })
  }
  return access
}

/** @throws Refusal `need-privileges`, naming the resource it is needed on (RFC 3744 §7.1.1) */
export function requirePrivileges(held: Privileges, needed: Privileges, on: Ref): void {
  if (!holds(held, needed)) throw new Refusal({ code: 'need-privileges', path: canonicalPath(on), needed })
}
