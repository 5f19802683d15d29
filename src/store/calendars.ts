import { calendarPrivilegesSql, homePrivilegesSql } from './shares.ts'
import { statement } from './statement.ts'

/** SQL of homes and of the calendars and plain collections in them. */

/** The owner of a home, in columns that do not meet a collection's own. */
export interface OwnerColumns {
  readonly ownerId: string
  readonly ownerUsername: string
  readonly ownerEmail: string
  readonly ownerName: string
  readonly ownerTimezone: string
  readonly ownerLocale: string
  readonly ownerKind: string
  readonly ownerCreatedAt: Date
  readonly ownerUpdatedAt: Date
}

export interface HomeRow extends OwnerColumns {
  readonly homeRevision: bigint
  readonly homePrivileges: number
  readonly homeCreatedAt: Date
  readonly homeUpdatedAt: Date
}

export interface CollectionRow extends OwnerColumns {
  readonly calendarId: string
  readonly collectionName: string
  readonly collectionKind: 'calendar' | 'collection' | 'inbox'
  readonly displayName: string | undefined
  readonly description: string | undefined
  readonly color: string | undefined
  readonly order: string | undefined
  readonly timezone: string | undefined
  readonly timezoneId: string | undefined
  readonly components: readonly string[]
  readonly transparent: boolean
  readonly calendarRevision: bigint
  readonly sizeBytes: bigint
  readonly lockedUntil: Date | undefined
  readonly collectionPrivileges: number
  readonly collectionCreatedAt: Date
  readonly collectionUpdatedAt: Date
}

const OWNER = `u.user_id as "ownerId", u.username as "ownerUsername", u.email as "ownerEmail", u.name as "ownerName",
  u.timezone as "ownerTimezone", u.locale as "ownerLocale", u.kind as "ownerKind",
  u.created_at as "ownerCreatedAt", u.updated_at as "ownerUpdatedAt"`

const ACTOR = { actorId: '$1::uuid', granteeIds: '$2::uuid[]', all: -1 }

/**
 * What someone with a grant inside a home holds on the home: enough to find the way, DAV:read and
 * DAV:read-current-user-privilege-set (the bits of calendar/privileges.ts).
 */
const VISIBLE = 0b1_0000_0010

const HOME = `${OWNER}, h.revision as "homeRevision", h.created_at as "homeCreatedAt", h.updated_at as "homeUpdatedAt",
  ${homePrivilegesSql({ ...ACTOR, ownerId: 'h.user_id', visible: VISIBLE })} as "homePrivileges"`

/** The columns of a CollectionRow, of `users u` and `calendars c`; $1 is the actor's id, $2 its grantee ids. */
export const COLLECTION_COLUMNS = `${OWNER}, c.calendar_id as "calendarId", c.name as "collectionName",
  c.kind as "collectionKind", c.display_name as "displayName", c.description, c.color, c.sort_order as "order",
  c.timezone, c.timezone_id as "timezoneId", c.components, c.transparent, c.revision as "calendarRevision",
  c.size_bytes as "sizeBytes", c.locked_until as "lockedUntil",
  c.created_at as "collectionCreatedAt", c.updated_at as "collectionUpdatedAt",
  (case when c.kind = 'inbox' and c.user_id <> $1::uuid then 0
    else ${calendarPrivilegesSql({ ...ACTOR, ownerId: 'c.user_id', calendarId: 'c.calendar_id' })} end)
    as "collectionPrivileges"`

/** ($1 actorId, $2 granteeIds uuid[], $3 owner's username) */
export const findHome = statement<HomeRow>(
  'homes.find',
  `select ${HOME} from users u join homes h on h.user_id = u.user_id where u.username = $3`,
)

/** ($1 actorId, $2 granteeIds uuid[], $3 owner's username, $4 collection) */
export const findCollection = statement<CollectionRow>(
  'calendars.find',
  `select ${COLLECTION_COLUMNS} from users u join calendars c on c.user_id = u.user_id and c.name = $4
   where u.username = $3`,
)

/** ($1 actorId, $2 granteeIds uuid[], $3 owner's id): every collection of a home, in the order of its owner. */
export const listCollectionRows = statement<CollectionRow>(
  'calendars.list',
  `select ${COLLECTION_COLUMNS} from users u join calendars c on c.user_id = u.user_id
   where u.user_id = $3 and c.kind <> 'inbox' order by c.created_at, c.name`,
)

/**
 * ($1 owner's username, $2 collection): locks the row until the transaction ends. Whoever locks reads what
 * decides afterwards, in a statement that sees what was committed meanwhile.
 */
export const lockCollectionRow = statement<{ calendarId: string }>(
  'calendars.lock',
  `select c.calendar_id as "calendarId" from users u join calendars c on c.user_id = u.user_id and c.name = $2
   where u.username = $1 for update of c`,
)

/** ($1 owners' usernames text[], $2 collections text[]): locks several rows in the order all writes take. */
export const lockCollectionRows = statement<{ calendarId: string }>(
  'calendars.lock-several',
  `select c.calendar_id as "calendarId" from calendars c
   where (c.user_id, c.calendar_id) in (
     select u.user_id, t.calendar_id from unnest($1::text[], $2::text[]) as w(owner, collection)
     join users u on u.username = w.owner
     join calendars t on t.user_id = u.user_id and t.name = w.collection)
   order by c.calendar_id for update of c`,
)

/** ($1 userId): locks a home's row until the transaction ends. */
export const lockHome = statement<{ revision: bigint }>(
  'homes.lock',
  'select revision from homes where user_id = $1 for update',
)

/** ($1 owner's username): locks the home's row and tells what decides whether a collection fits in. */
export const lockHomeByOwner = statement<{ ownerId: string }>(
  'homes.lock-by-owner',
  `select h.user_id as "ownerId" from users u join homes h on h.user_id = u.user_id
   where u.username = $1 for update of h`,
)

/** ($1 actorId, $2 granteeIds uuid[], $3 owner's username, $4 collection) */
export const findHomeForCreation = statement<HomeRow & { isTaken: boolean; collectionCount: bigint }>(
  'homes.find-for-creation',
  `select ${HOME},
     exists (select 1 from calendars c where c.user_id = u.user_id and c.name = $4) as "isTaken",
     (select count(*) from calendars c where c.user_id = u.user_id and c.kind <> 'inbox') as "collectionCount"
   from users u join homes h on h.user_id = u.user_id where u.username = $3`,
)

/**
 * (userId, calendarId, name, kind, displayName, description, color, order, timezone, timezoneId, components,
 * transparent, now): a new collection; the home moves on and forgets that the name was ever removed.
 */
export const insertCollection = statement(
  'calendars.insert',
  `with home as (
     update homes set revision = revision + 1, updated_at = $13 where user_id = $1 returning revision
   ), again as (
     delete from home_tombstones where user_id = $1 and name = $3
   )
   insert into calendars (user_id, calendar_id, name, kind, display_name, description, color, sort_order,
     timezone, timezone_id, components, transparent, home_revision, created_at, updated_at)
   select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, home.revision, $13, $13 from home`,
)

/**
 * (userId, calendarId, displayName, description, color, order, timezone, timezoneId, transparent, now): new
 * properties. Its objects stay as they are, so only the home moves on.
 */
export const updateCollectionRow = statement(
  'calendars.update',
  `with home as (
     update homes set revision = revision + 1, updated_at = $10 where user_id = $1 returning revision
   )
   update calendars set display_name = $3, description = $4, color = $5, sort_order = $6, timezone = $7,
     timezone_id = $8, transparent = $9, home_revision = home.revision, updated_at = $10
   from home where user_id = $1 and calendar_id = $2`,
)

/**
 * ($1 userId, $2 calendarId): what belongs to a collection's members, ahead of the collection itself: one
 * statement each instead of a foreign key's trigger for every row.
 */
export const deleteMembers = statement(
  'calendars.delete-members',
  `with instances as (
     delete from event_instances where user_id = $1 and calendar_id = $2
   ), objects as (
     delete from properties p using events e where e.user_id = $1 and e.calendar_id = $2
       and p.user_id = $1 and p.resource_id = e.event_id and p.scope = 'object'
   ), nodes as (
     delete from properties p using nodes n where n.user_id = $1 and n.calendar_id = $2
       and p.user_id = $1 and p.resource_id = n.node_id and p.scope = 'node'
   )
   delete from properties where user_id = $1 and resource_id = $2 and scope = 'collection'`,
)

/** (userId, calendarId, name, now): removes a collection with all it holds; the home remembers its name. */
export const deleteCollectionRow = statement(
  'calendars.delete',
  `with home as (
     update homes set revision = revision + 1, updated_at = $4 where user_id = $1 returning revision
   ), grave as (
     insert into home_tombstones (user_id, name, revision, deleted_at)
     select $1, $3, home.revision, $4 from home
     on conflict (user_id, name) do update set revision = excluded.revision, deleted_at = excluded.deleted_at
   )
   delete from calendars where user_id = $1 and calendar_id = $2`,
)

/** (userId, calendarId, old name, new name, now): renames a collection. */
export const renameCollectionRow = statement(
  'calendars.rename',
  `with home as (
     update homes set revision = revision + 1, updated_at = $5 where user_id = $1 returning revision
   ), grave as (
     insert into home_tombstones (user_id, name, revision, deleted_at)
     select $1, $3, home.revision, $5 from home
     on conflict (user_id, name) do update set revision = excluded.revision, deleted_at = excluded.deleted_at
   ), again as (
     delete from home_tombstones where user_id = $1 and name = $4
   )
   update calendars set name = $4, home_revision = home.revision, updated_at = $5
   from home where user_id = $1 and calendar_id = $2`,
)
