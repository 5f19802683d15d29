import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { addUser } from '../../src/accounts/users.ts'
import { deleteObject } from '../../src/calendar/delete-object.ts'
import type { CalendarEnv } from '../../src/calendar/env.ts'
import { getInbox, objectsOf } from '../../src/calendar/inbox.ts'
import type { Actor } from '../../src/calendar/model.ts'
import { putObject } from '../../src/calendar/put-object.ts'
import { sweep } from '../../src/calendar/sweep.ts'
import { changesSince } from '../../src/calendar/sync.ts'
import { statement } from '../../src/store/statement.ts'
import { calendarEnv, makeCalendar, NOW, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { runJobs } from '../support/invitations.ts'

const COPIES = statement<{ owner: string; uid: string; name: string; data: string }>(
  'test.scheduled-copies',
  `select u.username as owner, e.uid, e.name, e.data from events e join users u on u.user_id = e.user_id
   join calendars c on c.user_id = e.user_id and c.calendar_id = e.calendar_id and c.kind = 'calendar'`,
)
const REVISIONS = statement<{ revision: bigint; latest: bigint }>(
  'test.scheduled-revisions',
  `select c.revision, greatest(coalesce((select max(e.revision) from events e where e.calendar_id = c.calendar_id), 1),
     coalesce((select max(t.revision) from tombstones t where t.calendar_id = c.calendar_id), 1)) as latest
   from calendars c`,
)

describe('an inbox', () => {
  const store = useStore()

  it('keeps messages for a time, and tells clients of those that go', async () => {
    const env = calendarEnv(store())
    const accounts = { store: store(), clock: () => env.clock(), newId: randomUUID }
    const people: Actor[] = []
    for (const username of ['eve', 'fay']) {
      const user = await addUser(accounts, { username, email: `${username}@example.test` })
      people.push({ ...user, groupIds: [] })
    }
    const [eve, fay] = people as [Actor, Actor]
    const ref = { owner: 'eve', collection: 'calendar', name: 'a.ics' }
    const more = [`ORGANIZER:mailto:${eve.email}`, `ATTENDEE:mailto:${fay.email}`]
    await putObject(env, eve, ref, textOf({ uid: 'a', more }), {})
    await putObject(env, eve, ref, textOf({ uid: 'a', summary: 'Other', more }), {})
    const box = objectsOf(await getInbox(env, fay, { owner: 'fay' }))
    const { changed, token } = await changesSince(env, box, undefined)
    expect(changed).to.have.length(2)
    env.advance(100)
    expect((await sweep(env)).messages).to.equal(2)
    const after = await changesSince(env, objectsOf(await getInbox(env, fay, { owner: 'fay' })), token)
    expect([...after.removed].sort()).to.deep.equal(changed.map(({ name }) => name).sort())
    expect((await sweep(env)).messages).to.equal(0)
  })
})

describe('people who invite each other at once', () => {
  const store = useStore(12)
  const names = ['ann', 'ben', 'cat', 'dan']
  const actors: Actor[] = []
  let env: TestEnv

  before(async () => {
    env = calendarEnv(store())
    const accounts = { store: store(), clock: () => new Date(), newId: randomUUID }
    for (const username of names) {
      const user = await addUser(accounts, { username, email: `${username}@example.test` })
      actors.push({ ...user, groupIds: [] })
    }
  })

  const meeting = (actor: Actor, uid: string, summary: string) =>
    textOf({
      uid,
      summary,
      more: [
        `ORGANIZER:mailto:${actor.email}`,
        ...names.map((name) => `ATTENDEE:mailto:${name}@example.test`),
      ],
    })

  it('all succeed, and every copy says what its organizer’s says', async () => {
    const uids = new Map<string, string>()
    await Promise.all(
      Array.from({ length: 40 }, async (_, number) => {
        const actor = actors[number % actors.length] as Actor
        const uid = randomUUID()
        const ref = { owner: actor.username, collection: 'calendar', name: `${uid}.ics` }
        await putObject(env, actor, ref, meeting(actor, uid, 'First'), {})
        await putObject(env, actor, ref, meeting(actor, uid, `Last ${number}`), {})
        uids.set(uid, `SUMMARY:Last ${number}\r\n`)
        if (number % 8 === 0) {
          await deleteObject(env, actor, ref, {})
          uids.set(uid, 'STATUS:CANCELLED\r\n')
        }
      }),
    )
    env.advance(1)
    await runJobs(env)
    const copies = await store().reader.rows(COPIES)
    for (const [uid, line] of uids) {
      const held = copies.filter((copy) => copy.uid === uid)
      expect(held).to.have.length(line.startsWith('STATUS') ? 3 : 4)
      for (const { data } of held) expect(data).to.include(line)
    }
    for (const { revision, latest } of await store().reader.rows(REVISIONS)) expect(revision).to.equal(latest)
  }).timeout(60_000)
})

describe('people who answer at once', () => {
  const store = useStore(12)
  const names = Array.from({ length: 24 }, (_, number) => `guest${number}`)

  it('are all heard, and every copy shows every answer', async () => {
    const env = calendarEnv(store())
    const accounts = { store: store(), clock: () => new Date(), newId: randomUUID }
    const actors = new Map<string, Actor>()
    for (const username of ['host', ...names]) {
      const user = await addUser(accounts, { username, email: `${username}@example.test` })
      actors.set(username, { ...user, groupIds: [] })
    }
    const more = [
      'ORGANIZER:mailto:host@example.test',
      ...names.map((name) => `ATTENDEE:mailto:${name}@example.test`),
    ]
    const ref = { owner: 'host', collection: 'calendar', name: 'a.ics' }
    await putObject(env, actors.get('host') as Actor, ref, textOf({ uid: 'a', more }), {})
    const invited = (await store().reader.rows(COPIES)).filter(({ owner }) => owner !== 'host')
    await Promise.all(
      invited.map(({ owner, name, data }) => {
        const own = new RegExp(`ATTENDEE[^:]*:mailto:${owner}@`)
        const text = data
          .replace(/\r\n[ \t]/g, '')
          .replace(own, `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${owner}@`)
        return putObject(env, actors.get(owner) as Actor, { owner, collection: 'calendar', name }, text, {})
      }),
    )
    const copies = await store().reader.rows(COPIES)
    expect(copies).to.have.length(names.length + 1)
    for (const { data } of copies) {
      expect(data.replace(/\r\n[ \t]/g, '').match(/PARTSTAT=ACCEPTED[^:]*:mailto:guest/g)).to.have.length(
        names.length,
      )
    }
  }).timeout(60_000)
})

describe('people who move, remove and answer meetings while others deliver', () => {
  const store = useStore(12)
  const names = ['eli', 'fay', 'gus', 'hal']
  const actors: Actor[] = []

  it('none is refused for being in another’s way, and all copies say the same in the end', async () => {
    const began = Date.now()
    // Time runs fast, so that removals come due while their objects come back.
    const env = { ...calendarEnv(store()), clock: () => new Date(NOW.getTime() + (Date.now() - began) * 100) }
    const accounts = { store: store(), clock: () => new Date(), newId: randomUUID }
    for (const username of names) {
      const user = await addUser(accounts, { username, email: `${username}@example.test` })
      const actor = { ...user, groupIds: [] }
      actors.push(actor)
      await makeCalendar(env, actor, 'second')
    }
    let isOver = false
    const deliver = async () => {
      while (!isOver) {
        await runJobs(env)
        await setTimeout(2)
      }
    }
    const deliveries = [deliver(), deliver()]
    const ends = await Promise.all(
      Array.from({ length: 12 }, (_, number) => liveThrough(env, actors[number % 4] as Actor, number)),
    )
    isOver = true
    await Promise.all(deliveries)
    await runJobs({ ...env, clock: () => new Date(env.clock().getTime() + 600_000) })
    const copies = await store().reader.rows(COPIES)
    for (const { uid, organizer, line } of ends) {
      const held = copies.filter((copy) => copy.uid === uid && copy.owner !== organizer)
      expect(held.map(({ owner }) => owner).sort()).to.deep.equal(names.filter((name) => name !== organizer))
      for (const { data } of held) expect(data).to.include(line)
      expect(copies.filter((copy) => copy.uid === uid && copy.owner === organizer)).to.have.length(
        line.startsWith('STATUS') ? 0 : 1,
      )
    }
  }).timeout(120_000)

  async function liveThrough(env: CalendarEnv, actor: Actor, number: number) {
    const uid = randomUUID()
    const organizer = actor.username
    const more = [
      `ORGANIZER:mailto:${actor.email}`,
      ...names.map((name) => `ATTENDEE:mailto:${name}@example.test`),
    ]
    let line = ''
    for (let step = 0; step < 12; step += 1) {
      const ref = { owner: organizer, collection: step % 2 === 0 ? 'calendar' : 'second', name: `${uid}.ics` }
      const summary = `Step ${number} ${step}`
      await putObject(env, actor, ref, textOf({ uid, summary, more }), {})
      line = `SUMMARY:${summary}\r\n`
      await setTimeout((number * 7 + step * 13) % 40)
      if (step < 11 || number % 3 === 0) {
        await deleteObject(env, actor, ref, {})
        line = 'STATUS:CANCELLED\r\n'
      }
      await setTimeout((number * 11 + step * 17) % 60)
    }
    return { uid, organizer, line }
  }
})
