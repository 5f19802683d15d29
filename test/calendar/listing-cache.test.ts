import { expect } from 'chai'
import fc from 'fast-check'
import { moveObject } from '../../src/calendar/copy-move.ts'
import { deleteObject } from '../../src/calendar/delete-object.ts'
import { ListingCache } from '../../src/calendar/listing-cache.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { sweep } from '../../src/calendar/sweep.ts'
import type { Store } from '../../src/store/store.ts'
import { at, calendarEnv, makeCalendar, put, reload, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { seedUser } from '../support/tree.ts'

describe('the listing cache', () => {
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
    calendar = await makeCalendar(env, alice, `list${count}`)
  })

  const listed = async (cache: ListingCache) => {
    const found: [string, string][] = []
    for await (const group of cache.list(await reload(env, alice, calendar))) {
      for (const { name, etag } of group) found.push([name, etag])
    }
    return found.sort()
  }
  const fresh = () => listed(new ListingCache(store()))

  it('reads a calendar once, and then only what has changed', async () => {
    let streams = 0
    const counting: Store = {
      ...store(),
      reader: {
        ...store().reader,
        stream: (...call) => {
          streams += 1
          return store().reader.stream(...call)
        },
      },
    }
    const cache = new ListingCache(counting)
    for (const uid of ['a', 'b', 'c']) await put(env, alice, calendar, uid, textOf({ uid }))
    expect(await listed(cache)).to.deep.equal(await fresh())
    await put(env, alice, calendar, 'b', textOf({ uid: 'b', summary: 'new' }))
    await deleteObject(env, alice, at(calendar, 'a'), {})
    expect(await listed(cache)).to.deep.equal(await fresh())
    expect(await listed(cache)).to.deep.equal(await fresh())
    expect(streams).to.equal(1)
  })

  it('starts over when what was removed has been forgotten', async () => {
    const cache = new ListingCache(store())
    for (const uid of ['a', 'b']) await put(env, alice, calendar, uid, textOf({ uid }))
    await listed(cache)
    await deleteObject(env, alice, at(calendar, 'a'), {})
    env.advance(400)
    await sweep(env)
    expect((await listed(cache)).map(([name]) => name)).to.deep.equal(['b'])
  })

  it('lists what is there, whoever changes it and whenever it is asked', async () => {
    const uid = fc.constantFrom('a', 'b', 'c')
    const step = fc.oneof(
      fc.record({ do: fc.constant('put' as const), uid }),
      fc.record({ do: fc.constant('remove' as const), uid }),
      fc.record({ do: fc.constant('move' as const), uid, to: uid }),
      fc.record({ do: fc.constant('list' as const), uid }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        count += 1
        calendar = await makeCalendar(env, alice, `law${count}`)
        const cache = new ListingCache(store())
        for (const [index, each] of steps.entries()) {
          if (each.do === 'put') {
            const text = textOf({ uid: each.uid, summary: `${index}` })
            await put(env, alice, calendar, each.uid, text).catch(() => undefined)
          } else if (each.do === 'remove') {
            await deleteObject(env, alice, at(calendar, each.uid), {}).catch(() => undefined)
          } else if (each.do === 'move') {
            const [from, to] = [at(calendar, each.uid), at(calendar, `to-${each.to}`)]
            await moveObject(env, alice, from, to, { overwrite: true, conditions: {} }).catch(() => undefined)
          } else expect(await listed(cache)).to.deep.equal(await fresh())
        }
        expect(await listed(cache)).to.deep.equal(await fresh())
      }),
      { numRuns: 30 },
    )
  })
})
