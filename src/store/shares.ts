import type { Principal } from './records.ts'
import { statement } from './statement.ts'
import { PRINCIPAL_COLUMNS } from './users.ts'

/**
 * Grants (RFC 3744) and the SQL that turns them into effective privileges inside the statement that reads
 * a calendar or home: no second round trip, and no moment between the check and the read.
 */

/** SQL expressions naming where a privileges fragment finds its values, e.g. `c.user_id` or `$2::uuid`. */
export interface PrivilegesSql {
  /** The home's owner. */
  readonly ownerId: string
  /** The acting principal's id. */
  readonly actorId: string
  /** A uuid[] of the acting principal's id and those of all its groups. */
  readonly granteeIds: string
  /** What an owner holds: the bit set ALL. */
  readonly all: number
}

/**
 * An integer SQL expression: the privileges the actor holds on one calendar or plain collection; 0 for
 * none. Grants on the home (calendar_id is null) are inherited by everything in it (RFC 3744 §5.5.4).
 *
 * @param at where to find the values; `calendarId` is the SQL expression of the collection's id
 */
export function calendarPrivilegesSql(at: PrivilegesSql & { readonly calendarId: string }): string {
  return `(case when ${at.ownerId} = ${at.actorId} then ${at.all} else coalesce((
    select bit_or(s.privileges) from calendar_shares s
    where s.user_id = ${at.ownerId} and (s.calendar_id is null or s.calendar_id = ${at.calendarId})
      and ${grantedTo(at)}), 0) end)`
}

/**
 * An integer SQL expression: the privileges the actor holds on the home itself. Someone granted anything on
 * a calendar inside holds `visible` on the home, so that the way to that calendar is not hidden.
 */
export function homePrivilegesSql(at: PrivilegesSql & { readonly visible: number }): string {
  return `(case when ${at.ownerId} = ${at.actorId} then ${at.all} else coalesce((
    select bit_or(case when s.calendar_id is null then s.privileges
      when s.privileges = 0 then 0 else ${at.visible} end) from calendar_shares s
    where s.user_id = ${at.ownerId} and ${grantedTo(at)}), 0) end)`
}

/** The least that makes a home no secret: DAV:read-current-user-privilege-set (calendar/privileges.ts). */
export const VISIBLE = 1 << 8

/** Everyone who gets this far is authenticated, so DAV:all and DAV:authenticated both apply. */
function grantedTo(at: PrivilegesSql): string {
  return `(s.shared_with_user_id = any(${at.granteeIds}) or s.audience in ('authenticated', 'all'))`
}

/** One grant on a home or on one of its calendars and plain collections. */
export interface ShareRecord {
  readonly shareId: string
  /** Undefined: on the home, and inherited by everything in it. */
  readonly calendarId: string | undefined
  readonly audience: 'user' | 'authenticated' | 'all'
  readonly privileges: number
  /** Whom it is for; undefined unless the audience is 'user'. Groups, rooms and resources are users too. */
  readonly grantee: Principal | undefined
}

/** Undefined shareId: the row of a list without grants. */
type ShareRow = Partial<Omit<ShareRecord, 'grantee'> & Principal>

const SHARE = `s.share_id as "shareId", s.calendar_id as "calendarId", s.audience, s.privileges,
  ${PRINCIPAL_COLUMNS}`
const SHARE_ORDER = 's.calendar_id nulls first, s.audience desc, u.username'

/** ($1 userId, $2 calendarId or null): the grants on one collection, after those on its home. */
export const findShares = statement<ShareRow>(
  'shares.find',
  `select ${SHARE} from calendar_shares s left join users u on u.user_id = s.shared_with_user_id
   where s.user_id = $1 and (s.calendar_id is null or s.calendar_id = $2) order by ${SHARE_ORDER}`,
)

/** What the actor holds on the home, on the collection if one was named, and the grants of both. */
export type AclRow = ShareRow & {
  readonly collectionId: string | undefined
  readonly homePrivileges: number
  readonly collectionPrivileges: number
}

const ACTOR = { ownerId: 'o.user_id', actorId: '$1::uuid', granteeIds: '$2::uuid[]', all: -1 }

/**
 * ($1 actorId, $2 granteeIds uuid[], $3 owner's username, $4 collection or null): one row per grant, and one
 * row without a grant where there are none; no row without such an owner.
 */
export const findAcl = statement<AclRow>(
  'shares.acl',
  `select c.calendar_id as "collectionId", ${homePrivilegesSql({ ...ACTOR, visible: VISIBLE })} as "homePrivileges",
     ${calendarPrivilegesSql({ ...ACTOR, calendarId: 'c.calendar_id' })} as "collectionPrivileges", ${SHARE}
   from users o left join calendars c on c.user_id = o.user_id and c.name = $4
   left join calendar_shares s
     on s.user_id = o.user_id and (s.calendar_id is null or s.calendar_id = c.calendar_id)
   left join users u on u.user_id = s.shared_with_user_id
   where o.username = $3 order by ${SHARE_ORDER}`,
)

/** The grants in what findShares or findAcl returned. */
export function sharesOf(rows: readonly ShareRow[]): readonly ShareRecord[] {
  return rows.flatMap((row) => {
    const { shareId, calendarId, audience, privileges } = row
    if (shareId === undefined || audience === undefined || privileges === undefined) return []
    return [{ shareId, calendarId, audience, privileges, grantee: granteeOf(row) }]
  })
}

function granteeOf(row: ShareRow): Principal | undefined {
  const { userId, username, email, name, timezone, locale, kind, createdAt, updatedAt } = row
  if (userId === undefined) return undefined
  return { userId, username, email, name, timezone, locale, kind, createdAt, updatedAt } as Principal
}

/** ($1 usernames text[]) */
export const findGrantees = statement<{ userId: string; username: string }>(
  'shares.grantees',
  'select user_id as "userId", username from users where username = any($1::text[])',
)

/** ($1 userId, $2 shareIds uuid[]) */
export const deleteShares = statement(
  'shares.delete',
  'delete from calendar_shares where user_id = $1 and share_id = any($2::uuid[])',
)

/** (userId, shareId, calendarId or null, sharedWithUserId or null, audience, permission, privileges, now) */
export const putShare = statement(
  'shares.put',
  `insert into calendar_shares (user_id, share_id, calendar_id, shared_with_user_id, audience, permission,
     privileges, shared_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (user_id, share_id) do update set permission = excluded.permission,
     privileges = excluded.privileges`,
)

/** ($1 userId, $2 calendarId, $3 isPublic) */
export const notePublic = statement(
  'shares.note-public',
  'update calendars set is_public = $3 where user_id = $1 and calendar_id = $2 and is_public <> $3',
)
