import { expect } from 'chai'
import { createCollection, deleteCollection } from '../../src/calendar/collections.ts'
import { transferNode } from '../../src/calendar/copy-move-node.ts'
import { lock } from '../../src/calendar/lock.ts'
import { locksInHome } from '../../src/calendar/locks.ts'
import { makeNodeCollection } from '../../src/calendar/make-node-collection.ts'
import type { Actor } from '../../src/calendar/model.ts'
import { listNodes } from '../../src/calendar/nodes.ts'
import { putNode } from '../../src/calendar/put-node.ts'
import { Refusal } from '../../src/calendar/refusal.ts'
import { statement } from '../../src/store/statement.ts'
import { useStore } from '../support/database.ts'
import { nodeAt, refusalCode, seedCollection, seedUser, type TreeEnv, treeEnv } from '../support/tree.ts'

const countRows = statement<{ nodes: number; locks: number; properties: number }>(
  'test.left',
  `select (select count(*)::int from nodes) as nodes, (select count(*)::int from locks) as locks,
     (select count(*)::int from properties) as properties`,
)
const LOCK = { isDeep: false, isExclusive: true, ownerXml: undefined, timeoutSeconds: 600 }
const DEAD = { namespace: 'urn:x', name: 'p', xml: '<p xmlns="urn:x"/>' }

describe('races in plain collections', () => {
  const store = useStore(12)
  let env: TreeEnv
  let alice: Actor
  const files = { owner: 'alice', collection: 'files' }

  before(async () => {
    env = treeEnv(store(), { maxCalendars: 100 })
    alice = await seedUser(store(), 'alice')
    await seedCollection(store(), alice, 'other')
  })

  beforeEach(() => seedCollection(store(), alice, 'files'))

  const put = (path: string, text = path) =>
    putNode(env, alice, nodeAt(`alice/${path}`), { body: Buffer.from(text), contentType: undefined }, {})

  /** Refusals are answers; anything else would be a 500. */
  const codes = async (work: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(work)).map((result) => {
      if (result.status === 'fulfilled') return 'done'
      expect(result.reason, String(result.reason)).to.be.instanceOf(Refusal)
      return (result.reason as Refusal).reason.code
    })

  it('deletes a collection under write load, and nothing of it is left', async () => {
    await makeNodeCollection(env, alice, nodeAt('alice/files/sub'), [DEAD], {})
    const writes = Array.from({ length: 12 }, (_, i) => () => put(`files/sub/${i}`))
    const locks = Array.from(
      { length: 4 },
      (_, i) => () => lock(env, alice, nodeAt(`alice/files/l${i}`), LOCK, {}),
    )
    const remove = async (): Promise<void> => {
      try {
        await deleteCollection(env, alice, files, {})
      } catch (error) {
        if (!(error instanceof Refusal) || error.reason.code !== 'lock-token-submitted') throw error
        env.advance(601)
        await remove()
      }
    }
    const mixed = [...writes.slice(0, 6), ...locks.slice(0, 2), remove, ...writes.slice(6), ...locks.slice(2)]
    const seen = new Set(await codes(mixed.map((work) => work())))
    expect([...seen].filter((code) => !['done', 'parent-missing', 'not-found'].includes(code))).to.deep.equal(
      [],
    )
    expect(await refusalCode(listNodes(env, alice, nodeAt('alice/files')))).to.equal('not-found')
    expect(await store().reader.row(countRows)).to.deep.equal({ nodes: 0, locks: 0, properties: 0 })
    expect(await locksInHome(env, alice.userId)).to.deep.equal([])
  })

  it('starts clean when a collection is made again under the same name', async () => {
    await put('files/old')
    const again = async () => {
      await deleteCollection(env, alice, files, {})
      await createCollection(env, alice, files, { kind: 'collection', fields: {}, dead: [] }, {})
    }
    await again()
    expect(await listNodes(env, alice, nodeAt('alice/files'))).to.deep.equal([])
    await deleteCollection(env, alice, files, {})
  })

  it('puts a file moved by many at one place only', async () => {
    await put('files/a', 'the one')
    const moves = Array.from({ length: 8 }, (_, i) =>
      transferNode(env, alice, nodeAt('alice/files/a'), nodeAt(`alice/other/a${i}`), {
        isMove: true,
        isDeep: true,
        overwrite: true,
        conditions: {},
      }),
    )
    const results = await codes(moves)
    expect(results.filter((code) => code === 'done')).to.have.length(1)
    expect(results.filter((code) => code === 'not-found')).to.have.length(7)
    expect(await listNodes(env, alice, nodeAt('alice/other'))).to.have.length(1)
    expect(await listNodes(env, alice, nodeAt('alice/files'))).to.have.length(0)
    await deleteCollection(env, alice, files, {})
  })

  it('creates one file of a name that many create at once', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, (_, i) => put('files/same', `v${i}`)))
    expect(results.filter(({ created }) => created)).to.have.length(1)
    const collections = Array.from({ length: 8 }, () =>
      makeNodeCollection(env, alice, nodeAt('alice/files/coll'), [], {}),
    )
    const made = await codes(collections)
    expect(made.filter((code) => code === 'done')).to.have.length(1)
    expect(made.filter((code) => code === 'already-exists')).to.have.length(7)
    await deleteCollection(env, alice, files, {})
  })
})
