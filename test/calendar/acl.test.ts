import { expect } from 'chai'
import { getAcl } from '../../src/calendar/acl.ts'
import type { RequestedAce, RequestedPrincipal } from '../../src/calendar/acl-plan.ts'
import { deleteNode } from '../../src/calendar/delete-node.ts'
import { lock } from '../../src/calendar/lock.ts'
import { lockToken } from '../../src/calendar/lock-token.ts'
import type { Actor, HomeRef } from '../../src/calendar/model.ts'
import { listNodes } from '../../src/calendar/nodes.ts'
import {
  ALL,
  BIND,
  type Privileges,
  READ,
  READ_ACL,
  READ_FREE_BUSY,
  UNLOCK,
  WRITE,
  WRITE_ACL,
} from '../../src/calendar/privileges.ts'
import { putNode } from '../../src/calendar/put-node.ts'
import { setAcl } from '../../src/calendar/set-acl.ts'
import { unlock } from '../../src/calendar/unlock.ts'
import { findAccess } from '../../src/store/access.ts'
import { statement } from '../../src/store/statement.ts'
import { useStore } from '../support/database.ts'
import {
  nodeAt,
  refusalCode,
  refusalOf,
  seedCollection,
  seedUser,
  type TreeEnv,
  treeEnv,
} from '../support/tree.ts'

const FILE = { body: Buffer.from('x'), contentType: undefined }
const shareRows = statement<{ permission: string; privileges: number; shareId: string }>(
  'test.shares',
  'select permission, privileges, share_id as "shareId" from calendar_shares where user_id = $1 order by privileges',
)
const flags = statement<{ isPublic: boolean; homeRevision: bigint }>(
  'test.flags',
  'select is_public as "isPublic", home_revision as "homeRevision" from calendars where calendar_id = $1',
)

describe('access control', () => {
  const store = useStore()
  let env: TreeEnv
  let alice: Actor
  let bob: Actor
  let carol: Actor
  let team: Actor
  let collection: { owner: string; collection: string }
  let calendarId: string
  let home: HomeRef
  let count = 0

  beforeEach(async () => {
    env = treeEnv(store())
    count += 1
    alice = await seedUser(store(), `alice${count}`)
    team = await seedUser(store(), `team${count}`, 'GROUP')
    bob = await seedUser(store(), `bob${count}`)
    carol = { ...(await seedUser(store(), `carol${count}`)), groupIds: [team.userId] }
    home = { owner: alice.username }
    collection = { ...home, collection: 'files' }
    calendarId = await seedCollection(store(), alice, 'files')
  })

  const to = (user: Actor): RequestedPrincipal => ({ kind: 'principal', username: user.username })
  const ace = (principal: RequestedPrincipal, privileges: Privileges): RequestedAce => ({
    principal,
    privileges,
    isInverted: false,
    isDeny: false,
    isProtected: false,
    isInherited: false,
  })
  const grant = (ref: HomeRef, ...aces: RequestedAce[]) => setAcl(env, alice, ref, aces, {})
  const file = (name = 'a') => nodeAt(`${alice.username}/files/${name}`)
  const heldBy = async (actor: Actor) =>
    (
      await store().reader.row(
        findAccess,
        actor.userId,
        [actor.userId, ...actor.groupIds],
        alice.username,
        'files',
      )
    )?.privileges

  it('hides what is not shared and gives the owner everything', async () => {
    expect(await refusalCode(listNodes(env, bob, nodeAt(`${alice.username}/files`)))).to.equal('not-found')
    expect(await refusalCode(getAcl(env, bob, collection))).to.equal('not-found')
    expect(await refusalCode(setAcl(env, bob, collection, [], {}))).to.equal('not-found')
    await putNode(env, alice, file(), FILE, {})
  })

  it('adds up grants to a user, its groups, everyone and the home', async () => {
    await grant(collection, ace(to(bob), BIND), ace(to(team), READ))
    expect(await heldBy(bob)).to.equal(BIND)
    expect(await heldBy(carol)).to.equal(READ)
    await grant(home, ace({ kind: 'authenticated' }, READ_FREE_BUSY), ace(to(carol), WRITE))
    expect(await heldBy(bob)).to.equal(BIND | READ_FREE_BUSY)
    expect(await heldBy(carol)).to.equal(READ | WRITE)
  })

  it('lets sharees do what they were granted, and says what is missing', async () => {
    await grant(collection, ace(to(bob), READ | BIND))
    await putNode(env, bob, file(), FILE, {})
    expect(await refusalOf(putNode(env, bob, file(), FILE, {}))).to.include({
      code: 'need-privileges',
      path: `${alice.username}/files/a`,
    })
    expect(await refusalOf(deleteNode(env, bob, file(), {}))).to.include({
      code: 'need-privileges',
      path: `${alice.username}/files`,
    })
    expect(await refusalCode(getAcl(env, bob, collection))).to.equal('need-privileges')
    expect(await refusalCode(setAcl(env, bob, collection, [], {}))).to.equal('need-privileges')
  })

  it('lists the protected entry of the owner, own entries and inherited ones with their source', async () => {
    await grant(home, ace(to(team), READ))
    await grant(collection, ace(to(bob), WRITE), ace({ kind: 'all' }, READ_FREE_BUSY))
    const listed = await getAcl(env, alice, collection)
    const brief = listed.map(({ principal, privileges, isProtected, inheritedFrom }) => ({
      who: principal.kind === 'principal' ? principal.principal.username : principal.kind,
      privileges,
      isProtected,
      inheritedFrom,
    }))
    expect(brief).to.deep.include({
      who: 'owner',
      privileges: ALL,
      isProtected: true,
      inheritedFrom: undefined,
    })
    expect(brief).to.deep.include({
      who: bob.username,
      privileges: WRITE,
      isProtected: false,
      inheritedFrom: undefined,
    })
    expect(brief).to.deep.include({
      who: 'all',
      privileges: READ_FREE_BUSY,
      isProtected: false,
      inheritedFrom: undefined,
    })
    expect(brief).to.deep.include({
      who: team.username,
      privileges: READ,
      isProtected: false,
      inheritedFrom: home,
    })
    expect(brief).to.have.length(4)
    const ofFile = (await getAcl(env, alice, file())).map(({ inheritedFrom }) => inheritedFrom)
    expect(ofFile).to.have.deep.members([undefined, home, collection, collection])
    expect(await getAcl(env, alice, home)).to.have.length(2)
  })

  it('replaces the whole list, keeping the row of a grant that stays', async () => {
    await grant(collection, ace(to(bob), READ), ace(to(carol), READ))
    const before = await store().reader.rows(shareRows, alice.userId)
    await grant(collection, ace(to(bob), READ | WRITE))
    const after = await store().reader.rows(shareRows, alice.userId)
    expect(after.map(({ permission }) => permission)).to.deep.equal(['Edit'])
    expect(before.map(({ shareId }) => shareId)).to.include(after[0]?.shareId)
    await grant(collection)
    expect(await store().reader.rows(shareRows, alice.userId)).to.deep.equal([])
    expect(await heldBy(bob)).to.equal(0)
  })

  it('changes nothing when one entry is refused', async () => {
    await grant(collection, ace(to(bob), READ))
    const unknown: RequestedPrincipal = { kind: 'principal', username: 'nobody-here' }
    expect(await refusalOf(grant(collection, ace(to(carol), READ), ace(unknown, READ)))).to.deep.equal({
      code: 'acl',
      condition: 'recognized-principal',
    })
    expect(await heldBy(bob)).to.equal(READ)
    expect(await heldBy(carol)).to.equal(0)
  })

  it('lets a manager share on', async () => {
    await grant(collection, ace(to(bob), READ | WRITE_ACL | READ_ACL))
    await setAcl(env, bob, collection, [ace(to(carol), READ), ace(to(bob), READ | WRITE_ACL)], {})
    expect(await heldBy(carol)).to.equal(READ)
  })

  it('notes a public collection, and tells those who sync the home', async () => {
    const before = await store().reader.row(flags, calendarId)
    await grant(collection, ace({ kind: 'all' }, READ))
    const open = await store().reader.row(flags, calendarId)
    expect(open?.isPublic).to.equal(true)
    expect(Number(open?.homeRevision)).to.be.greaterThan(Number(before?.homeRevision))
    await grant(collection, ace({ kind: 'all' }, READ_FREE_BUSY))
    expect((await store().reader.row(flags, calendarId))?.isPublic).to.equal(false)
  })

  it('keeps the list of a locked collection for the holder of the lock', async () => {
    const request = { isDeep: false, isExclusive: true, ownerXml: undefined, timeoutSeconds: 60 }
    const { lock: taken } = await lock(env, alice, collection, request, {})
    expect(await refusalCode(grant(collection, ace(to(bob), READ)))).to.equal('lock-token-submitted')
    const token = lockToken(taken)
    const holding = { ifLists: [{ path: undefined, terms: [{ not: false, state: { token } }] }] }
    await setAcl(env, alice, collection, [ace(to(bob), READ | UNLOCK)], holding)
    await unlock(env, bob, collection, token, {})
  })

  it('needs DAV:unlock to remove the lock of another', async () => {
    await grant(collection, ace(to(bob), READ | WRITE))
    const request = { isDeep: true, isExclusive: true, ownerXml: undefined, timeoutSeconds: 60 }
    const { lock: taken } = await lock(env, alice, collection, request, {})
    expect(await refusalOf(unlock(env, bob, collection, lockToken(taken), {}))).to.include({
      code: 'need-privileges',
      needed: UNLOCK,
    })
    const token = lockToken(taken)
    const stolen = { ifLists: [{ path: undefined, terms: [{ not: false, state: { token } }] }] }
    expect(await refusalCode(putNode(env, bob, file(), FILE, stolen))).to.equal('lock-token-submitted')
  })

  it('serialises changes to one list', async () => {
    await Promise.all([
      grant(collection, ace(to(bob), READ)),
      grant(collection, ace(to(carol), READ)),
      grant(home, ace(to(team), READ_FREE_BUSY)),
      putNode(env, alice, file('b'), FILE, {}),
    ])
    const rows = await store().reader.rows(shareRows, alice.userId)
    expect(rows.map(({ permission }) => permission)).to.deep.equal(['FreeBusy', 'View'])
  })
})
