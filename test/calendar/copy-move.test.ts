import { expect } from 'chai'
import { createCollection } from '../../src/calendar/collections.ts'
import { copyCollection, copyObject, moveCollection, moveObject } from '../../src/calendar/copy-move.ts'
import { getCollection, getHome } from '../../src/calendar/homes.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { getNode } from '../../src/calendar/nodes.ts'
import { getObject } from '../../src/calendar/objects.ts'
import { READ } from '../../src/calendar/privileges.ts'
import { deadProperties, updateDeadProperties } from '../../src/calendar/properties.ts'
import { putNode } from '../../src/calendar/put-node.ts'
import { changesSince, homeChangesSince, homeSyncTokenOf, syncTokenOf } from '../../src/calendar/sync.ts'
import { statement } from '../../src/store/statement.ts'
import { at, calendarEnv, makeCalendar, put, reload, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { refusalCode, refusalOf, seedUser } from '../support/tree.ts'

const OVERWRITE = { overwrite: true, conditions: {} }
const KEEP = { overwrite: false, conditions: {} }
const DEAD = { namespace: 'urn:x', name: 'note', xml: '<x:note xmlns:x="urn:x">hi</x:note>' }

const share = statement(
  'test.share-move',
  `insert into calendar_shares (user_id, share_id, calendar_id, shared_with_user_id, audience, permission,
     privileges, shared_at)
   values ($1, gen_random_uuid(), $2, $3, 'user', 'View', $4, now())`,
)
const instancesOf = statement<{ calendarId: string; n: bigint }>(
  'test.instances-of',
  `select calendar_id as "calendarId", count(*) as n from event_instances where event_id = $1 group by 1`,
)

describe('copies and moves', () => {
  const store = useStore()
  let env: TestEnv
  let alice: Actor
  let bob: Actor
  let one: Calendar
  let two: Calendar
  let count = 0

  beforeEach(async () => {
    count += 1
    env = calendarEnv(store())
    alice = await seedUser(store(), `alice${count}`)
    bob = await seedUser(store(), `bob${count}`)
    one = await makeCalendar(env, alice, 'one')
    two = await makeCalendar(env, alice, 'two')
  })

  const exists = (calendar: Calendar, name: string, actor = alice) =>
    getObject(env, actor, at(calendar, name), { data: true }).then(
      ({ object }) => object,
      () => undefined,
    )
  const changes = async (calendar: Calendar, token: string, actor = alice) => {
    const found = await changesSince(env, await reload(env, actor, calendar), token)
    return { changed: found.changed.map(({ name }) => name), removed: found.removed }
  }

  describe('of an object', () => {
    it('moves it with its octets, properties and instances; both calendars tell', async () => {
      const text = textOf({ uid: 'a', more: ['RRULE:FREQ=DAILY;COUNT=4'] })
      const { object } = await put(env, alice, one, 'a.ics', text)
      const target = { kind: 'object', calendar: one, object } as const
      await updateDeadProperties(env, alice, target, { setDead: [DEAD], removeDead: [] }, {})
      const before = [await reload(env, alice, one), await reload(env, alice, two)] as const
      const moved = await moveObject(env, alice, at(one, 'a.ics'), at(two, 'b.ics'), KEEP)
      expect(moved).to.deep.equal({ created: true })
      expect(await exists(one, 'a.ics')).to.equal(undefined)
      const there = await exists(two, 'b.ics')
      expect(there).to.include({ data: text, etag: object.etag, eventId: object.eventId })
      expect(await store().reader.rows(instancesOf, object.eventId)).to.deep.equal([
        { calendarId: two.calendarId, n: 4n },
      ])
      const dead = await deadProperties(env, alice.userId, 'object', [object.eventId])
      expect(dead.get(object.eventId)).to.deep.equal([DEAD])
      expect(await changes(one, syncTokenOf(before[0]))).to.deep.equal({ changed: [], removed: ['a.ics'] })
      expect(await changes(two, syncTokenOf(before[1]))).to.deep.equal({ changed: ['b.ics'], removed: [] })
      expect((await reload(env, alice, one)).sizeBytes).to.equal(0n)
      expect((await reload(env, alice, two)).sizeBytes).to.equal(BigInt(Buffer.byteLength(text)))
    })

    it('renames it within a calendar', async () => {
      await put(env, alice, one, 'a.ics', textOf({ uid: 'a' }))
      const token = syncTokenOf(await reload(env, alice, one))
      await moveObject(env, alice, at(one, 'a.ics'), at(one, 'b.ics'), KEEP)
      expect(await changes(one, token)).to.deep.equal({ changed: ['b.ics'], removed: ['a.ics'] })
      await moveObject(env, alice, at(one, 'b.ics'), at(one, 'a.ics'), KEEP)
      expect(await changes(one, token)).to.deep.equal({ changed: ['a.ics'], removed: ['b.ics'] })
    })

    it('replaces what is there only when it may', async () => {
      await put(env, alice, one, 'a.ics', textOf({ uid: 'a', summary: 'New' }))
      const old = await put(env, alice, two, 'a.ics', textOf({ uid: 'a', summary: 'Old' }))
      const reason = await refusalOf(moveObject(env, alice, at(one, 'a.ics'), at(two, 'a.ics'), KEEP))
      expect(reason).to.deep.equal({ code: 'condition-failed', header: 'Overwrite' })
      const target = { kind: 'object', calendar: two, object: old.object } as const
      await updateDeadProperties(env, alice, target, { setDead: [DEAD], removeDead: [] }, {})
      const copied = await copyObject(env, alice, at(one, 'a.ics'), at(two, 'a.ics'), OVERWRITE)
      expect(copied).to.deep.equal({ created: false })
      const copy = await exists(two, 'a.ics')
      expect(copy?.data).to.contain('New')
      expect((await deadProperties(env, alice.userId, 'object', [copy?.eventId ?? ''])).size).to.equal(0)
      expect(await moveObject(env, alice, at(one, 'a.ics'), at(two, 'a.ics'), OVERWRITE)).to.deep.equal({
        created: false,
      })
      expect(await exists(one, 'a.ics')).to.equal(undefined)
    })

    it('enforces what a PUT would', async () => {
      await put(env, alice, one, 'a.ics', textOf({ uid: 'a' }))
      const tasks = await makeCalendar(env, alice, 'tasks', { components: ['VTODO'] })
      const attempt = (to: ReturnType<typeof at>, use = copyObject) =>
        refusalCode(use(env, alice, at(one, 'a.ics'), to, OVERWRITE))
      expect(await attempt(at(tasks, 'a.ics'))).to.equal('supported-calendar-component')
      expect(await attempt(at(one, 'b.ics'))).to.equal('no-uid-conflict')
      expect(await attempt(at(one, 'a.ics'))).to.equal('same-resource')
      expect(await attempt({ owner: alice.username, collection: 'none', name: 'a.ics' })).to.equal(
        'parent-missing',
      )
      await put(env, alice, two, 'x.ics', textOf({ uid: 'a' }))
      expect(await attempt(at(two, 'b.ics'), moveObject)).to.equal('no-uid-conflict')
      await put(env, alice, two, 'y.ics', textOf({ uid: 'y' }))
      expect(await attempt(at(two, 'y.ics'), moveObject)).to.equal('no-uid-conflict')
      expect(await exists(one, 'a.ics')).not.to.equal(undefined)
      expect(await refusalCode(copyObject(env, alice, at(one, 'none'), at(two, 'n'), KEEP))).to.equal(
        'not-found',
      )
      const stale = { overwrite: true, conditions: { ifMatch: ['stale'] } }
      expect(await refusalCode(moveObject(env, alice, at(one, 'a.ics'), at(two, 'x.ics'), stale))).to.equal(
        'condition-failed',
      )
    })

    it('crosses homes by what is granted, taking the properties along', async () => {
      const theirs = await makeCalendar(env, bob, 'theirs')
      const { object } = await put(
        env,
        bob,
        theirs,
        'a.ics',
        textOf({ uid: 'a', more: ['RRULE:FREQ=DAILY;COUNT=2'] }),
      )
      const target = { kind: 'object', calendar: theirs, object } as const
      await updateDeadProperties(env, bob, target, { setDead: [DEAD], removeDead: [] }, {})
      const from = at(theirs, 'a.ics')
      expect(await refusalCode(copyObject(env, alice, from, at(one, 'a.ics'), KEEP))).to.equal('not-found')
      await store().transact(async (tx) => tx.write(share, bob.userId, theirs.calendarId, alice.userId, READ))
      expect(await refusalCode(moveObject(env, alice, from, at(one, 'a.ics'), KEEP))).to.equal(
        'need-privileges',
      )
      await copyObject(env, alice, from, at(one, 'a.ics'), KEEP)
      const copy = await exists(one, 'a.ics')
      const dead = await deadProperties(env, alice.userId, 'object', [copy?.eventId ?? ''])
      expect(dead.get(copy?.eventId ?? '')).to.deep.equal([DEAD])
      await store().transact(async (tx) => tx.write(share, alice.userId, one.calendarId, bob.userId, -1))
      await moveObject(env, bob, from, at(one, 'a.ics'), OVERWRITE)
      expect(await exists(theirs, 'a.ics', bob)).to.equal(undefined)
    })

    it('is all or nothing for everyone who looks', async () => {
      await put(env, alice, one, 'a.ics', textOf({ uid: 'a' }))
      let isOver = false
      const watch = (async () => {
        while (!isOver) {
          const seen = await store().read(async (reader) => {
            const view = { ...env, store: { ...store(), reader } }
            const found = await Promise.all(
              [one, two].map((calendar) =>
                getObject(view, alice, at(calendar, 'a.ics'), { data: false }).then(
                  () => 1,
                  () => 0,
                ),
              ),
            )
            return found.reduce<number>((sum, each) => sum + each, 0)
          })
          expect(seen).to.equal(1)
        }
      })()
      for (let round = 0; round < 20; round += 1) {
        const [from, to] = round % 2 === 0 ? [one, two] : [two, one]
        await moveObject(env, alice, at(from, 'a.ics'), at(to, 'a.ics'), KEEP)
      }
      isOver = true
      await watch
    })

    it('survives moves in both directions at once', async () => {
      for (let n = 0; n < 6; n += 1) {
        await put(env, alice, one, `x${n}`, textOf({ uid: `x${n}` }))
        await put(env, alice, two, `y${n}`, textOf({ uid: `y${n}` }))
      }
      await Promise.all(
        Array.from({ length: 6 }, (_, n) => [
          moveObject(env, alice, at(one, `x${n}`), at(two, `x${n}`), KEEP),
          moveObject(env, alice, at(two, `y${n}`), at(one, `y${n}`), KEEP),
        ]).flat(),
      )
      const all = await changesSince(env, await reload(env, alice, one), undefined)
      expect(all.changed.map(({ name }) => name).sort()).to.deep.equal(['y0', 'y1', 'y2', 'y3', 'y4', 'y5'])
    })
  })

  describe('of a collection', () => {
    const ref = (collection: string, owner = alice) => ({ owner: owner.username, collection })
    const DEEP = { ...OVERWRITE, isDeep: true }

    it('renames a calendar; the home tells', async () => {
      await put(env, alice, one, 'a.ics', textOf({ uid: 'a' }))
      const home = await getHome(env, alice, { owner: alice.username })
      expect(await moveCollection(env, alice, ref('one'), ref('renamed'), KEEP)).to.deep.equal({
        created: true,
      })
      expect(await refusalCode(getCollection(env, alice, ref('one')))).to.equal('not-found')
      const now = (await getCollection(env, alice, ref('renamed'))) as Calendar
      expect(now.calendarId).to.equal(one.calendarId)
      expect((await exists(now, 'a.ics'))?.uid).to.equal('a')
      const later = await getHome(env, alice, { owner: alice.username })
      const told = await homeChangesSince(env, alice, later, homeSyncTokenOf(home))
      expect(told.changed.map(({ name }) => name)).to.deep.equal(['renamed'])
      expect(told.removed).to.deep.equal(['one'])
    })

    it('replaces another only when it may', async () => {
      await put(env, alice, one, 'a.ics', textOf({ uid: 'a' }))
      expect(await refusalOf(moveCollection(env, alice, ref('one'), ref('two'), KEEP))).to.deep.equal({
        code: 'condition-failed',
        header: 'Overwrite',
      })
      expect(await moveCollection(env, alice, ref('one'), ref('two'), OVERWRITE)).to.deep.equal({
        created: false,
      })
      expect(((await getCollection(env, alice, ref('two'))) as Calendar).calendarId).to.equal(one.calendarId)
    })

    it('copies a calendar with what is in it, or without', async () => {
      const text = textOf({ uid: 'a', more: ['RRULE:FREQ=DAILY;COUNT=2'] })
      await put(env, alice, one, 'a.ics', text)
      await put(env, alice, one, 'b.ics', textOf({ uid: 'b' }))
      await copyCollection(env, alice, ref('one'), ref('deep'), DEEP)
      const deep = (await getCollection(env, alice, ref('deep'))) as Calendar
      expect(await exists(deep, 'a.ics')).to.include({ data: text })
      expect(deep.sizeBytes).to.equal((await reload(env, alice, one)).sizeBytes)
      expect((await changesSince(env, deep, undefined)).changed).to.have.length(2)
      const part = await changesSince(env, deep, undefined, 1)
      expect(part.changed).to.have.length(1)
      expect((await changesSince(env, deep, part.token)).changed).to.have.length(1)
      await copyCollection(env, alice, ref('one'), ref('flat'), { ...KEEP, isDeep: false })
      const flat = (await getCollection(env, alice, ref('flat'))) as Calendar
      expect((await changesSince(env, flat, undefined)).changed).to.deep.equal([])
      expect(flat.components).to.deep.equal(one.components)
      const limited = calendarEnv(store(), { quotaBytes: 1200 })
      expect(await refusalCode(copyCollection(limited, alice, ref('one'), ref('more'), DEEP))).to.equal(
        'quota-not-exceeded',
      )
    })

    it('copies plain collections with their files', async () => {
      await createCollection(env, alice, ref('files'), { kind: 'collection', fields: {}, dead: [] }, {})
      const body = Buffer.from('hello')
      await putNode(env, alice, { ...ref('files'), path: ['a.txt'] }, { body, contentType: 'text/plain' }, {})
      await copyCollection(env, alice, ref('files'), ref('copies'), DEEP)
      expect((await getNode(env, alice, { ...ref('copies'), path: ['a.txt'] })).size).to.equal(5)
      expect((await getCollection(env, alice, ref('copies'))).sizeBytes).to.equal(5n)
    })

    it('stays within the home, and needs the right to', async () => {
      expect(await refusalCode(moveCollection(env, alice, ref('one'), ref('one', bob), KEEP))).to.equal(
        'calendar-collection-location-ok',
      )
      expect(await refusalCode(copyCollection(env, alice, ref('one'), ref('one', bob), DEEP))).to.equal(
        'not-found',
      )
      expect(await refusalCode(moveCollection(env, bob, ref('one'), ref('x'), KEEP))).to.equal('not-found')
      expect(await refusalCode(moveCollection(env, alice, ref('one'), ref('one'), KEEP))).to.equal(
        'same-resource',
      )
    })
  })
})
