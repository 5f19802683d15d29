import { randomUUID } from 'node:crypto'
import type { CalendarEnv } from '../../src/calendar/env.ts'
import type { Actor, NodeRef } from '../../src/calendar/model.ts'
import { Refusal, type RefusalReason } from '../../src/calendar/refusal.ts'
import { statement } from '../../src/store/statement.ts'
import type { Store } from '../../src/store/store.ts'

/** Seeds for tests of plain collections, locks and access: rows written directly, without the use cases. */

const START = new Date('2026-11-22T12:00:00Z')

/** A use-case environment whose clock stands still until it is told to move. */
export interface TreeEnv extends CalendarEnv {
  advance(seconds: number): void
}

export function treeEnv(store: Store, limits: Partial<CalendarEnv['limits']> = {}): TreeEnv {
  let now = START.getTime()
  return {
    store,
    clock: () => new Date(now),
    newId: randomUUID,
    limits: {
      ...({
        maxResourceSize: 1_000_000,
        quotaBytes: 10_000_000,
        maxLocks: 100,
        maxLockSeconds: 3600,
      } as CalendarEnv['limits']),
      ...limits,
    },
    advance(seconds) {
      now += seconds * 1000
    },
  }
}

const insertUser = statement(
  'test.user',
  `insert into users (user_id, username, email, name, kind, created_at, updated_at)
   values ($1, $2, $2 || '@example.test', $2, $3, $4, $4)`,
)
const insertHome = statement(
  'test.home',
  'insert into homes (user_id, created_at, updated_at) values ($1, $2, $2)',
)
const insertCalendar = statement(
  'test.calendar',
  `insert into calendars (user_id, calendar_id, name, kind, components, home_revision, created_at, updated_at)
   values ($1, $2, $3, $4, '{VEVENT}', 1, $5, $5)`,
)
const insertEvent = statement(
  'test.event',
  `insert into events (user_id, calendar_id, event_id, name, uid, component, data, size, etag, revision,
     created_at, updated_at)
   values ($1, $2, $3, $4, $4, 'VEVENT', 'x', 1, $5, 1, $6, $6)`,
)

export async function seedUser(
  store: Store,
  username: string,
  kind: Actor['kind'] = 'INDIVIDUAL',
): Promise<Actor> {
  const userId = randomUUID()
  await store.transact(async (tx) => {
    tx.write(insertUser, userId, username, kind, START)
    tx.write(insertHome, userId, START)
  })
  return {
    userId,
    username,
    email: `${username}@example.test`,
    name: username,
    timezone: 'UTC',
    locale: 'en',
    kind,
    createdAt: START,
    updatedAt: START,
    groupIds: [],
  }
}

/** @returns the collection's id */
export async function seedCollection(
  store: Store,
  owner: Actor,
  name: string,
  kind: 'calendar' | 'collection' = 'collection',
): Promise<string> {
  const calendarId = randomUUID()
  await store.transact(async (tx) => {
    tx.write(insertCalendar, owner.userId, calendarId, name, kind, START)
  })
  return calendarId
}

/** A calendar object of which only its name and etag matter. */
export async function seedObject(
  store: Store,
  owner: Actor,
  calendarId: string,
  name: string,
  etag: string,
): Promise<void> {
  await store.transact(async (tx) => {
    tx.write(insertEvent, owner.userId, calendarId, randomUUID(), name, etag, START)
  })
}

/** `nodeAt('alice/files/a/b')` */
export function nodeAt(path: string): NodeRef {
  const [owner = '', collection = '', ...rest] = path.split('/')
  return { owner, collection, path: rest }
}

/** The reason a use case refuses for; fails when it does not. */
export async function refusalOf(work: Promise<unknown>): Promise<RefusalReason> {
  try {
    await work
  } catch (error) {
    if (error instanceof Refusal) return error.reason
    throw error
  }
  throw new Error('it was not refused')
}

/** The code of that reason. */
export async function refusalCode(work: Promise<unknown>): Promise<string> {
  return (await refusalOf(work)).code
}
