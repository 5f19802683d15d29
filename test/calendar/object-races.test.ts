import { expect } from 'chai'
import { deleteCollection } from '../../src/calendar/collections.ts'
import { moveObject } from '../../src/calendar/copy-move.ts'
import { DEFAULT_LIMITS } from '../../src/calendar/env.ts'
import { lock } from '../../src/calendar/lock.ts'
import { lockToken } from '../../src/calendar/lock-token.ts'
import type { Actor } from '../../src/calendar/model.ts'
import { getObject } from '../../src/calendar/objects.ts'
import { putObject } from '../../src/calendar/put-object.ts'
import { Refusal } from '../../src/calendar/refusal.ts'
import { statement } from '../../src/store/statement.ts'
import { useStore } from '../support/database.ts'
import { event } from '../support/ics.ts'
import { nodeAt, refusalCode, seedCollection, seedUser, type TreeEnv, treeEnv } from '../support/tree.ts'

const LOCK = { isDeep: false, isExclusive: true, ownerXml: undefined, timeoutSeconds: 600 }
const leftOvers = statement<{ events: number; locks: number; tombstones: number }>(
  'test.left-overs',
  `select (select count(*)::int from events where calendar_id = $1) as events,
     (select count(*)::int from locks where calendar_id = $1) as locks,
     (select count(*)::int from tombstones where calendar_id = $1) as tombstones`,
)

describe('races between calendar objects, locks and moves', () => {
  const store = useStore(12)
  let env: TreeEnv
  let alice: Actor
  let one: string
  let oneId: string
  let two: string
  let count = 0

  before(async () => {
    alice = await seedUser(store(), 'alice')
  })

  beforeEach(async () => {
    env = treeEnv(store(), DEFAULT_LIMITS)
    one = `one${++count}`
    two = `two${count}`
    oneId = await seedCollection(store(), alice, one, 'calendar')
    await seedCollection(store(), alice, two, 'calendar')
  })

  const at = (collection: string, name: string) => ({ owner: 'alice', collection, name })
  const put = (collection: string, name: string, summary = 'x', uid = name) =>
    putObject(env, alice, at(collection, name), event({ uid, summary }), {})
  const settle = async (work: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(work)).map((result) => {
      if (result.status === 'fulfilled') return 'done'
      expect(result.reason, String(result.reason?.stack)).to.be.instanceOf(Refusal)
      return (result.reason as Refusal).reason.code
    })
  const summaryAt = async (collection: string, name: string) => {
    const { object } = await getObject(env, alice, at(collection, name), { data: true })
    return /SUMMARY:(.*)/.exec(object.data ?? '')?.[1]?.trim()
  }

  it('moves what the last acknowledged PUT wrote, and no PUT writes to the place it left', async () => {
    for (let round = 0; round < 6; round += 1) {
      const name = `x${round}.ics`
      await put(one, name, 'old')
      const write = () =>
        putObject(env, alice, at(one, name), event({ uid: name, summary: 'new' }), { ifMatch: '*' })
      const move = () =>
        moveObject(env, alice, at(one, name), at(two, name), { overwrite: true, conditions: {} })
      const order = round % 2 === 0 ? [write, move] : [move, write]
      const codes = await settle(order.map((start) => start()))
      const written = codes[order.indexOf(write)]
      expect(codes[order.indexOf(move)]).to.equal('done')
      expect(written).to.be.oneOf(['done', 'condition-failed'])
      expect(await refusalCode(getObject(env, alice, at(one, name), { data: false }))).to.equal('not-found')
      expect(await summaryAt(two, name)).to.equal(written === 'done' ? 'new' : 'old')
    }
  })

  it('survives moves that cross between two calendars', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, i) => put(i % 2 === 0 ? one : two, `c${i}.ics`)))
    const transfer = { overwrite: false, conditions: {} }
    const crossing = Array.from({ length: 6 }, (_, i) => {
      const [from, to] = i % 2 === 0 ? [one, two] : [two, one]
      return moveObject(env, alice, at(from, `c${i}.ics`), at(to, `c${i}.ics`), transfer)
    })
    expect(new Set(await settle(crossing))).to.deep.equal(new Set(['done']))
  })

  it('grants one exclusive lock among PUTs, and no PUT gets past it', async () => {
    await put(one, 'x.ics', 'first')
    const contend = async () => {
      const { lock: taken } = await lock(env, alice, nodeAt(`alice/${one}/x.ics`), LOCK, {})
      return { taken, summary: await summaryAt(one, 'x.ics') }
    }
    const [contenders, writes] = await Promise.all([
      Promise.allSettled(Array.from({ length: 4 }, contend)),
      settle(Array.from({ length: 6 }, (_, i) => put(one, 'x.ics', `s${i}`, 'x.ics'))),
    ])
    const [winner, ...others] = contenders.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    if (winner === undefined) throw new Error('nobody got the lock')
    expect(others).to.deep.equal([])
    expect(writes.filter((code) => !['done', 'lock-token-submitted'].includes(code))).to.deep.equal([])
    expect(await summaryAt(one, 'x.ics')).to.equal(winner.summary)
    const state = { token: lockToken(winner.taken) }
    const holding = { ifLists: [{ path: undefined, terms: [{ not: false, state }] }] }
    await putObject(env, alice, at(one, 'x.ics'), event({ uid: 'x.ics', summary: 'mine' }), holding)
  })

  it('deletes a calendar under write load, and nothing of it is left', async () => {
    await put(one, 'a.ics')
    const work = [
      ...Array.from({ length: 6 }, (_, i) => put(one, `b${i}.ics`)),
      deleteCollection(env, alice, { owner: 'alice', collection: one }, {}),
      ...Array.from({ length: 6 }, (_, i) => put(one, `d${i}.ics`)),
    ]
    const codes = new Set(await settle(work))
    expect([...codes].filter((code) => !['done', 'parent-missing'].includes(code))).to.deep.equal([])
    expect(await store().reader.row(leftOvers, oneId)).to.deep.equal({ events: 0, locks: 0, tombstones: 0 })
  })
})
