/**
 * Sync tokens (RFC 6578 §3.2): URIs that name what they are about and a point in its history. They are opaque
 * to clients, never a bare number, and mean nothing for another collection.
 */

/** How far a client has come. */
export interface SyncPoint {
  /** It has everything that was made or changed up to this revision. */
  readonly since: bigint
  /**
   * It has heard of everything that was removed up to this revision. Later than `since` while a first
   * synchronisation goes on in parts: what was removed before it began was never told.
   */
  readonly base: bigint
}

/** The token of a calendar at its present revision. */
export function syncTokenOf(calendar: { readonly calendarId: string; readonly revision: bigint }): string {
  const { calendarId, revision } = calendar
  return calendarTokenAt(calendarId, { since: revision, base: revision })
}

/** The token of a home at its present revision. */
export function homeSyncTokenOf(home: {
  readonly owner: { readonly userId: string }
  readonly revision: bigint
}): string {
  return homeTokenAt(home.owner.userId, { since: home.revision, base: home.revision })
}

export function calendarTokenAt(calendarId: string, point: SyncPoint): string {
  return `data:,kalends/calendar/${calendarId}/${format(point)}`
}

export function homeTokenAt(userId: string, point: SyncPoint): string {
  return `data:,kalends/home/${userId}/${format(point)}`
}

function format({ since, base }: SyncPoint): string {
  return base > since ? `${since}-${base}` : `${since}`
}

/** The point a calendar's token names, or undefined when the token is not of that calendar. */
export function pointInCalendarToken(token: string, calendarId: string): SyncPoint | undefined {
  return pointAfter(token, `data:,kalends/calendar/${calendarId}/`)
}

/** The point a home's token names, or undefined when the token is not of that home. */
export function pointInHomeToken(token: string, userId: string): SyncPoint | undefined {
  return pointAfter(token, `data:,kalends/home/${userId}/`)
}

function pointAfter(token: string, prefix: string): SyncPoint | undefined {
  const tail = token.startsWith(prefix) ? token.slice(prefix.length) : ''
  const match = /^([1-9][0-9]{0,17})(?:-([1-9][0-9]{0,17}))?$/.exec(tail)
  if (match?.[1] === undefined) return undefined
  const since = BigInt(match[1])
  return { since, base: match[2] === undefined ? since : BigInt(match[2]) }
}
