import { getAcl } from '../../calendar/acl.ts'
import type { Ace, AcePrincipal } from '../../calendar/acl-plan.ts'
import { canonicalPath } from '../../calendar/paths.ts'
import { type Privileges, SCHEDULE_DELIVER, WRITE_PROPERTIES } from '../../calendar/privileges.ts'
import type { RequestContext } from '../context.ts'
import {
  compactPrivilegeElements,
  INBOX_TREE,
  OUTBOX_TREE,
  PRIVILEGE_TREE,
  type PrivilegeNode,
  privilegeElements,
} from '../privileges.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import { COMMON, type Held, privilegesOn, refOfResource } from '../resources/held.ts'
import type { Resource, ResourceKind } from '../resources/resource.ts'
import { type Element, el } from '../xml/element.ts'
import { DAV, XML } from '../xml/names.ts'

/** RFC 3744 §5: access control properties, on every resource that has an access control list. */
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

const OWNER = defineProperty({
  namespace: DAV,
  name: 'owner',
  on: ['principal', 'home', 'calendar', 'collection', 'object', 'node', 'inbox', 'outbox'],
  get(ctx, resource) {
    const owner = ownerOf(resource)
    return owner === undefined ? [] : [href(ctx.hrefs.principal(owner))]
  },
})

/** RFC 3744 §5.2: this server has no group of a resource, which an empty element says. */
const GROUP = defineProperty({ namespace: DAV, name: 'group', on: EVERYWHERE, get: () => [] })

const SUPPORTED_PRIVILEGES = [supportedPrivilege(PRIVILEGE_TREE)]
const INBOX_PRIVILEGES = [supportedPrivilege(INBOX_TREE)]
const OUTBOX_PRIVILEGES = [supportedPrivilege(OUTBOX_TREE)]

const SUPPORTED_PRIVILEGE_SET = defineProperty({
  namespace: DAV,
  name: 'supported-privilege-set',
  on: EVERYWHERE,
  get: (_ctx, { kind }) => {
    if (kind === 'inbox') return INBOX_PRIVILEGES
    return kind === 'outbox' ? OUTBOX_PRIVILEGES : SUPPORTED_PRIVILEGES
  },
})

/**
 * RFC 3744 §5.4. Whoever may see a resource may see what they hold on it.
 * Client: Thunderbird takes a calendar whose set it cannot read for a writable one.
 */
const CURRENT_USER_PRIVILEGE_SET = defineProperty({
  namespace: DAV,
  name: 'current-user-privilege-set',
  on: EVERYWHERE,
  get: (ctx, resource) => privilegeElements(privilegesOn(ctx.actor, resource)),
})

const ACL = defineProperty({
  namespace: DAV,
  name: 'acl',
  on: ['home', 'calendar', 'collection', 'object', 'node'],
  async get(ctx, resource) {
    const aces = await aclOf(ctx, resource)
    return aces.map((ace) => aceElement(ctx, ace))
  },
})

/** What is in nobody's home has a list that does not change: everyone with an account may look. */
const COMMON_ACL = defineProperty({
  namespace: DAV,
  name: 'acl',
  on: ['root', 'principals', 'principal', 'homes'],
  get: (_ctx, { kind }) => (kind === 'principal' ? [ALL_MAY_LOOK, SELF_MAY_CHANGE] : [ALL_MAY_LOOK]),
})

/** RFC 6638 §6: whoever has an account may invite, answer and ask; a box is its owner's alone. */
const SCHEDULING_ACL = defineProperty({
  namespace: DAV,
  name: 'acl',
  on: ['inbox', 'outbox'],
  get: (_ctx, { kind, privileges }) => [
    el(DAV, 'ace', [
      el(DAV, 'principal', [el(DAV, 'property', [el(DAV, 'owner')])]),
      el(DAV, 'grant', compactPrivilegeElements(privileges)),
      el(DAV, 'protected'),
    ]),
    ...(kind === 'inbox' ? [protectedAce('authenticated', SCHEDULE_DELIVER)] : []),
  ],
})

const ALL_MAY_LOOK = protectedAce('authenticated', COMMON)
const SELF_MAY_CHANGE = protectedAce('self', WRITE_PROPERTIES)

function protectedAce(principal: string, privileges: Privileges): Element {
  return el(DAV, 'ace', [
    el(DAV, 'principal', [el(DAV, principal)]),
    el(DAV, 'grant', compactPrivilegeElements(privileges)),
    el(DAV, 'protected'),
  ])
}

const loaded = new WeakMap<RequestContext, Map<string, Promise<readonly Ace[]>>>()

/** All members of a collection inherit one list, so a request reads it once for all of them. */
function aclOf(ctx: RequestContext, resource: Held): Promise<readonly Ace[]> {
  const ref = refOfResource(resource)
  const isMember = resource.kind === 'object' || resource.kind === 'node'
  const key =
    isMember && 'collection' in ref ? `members of ${ref.owner}/${ref.collection}` : canonicalPath(ref)
  const lists = loaded.get(ctx) ?? new Map<string, Promise<readonly Ace[]>>()
  loaded.set(ctx, lists)
  const list = lists.get(key) ?? getAcl(ctx.calendar, ctx.actor, ref)
  lists.set(key, list)
  return list
}

/** RFC 3744 §5.6: the entries of an ACL only grant, and name their principals directly. */
const ACL_RESTRICTIONS = defineProperty({
  namespace: DAV,
  name: 'acl-restrictions',
  on: EVERYWHERE,
  get: () => [el(DAV, 'grant-only'), el(DAV, 'no-invert')],
})

/** RFC 3744 §5.7: inherited entries only add, so no other list restricts what a resource's own grants. */
const INHERITED_ACL_SET = defineProperty({
  namespace: DAV,
  name: 'inherited-acl-set',
  on: EVERYWHERE,
  get: () => [],
})

const PRINCIPAL_COLLECTION_SET = defineProperty({
  namespace: DAV,
  name: 'principal-collection-set',
  on: EVERYWHERE,
  get: (ctx) => [href(ctx.hrefs.principals())],
})

export const aclProperties: readonly LiveProperty[] = [
  OWNER,
  GROUP,
  SUPPORTED_PRIVILEGE_SET,
  CURRENT_USER_PRIVILEGE_SET,
  ACL,
  COMMON_ACL,
  SCHEDULING_ACL,
  ACL_RESTRICTIONS,
  INHERITED_ACL_SET,
  PRINCIPAL_COLLECTION_SET,
]

type Owned = Extract<
  Resource,
  { readonly kind: 'principal' | 'home' | 'calendar' | 'collection' | 'object' | 'node' | 'inbox' | 'outbox' }
>

function ownerOf(resource: Owned): string | undefined {
  switch (resource.kind) {
    case 'principal':
      return undefined
    case 'object':
      return resource.calendar.owner.username
    case 'node':
      return resource.collection.owner.username
    default:
      return resource.owner.username
  }
}

/** RFC 3744 §5.3. */
function supportedPrivilege(node: PrivilegeNode): Element {
  return el(DAV, 'supported-privilege', [
    el(DAV, 'privilege', [el(node.namespace, node.name)]),
    el(DAV, 'description', [node.description], { [`{${XML}}lang`]: 'en' }),
    ...node.children.map(supportedPrivilege),
  ])
}

/** RFC 3744 §5.5: `((principal | invert), (grant | deny), protected?, inherited?)`. */
function aceElement(ctx: RequestContext, ace: Ace): Element {
  return el(DAV, 'ace', [
    el(DAV, 'principal', [principalElement(ctx, ace.principal)]),
    el(DAV, 'grant', compactPrivilegeElements(ace.privileges)),
    ...(ace.isProtected ? [el(DAV, 'protected')] : []),
    ...(ace.inheritedFrom ? [el(DAV, 'inherited', [href(ctx.hrefs.ofRef(ace.inheritedFrom))])] : []),
  ])
}

function principalElement(ctx: RequestContext, principal: AcePrincipal): Element {
  switch (principal.kind) {
    case 'principal':
      return href(ctx.hrefs.principal(principal.principal.username))
    case 'owner':
      return el(DAV, 'property', [el(DAV, 'owner')])
    default:
      return el(DAV, principal.kind)
  }
}

function href(target: string): Element {
  return el(DAV, 'href', [target])
}
