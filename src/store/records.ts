/** CALENDAR-USER-TYPE (RFC 5545 §3.2.3) of a principal. */
export type PrincipalKind = 'INDIVIDUAL' | 'GROUP' | 'ROOM' | 'RESOURCE'

/** A user, group, room or resource: whatever can own calendars or be granted privileges. */
export interface Principal {
  readonly userId: string
  /** Immutable, lower-case, unreserved ASCII only: it is the segment of the principal's and home's href. */
  readonly username: string
  readonly email: string
  readonly name: string
  /** IANA zone name. */
  readonly timezone: string
  readonly locale: string
  readonly kind: PrincipalKind
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Who acts: an authenticated principal and every group it belongs to, directly or not. */
export interface Actor extends Principal {
  readonly groupIds: readonly string[]
}
