import { expect } from 'chai'
import { simpleParser } from 'mailparser'
import { getObject } from '../../src/calendar/objects.ts'
import { property } from '../../src/ical/component.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import { databaseOutbox } from '../../src/mail/database-outbox.ts'
import type { MailOutcome } from '../../src/mail/outbox.ts'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.ts'
import { receiveMail } from '../../src/mail/receive-mail.ts'
import { statement } from '../../src/store/statement.ts'
import { at } from '../support/calendars.ts'
import { PLENTY, useExchange } from './exchange.ts'
import { message } from './mails.ts'
import { fixture, raw } from './receiving.ts'

const SCHEDULED = statement<{ data: string }>(
  'test.mail-scheduled',
  'select data from events where user_id = $1 and schedule_tag is not null',
)
const COPIES = statement<{ data: string }>(
  'test.mail-copies',
  'select data from events where user_id = $1 and uid = $2',
)

/** The whole way: an event is stored, a mail arrives elsewhere, an answer comes back. */
describe('invitations by mail, there and back', () => {
  const exchange = useExchange()

  it('an invitation arrives, is answered as Gmail does, and everybody here sees it', async () => {
    const { alice, bob, calendar, env, peer, receiver, store } = exchange()
    await exchange().put('a.ics', exchange().event('lunch-1', `ATTENDEE:mailto:${bob.email}`))
    const asked = await exchange().attendeeIn('a.ics')
    expect(asked).to.include({ partstat: 'NEEDS-ACTION', status: '1.0' })
    expect(await exchange().send()).to.equal(1)
    const sent = await exchange().attendeeIn('a.ics')
    expect(sent).to.include({ status: '1.1', scheduleTag: asked.scheduleTag })

    expect(peer.mails.map(({ to }) => to)).to.deep.equal([['carol@gmail.example']])
    const address = await exchange().replyAddress()
    const [reception] = await receiveMail(receiver, raw(fixture('gmail-reply', address), address))
    expect(reception?.reason).to.equal('from carol@gmail.example, by token')
    expect(await exchange().attendeeIn('a.ics')).to.include({ partstat: 'ACCEPTED', status: '2.0' })

    const copies = await store.reader.rows(SCHEDULED, bob.userId)
    const unfolded = copies.map(({ data }) => data.replace(/\r\n /g, '')).join('')
    expect(unfolded).to.match(/ATTENDEE[^:]*PARTSTAT=ACCEPTED[^:]*:mailto:carol/i)

    // The same answer again changes nothing.
    const before = await getObject(env, alice, at(calendar, 'a.ics'), { data: true })
    await receiveMail(receiver, raw(fixture('gmail-reply', address), address))
    const after = await getObject(env, alice, at(calendar, 'a.ics'), { data: true })
    expect(after.object.etag).to.equal(before.object.etag)
    await exchange().remove('a.ics')
  })

  it('Exchange answers without ORGANIZER', async () => {
    await exchange().put('b.ics', exchange().event('lunch-1'))
    await exchange().send()
    const address = await exchange().replyAddress()
    await receiveMail(exchange().receiver, raw(fixture('exchange-reply', address), address))
    expect(await exchange().attendeeIn('b.ics')).to.include({ partstat: 'DECLINED', status: '2.0' })
  })

  it('who asks for the current state is sent it, if they are invited', async () => {
    const { peer, receiver } = exchange()
    await exchange().put('r.ics', exchange().event('r'))
    await exchange().send()
    const address = await exchange().replyAddress()
    const refresh = (from: string) =>
      [
        `From: ${from}`,
        'MIME-Version: 1.0',
        'Content-Type: text/calendar; method=REFRESH',
        '',
        message('REFRESH', ['UID:r', 'DTSTAMP:20261122T120000Z', `ATTENDEE:mailto:${from}`]),
      ].join('\r\n')
    await receiveMail(receiver, raw(refresh('eve@evil.example'), address))
    expect(await exchange().send()).to.equal(0)
    await receiveMail(receiver, raw(refresh('carol@gmail.example'), address))
    expect(await exchange().send()).to.equal(1)
    expect(peer.mails.at(-1)?.text).to.contain('method=REQUEST')
  })

  it('a change says what is new, an undone invitation is cancelled', async () => {
    await exchange().put('c.ics', exchange().event('c'))
    await exchange().send()
    await exchange().put('c.ics', exchange().event('c').replace('SUMMARY:Lunch', 'SUMMARY:Dinner'))
    await exchange().send()
    await exchange().remove('c.ics')
    await exchange().send()
    const parsed = await Promise.all(exchange().peer.mails.map(({ text }) => simpleParser(text)))
    expect(parsed.map(({ subject }) => subject)).to.deep.equal([
      'Invitation: Lunch',
      'Changed: Dinner',
      'Cancelled: Dinner',
    ])
    expect(parsed[1]?.text).to.contain('Title: Dinner (before: Lunch)')
    const organizers = parsed.map(({ replyTo }) => replyTo?.text)
    expect(new Set(organizers).size).to.equal(1)
  })

  it('a refusal for good is on record', async () => {
    await exchange().put('e.ics', exchange().event('e'))
    exchange().peer.refuseWith = 550
    await exchange().send()
    expect(await exchange().attendeeIn('e.ics')).to.include({ status: '5.1' })
  })

  it('a sender that dies between claim and sending leaves the mail to the next', async () => {
    const { env, peer } = exchange()
    await exchange().put('f.ics', exchange().event('f'))
    const now = env.clock()
    const outbox = databaseOutbox(env, PLENTY)
    const lease = new Date(now.getTime() + 60_000)
    expect(await outbox.claim(now, lease, 10)).to.have.length(1)
    expect(await outbox.claim(now, lease, 10)).to.have.length(0)
    await exchange().pass(61)
    expect(await exchange().send()).to.equal(1)
    expect(peer.mails).to.have.length(1)
  })

  it('a sender that dies between sending and settling leaves the settling to the next', async () => {
    const { env, peer } = exchange()
    await exchange().put('k.ics', exchange().event('k'))
    const outbox = databaseOutbox(env, PLENTY)
    const dying = { ...outbox, settle: () => Promise.reject(new Error('killed')) }
    const ended = await exchange()
      .send({}, dying)
      .catch((error: Error) => error.message)
    expect(ended).to.equal('killed')
    expect(peer.mails).to.have.length(1)
    expect(await exchange().attendeeIn('k.ics')).to.include({ status: '1.0' })
    await exchange().pass(600)
    expect(await exchange().send()).to.equal(1)
    expect(peer.mails).to.have.length(1)
    expect(await exchange().attendeeIn('k.ics')).to.include({ status: '1.1' })
    expect(await exchange().send()).to.equal(0)
  })

  it('who waits for the sender’s calendar keeps no mail from being marked as sent', async () => {
    const { env, peer } = exchange()
    await exchange().put('l.ics', exchange().event('l'))
    await exchange().put('m.ics', exchange().event('m'))
    const outbox = databaseOutbox(env, PLENTY)
    const order: string[] = []
    const noting = {
      ...outbox,
      markSent: async (mail: OutgoingMail) => {
        await outbox.markSent(mail)
        order.push('marked')
      },
      settle: async (mail: OutgoingMail, outcome: MailOutcome) => {
        order.push('settled')
        await outbox.settle(mail, outcome)
      },
    }
    await exchange().send({}, noting)
    expect(peer.mails).to.have.length(2)
    expect(order).to.deep.equal(['marked', 'marked', 'settled', 'settled'])
  })

  it('several senders at once send each mail once', async () => {
    const { peer } = exchange()
    for (let index = 0; index < 20; index += 1) {
      await exchange().put(`g${index}.ics`, exchange().event(`g${index}`))
    }
    await Promise.all([1, 2, 3, 4].map(() => exchange().send()))
    expect(peer.mails).to.have.length(20)
    const ids = await Promise.all(peer.mails.map(async ({ text }) => (await simpleParser(text)).messageId))
    expect(new Set(ids).size).to.equal(20)
  })

  it('nobody elsewhere is written to while mail is off, and the event says so', async () => {
    await exchange().put('i.ics', exchange().event('i'), exchange().base)
    expect(await exchange().send()).to.equal(0)
    expect(await exchange().attendeeIn('i.ics')).to.include({ status: '5.2' })
  })

  it('an invitation from outside goes to the calendar of who knows the sender, else to the inbox', async () => {
    const { alice, receiver, store } = exchange()
    const request = fixture('outlook-request').toString().replaceAll('alice@example.com', alice.email)
    const [first] = await receiveMail(receiver, raw(request, alice.email))
    expect(first).to.include({ result: 'inbox', reason: 'dora@partner.example is not known' })
    const invitation = exchange().event('j').replaceAll('carol@gmail.example', 'dora@partner.example')
    await exchange().put('j.ics', invitation)
    await exchange().send()
    const [second] = await receiveMail(receiver, raw(request, alice.email))
    expect(second).to.include({ result: 'delivered' })
    const uid = '040000008200E00074C5B7101A82E00800000000OUTLOOK'
    const rows = await store.reader.rows(COPIES, alice.userId, uid)
    expect(rows).to.have.length(1)
    const { master } = readCalendarObject(rows[0]?.data ?? '')
    expect(master && property(master, 'X-MICROSOFT-CDO-BUSYSTATUS')?.value).to.equal('TENTATIVE')
  })
})
