import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { getObject } from '../../src/calendar/objects.ts'
import { bounceAddress, readBounceAddress } from '../../src/mail/bounce-address.ts'
import { isFailureFor, readDeliveryReport } from '../../src/mail/delivery-report.ts'
import { receiveMail } from '../../src/mail/receive-mail.ts'
import { isLocal } from '../../src/mail/targets.ts'
import { statement } from '../../src/store/statement.ts'
import { at, textOf } from '../support/calendars.ts'
import { useExchange } from './exchange.ts'
import { REPLIES } from './mails.ts'
import { carolsReplyAddress, fixture, raw, receiver } from './receiving.ts'

const DELIVERY = statement<{ delivery: string; status: string }>(
  'test.mail-delivery',
  'select delivery, status from invites where user_id = $1 and invitee_email = $2',
)

describe('bounce addresses', () => {
  it('name the mail, and nobody else can make one', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const address = bounceAddress(id, REPLIES)
        expect(address.split('@')[0]?.length).to.be.at.most(64)
        expect(readBounceAddress(address.toUpperCase(), REPLIES)).to.equal(id)
        expect(readBounceAddress(address, { ...REPLIES, secret: 'another' })).to.equal(undefined)
        expect(readBounceAddress(address.replace('bounce', 'reply'), REPLIES)).to.equal(undefined)
      }),
    )
  })

  it('are local only when they are signed', async () => {
    const id = randomUUID()
    expect(await isLocal(receiver(), bounceAddress(id, REPLIES))).to.equal(true)
    const forged = bounceAddress(id, { ...REPLIES, secret: 'guessed by somebody else' })
    expect(await isLocal(receiver(), forged)).to.equal(false)
  })
})

describe('delivery reports', () => {
  const group = (...lines: string[]) =>
    readDeliveryReport(['Reporting-MTA: dns; x', '', ...lines].join('\r\n'))

  it('say that a mail failed for good, or not', () => {
    const to = 'Final-Recipient: rfc822; Carol@Gmail.example'
    expect(isFailureFor('carol@gmail.example', group(to, 'Action: failed', 'Status: 4.4.7'))).to.equal(true)
    expect(isFailureFor('carol@gmail.example', group(to, 'ACTION: Failed (gone)'))).to.equal(true)
    expect(isFailureFor('carol@gmail.example', group(to, 'Status: 5.1.1'))).to.equal(true)
    for (const action of ['delayed', 'delivered', 'relayed', 'expanded']) {
      const report = group(to, `Action: ${action}`, 'Status: 5.0.0')
      expect(isFailureFor('carol@gmail.example', report), action).to.equal(false)
    }
    expect(isFailureFor('carol@gmail.example', [])).to.equal(false)
  })

  it('of a list count when nobody on it was reached', () => {
    const one = ['Final-Recipient: rfc822; one@x.example', 'Action: failed', '']
    const two = ['Final-Recipient: rfc822; two@x.example', 'Action: relayed', '']
    expect(isFailureFor('list@x.example', group(...one, ...two))).to.equal(false)
    expect(isFailureFor('list@x.example', group(...one))).to.equal(true)
    expect(isFailureFor('two@x.example', group(...one, ...two))).to.equal(false)
  })
})

describe('bounces', () => {
  const exchange = useExchange()

  async function invited(name: string, uid: string): Promise<string> {
    await exchange().put(name, exchange().event(uid))
    await exchange().send()
    expect(await exchange().attendeeIn(name)).to.include({ status: '1.1' })
    return exchange().peer.mails.at(-1)?.from ?? ''
  }

  for (const form of ['postfix-bounce', 'exchange-bounce', 'exim-bounce']) {
    it(`are put on record at the attendee (${form}), and again change nothing`, async () => {
      const { alice, receiver: to, store } = exchange()
      const address = await invited('a.ics', form)
      const { scheduleTag } = await exchange().attendeeIn('a.ics')
      const [first] = await receiveMail(to, raw(fixture(form, address), address))
      expect(first).to.include({ result: 'delivered', reason: 'mail does not reach carol@gmail.example' })
      const noted = await exchange().attendeeIn('a.ics')
      expect(noted).to.include({ status: '5.1', scheduleTag })
      const rows = await store.reader.rows(DELIVERY, alice.userId, 'carol@gmail.example')
      expect(rows.filter(({ delivery }) => delivery === '5.1')).to.have.length.of.at.least(1)
      const [second] = await receiveMail(to, raw(fixture(form, address), address))
      expect(second?.result).to.equal('ignored')
      expect(await exchange().attendeeIn('a.ics')).to.deep.equal(noted)
    })
  }

  it('of an answer are on record at the organizer', async () => {
    const { alice, calendar, env, peer, receiver: to } = exchange()
    const answered = (status: string) =>
      textOf({
        uid: 'theirs',
        more: ['ORGANIZER:mailto:dora@partner.example', `ATTENDEE;PARTSTAT=${status}:mailto:${alice.email}`],
      })
    await exchange().put('t.ics', answered('NEEDS-ACTION'))
    while ((await exchange().send()) > 0) {}
    peer.mails.splice(0)
    await exchange().put('t.ics', answered('ACCEPTED'))
    while ((await exchange().send()) > 0) {}
    const address = peer.mails[0]?.from ?? ''
    const report = fixture('postfix-bounce', address).toString().replaceAll('carol@gmail', 'dora@partner')
    await receiveMail(to, raw(report, address))
    const { object } = await getObject(env, alice, at(calendar, 't.ics'), { data: true })
    expect(object.data?.replace(/\r\n /g, '')).to.match(/ORGANIZER;[^\r]*SCHEDULE-STATUS="?5\.1/)
  })

  it('are found by the headers when there is no envelope', async () => {
    const address = await invited('b.ics', 'b')
    await receiveMail(exchange().receiver, raw(fixture('postfix-bounce', address)))
    expect(await exchange().attendeeIn('b.ics')).to.include({ status: '5.1' })
  })

  it('are read from where answers go, too', async () => {
    await invited('c.ics', 'c')
    const address = await exchange().replyAddress()
    const [other] = await receiveMail(
      exchange().receiver,
      raw(fixture('postfix-bounce', address).toString().replaceAll('carol@', 'dave@'), address),
    )
    expect(other?.result).to.equal('ignored')
    await receiveMail(exchange().receiver, raw(fixture('postfix-bounce', address), address))
    expect(await exchange().attendeeIn('c.ics')).to.include({ status: '5.1' })
  })

  it('that only tell of a delay change nothing', async () => {
    const address = await invited('d.ics', 'd')
    const [reception] = await receiveMail(
      exchange().receiver,
      raw(fixture('postfix-delay', address), address),
    )
    expect(reception).to.include({ result: 'ignored', reason: 'the mail may still arrive' })
    expect(await exchange().attendeeIn('d.ics')).to.include({ status: '1.1' })
  })

  it('without a token of ours do nothing', async () => {
    const address = await invited('e.ics', 'e')
    const forged = bounceAddress(randomUUID(), { ...REPLIES, secret: 'guessed by somebody else' })
    for (const to of [
      forged,
      address.replace(/.@/, (end) => (end === 'a@' ? 'q@' : 'a@')),
      exchange().alice.email,
    ]) {
      const [reception] = await receiveMail(exchange().receiver, raw(fixture('postfix-bounce', to), to))
      expect(reception?.result, to).to.be.oneOf(['unknown', 'ignored'])
    }
    expect(await exchange().attendeeIn('e.ics')).to.include({ status: '1.1' })
  })

  it('of a mail that a later one took the place of do nothing', async () => {
    const first = await invited('f.ics', 'f')
    await exchange().put('f.ics', exchange().event('f').replace('SUMMARY:Lunch', 'SUMMARY:Dinner'))
    await exchange().send()
    const [reception] = await receiveMail(exchange().receiver, raw(fixture('postfix-bounce', first), first))
    expect(reception?.result).to.equal('ignored')
    expect(await exchange().attendeeIn('f.ics')).to.include({ status: '1.1' })
  })

  it('that overtake the news that the mail was taken come again', async () => {
    const to = receiver({ sentMail: async () => 'under way' })
    const address = bounceAddress(randomUUID(), REPLIES)
    const [reception] = await receiveMail(to, raw(fixture('postfix-bounce', address), address))
    expect(reception?.result).to.equal('later')
  })

  it('are told from notices of absence, which count for nothing wherever they go', async () => {
    const address = await invited('g.ics', 'g')
    const before = await exchange().attendeeIn('g.ics')
    for (const to of [address, await exchange().replyAddress()]) {
      const [reception] = await receiveMail(exchange().receiver, raw(fixture('absence', to, 'g'), to))
      expect(reception?.result).to.equal('ignored')
    }
    const pure = receiver()
    const [own] = await receiveMail(pure, raw(fixture('absence'), carolsReplyAddress()))
    expect(own).to.include({ result: 'ignored', reason: 'it is a message of theirs that came back' })
    expect(pure.messages).to.deep.equal([])
    expect(await exchange().attendeeIn('g.ics')).to.deep.equal(before)
  })
})
