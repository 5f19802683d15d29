import * as bits from '../calendar/privileges.ts'
import { holds, type Privileges } from '../calendar/privileges.ts'
import { clark, type Element, el, type Name } from './xml/element.ts'
import { CALDAV, DAV } from './xml/names.ts'

/** A privilege as WebDAV names it, with what it contains (RFC 3744 §5.3, RFC 4791 §6.1.1). */
export interface PrivilegeNode extends Name {
  readonly bits: Privileges
  readonly description: string
  readonly children: readonly PrivilegeNode[]
}

function node(
  namespace: string,
  name: string,
  held: Privileges,
  description: string,
  children: readonly PrivilegeNode[] = [],
): PrivilegeNode {
  return { namespace, name, bits: held, description, children }
}

/** DAV:supported-privilege-set: one tree for every resource, none of it abstract. */
export const PRIVILEGE_TREE: PrivilegeNode = node(DAV, 'all', bits.ALL, 'Any operation', [
  node(DAV, 'read', bits.READ, 'Read content and properties', [
    node(CALDAV, 'read-free-busy', bits.READ_FREE_BUSY, 'Read busy time'),
  ]),
  node(DAV, 'write', bits.WRITE, 'Write content and properties', [
    node(DAV, 'write-properties', bits.WRITE_PROPERTIES, 'Change properties'),
    node(DAV, 'write-content', bits.WRITE_CONTENT, 'Change the content of existing resources'),
    node(DAV, 'bind', bits.BIND, 'Add members'),
    node(DAV, 'unbind', bits.UNBIND, 'Remove members'),
  ]),
  node(DAV, 'unlock', bits.UNLOCK, 'Remove locks of others'),
  node(DAV, 'read-acl', bits.READ_ACL, 'Read the access control list'),
  node(
    DAV,
    'read-current-user-privilege-set',
    bits.READ_CURRENT_USER_PRIVILEGE_SET,
    'Read one’s own privileges',
  ),
  node(DAV, 'write-acl', bits.WRITE_ACL, 'Change the access control list'),
])

/** RFC 6638 §6.1: what others may do to an inbox. */
const DELIVER = node(CALDAV, 'schedule-deliver', bits.SCHEDULE_DELIVER, 'Deliver scheduling messages', [
  node(CALDAV, 'schedule-deliver-invite', bits.SCHEDULE_DELIVER_INVITE, 'Deliver invitations'),
  node(CALDAV, 'schedule-deliver-reply', bits.SCHEDULE_DELIVER_REPLY, 'Deliver replies'),
  node(CALDAV, 'schedule-query-freebusy', bits.SCHEDULE_QUERY_FREEBUSY, 'Ask for busy time'),
])
/** RFC 6638 §6.2: what may be sent from an outbox. */
const SEND = node(CALDAV, 'schedule-send', bits.SCHEDULE_SEND, 'Send scheduling messages', [
  node(CALDAV, 'schedule-send-invite', bits.SCHEDULE_SEND_INVITE, 'Send invitations'),
  node(CALDAV, 'schedule-send-reply', bits.SCHEDULE_SEND_REPLY, 'Send replies'),
  node(CALDAV, 'schedule-send-freebusy', bits.SCHEDULE_SEND_FREEBUSY, 'Send free-busy requests'),
])

/** The tree of scheduling inboxes, and that of outboxes. */
export const INBOX_TREE = { ...PRIVILEGE_TREE, children: [...PRIVILEGE_TREE.children, DELIVER] }
export const OUTBOX_TREE = { ...PRIVILEGE_TREE, children: [...PRIVILEGE_TREE.children, SEND] }

const NODES: readonly PrivilegeNode[] = [PRIVILEGE_TREE, DELIVER, SEND].flatMap(flatten)
/** Those that access control lists may name. */
const BY_NAME = new Map(flatten(PRIVILEGE_TREE).map((entry) => [clark(entry), entry]))

function flatten(from: PrivilegeNode): PrivilegeNode[] {
  return [from, ...from.children.flatMap(flatten)]
}

/** Made so far, by what is held: there are few such sets, and listings ask for each member. */
const elementsOf = new Map<Privileges, readonly Element[]>()

/** Every privilege held, aggregates and what they contain (RFC 3744 §5.4). */
export function privilegeElements(held: Privileges): readonly Element[] {
  const known = elementsOf.get(held) ?? NODES.filter((entry) => holds(held, entry.bits)).map(privilegeElement)
  elementsOf.set(held, known)
  return known
}

/** The fewest privileges that say the same: an aggregate instead of its parts (for ACEs and errors). */
export function compactPrivilegeElements(held: Privileges): Element[] {
  return [PRIVILEGE_TREE, DELIVER, SEND].flatMap((tree) => compact(tree, held)).map(privilegeElement)
}

function compact(from: PrivilegeNode, held: Privileges): PrivilegeNode[] {
  if (holds(held, from.bits)) return [from]
  return from.children.flatMap((inner) => compact(inner, held))
}

/** The privilege of that name, or undefined when this server has none such. */
export function findPrivilege(name: Name): PrivilegeNode | undefined {
  return BY_NAME.get(clark(name))
}

function privilegeElement(entry: Name): Element {
  return el(DAV, 'privilege', [el(entry.namespace, entry.name)])
}
