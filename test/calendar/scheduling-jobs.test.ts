import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { addUser } from '../../src/accounts/users.ts'
import type { Actor } from '../../src/calendar/model.ts'
import { putObject } from '../../src/calendar/put-object.ts'
import { runJob } from '../../src/calendar/scheduling-jobs.ts'
import {
  claimJob,
  countSetAside,
  deleteJob,
  insertDelivery,
  postponeJob,
  splitJob,
} from '../../src/store/scheduling-jobs.ts'
import { statement } from '../../src/store/statement.ts'
import { calendarEnv, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { parameterIn, runJobs, unfold } from '../support/invitations.ts'

const COPY = statement<{ data: string }>(
  'test.jobs-copy',
  `select e.data from events e join users u on u.user_id = e.user_id
   join calendars c on c.calendar_id = e.calendar_id and c.kind = 'calendar' where u.username = $1 and e.uid = $2`,
)
const REPLACE = statement(
  'test.jobs-replace',
  `update events e set data = $3 from users u where u.user_id = e.user_id and u.username = $1 and e.uid = $2`,
)
const BREAK = statement(
  'test.jobs-break',
  `update scheduling_jobs set data = 'nothing' where kind = 'delivery'`,
)

const DAY_AND_MORE = 1.1
const GUESTS = 60

describe('what scheduling could not do', () => {
  const store = useStore()
  let env: TestEnv
  const actors = new Map<string, Actor>()
  const who = (name: string) => actors.get(name) as Actor
  const guests = Array.from({ length: GUESTS }, (_, number) => `guest${number}`)

  before(async () => {
    env = calendarEnv(store())
    const accounts = { store: store(), clock: () => new Date(), newId: randomUUID }
    for (const username of ['boss', ...guests]) {
      const user = await addUser(accounts, { username, email: `${username}@example.test` })
      actors.set(username, { ...user, groupIds: [] })
    }
  })

  const write = (uid: string, summary: string, people: readonly string[] = guests) => {
    const more = [
      'ORGANIZER:mailto:boss@example.test',
      ...people.map((name) => `ATTENDEE:mailto:${name}@example.test`),
    ]
    const ref = { owner: 'boss', collection: 'calendar', name: `${uid}.ics` }
    return putObject(env, who('boss'), ref, textOf({ uid, summary, more }), {})
  }
  const textIn = async (name: string, uid: string) =>
    unfold((await store().reader.row(COPY, name, uid))?.data ?? '')
  const replace = (name: string, uid: string, text: string) =>
    store().transact(async (tx) => tx.write(REPLACE, name, uid, text))
  const setAside = async () => (await store().reader.row(countSetAside))?.count

  /** Runs jobs until none is due; whatever becomes of them. @returns those set aside */
  const exhaust = async () => {
    let count = 0
    for (;;) {
      const outcome = await runJob(env)
      if (outcome.kind === 'none') return count
      if (outcome.kind === 'failed' && outcome.isSetAside) count += 1
    }
  }
  /** Somebody who is told by a job. */
  const late = async (uid: string) => {
    const boss = await textIn('boss', uid)
    const found = guests.find((name) => parameterIn(boss, name, 'SCHEDULE-STATUS') === '1.0')
    return found as string
  }

  it('is kept, stands in nobody’s way, and is done when it can be, as things then are', async () => {
    const uid = randomUUID()
    await write(uid, 'One')
    const unlucky = await late(uid)
    await runJobs(env)
    const copy = await textIn(unlucky, uid)
    await replace(unlucky, uid, 'nothing that can be read')
    for (const summary of ['Two', 'Three']) {
      await write(uid, summary)
      expect(await exhaust(), summary).to.equal(1)
      for (const name of guests.filter((each) => each !== unlucky))
        expect(await textIn(name, uid)).to.include(`SUMMARY:${summary}`)
      expect(parameterIn(await textIn('boss', uid), unlucky, 'SCHEDULE-STATUS')).to.equal('5.1')
    }
    expect(await setAside()).to.equal(2)
    expect(await exhaust()).to.equal(0)
    await replace(unlucky, uid, copy)
    env.advance(DAY_AND_MORE)
    await runJobs(env)
    expect(await setAside()).to.equal(0)
    expect(await textIn(unlucky, uid)).to.include('SUMMARY:Three')
    expect(parameterIn(await textIn('boss', uid), unlucky, 'SCHEDULE-STATUS')).to.equal('1.2')
  })

  it('invites nobody late to what they were taken off in the meantime', async () => {
    const uid = randomUUID()
    await write(uid, 'One')
    await store().transact(async (tx) => tx.write(BREAK))
    const unlucky = await late(uid)
    expect(await exhaust()).to.be.greaterThan(0)
    await write(
      uid,
      'Two',
      guests.filter((name) => name !== unlucky),
    )
    await exhaust()
    env.advance(DAY_AND_MORE)
    await runJobs(env)
    expect(await setAside()).to.equal(0)
    expect(await textIn(unlucky, uid)).to.equal('')
    for (const name of guests.filter((each) => each !== unlucky))
      expect(await textIn(name, uid)).to.include('SUMMARY:Two')
  })

  it('for some of its recipients goes before what they are told later, and before nothing else', async () => {
    const [uid, { userId }] = [randomUUID(), who('boss')]
    const [early, after, apart] = [randomUUID(), randomUUID(), randomUUID()]
    const now = env.clock()
    const queue = (id: string, recipients: readonly string[]) =>
      store().transact(async (tx) => {
        const values = [uid, 'VEVENT', 'REQUEST', 'mailto:boss@example.test', recipients, id] as const
        tx.write(insertDelivery, userId, id, ...values, false, false, now)
      })
    await queue(early, ['a', 'b'])
    await queue(after, ['a', 'b'])
    await queue(apart, ['c'])
    await store().transact(async (tx) => {
      tx.write(splitJob, userId, early, now)
      tx.write(deleteJob, userId, early)
    })
    const done: (string | undefined)[] = []
    const next = (isDone: boolean) =>
      store().transact(async (tx) => {
        const job = await tx.row(claimJob, now)
        if (job === undefined) return
        done.push(
          `${job.data === early ? 'early' : job.data === after ? 'after' : 'apart'} ${job.recipients}`,
        )
        if (isDone) tx.write(deleteJob, userId, job.jobId)
        else tx.write(postponeJob, userId, job.jobId, new Date(now.getTime() + 1000), 'not now')
      })
    await next(false)
    const [failed] = done
    for (let number = 0; number < 4; number += 1) await next(true)
    const other = failed === 'early a' ? 'early b' : 'early a'
    expect(done.slice(1).sort()).to.deep.equal(['apart c', other].sort())
    now.setTime(now.getTime() + 2000)
    await next(true)
    await next(true)
    expect(done.slice(3)).to.deep.equal([failed, 'after a,b'])
  })
})
