import { COLLECTION_COLUMNS, type CollectionRow } from './calendars.ts'
import { statement } from './statement.ts'

/** SQL of what changed in a home. */

/** ($1 actorId, $2 granteeIds uuid[], $3 owner's id, $4 since revision, $5 until revision) */
export const changedCollections = statement<CollectionRow & { readonly homeRevision: bigint }>(
  'calendars.changed',
  `select ${COLLECTION_COLUMNS}, c.home_revision as "homeRevision"
   from users u join calendars c on c.user_id = u.user_id
   where u.user_id = $3 and c.kind <> 'inbox' and c.home_revision > $4 and c.home_revision <= $5 order by c.home_revision, c.name`,
)

/** ($1 userId, $2 since revision, $3 until revision) */
export const removedCollections = statement<{ name: string; revision: bigint }>(
  'home-tombstones.since',
  `select name, revision from home_tombstones where user_id = $1 and revision > $2 and revision <= $3
   order by revision, name`,
)

/** ($1 userId): changes up to this revision may have been forgotten. */
export const homeFloorOf = statement<{ floor: bigint }>(
  'homes.floor',
  'select floor_revision as floor from homes where user_id = $1',
)
