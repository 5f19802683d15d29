import { expect } from 'chai'
import fc from 'fast-check'
import { moveObject } from '../../src/calendar/copy-move.ts'
import { deleteObject } from '../../src/calendar/delete-object.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { listObjects } from '../../src/calendar/objects.ts'
import { sweep } from '../../src/calendar/sweep.ts'
import { changesSince, syncTokenOf } from '../../src/calendar/sync.ts'
import { at, calendarEnv, makeCalendar, put, reload, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { refusalCode, seedUser } from '../support/tree.ts'

describe('synchronisation of a calendar', () => {
  const store = useStore()
  let env: TestEnv
  let alice: Actor
  let calendar: Calendar
  let count = 0

  before(async () => {
    alice = await seedUser(store(), 'alice')
  })
  beforeEach(async () => {
    count += 1
    env = calendarEnv(store())
    calendar = await makeCalendar(env, alice, `sync${count}`)
  })

  const since = async (token: string | undefined, limit?: number) => {
    const changes = await changesSince(env, await reload(env, alice, calendar), token, limit)
    return { ...changes, changed: changes.changed.map(({ name }) => name).sort() }
  }
  const store1 = (uid: string, summary?: string) =>
    put(env, alice, calendar, `${uid}.ics`, textOf({ uid, ...(summary && { summary }) }))
  const remove = (uid: string) => deleteObject(env, alice, at(calendar, `${uid}.ics`), {})

  it('tells what was made, changed and removed', async () => {
    const start = await since(undefined)
    expect(start).to.deep.equal({ changed: [], removed: [], token: syncTokenOf(calendar), truncated: false })
    await store1('a')
    await store1('b')
    const made = await since(start.token)
    expect(made.changed).to.deep.equal(['a.ics', 'b.ics'])
    await store1('a', 'changed')
    await remove('b')
    const changed = await since(made.token)
    expect(changed).to.deep.include({ changed: ['a.ics'], removed: ['b.ics'] })
    expect(await since(changed.token)).to.deep.include({ changed: [], removed: [], token: changed.token })
    await store1('b')
    expect(await since(made.token)).to.deep.include({ changed: ['a.ics', 'b.ics'], removed: [] })
    expect((await since('')).changed).to.deep.equal(['a.ics', 'b.ics'])
  })

  it('has tokens that look like URIs and change with every change', async () => {
    const tokens = new Set([syncTokenOf(calendar)])
    for (const change of [() => store1('a'), () => store1('a', 'x'), () => remove('a')]) {
      await change()
      const token = syncTokenOf(await reload(env, alice, calendar))
      expect(token).to.match(/^data:,[a-z0-9/-]+$/)
      tokens.add(token)
    }
    expect(tokens.size).to.equal(4)
  })

  it('refuses tokens that are foreign, garbled or from the future', async () => {
    const other = await makeCalendar(env, alice, `other${count}`)
    const now = syncTokenOf(calendar)
    const bad = [syncTokenOf(other), `${now}9`, `${now}x`, `${now}-99`, 'urn:x', '1', now.replace(/1$/, '0')]
    for (const token of bad) {
      expect(await refusalCode(changesSince(env, calendar, token)), token).to.equal('valid-sync-token')
    }
  })

  it('is cut at the limit, and goes on from the token of the last change', async () => {
    for (const uid of ['a', 'b', 'c', 'd', 'e']) await store1(uid)
    await remove('b')
    const first = await since(undefined, 2)
    expect(first).to.deep.include({ changed: ['a.ics', 'c.ics'], truncated: true })
    await remove('a')
    const second = await since(first.token, 2)
    expect(second).to.deep.include({ changed: ['d.ics', 'e.ics'], truncated: true })
    const third = await since(second.token, 2)
    expect(third).to.deep.include({ changed: [], removed: ['a.ics'], truncated: false })
  })

  it('refuses tokens from before what has been forgotten, but lets a first synchronisation go on', async () => {
    await store1('a')
    await store1('b')
    const old = syncTokenOf(await reload(env, alice, calendar))
    await remove('b')
    const later = syncTokenOf(await reload(env, alice, calendar))
    env.advance(100)
    await sweep(env, { tombstoneDays: 200 })
    expect((await since(old)).removed).to.deep.equal(['b.ics'])
    env.advance(101)
    expect((await sweep(env, { tombstoneDays: 200 })).tombstones).to.be.greaterThan(0)
    expect(await refusalCode(since(old))).to.equal('valid-sync-token')
    expect(await since(later)).to.deep.include({ changed: [], removed: [] })
    await store1('c')
    const part = await since(undefined, 1)
    expect(part).to.deep.include({ changed: ['a.ics'], truncated: true })
    expect(await since(part.token)).to.deep.include({ changed: ['c.ics'], truncated: false })
  })

  it('reports a removal to a client in the middle of its first synchronisation', async () => {
    for (const uid of ['a', 'b', 'c']) await store1(uid)
    const part = await since(undefined, 2)
    await remove('a')
    await store1('b', 'again')
    const rest = await since(part.token, 1)
    const end = await since(rest.token)
    expect([...rest.changed, ...end.changed].sort()).to.deep.equal(['b.ics', 'c.ics'])
    expect([...rest.removed, ...end.removed]).to.deep.equal(['a.ics'])
  })

  it('brings any client to the present state, whatever happened and however it is cut', async function () {
    this.timeout(60_000)
    const uid = fc.constantFrom('a', 'b', 'c', 'd')
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('put' as const), uid }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), uid }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), uid, to: uid }) },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('sync' as const),
          limit: fc.option(fc.integer({ min: 1, max: 3 })),
        }),
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        count += 1
        calendar = await makeCalendar(env, alice, `law${count}`)
        const client = new Map<string, string>()
        let token: string | undefined
        let edition = 0
        const pull = async (limit?: number) => {
          const now = await reload(env, alice, calendar)
          const changes = await changesSince(env, now, token, limit)
          for (const { name, etag } of changes.changed) client.set(name, etag)
          for (const name of changes.removed) client.delete(name)
          token = changes.token
          return changes.truncated
        }
        for (const each of steps) {
          edition += 1
          if (each.do === 'put') await store1(each.uid, `edition ${edition}`).catch(() => undefined)
          else if (each.do === 'remove') await remove(each.uid).catch(() => undefined)
          else if (each.do === 'sync') await pull(each.limit ?? undefined)
          else {
            const [from, to] = [at(calendar, `${each.uid}.ics`), at(calendar, `moved-${each.to}.ics`)]
            await moveObject(env, alice, from, to, { overwrite: true, conditions: {} }).catch(() => undefined)
          }
        }
        while (await pull(2)) {
          // Until nothing is left to be told.
        }
        const listed = new Map<string, string>()
        for await (const group of listObjects(env, await reload(env, alice, calendar), { data: false })) {
          for (const { name, etag } of group) listed.set(name, etag)
        }
        expect([...client].sort()).to.deep.equal([...listed].sort())
      }),
      { numRuns: 40 },
    )
  })
})
