import { expect } from 'chai'
import type { Conditions } from '../../src/calendar/conditions.ts'
import { deleteNode } from '../../src/calendar/delete-node.ts'
import { type LockRequest, lock } from '../../src/calendar/lock.ts'
import { lockToken } from '../../src/calendar/lock-token.ts'
import { locksInHome, locksOver } from '../../src/calendar/locks.ts'
import { makeNodeCollection } from '../../src/calendar/make-node-collection.ts'
import type { Actor } from '../../src/calendar/model.ts'
import { getNode } from '../../src/calendar/nodes.ts'
import { putNode } from '../../src/calendar/put-node.ts'
import { refreshLock } from '../../src/calendar/refresh-lock.ts'
import { unlock } from '../../src/calendar/unlock.ts'
import { statement } from '../../src/store/statement.ts'
import { useStore } from '../support/database.ts'
import {
  nodeAt,
  refusalCode,
  refusalOf,
  seedCollection,
  seedObject,
  seedUser,
  type TreeEnv,
  treeEnv,
} from '../support/tree.ts'

const EXCLUSIVE: LockRequest = { isDeep: false, isExclusive: true, ownerXml: undefined, timeoutSeconds: 600 }
const SHARED: LockRequest = { ...EXCLUSIVE, isExclusive: false }
const DEEP: LockRequest = { ...EXCLUSIVE, isDeep: true }
const TEXT = { body: Buffer.from('text'), contentType: 'text/plain' }

const deleteAllLocks = statement('test.no-locks', 'delete from locks')

/** An If header with one untagged token. */
const holding = (...locks: { lockId: string }[]): Conditions => ({
  ifLists: locks.map((one) => ({
    path: undefined,
    terms: [{ not: false, state: { token: lockToken(one) } }],
  })),
})

describe('locks', () => {
  const store = useStore()
  let env: TreeEnv
  let alice: Actor
  let bob: Actor
  let calendarId: string
  let count = 0
  let files: string

  before(async () => {
    alice = await seedUser(store(), 'alice')
    bob = await seedUser(store(), 'bob')
    calendarId = await seedCollection(store(), alice, 'work', 'calendar')
    await seedObject(store(), alice, calendarId, 'x.ics', 'etag-x')
  })

  beforeEach(async () => {
    env = treeEnv(store())
    files = `files${++count}`
    await store().transact(async (tx) => tx.write(deleteAllLocks))
    await seedCollection(store(), alice, files)
  })

  const at = (path: string) => nodeAt(`alice/${files}/${path}`)
  const put = (path: string, conditions: Conditions = {}, actor = alice) =>
    putNode(env, actor, at(path), TEXT, conditions)
  const take = async (path: string, request = EXCLUSIVE, conditions: Conditions = {}) =>
    (await lock(env, alice, at(path), request, conditions)).lock

  it('makes an empty, locked file of an unmapped name', async () => {
    const { lock: taken, created } = await lock(env, alice, at('new.txt'), EXCLUSIVE, {})
    expect(created).to.equal(true)
    expect(taken).to.include({
      path: `alice/${files}/new.txt`,
      isDeep: false,
      isExclusive: true,
      isCollection: false,
    })
    expect(await refusalOf(put('new.txt'))).to.deep.equal({
      code: 'lock-token-submitted',
      path: `alice/${files}/new.txt`,
    })
    expect((await put('new.txt', holding(taken))).created).to.equal(false)
  })

  it('refuses an unmapped name whose parent is missing or that is in a calendar', async () => {
    expect(await refusalCode(lock(env, alice, at('no/new.txt'), EXCLUSIVE, {}))).to.equal('parent-missing')
    expect(await refusalCode(lock(env, alice, nodeAt('alice/work/new.ics'), EXCLUSIVE, {}))).to.equal(
      'valid-calendar-data',
    )
  })

  it('locks a calendar object, and a calendar with all in it', async () => {
    const one = await lock(env, alice, nodeAt('alice/work/x.ics'), EXCLUSIVE, {})
    expect(one.created).to.equal(false)
    expect(await refusalCode(lock(env, alice, { owner: 'alice', collection: 'work' }, DEEP, {}))).to.equal(
      'no-conflicting-lock',
    )
    await unlock(env, alice, nodeAt('alice/work/x.ics'), lockToken(one.lock), {})
    const all = await lock(env, alice, { owner: 'alice', collection: 'work' }, DEEP, {})
    const seen = locksOver(await locksInHome(env, alice.userId), 'alice/work/x.ics')
    expect(seen.map(({ lockId }) => lockId)).to.deep.equal([all.lock.lockId])
    await unlock(env, alice, nodeAt('alice/work/x.ics'), lockToken(all.lock), {})
    expect(await locksInHome(env, alice.userId)).to.deep.equal([])
  })

  it('lets shared locks pile up, and writes pass with any one of them', async () => {
    await put('a')
    const first = await take('a', SHARED)
    const second = await take('a', SHARED)
    expect(await refusalCode(take('a', EXCLUSIVE))).to.equal('no-conflicting-lock')
    expect(await refusalCode(put('a'))).to.equal('lock-token-submitted')
    await put('a', holding(second))
    await unlock(env, alice, at('a'), lockToken(first), {})
    expect(await refusalCode(put('a'))).to.equal('lock-token-submitted')
  })

  it('grants no more time than the server allows and forgets a lock when its time is over', async () => {
    const long = await take('a', { ...EXCLUSIVE, timeoutSeconds: 4_100_000_000 })
    expect(long.timeoutSeconds).to.equal(3600)
    const forever = await take('b', { ...EXCLUSIVE, timeoutSeconds: undefined })
    expect(forever.timeoutSeconds).to.equal(3600)
    env.advance(3599)
    expect(await refusalCode(put('a'))).to.equal('lock-token-submitted')
    env.advance(1)
    await put('a')
    expect(await locksInHome(env, alice.userId)).to.deep.equal([])
    await take('a')
  })

  it('restarts the timer of the one lock the If header names', async () => {
    const taken = await take('a')
    env.advance(500)
    const refreshed = await refreshLock(env, alice, at('a'), 900, holding(taken))
    expect(refreshed).to.include({ lockId: taken.lockId, timeoutSeconds: 900 })
    env.advance(800)
    expect(await refusalCode(put('a'))).to.equal('lock-token-submitted')
    env.advance(100)
    expect(await refusalCode(refreshLock(env, alice, at('a'), 900, holding(taken)))).to.equal(
      'lock-token-matches-request-uri',
    )
  })

  it('refreshes by a member of a deep lock, and not by a resource outside it', async () => {
    await makeNodeCollection(env, alice, at('deep'), [], {})
    await put('deep/a')
    await put('other')
    const taken = await take('deep', DEEP)
    await refreshLock(env, alice, at('deep/a'), undefined, holding(taken))
    expect(await refusalCode(refreshLock(env, alice, at('other'), undefined, holding(taken)))).to.equal(
      'lock-token-matches-request-uri',
    )
  })

  it('unlocks only what the token locks', async () => {
    const taken = await take('a')
    await put('b')
    for (const token of [lockToken({ lockId: '00000000-0000-4000-8000-000000000000' }), 'opaque:x']) {
      expect(await refusalCode(unlock(env, alice, at('a'), token, {}))).to.equal(
        'lock-token-matches-request-uri',
      )
    }
    expect(await refusalCode(unlock(env, alice, at('b'), lockToken(taken), {}))).to.equal(
      'lock-token-matches-request-uri',
    )
    await unlock(env, alice, at('a'), lockToken(taken), {})
    await put('a')
  })

  it('protects the names in a locked collection but not the content of its members', async () => {
    await makeNodeCollection(env, alice, at('c'), [], {})
    await put('c/a')
    const taken = await take('c')
    await put('c/a')
    expect(await refusalCode(put('c/b'))).to.equal('lock-token-submitted')
    expect(await refusalCode(deleteNode(env, alice, at('c/a'), {}))).to.equal('lock-token-submitted')
    const tagged: Conditions = {
      ifLists: [{ path: `alice/${files}/c`, terms: [{ not: false, state: { token: lockToken(taken) } }] }],
    }
    await put('c/b', tagged)
    await deleteNode(env, alice, at('c/a'), tagged)
  })

  it('refuses to delete a collection while something in it is locked, and deletes locks with it', async () => {
    await makeNodeCollection(env, alice, at('c'), [], {})
    const inside = await take('c/a')
    expect(await refusalOf(deleteNode(env, alice, at('c'), {}))).to.deep.equal({
      code: 'lock-token-submitted',
      path: `alice/${files}/c/a`,
    })
    const tagged: Conditions = {
      ifLists: [{ path: inside.path, terms: [{ not: false, state: { token: lockToken(inside) } }] }],
    }
    await deleteNode(env, alice, at('c'), tagged)
    expect(await locksInHome(env, alice.userId)).to.deep.equal([])
  })

  it('takes a submitted token from the holder of the lock only', async () => {
    const taken = await take('a')
    const stranger = { ...bob, userId: bob.userId }
    expect(await refusalCode(put('a', holding(taken), stranger))).to.equal('not-found')
    expect(await refusalCode(lock(env, stranger, at('a'), EXCLUSIVE, {}))).to.equal('not-found')
  })

  it('answers 412 to an If header none of whose lists holds, before it looks at locks', async () => {
    await put('a')
    const wrong: Conditions = {
      ifLists: [{ path: undefined, terms: [{ not: false, state: { token: 'urn:uuid:nothing' } }] }],
    }
    expect(await refusalOf(put('a', wrong))).to.deep.equal({ code: 'condition-failed', header: 'If' })
    const { etag } = await put('a')
    const both: Conditions = {
      ifLists: [
        {
          path: undefined,
          terms: [
            { not: false, state: { etag } },
            { not: true, state: { token: 'DAV:no-lock' } },
          ],
        },
      ],
    }
    await put('a', both)
  })

  it('reads the state of other resources an If header tags', async () => {
    const { etag } = await put('other')
    const when = (path: string, value: string): Conditions => ({
      ifLists: [{ path, terms: [{ not: false, state: { etag: value } }] }],
    })
    await put('a', when(`alice/${files}/other`, etag))
    await put('a', when('alice/work/x.ics', 'etag-x'))
    expect(await refusalCode(put('a', when('alice/work/x.ics', 'old')))).to.equal('condition-failed')
    expect(await refusalCode(put('a', when('alice/nowhere/x.ics', etag)))).to.equal('condition-failed')
    await seedCollection(store(), bob, `private${count}`)
    await putNode(env, bob, nodeAt(`bob/private${count}/secret`), TEXT, {})
    expect(await refusalCode(put('a', when(`bob/private${count}/secret`, etag)))).to.equal('condition-failed')
  })

  it('bounds the locks one user holds', async () => {
    env = treeEnv(store(), { maxLocks: 2 })
    await take('a')
    await take('b')
    expect(await refusalCode(take('c'))).to.equal('too-many-locks')
    env.advance(601)
    await take('c')
  })

  it('gives an exclusive lock to exactly one of many who ask at once', async () => {
    await put('a')
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => take('a')))
    expect(attempts.filter(({ status }) => status === 'fulfilled')).to.have.length(1)
    const refused = attempts.flatMap((attempt) =>
      attempt.status === 'rejected' ? [attempt.reason.message] : [],
    )
    expect(new Set(refused)).to.deep.equal(new Set(['no-conflicting-lock']))
  })

  it('lets no write through once a lock is granted', async () => {
    await put('a')
    const write = (text: string) =>
      putNode(env, alice, at('a'), { body: Buffer.from(text), contentType: 'text/plain' }, {})
    const etagWhenGranted = async () => {
      await take('a')
      return (await getNode(env, alice, at('a'))).etag
    }
    const [granted] = await Promise.all([
      etagWhenGranted(),
      Promise.allSettled(['1', '2', '3', '4', '5', '6'].map(write)),
    ])
    expect((await getNode(env, alice, at('a'))).etag).to.equal(granted)
  })
})
