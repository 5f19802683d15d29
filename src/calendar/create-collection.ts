import {
  type CollectionRow,
  findCollection,
  findHomeForCreation,
  insertCollection,
  lockHomeByOwner,
} from '../store/calendars.ts'
import { UniqueViolation } from '../store/errors.ts'
import { putProperty } from '../store/properties.ts'
import { call } from '../store/statement.ts'
import type { Transactor } from '../store/store.ts'
import { assertConditions } from './assert-conditions.ts'
import { collectionOfRow } from './collection-of-row.ts'
import type { Conditions } from './conditions.ts'
import type { CalendarEnv } from './env.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, Collection, CollectionRef, ComponentName, DeadProperty } from './model.ts'
import { requireCollectionName } from './object-name.ts'
import { canonicalPath } from './paths.ts'
import { BIND, NONE } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/** What a client may set on a collection. Null removes; undefined leaves as it is. */
export interface CalendarFields {
  readonly displayName?: string | null | undefined
  readonly description?: string | null | undefined
  readonly color?: string | null | undefined
  readonly order?: string | null | undefined
  /** iCalendar text with one VTIMEZONE. */
  readonly timezone?: string | null | undefined
  /** IANA name. */
  readonly timezoneId?: string | null | undefined
  readonly components?: readonly string[]
  readonly transparent?: boolean
}

export interface NewCollection {
  readonly kind: 'calendar' | 'collection'
  readonly fields: CalendarFields
  readonly dead: readonly DeadProperty[]
}

const DEFAULT_COMPONENTS: readonly ComponentName[] = ['VEVENT', 'VTODO', 'VJOURNAL']
const COMPONENTS: readonly ComponentName[] = [...DEFAULT_COMPONENTS, 'VFREEBUSY', 'VAVAILABILITY']

/**
 * Makes a calendar (RFC 4791 §5.3.1) or plain collection (RFC 5689) with all its properties, or nothing.
 *
 * @throws Refusal `not-found`, `need-privileges`, `already-exists`, `name-not-allowed`,
 *   `quota-not-exceeded` past the number of collections, `supported-calendar-component`, `condition-failed`
 */
export async function createCollection(
  env: CalendarEnv,
  actor: Actor,
  ref: CollectionRef,
  wanted: NewCollection,
  conditions: Conditions,
): Promise<Collection> {
  requireCollectionName(ref.collection)
  const components = requireComponents(wanted)
  return env.store
    .transact(async (tx) => {
      const home = await lockHomeFor(env, tx, actor, ref, conditions)
      const calendarId = env.newId()
      const fields = withTimezone(wanted, home.ownerTimezone)
      writeCollection(env, tx, home.ownerId, calendarId, ref.collection, fields, {
        kind: wanted.kind,
        components,
      })
      writeDead(tx, home.ownerId, calendarId, wanted.dead)
      return collectionOfRow(await findOwn(tx, actor, ref))
    })
    .catch(asTaken)
}

function requireComponents({ kind, fields }: NewCollection): readonly ComponentName[] {
  if (kind === 'collection') return []
  const wanted = fields.components ?? DEFAULT_COMPONENTS
  const unknown = wanted.find((name) => !COMPONENTS.includes(name as ComponentName))
  const missing = wanted.length === 0 ? 'VEVENT' : unknown
  if (missing !== undefined) {
    throw new Refusal({ code: 'supported-calendar-component', component: missing })
  }
  return COMPONENTS.filter((name) => wanted.includes(name))
}

/** RFC 4791 §5.2.2: floating times of a calendar that is made without a zone are meant in its owner's. */
function withTimezone({ kind, fields }: NewCollection, owners: string): CalendarFields {
  const isOpen = kind === 'calendar' && !fields.timezone && !fields.timezoneId && owners !== 'UTC'
  return isOpen ? { ...fields, timezoneId: owners } : fields
}

/** Locks the home and checks that a collection of that name may be made in it. */
export async function lockHomeFor(
  env: CalendarEnv,
  tx: Transactor,
  actor: Actor,
  ref: CollectionRef,
  conditions: Conditions,
): Promise<{ ownerId: string; ownerTimezone: string }> {
  const who = [actor.userId, granteeIdsOf(actor)] as const
  const [, { rows }] = await tx.all([
    call(lockHomeByOwner, ref.owner),
    call(findHomeForCreation, ...who, ref.owner, ref.collection),
  ])
  const home = rows[0]
  if (home === undefined || home.homePrivileges === NONE) {
    throw new Refusal({ code: 'not-found', what: canonicalPath({ owner: ref.owner }) })
  }
  requirePrivileges(home.homePrivileges, BIND, { owner: ref.owner })
  await assertConditions(tx, {
    now: env.clock(),
    actor,
    conditions,
    path: canonicalPath(ref),
    current: home.isTaken ? {} : undefined,
    scopes: [],
    writes: [],
  })
  if (home.isTaken) throw new Refusal({ code: 'already-exists' })
  const limit = env.limits.maxCalendars
  if (home.collectionCount >= BigInt(limit)) throw new Refusal({ code: 'quota-not-exceeded', limit })
  return home
}

/** Queues the row of a new collection. */
export function writeCollection(
  env: CalendarEnv,
  tx: Transactor,
  ownerId: string,
  calendarId: string,
  name: string,
  fields: CalendarFields,
  { kind, components }: { kind: string; components: readonly string[] },
): void {
  tx.write(
    insertCollection,
    ownerId,
    calendarId,
    name,
    kind,
    fields.displayName,
    fields.description,
    fields.color,
    fields.order,
    fields.timezone,
    fields.timezoneId,
    components,
    fields.transparent ?? false,
    env.clock(),
  )
}

/** Queues dead properties of a collection. */
export function writeDead(
  tx: Transactor,
  ownerId: string,
  calendarId: string,
  dead: readonly DeadProperty[],
): void {
  for (const { namespace, name, xml } of dead) {
    tx.write(putProperty, ownerId, calendarId, 'collection', namespace, name, xml)
  }
}

async function findOwn(tx: Transactor, actor: Actor, ref: CollectionRef): Promise<CollectionRow> {
  const who = [actor.userId, granteeIdsOf(actor)] as const
  const row = await tx.row(findCollection, ...who, ref.owner, ref.collection)
  if (row === undefined) throw new Error('a collection made in this transaction is there')
  return row
}

/** Two requests for one name: the database lets one of them through. */
export function asTaken(error: unknown): never {
  if (error instanceof UniqueViolation) throw new Refusal({ code: 'already-exists' }, { cause: error })
  throw error
}
