import { findAcl, type ShareRecord, sharesOf } from '../store/shares.ts'
import type { Ace, AcePrincipal } from './acl-plan.ts'
import type { CalendarEnv } from './env.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, CollectionRef, HomeRef, Ref } from './model.ts'
import { canonicalPath } from './paths.ts'
import { ALL, holds, READ_ACL } from './privileges.ts'
import { Refusal } from './refusal.ts'

/**
 * The access control list of a home, a collection or what is in one (RFC 3744 §5.5): the owner's protected
 * entry, the entries set on the resource itself, then those inherited from the collection and the home.
 *
 * @throws Refusal `not-found`, or `need-privileges` without DAV:read-acl
 */
export async function getAcl(env: CalendarEnv, actor: Actor, ref: Ref): Promise<readonly Ace[]> {
  const home: HomeRef = { owner: ref.owner }
  const collection = 'collection' in ref ? { owner: ref.owner, collection: ref.collection } : undefined
  const isMember = 'name' in ref || 'path' in ref
  const rows = await env.store.reader.rows(
    findAcl,
    actor.userId,
    granteeIdsOf(actor),
    ref.owner,
    collection?.collection,
  )
  const [first] = rows
  const held = collection === undefined ? first?.homePrivileges : first?.collectionPrivileges
  const isThere = collection === undefined || first?.collectionId !== undefined
  if (!held || !isThere) throw new Refusal({ code: 'not-found', what: canonicalPath(ref) })
  if (!holds(held, READ_ACL)) {
    throw new Refusal({ code: 'need-privileges', path: canonicalPath(ref), needed: READ_ACL })
  }
  return [
    OWNER_ACE,
    ...sharesOf(rows).map((share) => aceOf(share, sourceOf(share, home, collection, isMember))),
  ]
}

const OWNER_ACE: Ace = {
  principal: { kind: 'owner' },
  privileges: ALL,
  isProtected: true,
  inheritedFrom: undefined,
}

/** Where a grant comes from, as seen from the resource; undefined: from itself. */
function sourceOf(
  share: ShareRecord,
  home: HomeRef,
  collection: CollectionRef | undefined,
  isMember: boolean,
): HomeRef | CollectionRef | undefined {
  if (share.calendarId !== undefined) return isMember ? collection : undefined
  return collection === undefined ? undefined : home
}

function aceOf(share: ShareRecord, inheritedFrom: HomeRef | CollectionRef | undefined): Ace {
  return { principal: principalOf(share), privileges: share.privileges, isProtected: false, inheritedFrom }
}

function principalOf({ audience, grantee }: ShareRecord): AcePrincipal {
  if (audience !== 'user') return { kind: audience }
  if (grantee === undefined) throw new Error('a grant to a principal names it')
  return { kind: 'principal', principal: grantee }
}
