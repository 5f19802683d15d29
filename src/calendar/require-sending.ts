import type { Role } from '../scheduling/role.ts'
import { findHomeAccess } from '../store/access.ts'
import type { Transactor } from '../store/store.ts'
import { granteeIdsOf } from './grantees.ts'
import { OUTBOX } from './inbox.ts'
import type { Actor, Principal } from './model.ts'
import { holds, NONE, SCHEDULE_SEND_INVITE, SCHEDULE_SEND_REPLY, WRITE } from './privileges.ts'
import { requirePrivileges } from './require-privileges.ts'

/**
 * Who changes somebody else's calendar in a way that others are told of speaks in the owner's name (RFC 6638 §6.2).
 * That may, beside the owner, whoever may write in the owner's whole home; a share of one calendar is not enough.
 *
 * @throws Refusal `need-privileges` on the owner's outbox
 */
export async function requireSending(
  tx: Transactor,
  actor: Actor,
  owner: Principal,
  role: Role,
): Promise<void> {
  if (actor.userId === owner.userId) return
  const access = await tx.row(findHomeAccess, actor.userId, granteeIdsOf(actor), owner.username)
  const needed = role === 'organizer' ? SCHEDULE_SEND_INVITE : SCHEDULE_SEND_REPLY
  const held = holds(access?.privileges ?? NONE, WRITE) ? needed : NONE
  requirePrivileges(held, needed, { owner: owner.username, collection: OUTBOX })
}
