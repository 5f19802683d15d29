import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { addUser } from '../../src/accounts/users.ts'
import { moveObject } from '../../src/calendar/copy-move.ts'
import { deleteCollection } from '../../src/calendar/delete-collection.ts'
import { deleteObject } from '../../src/calendar/delete-object.ts'
import type { Actor } from '../../src/calendar/model.ts'
import { READ, WRITE } from '../../src/calendar/privileges.ts'
import { putObject } from '../../src/calendar/put-object.ts'
import { setAcl } from '../../src/calendar/set-acl.ts'
import { databaseOutbox } from '../../src/mail/database-outbox.ts'
import { call, statement } from '../../src/store/statement.ts'
import { calendarEnv, makeCalendar, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { runJobs, statusesIn } from '../support/invitations.ts'

const COPIES = statement<{ owner: string; data: string; etag: string }>(
  'test.removal-copies',
  `select u.username as owner, e.data, e.etag from events e join users u on u.user_id = e.user_id
   join calendars c on c.calendar_id = e.calendar_id and c.kind = 'calendar'
   where e.uid = $1 order by u.username, c.name`,
)
const ITEMS = statement<{ owner: string }>(
  'test.removal-items',
  `select u.username as owner from events e join users u on u.user_id = e.user_id
   join calendars c on c.calendar_id = e.calendar_id and c.kind = 'inbox'
   where e.data like '%UID:' || $1 || '%' order by 1`,
)
const MAILS = statement<{ recipient: string; method: string }>(
  'test.removal-mails',
  'select recipient, method from outgoing_messages where uid = $1 order by created_at, recipient',
)
const INVITES = statement<{ email: string; status: string; sent: Date; responded: Date; proposed: Date }>(
  'test.removal-invites',
  `select i.invitee_email as email, i.status, i.sent_at as sent, i.responded_at as responded,
     i.proposed_time as proposed from invites i join events e on e.event_id = i.event_id
   where e.uid = $1 order by 1`,
)

const SECOND = 1 / 86_400

describe('an object that is removed', () => {
  const store = useStore()
  let env: TestEnv
  const actors = new Map<string, Actor>()
  const who = (name: string) => actors.get(name) as Actor
  const OUTSIDE = 'mailto:guest@elsewhere.test'

  before(async () => {
    env = { ...calendarEnv(store()), sendsMail: true }
    const accounts = { store: store(), clock: () => new Date(), newId: randomUUID }
    for (const username of ['ann', 'ben', 'cat', 'hall']) {
      const kind = username === 'hall' ? { kind: 'ROOM' as const } : {}
      const user = await addUser(accounts, { username, email: `${username}@example.test`, ...kind })
      actors.set(username, { ...user, groupIds: [] })
    }
    await makeCalendar(env, who('ann'), 'second')
    await makeCalendar(env, who('ben'), 'second')
  })

  const at = (owner: string, uid: string, collection = 'calendar') => ({
    owner,
    collection,
    name: `${uid}.ics`,
  })
  const lines = (guests: readonly string[]) => [
    'ORGANIZER:mailto:ann@example.test',
    ...guests.map((guest) => `ATTENDEE:${guest.includes(':') ? guest : `mailto:${guest}@example.test`}`),
  ]
  const invite = async (uid: string, guests: readonly string[], when?: string) => {
    const text = textOf({ uid, more: lines(['ann', ...guests]), ...(when && { when }) })
    await putObject(env, who('ann'), at('ann', uid), text, {})
  }
  const copiesOf = (uid: string) => store().reader.rows(COPIES, uid)
  const stored = async (uid: string, owner: string) =>
    (await copiesOf(uid)).find((copy) => copy.owner === owner)?.data ?? ''
  const itemsOf = async (uid: string) => (await store().reader.rows(ITEMS, uid)).map(({ owner }) => owner)

  it('and put into another calendar within a moment has moved: nobody is told, here or by mail', async () => {
    const uid = randomUUID()
    await invite(uid, ['ben', OUTSIDE])
    const text = await stored(uid, 'ann')
    const bens = (await copiesOf(uid)).find(({ owner }) => owner === 'ben')
    const asked = [call(MAILS, uid), call(ITEMS, uid), call(INVITES, uid)] as const
    const before = await store().reader.all(asked)
    expect(before[2].rows).to.have.length(2)
    env.advance(60 * SECOND)
    await deleteObject(env, who('ann'), at('ann', uid), {})
    env.advance(2 * SECOND)
    await runJobs(env)
    await putObject(env, who('ann'), at('ann', uid, 'second'), text, {})
    env.advance(60 * SECOND)
    await runJobs(env)
    expect((await copiesOf(uid)).find(({ owner }) => owner === 'ben')).to.deep.equal(bens)
    const after = await store().reader.all(asked)
    expect(after.map(({ rows }) => rows)).to.deep.equal(before.map(({ rows }) => rows))
  })

  it('is declined all the same when its owner is asked to another time of one instance in that moment', async () => {
    const uid = randomUUID()
    const series = textOf({ uid, more: [...lines(['ann', 'ben', 'cat']), 'RRULE:FREQ=DAILY;COUNT=5'] })
    await putObject(env, who('ann'), at('ann', uid), series, {})
    const ref = await store().reader.row(NAME, 'ben', uid)
    env.advance(60 * SECOND)
    await deleteObject(env, who('ben'), { ...at('ben', uid), name: ref?.name as string }, {})
    const [start = '', day = ''] = /DTSTART(?:;[^:\r]*)?:(\d{8})[^\r]*/.exec(series) ?? []
    const third = String(Number(day) + 2)
    const moved = /BEGIN:VEVENT[\s\S]*END:VEVENT\r\n/
      .exec(series.replace('RRULE:FREQ=DAILY;COUNT=5\r\n', ''))?.[0]
      .replaceAll(day, third)
      .replace(
        'BEGIN:VEVENT\r\n',
        `BEGIN:VEVENT\r\n${start.replace('DTSTART', 'RECURRENCE-ID').replace(day, third)}\r\nLOCATION:Annex\r\n`,
      )
    await putObject(
      env,
      who('ann'),
      at('ann', uid),
      series.replace('END:VCALENDAR', `${moved}END:VCALENDAR`),
      {},
    )
    env.advance(60 * SECOND)
    await runJobs(env)
    for (const owner of ['ann', 'cat']) {
      expect(statusesIn(await stored(uid, owner), 'ben'), owner).to.deep.equal(['DECLINED', 'NEEDS-ACTION'])
    }
    expect(statusesIn(await stored(uid, 'ben'), 'ben')).to.deep.equal(['NEEDS-ACTION'])
  })

  it('and put back with another time is a change, and the answers given are kept where they hold', async () => {
    const uid = randomUUID()
    await invite(uid, ['ben', 'cat'])
    const bens = (await stored(uid, 'ben')).replace(
      /ATTENDEE[^\r]*\r\n?[ ]?[^\r]*:mailto:ben/,
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben',
    )
    const ref = await store().reader.row(NAME, 'ben', uid)
    await putObject(
      env,
      who('ben'),
      { owner: 'ben', collection: 'calendar', name: ref?.name as string },
      bens,
      {},
    )
    await deleteObject(env, who('ann'), at('ann', uid), {})
    const text = textOf({ uid, summary: 'Renamed', more: lines(['ann', 'ben', 'cat']) })
    await putObject(env, who('ann'), at('ann', uid, 'second'), text, {})
    env.advance(60 * SECOND)
    await runJobs(env)
    expect(await stored(uid, 'cat'))
      .to.include('SUMMARY:Renamed')
      .and.not.include('CANCELLED')
    const own = (await stored(uid, 'ann')).replace(/\r\n /g, '')
    expect(own).to.match(/PARTSTAT=ACCEPTED[^\r]*:mailto:ben@/)
  })

  it('takes answers while nobody knows of it, for when it comes back', async () => {
    const uid = randomUUID()
    await invite(uid, ['ben', 'cat'])
    const text = await stored(uid, 'ann')
    await deleteObject(env, who('ann'), at('ann', uid), {})
    const name = (await store().reader.row(NAME, 'ben', uid))?.name as string
    const answer = (await stored(uid, 'ben'))
      .replace(/\r\n /g, '')
      .replace(/ATTENDEE[^\r]*:mailto:ben@/, 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@')
    await putObject(env, who('ben'), { owner: 'ben', collection: 'calendar', name }, answer, {})
    await putObject(env, who('ann'), at('ann', uid, 'second'), text, {})
    env.advance(60 * SECOND)
    await runJobs(env)
    const own = (await stored(uid, 'ann')).replace(/\r\n /g, '')
    expect(own).to.match(/PARTSTAT=ACCEPTED[^\r]*:mailto:ben@/)
  })

  it('by an attendee and put into another calendar declines nothing', async () => {
    const uid = randomUUID()
    await invite(uid, ['ben'])
    const text = await stored(uid, 'ben')
    const name = (await store().reader.row(NAME, 'ben', uid))?.name as string
    await deleteObject(env, who('ben'), { owner: 'ben', collection: 'calendar', name }, {})
    await putObject(env, who('ben'), at('ben', uid, 'second'), text, {})
    env.advance(60 * SECOND)
    await runJobs(env)
    expect(await stored(uid, 'ann')).not.to.include('DECLINED')
  })

  it('and not put back is told of within five seconds, also by whoever is started after a crash', async () => {
    const uid = randomUUID()
    await invite(uid, ['ben', OUTSIDE])
    await deleteObject(env, who('ann'), at('ann', uid), {})
    env.advance(4 * SECOND)
    const another = { ...env, store: store() }
    expect(await runJobs(another)).to.equal(1)
    expect(await stored(uid, 'ben')).to.include('STATUS:CANCELLED')
    const mails = await store().reader.rows(MAILS, uid)
    expect(mails.map(({ method }) => method)).to.deep.equal(['REQUEST', 'CANCEL'])
    expect(await runJobs(env)).to.equal(0)
  })

  it('frees its room at once, which is asked again when it comes back', async () => {
    const when = 'DTSTART:20270105T090000Z\r\nDTEND:20270105T100000Z'
    const [first, second] = [randomUUID(), randomUUID()]
    await invite(first, ['hall', 'ben'], when)
    const text = await stored(first, 'ann')
    expect(text.replace(/\r\n /g, '')).to.match(/PARTSTAT=ACCEPTED[^\r]*:mailto:hall@/)
    await deleteObject(env, who('ann'), at('ann', first), {})
    await putObject(env, who('ann'), at('ann', first, 'second'), text, {})
    expect((await stored(first, 'ann')).replace(/\r\n /g, '')).to.match(
      /PARTSTAT=ACCEPTED[^\r]*:mailto:hall@/,
    )
    expect(await stored(first, 'hall')).not.to.include('CANCELLED')
    await deleteObject(env, who('ann'), at('ann', first, 'second'), {})
    await invite(second, ['hall'], when)
    expect((await stored(second, 'ann')).replace(/\r\n /g, '')).to.match(
      /PARTSTAT=ACCEPTED[^\r]*:mailto:hall@/,
    )
    await putObject(env, who('ann'), at('ann', first, 'second'), text, {})
    expect((await stored(first, 'ann')).replace(/\r\n /g, '')).to.match(
      /PARTSTAT=DECLINED[^\r]*:mailto:hall@/,
    )
    env.advance(60 * SECOND)
    await runJobs(env)
    expect((await stored(first, 'ben')).replace(/\r\n /g, '')).to.match(
      /PARTSTAT=DECLINED[^\r]*:mailto:hall@/,
    )
  })

  it('with its whole calendar is told of like any other, and mass cancellations by mail are held', async () => {
    await makeCalendar(env, who('ann'), 'third')
    const uids = Array.from({ length: 8 }, () => randomUUID())
    for (const uid of uids) {
      const text = textOf({ uid, more: lines(['ann', 'ben', OUTSIDE]) })
      await putObject(env, who('ann'), at('ann', uid, 'third'), text, {})
    }
    const outbox = databaseOutbox(env, { mostCancels: 5, sendsPerHour: 1000, invitationsPerHour: 1000 })
    for (const { mail } of await outbox.claim(env.clock(), new Date(env.clock().getTime() + 1000), 100)) {
      await outbox.settle(mail, { isSent: true, status: '1.1' })
    }
    await deleteCollection(env, who('ann'), { owner: 'ann', collection: 'third' }, {})
    env.advance(4 * SECOND)
    expect(await runJobs(env)).to.equal(8)
    for (const uid of uids) expect(await stored(uid, 'ben')).to.include('STATUS:CANCELLED')
    const due = await outbox.claim(env.clock(), new Date(env.clock().getTime() + 1000), 100)
    expect(due.filter(({ mail }) => uids.some((uid) => uid === mail.uid))).to.deep.equal([])
  })

  it('into somebody else’s home is told of, and is theirs to keep', async () => {
    const uid = randomUUID()
    await invite(uid, ['ben'])
    const ace = { isInverted: false, isDeny: false, isProtected: false, isInherited: false }
    const principal = { kind: 'principal', username: 'ann' } as const
    const shared = { owner: 'cat', collection: 'calendar' }
    await setAcl(env, who('cat'), shared, [{ ...ace, principal, privileges: READ | WRITE }], {})
    const text = await stored(uid, 'ann')
    const options = { overwrite: false, conditions: {} }
    await moveObject(env, who('ann'), at('ann', uid), at('cat', uid), options)
    env.advance(4 * SECOND)
    await runJobs(env)
    expect(await stored(uid, 'ben')).to.include('STATUS:CANCELLED')
    expect(await stored(uid, 'cat')).to.equal(text)
    expect(await itemsOf(uid)).to.include('ben')
  })
})

const NAME = statement<{ name: string }>(
  'test.removal-name',
  `select e.name from events e join users u on u.user_id = e.user_id
   join calendars c on c.calendar_id = e.calendar_id and c.kind = 'calendar'
   where u.username = $1 and e.uid = $2`,
)
