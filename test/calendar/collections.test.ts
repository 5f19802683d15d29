import { expect } from 'chai'
import { createCollection, deleteCollection, updateCollection } from '../../src/calendar/collections.ts'
import { getCollection, getHome, listCollections } from '../../src/calendar/homes.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { getObject } from '../../src/calendar/objects.ts'
import { ALL } from '../../src/calendar/privileges.ts'
import { deadProperties, updateDeadProperties } from '../../src/calendar/properties.ts'
import { queryObjects } from '../../src/calendar/query.ts'
import { changesSince, homeChangesSince, homeSyncTokenOf, syncTokenOf } from '../../src/calendar/sync.ts'
import { call, statement } from '../../src/store/statement.ts'
import { at, calendarEnv, makeCalendar, put, reload, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { refusalCode, seedUser } from '../support/tree.ts'

const DEAD = { namespace: 'urn:x', name: 'note', xml: '<x:note xmlns:x="urn:x" a="1">hi</x:note>' }

const leftovers = statement<{ n: bigint }>(
  'test.leftovers',
  `select (select count(*) from events where calendar_id = $1)
     + (select count(*) from event_instances where calendar_id = $1)
     + (select count(*) from tombstones where calendar_id = $1)
     + (select count(*) from properties where user_id = $2) as n`,
)

describe('collections', () => {
  const store = useStore()
  let env: TestEnv
  let alice: Actor
  let bob: Actor
  const ref = (collection: string) => ({ owner: alice.username, collection })
  const create = (collection: string, fields = {}, dead: (typeof DEAD)[] = []) =>
    createCollection(env, alice, ref(collection), { kind: 'calendar', fields, dead }, {})

  let count = 0
  beforeEach(async () => {
    count += 1
    env = calendarEnv(store())
    alice = await seedUser(store(), `alice${count}`)
    bob = await seedUser(store(), `bob${count}`)
  })

  it('makes a calendar with all its properties at once', async () => {
    const fields = {
      displayName: 'Work',
      description: 'All of it',
      color: '#aabbcc',
      order: '3',
      timezoneId: 'Europe/Berlin',
      components: ['VTODO', 'VEVENT'],
      transparent: true,
    }
    const made = (await create('work', fields, [DEAD])) as Calendar
    expect(made).to.include({
      kind: 'calendar',
      name: 'work',
      displayName: 'Work',
      description: 'All of it',
      color: '#aabbcc',
      order: '3',
      timezone: undefined,
      timezoneId: 'Europe/Berlin',
      transparent: true,
      privileges: ALL,
      revision: 1n,
      sizeBytes: 0n,
    })
    expect(made.components).to.deep.equal(['VEVENT', 'VTODO'])
    expect(made.owner.username).to.equal(alice.username)
    expect(await getCollection(env, alice, ref('work'))).to.deep.equal(made)
    const dead = await deadProperties(env, alice.userId, 'collection', [made.calendarId])
    expect(dead.get(made.calendarId)).to.deep.equal([DEAD])
  })

  it('makes nothing when anything is refused', async () => {
    expect(await refusalCode(create('work', { components: ['VEVENT', 'VPOLL'] }))).to.equal(
      'supported-calendar-component',
    )
    expect(await refusalCode(create('..'))).to.equal('name-not-allowed')
    expect(await refusalCode(getCollection(env, alice, ref('work')))).to.equal('not-found')
    const other = { owner: bob.username, collection: 'work' }
    const wanted = { kind: 'calendar', fields: {}, dead: [] } as const
    expect(await refusalCode(createCollection(env, alice, other, wanted, {}))).to.equal('not-found')
    const few = calendarEnv(store(), { maxCalendars: 1 })
    await create('one')
    expect(await refusalCode(createCollection(few, alice, ref('two'), wanted, {}))).to.equal(
      'quota-not-exceeded',
    )
  })

  it('makes one of several calendars asked for by one name at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => create('race')))
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.reason.code).to.equal('already-exists')
    }
  })

  it('makes plain collections, whose only live property is the name', async () => {
    const made = await createCollection(
      env,
      alice,
      ref('files'),
      { kind: 'collection', fields: { displayName: 'Files' }, dead: [] },
      {},
    )
    expect(made).to.include({ kind: 'collection', displayName: 'Files' })
    const inside = { ...ref('files'), name: 'a.ics' }
    expect(await refusalCode(getObject(env, alice, inside, { data: true }))).to.equal('not-found')
  })

  it('changes properties together, and removes them', async () => {
    await create('work', { displayName: 'Work', color: '#aabbcc' }, [DEAD])
    const before = (await getCollection(env, alice, ref('work'))) as Calendar
    const other = { namespace: 'urn:x', name: 'other', xml: '<other xmlns="urn:x"/>' }
    await updateCollection(
      env,
      alice,
      ref('work'),
      { fields: { displayName: 'Job', color: null }, setDead: [other], removeDead: [DEAD] },
      {},
    )
    const after = (await getCollection(env, alice, ref('work'))) as Calendar
    expect(after).to.include({ displayName: 'Job', color: undefined })
    // What the calendar holds has not changed, the home has.
    expect(syncTokenOf(after)).to.equal(syncTokenOf(before))
    const dead = await deadProperties(env, alice.userId, 'collection', [after.calendarId])
    expect(dead.get(after.calendarId)).to.deep.equal([other])
    expect(
      await refusalCode(
        updateCollection(env, bob, ref('work'), { fields: {}, setDead: [], removeDead: [] }, {}),
      ),
    ).to.equal('not-found')
  })

  it('removes a calendar with everything in it; one made again starts clean', async () => {
    await makeCalendar(env, alice, 'calendar')
    const calendar = await makeCalendar(env, alice, 'work', { displayName: 'Old' })
    const { object } = await put(
      env,
      alice,
      calendar,
      'a.ics',
      textOf({ uid: 'a', more: ['RRULE:FREQ=DAILY'] }),
    )
    await updateDeadProperties(
      env,
      alice,
      { kind: 'object', calendar, object },
      { setDead: [DEAD], removeDead: [] },
      {},
    )
    await updateCollection(env, alice, ref('work'), { fields: {}, setDead: [DEAD], removeDead: [] }, {})
    const stale = syncTokenOf(await reload(env, alice, calendar))
    await deleteCollection(env, alice, ref('work'), {})
    expect(await refusalCode(getCollection(env, alice, ref('work')))).to.equal('not-found')
    expect(await refusalCode(deleteCollection(env, alice, ref('work'), {}))).to.equal('not-found')
    const [left] = await store().reader.all([call(leftovers, calendar.calendarId, alice.userId)])
    expect(left.rows[0]?.n).to.equal(0n)
    const again = await makeCalendar(env, alice, 'work')
    expect(again.displayName).to.equal(undefined)
    expect(again.calendarId).not.to.equal(calendar.calendarId)
    expect(await refusalCode(getObject(env, alice, at(again, 'a.ics'), { data: false }))).to.equal(
      'not-found',
    )
    expect(await refusalCode(changesSince(env, again, stale))).to.equal('valid-sync-token')
  })

  it('removes a calendar while it is written to', async () => {
    await makeCalendar(env, alice, 'calendar')
    const calendar = await makeCalendar(env, alice, 'busy')
    const writes = Array.from({ length: 40 }, (_, n) =>
      put(env, alice, calendar, `${n}.ics`, textOf({ uid: `u${n}` })).then(
        () => 'stored',
        (error) => error.reason?.code ?? String(error),
      ),
    )
    await writes[3]
    await deleteCollection(env, alice, ref('busy'), {})
    for (const outcome of await Promise.all(writes)) expect(outcome).to.be.oneOf(['stored', 'parent-missing'])
    expect(await refusalCode(getCollection(env, alice, ref('busy')))).to.equal('not-found')
    expect((await store().reader.row(leftovers, calendar.calendarId, alice.userId))?.n).to.equal(0n)
  })

  it('reads floating values in a new time zone once the calendar has one', async () => {
    const calendar = await makeCalendar(env, alice, 'zoned')
    await put(env, alice, calendar, 'a.ics', textOf({ uid: 'a', when: 'DTSTART;VALUE=DATE:20261205' }))
    const more = ['RRULE:FREQ=DAILY;COUNT=2']
    await put(env, alice, calendar, 'b.ics', textOf({ uid: 'b', when: 'DTSTART:20261205T003000', more }))
    const found = async (from: string, until: string) => {
      const names: string[] = []
      const timeRange = { start: Date.parse(from), end: Date.parse(until) }
      const filter = {
        name: 'VCALENDAR',
        props: [],
        comps: [{ name: 'VEVENT', props: [], comps: [], timeRange }],
      }
      const now = await reload(env, alice, calendar)
      for await (const group of queryObjects(env, now, { filter, data: false })) {
        names.push(...group.map(({ name }) => name))
      }
      return names.sort()
    }
    expect(await found('2026-12-04T16:00:00Z', '2026-12-04T17:00:00Z')).to.deep.equal([])
    await updateCollection(
      env,
      alice,
      ref('zoned'),
      { fields: { timezoneId: 'Asia/Tokyo' }, setDead: [], removeDead: [] },
      {},
    )
    expect(await found('2026-12-04T15:00:00Z', '2026-12-04T15:20:00Z')).to.deep.equal(['a.ics'])
    expect(await found('2026-12-04T15:00:00Z', '2026-12-04T17:00:00Z')).to.deep.equal(['a.ics', 'b.ics'])
    expect(await found('2026-12-05T15:10:00Z', '2026-12-05T17:00:00Z')).to.deep.equal(['b.ics'])
  })

  describe('of a home', () => {
    it('are listed for whoever may see them', async () => {
      await create('one')
      env.advance(1)
      await create('two')
      const home = await getHome(env, alice, { owner: alice.username })
      expect(home.privileges).to.equal(ALL)
      expect((await listCollections(env, alice, home)).map(({ name }) => name)).to.deep.equal(['one', 'two'])
      expect(await refusalCode(getHome(env, bob, { owner: alice.username }))).to.equal('not-found')
      expect(await listCollections(env, bob, home)).to.deep.equal([])
    })

    it('are synchronised: made, changed inside, changed, removed', async () => {
      const home = () => getHome(env, alice, { owner: alice.username })
      const names = async (token: string, limit?: number) => {
        const changes = await homeChangesSince(env, alice, await home(), token, limit)
        return { ...changes, changed: changes.changed.map(({ name }) => name) }
      }
      const start = homeSyncTokenOf(await home())
      expect(await names(start)).to.deep.include({ changed: [], removed: [], token: start, truncated: false })
      const one = await makeCalendar(env, alice, 'one')
      await create('two')
      const made = await names(start)
      expect(made.changed).to.deep.equal(['one', 'two'])
      await put(env, alice, one, 'a.ics', textOf({ uid: 'a' }))
      const inside = await names(made.token)
      expect(inside.changed).to.deep.equal(['one'])
      await deleteCollection(env, alice, ref('two'), {})
      const removed = await names(inside.token)
      expect(removed).to.deep.include({ changed: [], removed: ['two'] })
      await create('two')
      expect(await names(inside.token)).to.deep.include({ changed: ['two'], removed: [] })
      const part = await names(start, 1)
      expect(part).to.deep.include({ changed: ['one'], truncated: true })
      expect(await names(part.token)).to.deep.include({ changed: ['two'], truncated: false })
    })

    it('are not synchronised by tokens of something else', async () => {
      const home = await getHome(env, alice, { owner: alice.username })
      const calendar = await makeCalendar(env, alice, 'work')
      const bobs = await getHome(env, bob, { owner: bob.username })
      const future = homeSyncTokenOf({ ...home, revision: 99n })
      for (const token of [syncTokenOf(calendar), homeSyncTokenOf(bobs), future, 'garbage', '7']) {
        expect(await refusalCode(homeChangesSince(env, alice, home, token)), token).to.equal(
          'valid-sync-token',
        )
      }
    })
  })

  it('keeps dead properties of principals and homes', async () => {
    const home = await getHome(env, alice, { owner: alice.username })
    const changes = { setDead: [DEAD], removeDead: [] }
    await updateDeadProperties(env, alice, home, changes, {})
    await updateDeadProperties(env, alice, { kind: 'principal', principal: alice }, changes, {})
    for (const scope of ['home', 'principal'] as const) {
      const found = await deadProperties(env, alice.userId, scope, [alice.userId])
      expect(found.get(alice.userId)).to.deep.equal([DEAD])
    }
    expect(await refusalCode(updateDeadProperties(env, bob, home, changes, {}))).to.equal('need-privileges')
    const principal = { kind: 'principal', principal: alice } as const
    expect(await refusalCode(updateDeadProperties(env, bob, principal, changes, {}))).to.equal(
      'need-privileges',
    )
  })
})
