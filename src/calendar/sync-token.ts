/**
 * Sync tokens (RFC 6578 §3.2): URIs that name what they are about and its revision. They are opaque to
 * clients, never a bare number, and mean nothing for another collection.
 */

/** The token of a calendar at its present revision. */
export function syncTokenOf(calendar: { readonly calendarId: string; readonly revision: bigint }): string {
  return calendarTokenAt(calendar.calendarId, calendar.revision)
}

/** The token of a home at its present revision. */
export function homeSyncTokenOf(home: {
  readonly owner: { readonly userId: string }
  readonly revision: bigint
}): string {
  return homeTokenAt(home.owner.userId, home.revision)
}

export function calendarTokenAt(calendarId: string, revision: bigint): string {
  return `data:,kalends/calendar/${calendarId}/${revision}`
}

export function homeTokenAt(userId: string, revision: bigint): string {
  return `data:,kalends/home/${userId}/${revision}`
}

/** The revision in a calendar's token, or undefined when the token is not of that calendar. */
export function revisionInCalendarToken(token: string, calendarId: string): bigint | undefined {
  return revisionAfter(token, `data:,kalends/calendar/${calendarId}/`)
}

/** The revision in a home's token, or undefined when the token is not of that home. */
export function revisionInHomeToken(token: string, userId: string): bigint | undefined {
  return revisionAfter(token, `data:,kalends/home/${userId}/`)
}

function revisionAfter(token: string, prefix: string): bigint | undefined {
  const digits = token.startsWith(prefix) ? token.slice(prefix.length) : ''
  return /^(?:0|[1-9][0-9]{0,17})$/.test(digits) ? BigInt(digits) : undefined
}
