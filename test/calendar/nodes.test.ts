import { expect } from 'chai'
import { type Transfer, transferNode } from '../../src/calendar/copy-move-node.ts'
import { deleteNode } from '../../src/calendar/delete-node.ts'
import { lock } from '../../src/calendar/lock.ts'
import { lockToken } from '../../src/calendar/lock-token.ts'
import { locksInHome } from '../../src/calendar/locks.ts'
import { makeNodeCollection } from '../../src/calendar/make-node-collection.ts'
import type { Actor } from '../../src/calendar/model.ts'
import { getNode, getNodeBody, listNodes } from '../../src/calendar/nodes.ts'
import { putNode } from '../../src/calendar/put-node.ts'
import { statement } from '../../src/store/statement.ts'
import { useStore } from '../support/database.ts'
import {
  nodeAt,
  refusalCode,
  seedCollection,
  seedObject,
  seedUser,
  type TreeEnv,
  treeEnv,
} from '../support/tree.ts'

const COPY: Transfer = { isMove: false, isDeep: true, overwrite: true, conditions: {} }
const MOVE: Transfer = { ...COPY, isMove: true }
const DEAD = { namespace: 'urn:test', name: 'mood', xml: '<mood xmlns="urn:test">sunny</mood>' }

const calendarRow = statement<{ revision: bigint; sizeBytes: bigint; homeRevision: bigint }>(
  'test.calendar-row',
  `select revision, size_bytes as "sizeBytes", home_revision as "homeRevision" from calendars
   where user_id = $1 and name = $2`,
)
const deadXml = statement<{ xml: string }>('test.dead', `select xml from properties where scope = 'node'`)

describe('nodes', () => {
  const store = useStore()
  let env: TreeEnv
  let alice: Actor
  let count = 0
  let files: string
  let other: string

  before(async () => {
    alice = await seedUser(store(), 'alice')
    const work = await seedCollection(store(), alice, 'work', 'calendar')
    await seedObject(store(), alice, work, 'x.ics', 'etag-x')
  })

  beforeEach(async () => {
    env = treeEnv(store())
    files = `files${++count}`
    other = `other${count}`
    await seedCollection(store(), alice, files)
    await seedCollection(store(), alice, other)
  })

  const at = (path: string) => nodeAt(`alice/${files}${path === '' ? '' : `/${path}`}`)
  const elsewhere = (path: string) => nodeAt(`alice/${other}/${path}`)
  const put = (path: string, text = 'text', contentType: string | undefined = 'text/plain') =>
    putNode(env, alice, at(path), { body: Buffer.from(text), contentType }, {})
  const make = (path: string, dead = [] as (typeof DEAD)[]) =>
    makeNodeCollection(env, alice, at(path), dead, {})
  const read = async (ref: ReturnType<typeof nodeAt>) =>
    Buffer.from(await getNodeBody(env, await getNode(env, alice, ref))).toString()
  const names = async (ref: ReturnType<typeof nodeAt>) =>
    (await listNodes(env, alice, ref)).map(({ path }) => path.at(-1))
  const sizeOf = async (name: string) =>
    Number((await store().reader.row(calendarRow, alice.userId, name))?.sizeBytes)

  it('gives back the octets and the type that were put, with a strong etag', async () => {
    const body = Buffer.from([0, 255, 13, 10, 0x5c, 128])
    const { created, etag } = await putNode(env, alice, at('b.bin'), { body, contentType: 'x/y; a=b' }, {})
    expect(created).to.equal(true)
    const node = await getNode(env, alice, at('b.bin'))
    expect(node).to.include({ etag, size: 6, contentType: 'x/y; a=b', isCollection: false })
    expect(Buffer.from(await getNodeBody(env, node)).equals(body)).to.equal(true)
    const again = await putNode(
      env,
      alice,
      at('b.bin'),
      { body: Buffer.from('more'), contentType: 'x/y' },
      {},
    )
    expect(again.created).to.equal(false)
    expect(again.etag).not.to.equal(etag)
  })

  it('keeps names of any script and with any character apart', async () => {
    const odd = ['ä', 'a\u0308', 'a b', 'a%20b', "it's", '日本', 'a;b', '"q"', '\\', '{x,y}', 'NULL']
    for (const name of odd) await put(name, name)
    expect([...(await names(at('')))].sort()).to.deep.equal([...odd].sort())
    for (const name of odd) expect(await read({ ...at(''), path: [name] })).to.equal(name)
  })

  it('nests collections and lists one level', async () => {
    await make('a')
    await make('a/b')
    await put('a/b/c.txt')
    await put('top.txt')
    expect(await names(at(''))).to.deep.equal(['a', 'top.txt'])
    expect(await names(at('a'))).to.deep.equal(['b'])
    expect(await read(at('a/b/c.txt'))).to.equal('text')
  })

  it('refuses a missing parent, a file as a parent and a second collection of the name', async () => {
    await put('file')
    await make('coll')
    expect(await refusalCode(put('no/x'))).to.equal('parent-missing')
    expect(await refusalCode(put('file/x'))).to.equal('parent-missing')
    expect(await refusalCode(make('no/x'))).to.equal('parent-missing')
    expect(await refusalCode(make('coll'))).to.equal('already-exists')
    expect(await refusalCode(make('file'))).to.equal('already-exists')
    expect(await refusalCode(put('coll'))).to.equal('method-not-allowed')
    expect(
      await refusalCode(
        putNode(env, alice, nodeAt('alice/none/x'), { body: Buffer.of(), contentType: undefined }, {}),
      ),
    ).to.equal('parent-missing')
  })

  it('makes nothing but calendar objects in a calendar', async () => {
    const refs = [nodeAt('alice/work/sub'), nodeAt('alice/work/sub/deep')]
    for (const ref of refs) {
      expect(await refusalCode(makeNodeCollection(env, alice, ref, [], {}))).to.equal(
        'collection-in-calendar',
      )
    }
    await put('a.txt')
    expect(
      await refusalCode(transferNode(env, alice, at('a.txt'), nodeAt('alice/work/a.ics'), COPY)),
    ).to.equal('name-not-allowed')
    expect(await refusalCode(getNode(env, alice, nodeAt('alice/work/x.ics')))).to.equal('not-found')
    expect(await refusalCode(deleteNode(env, alice, nodeAt('alice/work/x.ics'), {}))).to.equal('not-found')
  })

  it('honours If-Match and If-None-Match under the lock', async () => {
    const { etag } = await put('a')
    const body = { body: Buffer.from('b'), contentType: undefined }
    expect(await refusalCode(putNode(env, alice, at('a'), body, { ifNoneMatch: '*' }))).to.equal(
      'condition-failed',
    )
    expect(await refusalCode(putNode(env, alice, at('n'), body, { ifMatch: '*' }))).to.equal(
      'condition-failed',
    )
    const racers = Array.from({ length: 6 }, (_, i) =>
      putNode(
        env,
        alice,
        at('a'),
        { body: Buffer.from(`v${i}`), contentType: undefined },
        { ifMatch: [etag] },
      ),
    )
    const won = (await Promise.allSettled(racers)).filter(({ status }) => status === 'fulfilled')
    expect(won).to.have.length(1)
  })

  it('deletes a tree with its dead properties and gives its octets back', async () => {
    await make('a', [DEAD])
    await make('a/b', [DEAD])
    await put('a/b/c', '12345')
    expect(await sizeOf(files)).to.equal(5)
    await deleteNode(env, alice, at('a'), {})
    expect(await sizeOf(files)).to.equal(0)
    expect(await names(at(''))).to.deep.equal([])
    expect(await store().reader.rows(deadXml)).to.deep.equal([])
    expect(await refusalCode(deleteNode(env, alice, at('a'), {}))).to.equal('not-found')
  })

  it('moves the revision of the collection and of its home on with every change', async () => {
    const before = await store().reader.row(calendarRow, alice.userId, files)
    await put('a')
    await put('a', 'other')
    await deleteNode(env, alice, at('a'), {})
    const after = await store().reader.row(calendarRow, alice.userId, files)
    expect(Number(after?.revision) - Number(before?.revision)).to.equal(3)
    expect(Number(after?.homeRevision)).to.be.greaterThan(Number(before?.homeRevision))
  })

  it('bounds a file and a home', async () => {
    env = treeEnv(store(), { maxResourceSize: 10, quotaBytes: 15 + (await usedByOthers()) })
    expect(await refusalCode(put('a', 'x'.repeat(11)))).to.equal('max-resource-size')
    await put('a', 'x'.repeat(10))
    expect(await refusalCode(put('b', 'x'.repeat(6)))).to.equal('quota-not-exceeded')
    await put('a', 'x'.repeat(4))
    await put('b', 'x'.repeat(6))
    expect(await refusalCode(transferNode(env, alice, at('b'), at('c'), COPY))).to.equal('quota-not-exceeded')
    await transferNode(env, alice, at('b'), elsewhere('c'), MOVE)
  })

  describe('COPY and MOVE', () => {
    beforeEach(async () => {
      await make('a', [DEAD])
      await make('a/b')
      await put('a/b/c', 'deep')
      await put('a/f', 'file')
    })

    it('copies a tree with its dead properties, within a collection and into another', async () => {
      for (const to of [at('copy'), elsewhere('copy')]) {
        expect(await transferNode(env, alice, at('a'), to, COPY)).to.deep.equal({ created: true })
        expect(await names(to)).to.deep.equal(['b', 'f'])
        expect(await read({ ...to, path: [...to.path, 'b', 'c'] })).to.equal('deep')
      }
      expect(await read(at('a/b/c'))).to.equal('deep')
      expect(await store().reader.rows(deadXml)).to.have.length(3)
      expect([await sizeOf(files), await sizeOf(other)]).to.deep.equal([16, 8])
    })

    it('copies a collection without its members at depth 0', async () => {
      await transferNode(env, alice, at('a'), at('copy'), { ...COPY, isDeep: false })
      expect(await names(at('copy'))).to.deep.equal([])
      expect(await sizeOf(files)).to.equal(8)
    })

    it('moves a tree within a collection and into another', async () => {
      await transferNode(env, alice, at('a'), at('moved'), MOVE)
      expect(await names(at(''))).to.deep.equal(['moved'])
      await transferNode(env, alice, at('moved'), elsewhere('there'), MOVE)
      expect(await names(at(''))).to.deep.equal([])
      expect(await read(elsewhere('there/b/c'))).to.equal('deep')
      expect([await sizeOf(files), await sizeOf(other)]).to.deep.equal([0, 8])
    })

    it('replaces what is at the destination, not merging the two', async () => {
      await make('old')
      await put('old/gone')
      expect(await transferNode(env, alice, at('a'), at('old'), COPY)).to.deep.equal({ created: false })
      expect(await names(at('old'))).to.deep.equal(['b', 'f'])
      await transferNode(env, alice, at('a/f'), at('old'), COPY)
      expect(await read(at('old'))).to.equal('file')
    })

    it('leaves the destination alone without Overwrite', async () => {
      await put('there', 'mine')
      expect(
        await refusalCode(transferNode(env, alice, at('a'), at('there'), { ...MOVE, overwrite: false })),
      ).to.equal('condition-failed')
      expect(await read(at('there'))).to.equal('mine')
    })

    it('refuses places inside, above and equal to the source, and without a parent', async () => {
      const tries = [COPY, MOVE].flatMap((how) => [
        transferNode(env, alice, at('a'), at('a'), how),
        transferNode(env, alice, at('a'), at('a/b/a'), how),
        transferNode(env, alice, at('a/b'), at('a'), how),
        transferNode(env, alice, at('a'), at('no/a'), how),
        transferNode(env, alice, at('a'), nodeAt('alice/none/a'), how),
        transferNode(env, alice, at('none'), at('x'), how),
      ])
      const codes = [
        'same-resource',
        'name-not-allowed',
        'name-not-allowed',
        'parent-missing',
        'parent-missing',
        'not-found',
      ]
      expect(await Promise.all(tries.map(refusalCode))).to.deep.equal([...codes, ...codes])
    })

    it('leaves locks where they were: gone from the source of a MOVE, kept on the destination', async () => {
      await put('to')
      const from = (await lock(env, alice, at('a/f'), EXCLUSIVE, {})).lock
      const to = (await lock(env, alice, at('to'), EXCLUSIVE, {})).lock
      expect(await refusalCode(transferNode(env, alice, at('a/f'), at('to'), MOVE))).to.equal(
        'lock-token-submitted',
      )
      await transferNode(env, alice, at('a/f'), at('to'), { ...MOVE, conditions: holding(from, to) })
      const left = await locksInHome(env, alice.userId)
      expect(left.map(({ lockId }) => lockId)).to.deep.equal([to.lockId])
      await deleteNode(env, alice, at('to'), holding(to))
    })

    it('needs no token of the source to copy it', async () => {
      const { lock: taken } = await lock(env, alice, at('a/f'), EXCLUSIVE, {})
      await transferNode(env, alice, at('a/f'), at('free'), COPY)
      await putNode(env, alice, at('free'), { body: Buffer.of(), contentType: undefined }, {})
      await deleteNode(env, alice, at('a'), {
        ifLists: [{ path: taken.path, terms: [{ not: false, state: { token: lockToken(taken) } }] }],
      })
    })

    it('survives crossing moves between two collections', async () => {
      await putNode(env, alice, elsewhere('z'), { body: Buffer.from('z'), contentType: undefined }, {})
      const rounds = Array.from({ length: 5 }, (_, i) => [
        transferNode(env, alice, at('a/f'), elsewhere(`f${i}`), COPY),
        transferNode(env, alice, elsewhere('z'), at(`z${i}`), COPY),
      ]).flat()
      await Promise.all(rounds)
      expect(await names(nodeAt(`alice/${other}`))).to.have.length(6)
    })

    it('loses no file when a MOVE meets PUTs and a DELETE of the source', async () => {
      const results = await Promise.allSettled([
        put('a/f', 'new'),
        transferNode(env, alice, at('a'), elsewhere('a'), MOVE),
        put('a/g', 'late'),
        deleteNode(env, alice, at('a'), {}),
      ])
      const [putFirst, moved, putLate] = results.map(({ status }) => status === 'fulfilled')
      const there = moved ? await names(elsewhere('a')) : []
      const here = await names(at(''))
      if (moved) expect(here).to.deep.equal([])
      if (moved && putFirst) expect(await read(elsewhere('a/f'))).to.equal('new')
      if (moved && putLate) expect(there).to.include('g')
    })
  })

  async function usedByOthers(): Promise<number> {
    const rows = await store().reader.rows(allSizes, alice.userId)
    return rows.reduce((sum, { size }) => sum + Number(size), 0)
  }
})

const allSizes = statement<{ size: bigint }>(
  'test.sizes',
  'select size_bytes as size from calendars where user_id = $1',
)

const EXCLUSIVE = { isDeep: false, isExclusive: true, ownerXml: undefined, timeoutSeconds: 600 }

const holding = (...locks: { lockId: string }[]) => ({
  ifLists: [
    { path: undefined, terms: [{ not: true, state: { token: 'DAV:no-lock' } }] },
    ...locks.map((one) => ({ path: undefined, terms: [{ not: false, state: { token: lockToken(one) } }] })),
  ],
})
