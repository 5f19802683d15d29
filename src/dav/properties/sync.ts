import type { Calendar, Home, Inbox } from '../../calendar/model.ts'
import { homeSyncTokenOf, syncTokenOf } from '../../calendar/sync-token.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import { CALENDARSERVER, DAV } from '../xml/names.ts'

function tokenOf(collection: Calendar | Home | Inbox): string {
  return collection.kind === 'home' ? homeSyncTokenOf(collection) : syncTokenOf(collection)
}

/** RFC 6578 §4. */
const SYNC_TOKEN = defineProperty({
  namespace: DAV,
  name: 'sync-token',
  on: ['home', 'calendar', 'inbox'],
  get: (_ctx, collection) => [tokenOf(collection)],
})

/**
 * calendarserver-ctag: changes whenever the sync token does.
 * Client: iOS needs it on the home too, to notice changes.
 */
const CTAG = defineProperty({
  namespace: CALENDARSERVER,
  name: 'getctag',
  on: ['home', 'calendar', 'inbox'],
  get: (_ctx, collection) => [tokenOf(collection)],
})

export const syncProperties: readonly LiveProperty[] = [SYNC_TOKEN, CTAG]
