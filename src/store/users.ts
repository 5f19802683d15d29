import type { Principal } from './records.ts'
import { statement } from './statement.ts'

/** SQL of accounts. Groups, rooms and resources are rows of `users` too. */

/** A Principal's columns, of the table under the alias `u`. */
export const PRINCIPAL_COLUMNS = `u.user_id as "userId", u.username, u.email, u.name, u.timezone, u.locale, u.kind,
  u.created_at as "createdAt", u.updated_at as "updatedAt"`

/** An account as its owner or operator manages it. */
export interface AccountRow extends Principal {
  readonly disabledAt: Date | undefined
  readonly hasPassword: boolean
}

const ACCOUNT_COLUMNS = `${PRINCIPAL_COLUMNS}, u.disabled_at as "disabledAt",
  u.password_hash is not null as "hasPassword"`

export const insertUser = statement(
  'insert_user',
  `insert into users (user_id, username, email, password_hash, name, timezone, locale, kind, created_at, updated_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
)

/** By any of the names a login may mean; the earliest of them wins. $1: text[] in lower case. */
export const findCredentials = statement<CredentialsRow>(
  'find_credentials',
  `select ${PRINCIPAL_COLUMNS}, u.password_hash as "passwordHash", u.disabled_at as "disabledAt",
     array(with recursive closure(id) as (
         select g.user_id from group_members g where g.member_id = u.user_id
         union select g.user_id from group_members g join closure c on g.member_id = c.id)
       select id from closure) as "groupIds",
     array(select p.app_password_id from app_passwords p where p.user_id = u.user_id) as "appPasswordIds"
   from users u where u.username = any($1::text[]) or u.email = any($1::text[])
   order by least(array_position($1::text[], u.username), array_position($1::text[], u.email)) limit 1`,
)

/** What a login is checked against. */
export interface CredentialsRow extends Principal {
  readonly passwordHash: string | undefined
  readonly disabledAt: Date | undefined
  /** Every group the account belongs to, directly or not. */
  readonly groupIds: readonly string[]
  readonly appPasswordIds: readonly string[]
}

export const findAccount = statement<AccountRow>(
  'find_account',
  `select ${ACCOUNT_COLUMNS} from users u where u.username = $1 or u.email = $1`,
)

/** In order of username; $1: kinds, $2: username to start after, $3: rows at most. */
export const listAccounts = statement<AccountRow>(
  'list_accounts',
  `select ${ACCOUNT_COLUMNS} from users u
   where u.kind = any($1::text[]) and u.username > $2 order by u.username limit $3`,
)

export const anyAccount = statement<{ userId: string }>(
  'any_account',
  `select user_id as "userId" from users limit 1`,
)

export const updatePassword = statement(
  'update_password',
  'update users set password_hash = $2, updated_at = $3 where user_id = $1',
)

export const updateDisabled = statement(
  'update_disabled',
  'update users set disabled_at = $2, updated_at = $3 where user_id = $1',
)

export const updateProfile = statement(
  'update_profile',
  `update users set email = coalesce($2, email), name = coalesce($3, name), timezone = coalesce($4, timezone),
     locale = coalesce($5, locale), updated_at = $6 where user_id = $1`,
)

/** With everything they own: by foreign keys, but for the instances, which have none. */
export const deleteUser = statement(
  'delete_user',
  `with instances as (delete from event_instances where user_id = $1)
   delete from users where user_id = $1`,
)

export const findPrincipalByName = statement<Principal>(
  'find_principal_by_name',
  `select ${PRINCIPAL_COLUMNS} from users u where u.username = $1 and u.disabled_at is null`,
)

export const findPrincipalsByIds = statement<Principal>(
  'find_principals_by_ids',
  `select ${PRINCIPAL_COLUMNS} from users u where u.user_id = any($1::uuid[]) and u.disabled_at is null`,
)

export const findPrincipalsByEmail = statement<Principal>(
  'find_principals_by_email',
  `select ${PRINCIPAL_COLUMNS} from users u where u.email = any($1::text[]) and u.disabled_at is null`,
)

/**
 * $1 and $2: text[] of the same length, a field and a LIKE pattern in lower case for each test; $3: does one
 * match suffice? $4: rows at most.
 */
export const searchPrincipals = statement<Principal>(
  'search_principals',
  `select ${PRINCIPAL_COLUMNS} from users u
   where u.disabled_at is null and (
     select case when $3::boolean then bool_or(m.hit) else bool_and(m.hit) end from (
       select case t.field
           when 'name' then lower(u.name) like t.pattern
           when 'email' then u.email like t.pattern
           when 'username' then u.username like t.pattern
           when 'kind' then lower(u.kind) like t.pattern
           else false end as hit
       from unnest($1::text[], $2::text[]) as t(field, pattern)) m)
   order by u.username limit $4`,
)

/** $2: now. The home comes with its scheduling inbox. */
export const insertHome = statement(
  'insert_user_home',
  `with home as (insert into homes (user_id, created_at, updated_at) values ($1, $2, $2))
   insert into calendars
     (user_id, calendar_id, name, kind, components, home_revision, created_at, updated_at)
   values ($1, gen_random_uuid(), 'inbox', 'inbox', '{VEVENT,VTODO,VJOURNAL}', 1, $2, $2)`,
)

/** A new user's first calendar. $3: href segment, $4: display name, $5: components, $6: now. */
export const insertCalendar = statement(
  'insert_user_calendar',
  `insert into calendars
     (user_id, calendar_id, name, display_name, components, timezone_id, home_revision, created_at, updated_at)
   select $1, $2, $3, $4, $5, nullif(timezone, 'UTC'), 1, $6, $6 from users where user_id = $1`,
)

/** $2: now; $3: boolean[], which of the following are given. $4 mode, $5 group, $6 days, $7 minutes, $8 hours. */
export const updateBooking = statement(
  'update_booking',
  `update users set updated_at = $2,
     auto_schedule = case when ($3::boolean[])[1] then $4 else auto_schedule end,
     booking_group_id = case when ($3::boolean[])[2] then $5::uuid else booking_group_id end,
     booking_horizon_days = case when ($3::boolean[])[3] then $6::integer else booking_horizon_days end,
     booking_max_minutes = case when ($3::boolean[])[4] then $7::integer else booking_max_minutes end,
     booking_hours = case when ($3::boolean[])[5] then $8 else booking_hours end
   where user_id = $1`,
)
