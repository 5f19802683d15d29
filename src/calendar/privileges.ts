/**
 * Privileges as a bit set (RFC 3744 §3, RFC 4791 §6.1.1). Aggregates are the union of what they contain,
 * so "holds D:write" is one mask comparison and the tree is written down once, here.
 */
export type Privileges = number

export const READ_FREE_BUSY = 1 << 0
export const READ_CONTENT = 1 << 1
export const WRITE_PROPERTIES = 1 << 2
export const WRITE_CONTENT = 1 << 3
export const BIND = 1 << 4
export const UNBIND = 1 << 5
export const UNLOCK = 1 << 6
export const READ_ACL = 1 << 7
export const READ_CURRENT_USER_PRIVILEGE_SET = 1 << 8
export const WRITE_ACL = 1 << 9

/** RFC 4791 §6.1.1: CALDAV:read-free-busy is contained in DAV:read. */
export const READ = READ_CONTENT | READ_FREE_BUSY
export const WRITE = WRITE_PROPERTIES | WRITE_CONTENT | BIND | UNBIND
export const ALL = READ | WRITE | UNLOCK | READ_ACL | READ_CURRENT_USER_PRIVILEGE_SET | WRITE_ACL
export const NONE = 0

// RFC 6638 §6, on scheduling inboxes and outboxes only, beside ALL.
export const SCHEDULE_DELIVER_INVITE = 1 << 10
export const SCHEDULE_DELIVER_REPLY = 1 << 11
export const SCHEDULE_QUERY_FREEBUSY = 1 << 12
export const SCHEDULE_DELIVER = SCHEDULE_DELIVER_INVITE | SCHEDULE_DELIVER_REPLY | SCHEDULE_QUERY_FREEBUSY
export const SCHEDULE_SEND_INVITE = 1 << 13
export const SCHEDULE_SEND_REPLY = 1 << 14
export const SCHEDULE_SEND_FREEBUSY = 1 << 15
export const SCHEDULE_SEND = SCHEDULE_SEND_INVITE | SCHEDULE_SEND_REPLY | SCHEDULE_SEND_FREEBUSY

/** Does `held` contain every bit of `needed`? */
export function holds(held: Privileges, needed: Privileges): boolean {
  return (held & needed) === needed
}
