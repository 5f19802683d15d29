import { type Lock, locksInHome, locksOver } from '../../calendar/locks.ts'
import { canonicalPath } from '../../calendar/paths.ts'
import { activeLock } from '../active-lock.ts'
import type { RequestContext } from '../context.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import { refOfResource } from '../resources/held.ts'
import type { ResourceOf } from '../resources/resource.ts'
import { type Element, el } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'

type Lockable = ResourceOf<'calendar' | 'collection' | 'object' | 'node'>

const LOCKABLE: readonly Lockable['kind'][] = ['calendar', 'collection', 'object', 'node']

/** RFC 4918 §15.8. One request reads the locks of a home once, however many resources it lists. */
const LOCKDISCOVERY = defineProperty({
  namespace: DAV,
  name: 'lockdiscovery',
  on: LOCKABLE,
  inAllprop: true,
  get(ctx, resource) {
    const locks = homeLocks(ctx, ownerIdOf(resource))
    return locks instanceof Promise
      ? locks.then((loaded) => activeLocks(ctx, resource, loaded))
      : activeLocks(ctx, resource, locks)
  },
})

const SUPPORTED: readonly Element[] = ['exclusive', 'shared'].map((scope) =>
  el(DAV, 'lockentry', [el(DAV, 'lockscope', [el(DAV, scope)]), el(DAV, 'locktype', [el(DAV, 'write')])]),
)

/** RFC 4918 §15.10. */
const SUPPORTEDLOCK = defineProperty({
  namespace: DAV,
  name: 'supportedlock',
  on: LOCKABLE,
  inAllprop: true,
  get: () => SUPPORTED,
})

export const lockProperties: readonly LiveProperty[] = [LOCKDISCOVERY, SUPPORTEDLOCK]

function activeLocks(ctx: RequestContext, resource: Lockable, locks: readonly Lock[]): readonly Element[] {
  if (locks.length === 0) return []
  return locksOver(locks, canonicalPath(refOfResource(resource))).map((lock) => activeLock(ctx, lock))
}

type HomeLocks = readonly Lock[] | Promise<readonly Lock[]>

const loaded = new WeakMap<RequestContext, Map<string, HomeLocks>>()

function homeLocks(ctx: RequestContext, ownerId: string): HomeLocks {
  const byOwner = loaded.get(ctx) ?? new Map<string, HomeLocks>()
  loaded.set(ctx, byOwner)
  const known = byOwner.get(ownerId)
  if (known !== undefined) return known
  const loading = locksInHome(ctx.calendar, ownerId).then((locks) => {
    byOwner.set(ownerId, locks)
    return locks
  })
  byOwner.set(ownerId, loading)
  return loading
}

function ownerIdOf(resource: Lockable): string {
  switch (resource.kind) {
    case 'object':
      return resource.calendar.owner.userId
    case 'node':
      return resource.collection.owner.userId
    default:
      return resource.owner.userId
  }
}
