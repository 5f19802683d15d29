import { expect } from 'chai'
import { deleteObject } from '../../src/calendar/delete-object.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { listObjects } from '../../src/calendar/objects.ts'
import { putObject } from '../../src/calendar/put-object.ts'
import { changesSince } from '../../src/calendar/sync.ts'
import { at, calendarEnv, makeCalendar, put, reload, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { refusalCode, seedUser } from '../support/tree.ts'

describe('races', () => {
  const store = useStore(8)
  let env: TestEnv
  let alice: Actor
  let calendar: Calendar
  let count = 0

  before(async () => {
    env = calendarEnv(store())
    alice = await seedUser(store(), 'alice')
  })
  beforeEach(async () => {
    count += 1
    calendar = await makeCalendar(env, alice, `race${count}`)
  })

  const outcomes = async (attempts: readonly Promise<unknown>[]) => {
    const settled = await Promise.all(
      attempts.map((attempt) =>
        attempt.then(
          () => 'done',
          (error) => error.reason?.code ?? String(error),
        ),
      ),
    )
    return settled.sort()
  }

  it('lets exactly one of several writers with one etag win', async () => {
    const { object } = await put(env, alice, calendar, 'a.ics', textOf({ uid: 'a' }))
    const writes = Array.from({ length: 10 }, (_, n) =>
      putObject(env, alice, at(calendar, 'a.ics'), textOf({ uid: 'a', summary: `version ${n}` }), {
        ifMatch: [object.etag],
      }),
    )
    const found = await outcomes(writes)
    expect(found.filter((outcome) => outcome === 'done')).to.have.length(1)
    expect(found.filter((outcome) => outcome === 'condition-failed')).to.have.length(9)
  })

  it('lets exactly one of several create a name, or a UID', async () => {
    const sameName = Array.from({ length: 6 }, (_, n) =>
      putObject(env, alice, at(calendar, 'a.ics'), textOf({ uid: `u${n}` }), { ifNoneMatch: '*' }),
    )
    expect((await outcomes(sameName)).filter((outcome) => outcome === 'done')).to.have.length(1)
    const sameUid = Array.from({ length: 6 }, (_, n) =>
      put(env, alice, calendar, `n${n}.ics`, textOf({ uid: 'one' })),
    )
    const found = await outcomes(sameUid)
    expect(found.filter((outcome) => outcome === 'done')).to.have.length(1)
    expect(found.filter((outcome) => outcome === 'no-uid-conflict')).to.have.length(5)
  })

  it('deletes once', async () => {
    await put(env, alice, calendar, 'a.ics', textOf({ uid: 'a' }))
    const deletes = Array.from({ length: 5 }, () => deleteObject(env, alice, at(calendar, 'a.ics'), {}))
    expect((await outcomes(deletes)).filter((outcome) => outcome === 'done')).to.have.length(1)
  })

  it('gives every change a revision of its own, under any load', async () => {
    const writes = Array.from({ length: 60 }, (_, n) =>
      put(env, alice, calendar, `${n}`, textOf({ uid: `u${n}` })),
    )
    await Promise.all(writes)
    const revisions = new Set<bigint>()
    for await (const group of listObjects(env, await reload(env, alice, calendar), { data: false })) {
      for (const { revision } of group) revisions.add(revision)
    }
    expect(revisions.size).to.equal(60)
    expect((await reload(env, alice, calendar)).revision).to.equal(calendar.revision + 60n)
  })

  it('never lets a synchronising client miss a change that is made meanwhile', async () => {
    let isOver = false
    const client = new Set<string>()
    let token: string | undefined
    const pull = async () => {
      const changes = await changesSince(env, await reload(env, alice, calendar), token)
      for (const { name } of changes.changed) client.add(name)
      for (const name of changes.removed) client.delete(name)
      token = changes.token
    }
    const reading = (async () => {
      while (!isOver) await pull()
    })()
    await Promise.all(
      Array.from({ length: 4 }, async (_, writer) => {
        for (let n = 0; n < 15; n += 1) {
          await put(env, alice, calendar, `${writer}-${n}`, textOf({ uid: `${writer}-${n}` }))
          if (n % 3 === 2) await deleteObject(env, alice, at(calendar, `${writer}-${n}`), {})
        }
      }),
    )
    isOver = true
    await reading
    await pull()
    const listed: string[] = []
    for await (const group of listObjects(env, await reload(env, alice, calendar), { data: false })) {
      listed.push(...group.map(({ name }) => name))
    }
    expect([...client].sort()).to.deep.equal(listed.sort())
    expect(listed).to.have.length(40)
  })

  it('reads a time zone that nobody has used yet for many at once', async () => {
    const zones = ['Pacific/Chatham', 'Australia/Lord_Howe', 'America/St_Johns', 'Antarctica/Troll']
    const writes = zones.flatMap((zone) =>
      Array.from({ length: 4 }, (_, n) =>
        put(
          env,
          alice,
          calendar,
          `${zone}${n}`.replace('/', '-'),
          textOf({ uid: `${zone}${n}`, when: `DTSTART;TZID=${zone}:20270101T090000` }),
        ),
      ),
    )
    expect(new Set(await outcomes(writes))).to.deep.equal(new Set(['done']))
  })

  it('refuses clearly what comes for a calendar that is gone', async () => {
    const ghost = { owner: 'alice', collection: 'ghost', name: 'a.ics' }
    expect(await refusalCode(putObject(env, alice, ghost, textOf({ uid: 'a' }), {}))).to.equal(
      'parent-missing',
    )
  })
})
