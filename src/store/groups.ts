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

/** ($1 emails text[]): which of them are groups. */
export const findGroups = statement<{ email: string }>(
  'find_groups',
  `select email from users where email = any($1::text[]) and kind = 'GROUP' and disabled_at is null`,
)

/** ($1 groups' emails text[]): everybody in them, directly or not, but for groups themselves. */
export const findGroupMembers = statement<{ group: string; email: string; name: string }>(
  'find_group_members',
  `with recursive closure(email, id) as (
     select u.email, u.user_id from users u
     where u.email = any($1::text[]) and u.kind = 'GROUP' and u.disabled_at is null
     union select c.email, g.member_id from closure c join group_members g on g.user_id = c.id
   )
   select c.email as "group", u.email, u.name from closure c join users u on u.user_id = c.id
   where u.kind <> 'GROUP' and u.disabled_at is null order by c.email, u.username`,
)
