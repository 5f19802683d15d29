import type { Principal } from './records.ts'
import { statement } from './statement.ts'
import { PRINCIPAL_COLUMNS } from './users.ts'

export const insertMember = statement(
  'insert_member',
  'insert into group_members (user_id, member_id) values ($1, $2) on conflict do nothing',
)

export const deleteMember = statement(
  'delete_member',
  'delete from group_members where user_id = $1 and member_id = $2',
)

/** Direct members of a group. */
export const listMembers = statement<Principal>(
  'list_members',
  `select ${PRINCIPAL_COLUMNS} from group_members g join users u on u.user_id = g.member_id
   where g.user_id = $1 and u.disabled_at is null order by u.username`,
)

/** Groups a principal is a direct member of. */
export const listGroups = statement<Principal>(
  'list_groups',
  `select ${PRINCIPAL_COLUMNS} from group_members g join users u on u.user_id = g.user_id
   where g.member_id = $1 and u.disabled_at is null order by u.username`,
)
