import { changedEvents, changedEventsWithData, floorOf, removedEvents } from '../store/events.ts'
import { call } from '../store/statement.ts'
import type { CalendarEnv } from './env.ts'
import type { Calendar, CalendarObjectRecord } from './model.ts'
import { listObjects } from './objects.ts'
import { Refusal } from './refusal.ts'
import { cutHistory, startingPoint } from './sync-cut.ts'
import { calendarTokenAt, pointInCalendarToken, type SyncPoint, syncTokenOf } from './sync-token.ts'

export interface Changes {
  /** Made or changed, each as it is now. */
  readonly changed: readonly CalendarObjectRecord[]
  /** Names of objects that are gone. */
  readonly removed: readonly string[]
  /** Of the state that this answer brings the client to. */
  readonly token: string
  /** There is more: ask again with the token. */
  readonly truncated: boolean
}

/**
 * What changed in a calendar since a token (RFC 6578 §3.4), up to the revision in `calendar`; all objects
 * without a token.
 *
 * @param limit most changes answered; the token is then that of the last of them (RFC 6578 §3.6)
 * @throws Refusal `valid-sync-token` for a token that is foreign, garbled, from the future or too old
 */
export async function changesSince(
  env: CalendarEnv,
  calendar: Calendar,
  token: string | undefined,
  limit?: number,
  { data }: { readonly data: boolean } = { data: false },
): Promise<Changes> {
  if (!token && limit === undefined) return allObjects(env, calendar, data)
  const { owner, calendarId, revision } = calendar
  const named = token ? readToken(calendar, token) : undefined
  const { since, base } = named ?? { since: 0n, base: revision }
  const most = limit === undefined ? undefined : limit + 1
  const where = [owner.userId, calendarId] as const
  const [floor, changed, removed] = await env.store.reader.all([
    call(floorOf, ...where),
    call(data ? changedEventsWithData : changedEvents, ...where, since, revision, most),
    call(removedEvents, ...where, base, revision, most),
  ])
  const start = startingPoint(named, revision, floor.rows[0]?.floor ?? 0n)
  const cut = cutHistory({ changed: changed.rows, removed: removed.rows }, start, revision, limit)
  return {
    changed: cut.changed,
    removed: cut.removed.map(({ name }) => name),
    token: calendarTokenAt(calendarId, cut.point),
    truncated: cut.truncated,
  }
}

function readToken({ calendarId }: Calendar, token: string): SyncPoint {
  const point = pointInCalendarToken(token, calendarId)
  if (point === undefined) throw new Refusal({ code: 'valid-sync-token' })
  return point
}

/** A first synchronisation. What is changed while it is answered belongs to the next one. */
async function allObjects(env: CalendarEnv, calendar: Calendar, data: boolean): Promise<Changes> {
  const changed: CalendarObjectRecord[] = []
  for await (const group of listObjects(env, calendar, { data })) {
    for (const object of group) if (object.revision <= calendar.revision) changed.push(object)
  }
  return { changed, removed: [], token: syncTokenOf(calendar), truncated: false }
}
