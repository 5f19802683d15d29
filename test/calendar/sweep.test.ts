import { expect } from 'chai'
import { lock } from '../../src/calendar/lock.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { queryObjects } from '../../src/calendar/query.ts'
import { sweep } from '../../src/calendar/sweep.ts'
import { lockCalendarsById } from '../../src/store/inbox.ts'
import { call, statement } from '../../src/store/statement.ts'
import { listStaleInboxes, sweepInbox } from '../../src/store/sweeping.ts'
import { calendarEnv, makeCalendar, NOW, put, reload, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { seedUser } from '../support/tree.ts'

const bounds = statement<{ first: Date; last: Date; n: number }>(
  'test.bounds',
  `select min(start_time) as first, max(start_time) as last, count(*)::int as n from event_instances
   where calendar_id = $1`,
)

/** ($1 userId, $2 calendarId, $3 how many, $4 received) */
const fill = statement(
  'test.fill',
  `insert into events (user_id, calendar_id, event_id, name, uid, component, data, size, etag, revision, created_at,
     updated_at)
   select $1, $2::uuid, gen_random_uuid(), n || '.ics', n, 'VEVENT', '', 10, '', n, $4, $4
   from generate_series(1, $3::int) as n`,
)
const fetched = statement<{ rows: number }>(
  'test.fetched',
  `select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables where relname = 'events'`,
)
const makeInbox = statement(
  'test.inbox',
  `update calendars set kind = 'inbox', size_bytes = 30 where calendar_id = $1`,
)
const removeOne = statement(
  'test.remove-one',
  `with gone as (delete from events where calendar_id = $1 and name = '1.ics' returning size)
   update calendars set size_bytes = size_bytes - size from gone where calendar_id = $1`,
)
const inboxState = statement<{ size: bigint; messages: number; graves: number }>(
  'test.inbox-state',
  `select size_bytes as size, (select count(*)::int from events e where e.calendar_id = c.calendar_id) as messages,
     (select count(*)::int from tombstones t where t.calendar_id = c.calendar_id) as graves
   from calendars c where calendar_id = $1`,
)
const waiting = statement<{ n: number }>(
  'test.waiting',
  `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
)
const spoil = statement(
  'test.spoil',
  `update events set data = 'spoiled', is_recurring = true, indexed_from = $2, indexed_until = $2
   where calendar_id = $1`,
)

const DAY_MS = 24 * 3600 * 1000

describe('the sweep', () => {
  const store = useStore()
  let env: TestEnv
  let alice: Actor
  let calendar: Calendar

  before(async () => {
    env = calendarEnv(store())
    alice = await seedUser(store(), 'alice')
    calendar = await makeCalendar(env, alice, 'work')
    const when = 'DTSTART:20260101T090000Z'
    await put(env, alice, calendar, 'endless', textOf({ uid: 'endless', when, more: ['RRULE:FREQ=WEEKLY'] }))
    await put(
      env,
      alice,
      calendar,
      'ended',
      textOf({ uid: 'ended', when, more: ['RRULE:FREQ=WEEKLY;COUNT=2'] }),
    )
  })

  it('lists instances around the present, and moves on with it', async () => {
    const before = await store().reader.row(bounds, calendar.calendarId)
    expect(before?.last.getTime()).to.be.greaterThan(NOW.getTime() + 700 * DAY_MS)
    expect(before?.last.getTime()).to.be.lessThan(NOW.getTime() + 740 * DAY_MS)
    expect((await sweep(env)).reindexed).to.equal(0)
    env.advance(400)
    expect((await sweep(env)).reindexed).to.equal(1)
    expect((await sweep(env)).reindexed).to.equal(0)
    const after = await store().reader.row(bounds, calendar.calendarId)
    expect(after?.last.getTime()).to.be.greaterThan(env.clock().getTime() + 700 * DAY_MS)
    expect(after?.n).to.be.lessThan(170)
    // It is no change that a client could see.
    expect((await reload(env, alice, calendar)).revision).to.equal(calendar.revision + 2n)
  })

  it('leaves every answer as it was', async () => {
    const found: string[] = []
    const timeRange = { start: Date.parse('2026-01-08T00:00:00Z'), end: Date.parse('2026-01-09T00:00:00Z') }
    const comps = [{ name: 'VEVENT', props: [], comps: [], timeRange }]
    const filter = { name: 'VCALENDAR', props: [], comps }
    for await (const group of queryObjects(env, calendar, { filter, data: false })) {
      found.push(...group.map(({ name }) => name))
    }
    expect(found.sort()).to.deep.equal(['ended', 'endless'])
  })

  it('takes old messages out of inboxes, and reads nothing else for it', async () => {
    const received = new Date(env.clock().getTime() - 100 * DAY_MS)
    const inbox = await makeCalendar(env, alice, 'messages')
    const other = await makeCalendar(env, alice, 'old')
    await store().transact(async (tx) => {
      tx.write(makeInbox, inbox.calendarId)
      tx.write(fill, alice.userId, inbox.calendarId, 3, received)
      tx.write(fill, alice.userId, other.calendarId, 20_000, received)
    })
    const limit = new Date(env.clock().getTime() - 90 * DAY_MS)
    const [before, stale, swept, after] = await store().transact((tx) =>
      tx.all([
        call(fetched),
        call(listStaleInboxes, limit, 50),
        call(sweepInbox, alice.userId, inbox.calendarId, limit, 500, env.clock()),
        call(fetched),
      ]),
    )
    expect(stale.rows).to.deep.equal([{ userId: alice.userId, calendarId: inbox.calendarId }])
    expect(swept.rows[0]?.swept).to.equal(3)
    expect((after.rows[0]?.rows ?? 0) - (before.rows[0]?.rows ?? 0)).to.be.lessThan(100)
    expect(await store().reader.row(inboxState, inbox.calendarId)).to.deep.equal({
      size: 0n,
      messages: 0,
      graves: 3,
    })
  })

  it('counts no message that its owner removes meanwhile', async () => {
    const inbox = await makeCalendar(env, alice, 'crowded')
    const received = new Date(env.clock().getTime() - 100 * DAY_MS)
    await store().transact(async (tx) => {
      tx.write(makeInbox, inbox.calendarId)
      tx.write(fill, alice.userId, inbox.calendarId, 3, received)
    })
    let sweeping: ReturnType<typeof sweep> | undefined
    await store().transact(async (tx) => {
      await tx.rows(lockCalendarsById, [inbox.calendarId])
      sweeping = sweep(env)
      while ((await store().reader.row(waiting))?.n === 0);
      tx.write(removeOne, inbox.calendarId)
    })
    expect((await sweeping)?.messages).to.equal(2)
    const state = await store().reader.row(inboxState, inbox.calendarId)
    expect(state).to.deep.equal({ size: 0n, messages: 0, graves: 2 })
  })

  it('is not held up by objects that cannot be read any more', async () => {
    const broken = await makeCalendar(env, alice, 'broken')
    await store().transact(async (tx) => {
      tx.write(fill, alice.userId, broken.calendarId, 60, env.clock())
      tx.write(spoil, broken.calendarId, new Date(0))
    })
    env.advance(400)
    expect((await sweep(env)).reindexed).to.equal(1)
  })

  it('forgets locks that have run out', async () => {
    const request = { isDeep: false, isExclusive: false, ownerXml: undefined, timeoutSeconds: 60 }
    const ref = { owner: alice.username, collection: calendar.name, path: ['endless'] }
    await lock(env, alice, ref, request, {})
    env.advance(1)
    await lock(env, alice, ref, request, {})
    expect((await sweep(env)).locks).to.equal(1)
    expect((await sweep(env)).locks).to.equal(0)
  })
})
