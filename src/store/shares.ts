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

/** Everyone who gets this far is authenticated, so DAV:all and DAV:authenticated both apply. */
function grantedTo(at: PrivilegesSql): string {
  return `(s.shared_with_user_id = any(${at.granteeIds}) or s.audience in ('authenticated', 'all'))`
}
