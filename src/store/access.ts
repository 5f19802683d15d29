import { calendarPrivilegesSql, homePrivilegesSql, VISIBLE } from './shares.ts'
import { statement } from './statement.ts'

/**
 * Writes lock rows first (calendars.ts) and read these afterwards, in the same round trip: a statement that
 * waited for a lock would not see the grants that were committed meanwhile.
 */

/** What a write needs to know about the home it happens in. */
export interface HomeAccess {
  /** Owner of the home. */
  readonly ownerId: string
  /** What the actor holds on it, as a bit set. */
  readonly privileges: number
}

/** What a write needs to know about the calendar or plain collection it happens in. */
export interface CollectionAccess extends HomeAccess {
  readonly calendarId: string
  readonly kind: 'calendar' | 'collection'
  readonly revision: bigint
  /** After it, nothing in the collection is locked. */
  readonly lockedUntil: Date | undefined
}

const ACTOR = { actorId: '$1::uuid', granteeIds: '$2::uuid[]', all: -1 }

/** ($1 actorId, $2 granteeIds uuid[], $3 owner's username, $4 collection) */
export const findAccess = statement<CollectionAccess>(
  'access.find',
  `select c.user_id as "ownerId", c.calendar_id as "calendarId", c.kind, c.revision,
  c.locked_until as "lockedUntil",
  ${calendarPrivilegesSql({ ...ACTOR, ownerId: 'c.user_id', calendarId: 'c.calendar_id' })} as privileges
  from users u join calendars c on c.user_id = u.user_id and c.name = $4
  where u.username = $3 and c.kind <> 'inbox'`,
)

/** ($1 actorId, $2 granteeIds uuid[], $3 owner's username) */
export const findHomeAccess = statement<HomeAccess>(
  'access.find-home',
  `select h.user_id as "ownerId", ${homePrivilegesSql({ ...ACTOR, ownerId: 'h.user_id', visible: VISIBLE })} as privileges
   from users u join homes h on h.user_id = u.user_id where u.username = $3`,
)

/**
 * ($1 userId, $2 calendarId, $3 now, $4 octets more or fewer): a change inside a collection. Its revision and
 * its home's move on together.
 */
export const touchCollection = statement(
  'access.touch',
  `with home as (
     update homes set revision = revision + 1, updated_at = $3 where user_id = $1 returning revision
   )
   update calendars set revision = calendars.revision + 1, home_revision = home.revision, updated_at = $3,
     size_bytes = size_bytes + $4
   from home where user_id = $1 and calendar_id = $2`,
)

/** ($1 owner's username): locks every collection of a home, in the order in which all writes lock them. */
export const lockCollections = statement<{ calendarId: string }>(
  'access.lock-collections',
  `select c.calendar_id as "calendarId" from users u join calendars c on c.user_id = u.user_id
   where u.username = $1 order by c.calendar_id for update of c`,
)

/**
 * ($1 userId, $2 calendarId or null for all, $3 now): who may see a collection has changed, which those who
 * sync the home must hear of.
 */
export const touchAccess = statement(
  'access.touch-access',
  `with home as (
     update homes set revision = revision + 1, updated_at = $3 where user_id = $1 returning revision
   )
   update calendars set home_revision = home.revision from home
   where user_id = $1 and ($2::uuid is null or calendar_id = $2)`,
)

/** ($1 userId): octets stored in a home. */
export const usedBytes = statement<{ used: bigint }>(
  'access.used-bytes',
  'select coalesce(sum(size_bytes), 0)::bigint as used from calendars where user_id = $1',
)
