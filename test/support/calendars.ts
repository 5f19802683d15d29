import { randomUUID } from 'node:crypto'
import type { CalendarFields } from '../../src/calendar/collections.ts'
import { createCollection } from '../../src/calendar/collections.ts'
import { type CalendarEnv, DEFAULT_LIMITS, type Limits } from '../../src/calendar/env.ts'
import { getCollection } from '../../src/calendar/homes.ts'
import type { Actor, Calendar, ObjectRef } from '../../src/calendar/model.ts'
import { putObject } from '../../src/calendar/put-object.ts'
import type { Store } from '../../src/store/store.ts'

/** What the tests of use cases share: an environment with a clock that is told to move, calendars, texts. */

export const NOW = new Date('2026-11-22T12:00:00Z')

export interface TestEnv extends CalendarEnv {
  advance(days: number): void
}

export function calendarEnv(store: Store, limits: Partial<Limits> = {}): TestEnv {
  let now = NOW.getTime()
  return {
    store,
    clock: () => new Date(now),
    newId: randomUUID,
    limits: { ...DEFAULT_LIMITS, ...limits },
    advance(days) {
      now += days * 24 * 3600 * 1000
    },
  }
}

export async function makeCalendar(
  env: CalendarEnv,
  owner: Actor,
  name: string,
  fields: CalendarFields = {},
): Promise<Calendar> {
  const ref = { owner: owner.username, collection: name }
  const made = await createCollection(env, owner, ref, { kind: 'calendar', fields, dead: [] }, {})
  return made as Calendar
}

/** The calendar as it is now. */
export async function reload(env: CalendarEnv, actor: Actor, { owner, name }: Calendar): Promise<Calendar> {
  return (await getCollection(env, actor, { owner: owner.username, collection: name })) as Calendar
}

export function at(calendar: Calendar, name: string): ObjectRef {
  return { owner: calendar.owner.username, collection: calendar.name, name }
}

/** Stores an object as the calendar's owner would. */
export function put(env: CalendarEnv, actor: Actor, calendar: Calendar, name: string, text: string) {
  return putObject(env, actor, at(calendar, name), text, {})
}

export interface EventFields {
  readonly uid: string
  readonly summary?: string
  /** Content lines about when it is. */
  readonly when?: string
  /** More content lines. */
  readonly more?: readonly string[]
  readonly component?: string
}

/** The text of an object with one component. */
export function textOf({
  uid,
  summary = 'Something',
  when = 'DTSTART:20261201T090000Z\r\nDTEND:20261201T100000Z',
  more = [],
  component = 'VEVENT',
}: EventFields): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kalends tests//EN',
    `BEGIN:${component}`,
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    ...(when === '' ? [] : [when]),
    `SUMMARY:${summary}`,
    ...more,
    `END:${component}`,
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}
