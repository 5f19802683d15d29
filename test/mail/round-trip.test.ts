import { expect } from 'chai'
import { simpleParser } from 'mailparser'
import { deleteObject } from '../../src/calendar/delete-object.ts'
import type { CalendarEnv } from '../../src/calendar/env.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { getObject } from '../../src/calendar/objects.ts'
import { parameter, property } from '../../src/ical/component.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import { databaseOutbox } from '../../src/mail/database-outbox.ts'
import { databaseReceiver } from '../../src/mail/database-receiver.ts'
import { type MailReceiver, receiveMail } from '../../src/mail/receive-mail.ts'
import { sendMails } from '../../src/mail/send-mails.ts'
import { createSmtp, type MailTransport } from '../../src/mail/smtp.ts'
import { listHeld, releaseHeld } from '../../src/store/outgoing.ts'
import { statement } from '../../src/store/statement.ts'
import { at, calendarEnv, makeCalendar, put, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { seedUser } from '../support/tree.ts'
import { message, POLICY, REPLIES } from './mails.ts'
import { fixture, raw } from './receiving.ts'
import { type SmtpPeer, startPeer } from './smtp-peer.ts'

const BOBS = statement<{ data: string }>(
  'test.mail-scheduled',
  'select data from events where user_id = $1 and schedule_tag is not null',
)
const COPIES = statement<{ data: string }>(
  'test.mail-copies',
  'select data from events where user_id = $1 and uid = $2',
)

/** The whole way: an event is stored, a mail arrives elsewhere, an answer comes back. */
describe('invitations by mail, there and back', () => {
  const store = useStore()
  let base: TestEnv
  let env: CalendarEnv
  let alice: Actor
  let bob: Actor
  let calendar: Calendar
  let peer: SmtpPeer
  let transport: MailTransport
  let receiver: MailReceiver

  before(async () => {
    base = calendarEnv(store())
    alice = await seedUser(store(), 'alice')
    bob = await seedUser(store(), 'bob')
    await makeCalendar(base, bob, 'calendar')
  })
  let count = 0
  beforeEach(async () => {
    base = calendarEnv(store())
    env = { ...base, clock: () => base.clock(), sendsMail: true }
    count += 1
    calendar = await makeCalendar(env, alice, `mail${count}`)
    peer = await startPeer()
    transport = createSmtp({ url: peer.url, connections: 2 })
    receiver = databaseReceiver(env, {
      replies: REPLIES,
      domains: [],
      trustedAuthserv: 'mx.kal.example',
      invitationsPerHour: 100,
      answerDays: 90,
      resolver: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
    })
  })
  afterEach(async () => {
    // Nothing waits from one test to the next.
    peer.refuseWith = 550
    base.advance(30)
    while ((await send()) > 0) {}
    transport.close()
    await peer.close()
  })

  function send(mostCancels = 50): Promise<number> {
    const outbox = databaseOutbox(env, mostCancels)
    return sendMails({ outbox, transport, policy: POLICY, clock: env.clock }, 100)
  }

  function event(uid: string, ...more: string[]): string {
    return textOf({
      uid,
      summary: 'Lunch',
      more: [
        `ORGANIZER:mailto:${alice.email}`,
        `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${alice.email}`,
        'ATTENDEE;CN=Carol:mailto:carol@gmail.example',
        ...more,
      ],
    })
  }

  /** Carol, as the organizer's event has her. */
  async function carolIn(name: string, email = 'carol@gmail.example') {
    const { object } = await getObject(env, alice, at(calendar, name), { data: true })
    const { master } = readCalendarObject(object.data ?? '')
    const carol = master?.properties.find(({ value }) => value === `mailto:${email}`)
    if (carol === undefined) throw new Error('she is not invited')
    return {
      partstat: parameter(carol, 'PARTSTAT'),
      status: parameter(carol, 'SCHEDULE-STATUS'),
      scheduleTag: object.scheduleTag,
    }
  }

  async function replyAddressIn(text: string): Promise<string> {
    const { replyTo } = await simpleParser(text)
    return replyTo?.value[0]?.address ?? ''
  }

  it('an invitation arrives, is answered as Gmail does, and everybody here sees it', async () => {
    await put(env, alice, calendar, 'a.ics', event('lunch-1', `ATTENDEE:mailto:${bob.email}`))
    expect(await carolIn('a.ics')).to.include({ partstat: 'NEEDS-ACTION', status: '1.0' })
    const { scheduleTag } = await carolIn('a.ics')
    expect(await send()).to.equal(1)
    expect(await carolIn('a.ics')).to.include({ status: '1.1', scheduleTag })

    expect(peer.mails.map(({ to }) => to)).to.deep.equal([['carol@gmail.example']])
    const [mail] = peer.mails
    const address = await replyAddressIn(mail?.text ?? '')
    const [reception] = await receiveMail(receiver, raw(fixture('gmail-reply', address), address))
    expect(reception?.reason).to.equal('from carol@gmail.example, by token')
    expect(await carolIn('a.ics')).to.include({ partstat: 'ACCEPTED', status: '2.0' })

    const { objects } = await bobsCopies()
    expect(objects.join('')).to.match(/ATTENDEE[^:]*PARTSTAT=ACCEPTED[^:]*:\r?\n? ?mailto:\s*carol/i)

    // The same answer again changes nothing.
    const before = await getObject(env, alice, at(calendar, 'a.ics'), { data: true })
    await receiveMail(receiver, raw(fixture('gmail-reply', address), address))
    const after = await getObject(env, alice, at(calendar, 'a.ics'), { data: true })
    expect(after.object.etag).to.equal(before.object.etag)
    await deleteObject(env, alice, at(calendar, 'a.ics'), {})
  })

  async function bobsCopies(): Promise<{ objects: string[] }> {
    const rows = await store().reader.rows(BOBS, bob.userId)
    return { objects: rows.map(({ data }) => data.replace(/\r\n /g, '')) }
  }

  it('Exchange answers without ORGANIZER', async () => {
    await put(env, alice, calendar, 'b.ics', event('lunch-1'))
    await send()
    const address = await replyAddressIn(peer.mails[0]?.text ?? '')
    await receiveMail(receiver, raw(fixture('exchange-reply', address), address))
    expect(await carolIn('b.ics')).to.include({ partstat: 'DECLINED', status: '2.0' })
  })

  it('who asks for the current state is sent it, if they are invited', async () => {
    await put(env, alice, calendar, 'r.ics', event('r'))
    await send()
    const address = await replyAddressIn(peer.mails[0]?.text ?? '')
    const refresh = (from: string) =>
      [
        `From: ${from}`,
        'MIME-Version: 1.0',
        'Content-Type: text/calendar; method=REFRESH',
        '',
        message('REFRESH', ['UID:r', 'DTSTAMP:20261122T120000Z', `ATTENDEE:mailto:${from}`]),
      ].join('\r\n')
    await receiveMail(receiver, raw(refresh('eve@evil.example'), address))
    expect(await send()).to.equal(0)
    await receiveMail(receiver, raw(refresh('carol@gmail.example'), address))
    expect(await send()).to.equal(1)
    expect(peer.mails.at(-1)?.text).to.contain('method=REQUEST')
  })

  it('a change says what is new, an undone invitation is cancelled', async () => {
    await put(env, alice, calendar, 'c.ics', event('c'))
    await send()
    await put(env, alice, calendar, 'c.ics', event('c').replace('SUMMARY:Lunch', 'SUMMARY:Dinner'))
    await send()
    await deleteObject(env, alice, at(calendar, 'c.ics'), {})
    await send()
    const parsed = await Promise.all(peer.mails.map(({ text }) => simpleParser(text)))
    expect(parsed.map(({ subject }) => subject)).to.deep.equal([
      'Invitation: Lunch',
      'Changed: Dinner',
      'Cancelled: Dinner',
    ])
    expect(parsed[1]?.text).to.contain('Title: Dinner (before: Lunch)')
    const organizers = parsed.map(({ replyTo }) => replyTo?.text)
    expect(new Set(organizers).size).to.equal(1)
  })

  it('a relay that is down for a while loses nothing and doubles nothing', async () => {
    await put(env, alice, calendar, 'd.ics', event('d'))
    peer.refuseWith = 451
    expect(await send()).to.equal(1)
    expect(await send()).to.equal(0)
    expect(await carolIn('d.ics')).to.include({ status: '1.0' })
    peer.refuseWith = undefined
    base.advance(1)
    expect(await send()).to.equal(1)
    expect(await send()).to.equal(0)
    expect(peer.mails).to.have.length(1)
    expect(await carolIn('d.ics')).to.include({ status: '1.1' })
  })

  it('a refusal for good is on record', async () => {
    await put(env, alice, calendar, 'e.ics', event('e'))
    peer.refuseWith = 550
    await send()
    expect(await carolIn('e.ics')).to.include({ status: '5.1' })
  })

  it('a sender that dies between claim and sending leaves the mail to the next', async () => {
    await put(env, alice, calendar, 'f.ics', event('f'))
    const now = env.clock()
    const outbox = databaseOutbox(env, 50)
    const lease = new Date(now.getTime() + 60_000)
    expect(await outbox.claim(now, lease, 10)).to.have.length(1)
    expect(await outbox.claim(now, lease, 10)).to.have.length(0)
    base.advance(1)
    expect(await send()).to.equal(1)
    expect(peer.mails).to.have.length(1)
  })

  it('several senders at once send each mail once', async () => {
    for (let index = 0; index < 20; index += 1) {
      await put(env, alice, calendar, `g${index}.ics`, event(`g${index}`))
    }
    await Promise.all([send(), send(), send(), send()])
    expect(peer.mails).to.have.length(20)
    const ids = await Promise.all(peer.mails.map(async ({ text }) => (await simpleParser(text)).messageId))
    expect(new Set(ids).size).to.equal(20)
  })

  it('the mails of a mass cancellation are held until somebody decides', async () => {
    for (let index = 0; index < 4; index += 1) {
      await put(env, alice, calendar, `h${index}.ics`, event(`h${index}`))
    }
    await send()
    expect(peer.mails).to.have.length(4)
    for (let index = 0; index < 4; index += 1)
      await deleteObject(env, alice, at(calendar, `h${index}.ics`), {})
    expect(await send(3)).to.equal(0)
    const [held] = await store().reader.rows(listHeld)
    expect(held).to.include({ username: 'alice', events: 4n, messages: 4n })
    await store().transact((tx) => tx.change(releaseHeld, alice.userId, env.clock()))
    expect(await send(3)).to.equal(4)
    expect(peer.mails).to.have.length(8)
  })

  it('nobody elsewhere is written to while mail is off, and the event says so', async () => {
    await put(base, alice, calendar, 'i.ics', event('i'))
    expect(await send()).to.equal(0)
    expect(await carolIn('i.ics')).to.include({ status: '5.2' })
  })

  it('an invitation from outside goes to the calendar of who knows the sender, else to the inbox', async () => {
    const request = fixture('outlook-request').toString().replaceAll('alice@example.com', alice.email)
    const [first] = await receiveMail(receiver, raw(request, alice.email))
    expect(first).to.include({ result: 'inbox', reason: 'dora@partner.example is not known' })
    await put(
      env,
      alice,
      calendar,
      'j.ics',
      event('j').replaceAll('carol@gmail.example', 'dora@partner.example'),
    )
    await send()
    const [second] = await receiveMail(receiver, raw(request, alice.email))
    expect(second).to.include({ result: 'delivered' })
    const rows = await store().reader.rows(
      COPIES,
      alice.userId,
      '040000008200E00074C5B7101A82E00800000000OUTLOOK',
    )
    expect(rows).to.have.length(1)
    const { master } = readCalendarObject(rows[0]?.data ?? '')
    expect(master && property(master, 'X-MICROSOFT-CDO-BUSYSTATUS')?.value).to.equal('TENTATIVE')
  })
})
