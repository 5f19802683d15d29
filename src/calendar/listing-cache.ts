import { changedEvents, floorOf, listEvents, removedEvents } from '../store/events.ts'
import { call } from '../store/statement.ts'
import type { Store } from '../store/store.ts'
import type { Calendar, CalendarObjectRecord } from './model.ts'

/** The objects of a calendar at a revision, without their text. */
interface Listing {
  readonly revision: bigint
  readonly objects: readonly CalendarObjectRecord[]
}

/** Objects kept for all calendars together; about half a kilobyte each. */
const MAX_OBJECTS = 100_000
/** Changes of one calendar that are cheaper to read than the calendar. */
const MAX_CHANGES = 500n
const LAST_REVISION = 2n ** 62n

/**
 * What calendars hold, for clients that list them whole again and again. Every change gives a calendar a new
 * revision, and whoever lists has just read the calendar's row: a listing of that revision is right, and one
 * of an earlier revision is put right by what changed since. So nothing has to be told to forget, in this
 * process or in another.
 */
export class ListingCache {
  readonly #store: Store
  readonly #listings = new Map<string, Listing>()
  #count = 0

  constructor(store: Store) {
    this.#store = store
  }

  /** The objects of a calendar, in groups: as of the revision in `calendar`, or later. */
  async *list(calendar: Calendar): AsyncGenerator<readonly CalendarObjectRecord[]> {
    const known = await this.#current(calendar)
    if (known !== undefined) {
      if (known.length > 0) yield known
      return
    }
    const objects: CalendarObjectRecord[] = []
    let isKept = true
    const { owner, calendarId } = calendar
    for await (const group of this.#store.reader.stream(listEvents, owner.userId, calendarId)) {
      yield group
      isKept = isKept && objects.length + group.length <= MAX_OBJECTS / 2
      if (isKept) objects.push(...group)
    }
    if (isKept) this.#keep(calendarId, { revision: calendar.revision, objects })
  }

  async #current(calendar: Calendar): Promise<readonly CalendarObjectRecord[] | undefined> {
    const listing = this.#listings.get(calendar.calendarId)
    if (listing === undefined) return undefined
    const behind = calendar.revision - listing.revision
    if (behind > MAX_CHANGES) return undefined
    const current = behind <= 0n ? listing : await this.#catchUp(calendar, listing)
    if (current !== undefined) this.#keep(calendar.calendarId, current)
    return current?.objects
  }

  async #catchUp({ owner, calendarId, revision }: Calendar, before: Listing): Promise<Listing | undefined> {
    const since = [owner.userId, calendarId, before.revision, LAST_REVISION, null] as const
    const [floor, changed, removed] = await this.#store.reader.all([
      call(floorOf, owner.userId, calendarId),
      call(changedEvents, ...since),
      call(removedEvents, ...since),
    ])
    if ((floor.rows[0]?.floor ?? LAST_REVISION) > before.revision) return undefined
    const stale = new Set([...changed.rows, ...removed.rows].map(({ name }) => name))
    const kept = before.objects.filter(({ name }) => !stale.has(name))
    return { revision, objects: [...kept, ...changed.rows] }
  }

  /** Puts a listing in as the one used last, and drops those not used for longest. */
  #keep(calendarId: string, listing: Listing): void {
    this.#drop(calendarId)
    this.#listings.set(calendarId, listing)
    this.#count += listing.objects.length
    for (const other of this.#listings.keys()) {
      if (this.#count <= MAX_OBJECTS) return
      this.#drop(other)
    }
  }

  #drop(calendarId: string): void {
    this.#count -= this.#listings.get(calendarId)?.objects.length ?? 0
    this.#listings.delete(calendarId)
  }
}

const caches = new WeakMap<Store, ListingCache>()

/** The listings kept in this process for a store. */
export function listingsOf(store: Store): ListingCache {
  const found = caches.get(store)
  if (found !== undefined) return found
  const made = new ListingCache(store)
  caches.set(store, made)
  return made
}
