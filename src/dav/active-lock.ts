import { lockToken } from '../calendar/lock-token.ts'
import type { Lock } from '../calendar/locks.ts'
import type { RequestContext } from './context.ts'
import { type Element, el } from './xml/element.ts'
import { DAV } from './xml/names.ts'

/** DAV:activelock (RFC 4918 §14.1). */
export function activeLock(ctx: RequestContext, lock: Lock): Element {
  const remaining = Math.ceil((lock.expiresAt.getTime() - ctx.calendar.clock().getTime()) / 1000)
  return el(DAV, 'activelock', [
    el(DAV, 'locktype', [el(DAV, 'write')]),
    el(DAV, 'lockscope', [el(DAV, lock.isExclusive ? 'exclusive' : 'shared')]),
    el(DAV, 'depth', [lock.isDeep ? 'infinity' : '0']),
    ...(lock.ownerXml === undefined ? [] : [{ raw: lock.ownerXml }]),
    el(DAV, 'timeout', [`Second-${remaining}`]),
    el(DAV, 'locktoken', [el(DAV, 'href', [lockToken(lock)])]),
    el(DAV, 'lockroot', [el(DAV, 'href', [rootHref(ctx, lock)])]),
  ])
}

function rootHref({ hrefs }: RequestContext, { path, isCollection }: Lock): string {
  return `${hrefs.homes()}${path}${isCollection ? '/' : ''}`
}
