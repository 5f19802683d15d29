import { updateCollectionRow } from '../store/calendars.ts'
import { deleteProperty } from '../store/properties.ts'
import { assertConditions } from './assert-conditions.ts'
import type { Conditions } from './conditions.ts'
import { type CalendarFields, writeDead } from './create-collection.ts'
import type { CalendarEnv } from './env.ts'
import { collectionState, lockWhole } from './lock-collection.ts'
import type { Actor, Calendar, Collection, CollectionRef, DeadProperty } from './model.ts'
import { canonicalPath } from './paths.ts'
import { WRITE_PROPERTIES } from './privileges.ts'
import { reindexFloating } from './reindex.ts'
import { requirePrivileges } from './require-privileges.ts'

export interface CollectionChanges {
  readonly fields: CalendarFields
  readonly setDead: readonly DeadProperty[]
  readonly removeDead: readonly { readonly namespace: string; readonly name: string }[]
}

/**
 * Changes properties of a collection: all of them or none. A plain collection has no live properties but its
 * display name.
 *
 * @throws Refusal `not-found`, `need-privileges`, `condition-failed`, `lock-token-submitted`
 */
export async function updateCollection(
  env: CalendarEnv,
  actor: Actor,
  ref: CollectionRef,
  { fields, setDead, removeDead }: CollectionChanges,
  conditions: Conditions,
): Promise<void> {
  await env.store.transact(async (tx) => {
    const { collection, scope } = await lockWhole(tx, actor, ref)
    requirePrivileges(collection.privileges, WRITE_PROPERTIES, ref)
    const path = canonicalPath({ owner: ref.owner, collection: ref.collection })
    await assertConditions(tx, {
      now: env.clock(),
      actor,
      conditions,
      path,
      current: collectionState(collection),
      scopes: [scope],
      writes: [{ path, change: 'content' }],
    })
    const { userId } = collection.owner
    const { calendarId } = collection
    const changed = merged(collection, fields)
    tx.write(
      updateCollectionRow,
      userId,
      calendarId,
      changed.displayName,
      changed.description,
      changed.color,
      changed.order,
      changed.timezone,
      changed.timezoneId,
      changed.transparent,
      env.clock(),
    )
    for (const { namespace, name } of removeDead) {
      tx.write(deleteProperty, userId, calendarId, 'collection', namespace, name)
    }
    writeDead(tx, userId, calendarId, setDead)
    if (collection.kind === 'calendar') await reindexFloating(env, tx, collection, changed)
  })
}

type Changed = Pick<
  Calendar,
  'displayName' | 'description' | 'color' | 'order' | 'timezone' | 'timezoneId' | 'transparent'
>

function merged(collection: Collection, fields: CalendarFields): Changed {
  const before: Partial<Calendar> = collection.kind === 'calendar' ? collection : {}
  return {
    displayName: pick(fields.displayName, collection.displayName),
    description: pick(fields.description, before.description),
    color: pick(fields.color, before.color),
    order: pick(fields.order, before.order),
    timezone: pick(fields.timezone, before.timezone),
    timezoneId: pick(fields.timezoneId, before.timezoneId),
    transparent: fields.transparent ?? before.transparent ?? false,
  }
}

function pick(wanted: string | null | undefined, before: string | undefined): string | undefined {
  return wanted === undefined ? before : (wanted ?? undefined)
}
