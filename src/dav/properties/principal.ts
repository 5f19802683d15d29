import type { Principal } from '../../calendar/model.ts'
import type { RequestContext } from '../context.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import type { ResourceKind, ResourceOf } from '../resources/resource.ts'
import { type Element, el } from '../xml/element.ts'
import { CALDAV, CALENDARSERVER, DAV } from '../xml/names.ts'

const EVERYWHERE: readonly ResourceKind[] = [
  'root',
  'principals',
  'principal',
  'homes',
  'home',
  'calendar',
  'collection',
  'object',
  'node',
  'inbox',
  'outbox',
]

/** RFC 5397 §3: where every client's discovery begins. */
const CURRENT_USER_PRINCIPAL = defineProperty({
  namespace: DAV,
  name: 'current-user-principal',
  on: EVERYWHERE,
  get: (ctx) => [href(ctx.hrefs.principal(ctx.actor.username))],
})

/** RFC 3744 §4.2. */
const PRINCIPAL_URL = defineProperty({
  namespace: DAV,
  name: 'principal-URL',
  on: ['principal'],
  get: (ctx, { principal }) => [href(ctx.hrefs.principal(principal.username))],
})

/** RFC 3744 §4.1: nothing else describes a principal, which an empty set says. */
const ALTERNATE_URI_SET = defineProperty({
  namespace: DAV,
  name: 'alternate-URI-set',
  on: ['principal'],
  get: () => [],
})

const GROUP_MEMBER_SET = defineProperty({
  namespace: DAV,
  name: 'group-member-set',
  on: ['principal'],
  async get(ctx, { principal }) {
    if (principal.kind !== 'GROUP') return []
    return hrefsOf(ctx, await ctx.accounts.membersOf(principal.userId))
  },
})

const GROUP_MEMBERSHIP = defineProperty({
  namespace: DAV,
  name: 'group-membership',
  on: ['principal'],
  get: async (ctx, { principal }) => hrefsOf(ctx, await ctx.accounts.groupsOf(principal.userId)),
})

/**
 * RFC 6638 §2.4.1. Mail addresses only, the preferred one marked.
 * Client: Apple takes the alphabetically first URI unless one is marked preferred, and would make a
 * principal's path the ORGANIZER.
 */
const CALENDAR_USER_ADDRESS_SET = defineProperty({
  namespace: CALDAV,
  name: 'calendar-user-address-set',
  on: ['principal'],
  get: (_ctx, { principal }) => [el(DAV, 'href', [`mailto:${principal.email}`], { preferred: '1' })],
})

/** RFC 6638 §2.4.2. */
const CALENDAR_USER_TYPE = defineProperty({
  namespace: CALDAV,
  name: 'calendar-user-type',
  on: ['principal'],
  get: (_ctx, { principal }) => [principal.kind],
})

/** Client: Apple Calendar shows invitees by it. */
const EMAIL_ADDRESS_SET = defineProperty({
  namespace: CALENDARSERVER,
  name: 'email-address-set',
  on: ['principal'],
  get: (_ctx, { principal }) => [el(CALENDARSERVER, 'email-address', [principal.email])],
})

/** RFC 5842 §3.1: stays the same when a resource is renamed or moved. */
const RESOURCE_ID = defineProperty({
  namespace: DAV,
  name: 'resource-id',
  on: ['principal', 'calendar', 'collection', 'object', 'node'],
  get: (_ctx, resource) => [href(`urn:uuid:${idOf(resource)}`)],
})

function idOf(resource: ResourceOf<'principal' | 'calendar' | 'collection' | 'object' | 'node'>): string {
  switch (resource.kind) {
    case 'principal':
      return resource.principal.userId
    case 'object':
      return resource.object.eventId
    case 'node':
      return resource.nodeId
    default:
      return resource.calendarId
  }
}

export const principalProperties: readonly LiveProperty[] = [
  CURRENT_USER_PRINCIPAL,
  PRINCIPAL_URL,
  ALTERNATE_URI_SET,
  GROUP_MEMBER_SET,
  GROUP_MEMBERSHIP,
  CALENDAR_USER_ADDRESS_SET,
  CALENDAR_USER_TYPE,
  EMAIL_ADDRESS_SET,
  RESOURCE_ID,
]

function hrefsOf(ctx: RequestContext, principals: readonly Principal[]): Element[] {
  return principals.map((principal) => href(ctx.hrefs.principal(principal.username)))
}

function href(target: string): Element {
  return el(DAV, 'href', [target])
}
