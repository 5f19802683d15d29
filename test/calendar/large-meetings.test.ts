import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { addUser } from '../../src/accounts/users.ts'
import { deleteObject } from '../../src/calendar/delete-object.ts'
import type { CalendarEnv } from '../../src/calendar/env.ts'
import type { Actor } from '../../src/calendar/model.ts'
import { putObject } from '../../src/calendar/put-object.ts'
import { runJob } from '../../src/calendar/scheduling-jobs.ts'
import { statement } from '../../src/store/statement.ts'
import { calendarEnv, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { parameterIn, runJobs, statusesIn } from '../support/invitations.ts'

const COPIES = statement<{ owner: string; name: string; data: string }>(
  'test.large-copies',
  `select u.username as owner, e.name, e.data from events e join users u on u.user_id = e.user_id
   join calendars c on c.calendar_id = e.calendar_id and c.kind = 'calendar'
   where e.uid = $1 order by u.username`,
)
const ITEMS = statement<{ owner: string; count: bigint }>(
  'test.large-items',
  `select u.username as owner, count(*) from events e join users u on u.user_id = e.user_id
   join calendars c on c.calendar_id = e.calendar_id and c.kind = 'inbox'
   where e.data like '%UID:' || $1 || '%' group by 1 order by 1`,
)
const DELIVERIES = statement<{ delivery: string; count: bigint }>(
  'test.large-deliveries',
  `select i.delivery, count(*) from invites i join events e on e.event_id = i.event_id
   where e.uid = $1 group by 1 order by 1`,
)

const MAILS = statement<{ recipient: string; data: string }>(
  'test.large-mails',
  'select recipient, data from outgoing_messages where uid = $1 order by position',
)

const SECOND = 1 / 86_400
const GUESTS = 120

describe('a meeting of more people than are told at once', () => {
  const store = useStore()
  let env: TestEnv
  const actors = new Map<string, Actor>()
  const who = (name: string) => actors.get(name) as Actor
  const guests = Array.from({ length: GUESTS }, (_, number) => `guest${String(number).padStart(3, '0')}`)

  before(async () => {
    env = calendarEnv(store())
    const accounts = { store: store(), clock: () => new Date(), newId: randomUUID }
    for (const username of ['boss', 'hall', ...guests]) {
      const kind = username === 'hall' ? { kind: 'ROOM' as const } : {}
      const user = await addUser(accounts, { username, email: `${username}@example.test`, ...kind })
      actors.set(username, { ...user, groupIds: [] })
    }
  })

  const ref = (uid: string) => ({ owner: 'boss', collection: 'calendar', name: `${uid}.ics` })
  const invite = (uid: string, summary = 'All hands', on: CalendarEnv = env) => {
    const people = ['boss', 'hall', ...guests]
    const more = [
      'ORGANIZER:mailto:boss@example.test',
      ...people.map((name) => `ATTENDEE:mailto:${name}@example.test`),
    ]
    return putObject(on, who('boss'), ref(uid), textOf({ uid, summary, more }), {})
  }
  const copiesOf = async (uid: string) => {
    const rows = await store().reader.rows(COPIES, uid)
    return new Map(rows.map((row) => [row.owner, row]))
  }
  const own = async (uid: string) => (await copiesOf(uid)).get('boss')?.data ?? ''
  const deliveriesOf = async (uid: string) => {
    const rows = await store().reader.rows(DELIVERIES, uid)
    return Object.fromEntries(rows.map(({ delivery, count }) => [delivery, Number(count)]))
  }

  it('tells the first at once and the others by jobs, and says so meanwhile', async () => {
    const uid = randomUUID()
    await invite(uid)
    expect((await copiesOf(uid)).size).to.equal(52)
    expect(statusesIn(await own(uid), 'hall')).to.deep.equal(['ACCEPTED'])
    expect(await deliveriesOf(uid)).to.deep.equal({ '1.0': 70, '1.2': 50, '2.0': 1 })
    await runJobs(env)
    const copies = await copiesOf(uid)
    expect(copies.size).to.equal(GUESTS + 2)
    expect(await deliveriesOf(uid)).to.deep.equal({ '1.2': 120, '2.0': 1 })
    for (const guest of guests) {
      expect(parameterIn(copies.get('boss')?.data ?? '', guest, 'SCHEDULE-STATUS')).to.equal('1.2')
      expect(statusesIn(copies.get(guest)?.data ?? '', 'hall'), guest).to.deep.equal(['ACCEPTED'])
    }
    const items = await store().reader.rows(ITEMS, uid)
    expect(
      items.filter(({ owner }) => owner.startsWith('guest')).map(({ count }) => Number(count)),
    ).to.deep.equal(guests.map(() => 1))
  })

  it('keeps changes in order: whoever waits for one is told of the next after it', async () => {
    const uid = randomUUID()
    await invite(uid)
    await invite(uid, 'Moved')
    expect(
      [...(await copiesOf(uid)).values()].filter(({ data }) => data.includes('SUMMARY:Moved')),
    ).to.have.length(2)
    await runJobs(env)
    const copies = [...(await copiesOf(uid)).values()]
    expect(copies.filter(({ data }) => data.includes('SUMMARY:Moved'))).to.have.length(GUESTS + 2)
    const items = await store().reader.rows(ITEMS, uid)
    expect(
      items.filter(({ owner }) => owner.startsWith('guest')).every(({ count }) => count === 2n),
    ).to.equal(true)
  })

  it('that is removed is cancelled for all, unless it comes back', async () => {
    const uid = randomUUID()
    await invite(uid)
    await runJobs(env)
    const text = await own(uid)
    const items = async () => {
      const rows = await store().reader.rows(ITEMS, uid)
      return rows.filter(({ owner }) => owner.startsWith('guest')).map(({ count }) => Number(count))
    }
    await deleteObject(env, who('boss'), ref(uid), {})
    await putObject(env, who('boss'), ref(uid), text, {})
    env.advance(5 * SECOND)
    expect(await runJobs(env)).to.equal(0)
    expect(await items()).to.deep.equal(guests.map(() => 1))
    expect(statusesIn(await own(uid), 'hall')).to.deep.equal(statusesIn(text, 'hall'))
    await deleteObject(env, who('boss'), ref(uid), {})
    env.advance(5 * SECOND)
    // One removal, which tells fifty, and two deliveries.
    expect(await runJobs(env)).to.equal(3)
    const copies = [...(await copiesOf(uid)).values()]
    expect(copies.filter(({ data }) => data.includes('STATUS:CANCELLED'))).to.have.length(GUESTS + 1)
    expect(await items()).to.deep.equal(guests.map(() => 2))
  })

  it('is written once for however many people elsewhere', async () => {
    const uid = randomUUID()
    const elsewhere = Array.from({ length: 200 }, (_, number) => `mailto:somebody${number}@elsewhere.test`)
    let writes = 0
    const counted = {
      ...env,
      sendsMail: true,
      store: {
        ...env.store,
        transact: <T>(work: Parameters<typeof env.store.transact<T>>[0]) =>
          env.store.transact((tx) =>
            work({
              ...tx,
              write: (...queued) => {
                writes += 1
                tx.write(...queued)
              },
            }),
          ),
      },
    }
    const more = ['ORGANIZER:mailto:boss@example.test', ...elsewhere.map((each) => `ATTENDEE:${each}`)]
    await putObject(counted, who('boss'), ref(uid), textOf({ uid, more }), {})
    expect(writes).to.be.within(1, 19)
    const mails = await store().reader.rows(MAILS, uid)
    expect(mails.map(({ recipient }) => recipient)).to.deep.equal(elsewhere)
    expect(new Set(mails.map(({ data }) => data)).size).to.equal(1)
  })

  it('is delivered once, however often whoever delivers it is cut off', async () => {
    const uid = randomUUID()
    await invite(uid)
    const cut = {
      ...env,
      store: {
        ...env.store,
        transact: <T>(work: Parameters<typeof env.store.transact<T>>[0]) =>
          env.store.transact(async (tx) => {
            await work(tx)
            throw new Cut()
          }),
      },
    }
    for (let number = 0; number < 3; number += 1) {
      const error = await runJob(cut as CalendarEnv).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(Cut)
    }
    expect((await copiesOf(uid)).size).to.equal(52)
    await Promise.all([runJobs(env), runJobs(env), runJobs(env)])
    await runJobs(env)
    expect((await copiesOf(uid)).size).to.equal(GUESTS + 2)
    const items = await store().reader.rows(ITEMS, uid)
    expect(
      items.filter(({ owner }) => owner.startsWith('guest')).every(({ count }) => count === 1n),
    ).to.equal(true)
  })

  it('shows answers to the organizer at once, to the others together', async () => {
    const uid = randomUUID()
    await invite(uid)
    await runJobs(env)
    const answer = async (name: string) => {
      const copy = (await copiesOf(uid)).get(name)
      const text = (copy?.data ?? '')
        .replace(/\r\n /g, '')
        .replace(new RegExp(`ATTENDEE[^\\r]*:mailto:${name}@`), `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${name}@`)
      await putObject(
        env,
        who(name),
        { owner: name, collection: 'calendar', name: copy?.name as string },
        text,
        {},
      )
      expect(statusesIn(await own(uid), name)).to.deep.equal(['ACCEPTED'])
    }
    const seen = async (by: string, name: string) =>
      statusesIn((await copiesOf(uid)).get(by)?.data ?? '', name)[0]
    await answer('guest001')
    await answer('guest002')
    env.advance(5 * SECOND)
    expect(await runJobs(env)).to.equal(0)
    await answer('guest003')
    env.advance(9 * SECOND)
    expect(await runJobs(env)).to.equal(0)
    env.advance(2 * SECOND)
    // One refresh, and three deliveries of 50 people at most.
    expect(await runJobs(env)).to.equal(4)
    expect(await seen('guest100', 'guest001')).to.equal('ACCEPTED')
    expect(await seen('guest000', 'guest003')).to.equal('ACCEPTED')
    await answer('guest004')
    env.advance(30 * SECOND)
    expect(await runJobs(env)).to.equal(0)
    env.advance(31 * SECOND)
    await runJobs(env)
    expect(await seen('guest119', 'guest004')).to.equal('ACCEPTED')
    const items = await store().reader.rows(ITEMS, uid)
    expect(items.find(({ owner }) => owner === 'guest100')?.count).to.equal(1n)
    env.advance(300 * SECOND)
    await runJobs(env)
    expect(await runJobs(env)).to.equal(0)
  })
})

class Cut extends Error {}
