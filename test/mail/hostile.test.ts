import { expect } from 'chai'
import { simpleParser } from 'mailparser'
import MailComposer from 'nodemailer/lib/mail-composer'
import { getObject } from '../../src/calendar/objects.ts'
import { isVouchedFor } from '../../src/mail/authentication-results.ts'
import { composeMail, UnsendableMailError } from '../../src/mail/compose.ts'
import { receiveMail } from '../../src/mail/receive-mail.ts'
import { at } from '../support/calendars.ts'
import { cpuMs, cpuMsUntil, HANGS } from '../support/cpu-time.ts'
import { useExchange } from './exchange.ts'
import { invitation, message, outgoing, POLICY } from './mails.ts'
import { carolsReplyAddress, fixture, raw, receiver } from './receiving.ts'

const HEAD = 'From: dora@partner.example\r\nTo: alice@example.com\r\nMIME-Version: 1.0\r\n'
const PART = 'Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'

describe('mails made to do harm', () => {
  const nest = (depth: number) =>
    Array.from(
      { length: depth },
      (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
    ).join('')
  const bombs: [string, () => string][] = [
    ['parts in parts', () => `${HEAD}${nest(5000)}${PART}`],
    ['mails in mails', () => `${HEAD}${'Content-Type: message/rfc822\r\n\r\n'.repeat(5000)}${PART}`],
    [
      'thousands of parts',
      () =>
        `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${`--b\r\n${PART}\r\n`.repeat(5000)}--b--\r\n`,
    ],
    ['a header without end', () => `${HEAD}Subject: ${'x'.repeat(2_000_000)}\r\n\r\n`],
    ['thousands of headers', () => `${HEAD}${'X-More: yes\r\n'.repeat(50_000)}\r\n`],
    [
      'thousands of signatures',
      () =>
        `${HEAD}${'DKIM-Signature: v=1; a=rsa-sha256; d=x.example; s=s; h=from; bh=x; b=x\r\n'.repeat(2000)}${fixture(
          'outlook-request',
        )
          .toString()
          .replace(/Authentication-Results.*\r\n/, '')}`,
    ],
  ]
  for (const [name, text] of bombs) {
    it(`are taken and dropped, or shown, without effort: ${name}`, async () => {
      let asked = 0
      const to = receiver()
      const resolver = async () => {
        asked += 1
        throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
      }
      const careful = { ...to, authentication: { ...to.authentication, resolver } }
      const octets = Buffer.from(text())
      const spent = await cpuMsUntil(async () => {
        const [reception] = await receiveMail(careful, raw(octets, 'alice@example.com'))
        expect(reception?.result).to.be.oneOf(['ignored', 'inbox'])
      })
      expect(asked).to.be.below(20)
      expect(spent).to.be.below(HANGS)
    })
  }

  it('cannot make a header of results take for ever', () => {
    const header = `mx.kal.example; ${'('.repeat(300_000)}${')'.repeat(300_000)} dmarc=pass header.from=gmail.example`
    const spent = cpuMs(() => {
      expect(isVouchedFor([header], 'mx.kal.example', 'carol@gmail.example')).to.equal(true)
    })
    const open = 'mx.kal.example; none (hidden; dmarc=pass header.from=gmail.example'
    expect(isVouchedFor([open], 'mx.kal.example', 'carol@gmail.example')).to.equal(false)
    expect(spent).to.be.below(HANGS)
  })

  it('are not believed behind a signature that covers a part of them', async () => {
    for (const signature of [
      'v=1; a=rsa-sha256; d=partner.example; s=s; h=from:to; l=20; bh=x; b=x',
      'v=1; a=rsa-sha256; d=partner.example; s=s; h=to:subject; bh=x; b=x',
    ]) {
      let asked = 0
      const to = receiver()
      const resolver = async () => {
        asked += 1
        return [['v=DKIM1; p=x']]
      }
      const plain = fixture('outlook-request')
        .toString()
        .replace(/Authentication-Results.*\r\n/, '')
      const careful = { ...to, authentication: { ...to.authentication, resolver } }
      const text = `DKIM-Signature: ${signature}\r\n${plain}`
      const [reception] = await receiveMail(careful, raw(text, 'alice@example.com'))
      expect(reception?.result).to.equal('inbox')
      expect(asked).to.equal(0)
    }
  })
})

describe('texts made to do harm', () => {
  const wicked = '\\n<img src=x onerror=alert(1)>"&\'\\nBcc: eve@evil.example'

  async function built(text: string) {
    const mail = composeMail(outgoing(text), POLICY)
    const octets = await new MailComposer({ ...mail, headers: { ...mail.headers } }).compile().build()
    return { mail, head: octets.toString().split('\r\n\r\n')[0] ?? '', parsed: await simpleParser(octets) }
  }

  it('stay where they are, in headers and in HTML', async () => {
    const text = invitation(`LOCATION:${wicked}`, `COMMENT:${wicked}`, `DESCRIPTION:${wicked}`)
      .replace('SUMMARY:Lunch', `SUMMARY:${wicked}`)
      .replaceAll('CN=Alice', 'CN="Alice^nBcc: eve@evil.example<script>"')
      .replaceAll('CN=Carol', 'CN="Carol^nBcc: eve@evil.example<script>"')
    const { head, mail, parsed } = await built(text)
    expect(head).not.to.match(/^Bcc/im)
    expect(parsed.bcc).to.equal(undefined)
    expect(parsed.from?.value).to.have.length(1)
    expect(parsed.to).to.deep.include({ text: parsed.to && 'text' in parsed.to ? parsed.to.text : '' })
    expect(mail.html).not.to.match(/<(img|script)/)
    const own =
      /^<(!doctype html|\/?(html|head|meta|title|body|p|strong|table|tr|th|td|br|blockquote))\b[^<]*>$/
    for (const tag of mail.html.match(/<[^>]*>/g) ?? []) expect(tag).to.match(own)
  })

  it('make no address that is two, or a header', () => {
    for (const address of [
      'a@x.example%0d%0aBcc:eve@evil.example',
      'a@x.example,eve@evil.example',
      'a@x.example eve',
      '"a b"@x.example',
    ]) {
      expect(
        () => composeMail(outgoing(invitation(), { recipient: `mailto:${address}` }), POLICY),
        address,
      ).to.throw(UnsendableMailError)
    }
  })
})

describe('answers made to do harm', () => {
  const exchange = useExchange()

  function reply(...attendees: readonly string[]): string {
    const lines = ['UID:lunch-1', 'DTSTAMP:20261122T123000Z', ...attendees]
    return `From: carol@gmail.example\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n${message('REPLY', lines)}`
  }

  it('count for the one who holds the token, whomever else they name', async () => {
    const dave = 'ATTENDEE:mailto:dave@gmail.example'
    await exchange().put('a.ics', exchange().event('lunch-1', dave))
    await exchange().send()
    const { peer, receiver: to } = exchange()
    const index = peer.mails.findIndex(({ to: [first] }) => first === 'carol@gmail.example')
    const address = await exchange().replyAddress(index)
    const both = reply(
      'ATTENDEE;PARTSTAT=DECLINED:mailto:dave@gmail.example',
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:carol@gmail.example',
    )
    const [taken] = await receiveMail(to, raw(both, address))
    expect(taken?.result).to.equal('delivered')
    const answers = await Promise.all(
      ['carol@gmail.example', 'dave@gmail.example'].map((email) => exchange().attendeeIn('a.ics', email)),
    )
    expect(answers[0]?.partstat).to.equal('ACCEPTED')
    expect(answers[1]?.partstat ?? 'NEEDS-ACTION').to.equal('NEEDS-ACTION')
    const alone = reply('ATTENDEE;PARTSTAT=DECLINED:mailto:dave@gmail.example')
    await receiveMail(to, raw(alone, address))
    expect((await exchange().attendeeIn('a.ics', 'dave@gmail.example')).partstat ?? 'NEEDS-ACTION').to.equal(
      'NEEDS-ACTION',
    )
  })

  it('do nothing when they are old ones again', async () => {
    await exchange().put('b.ics', exchange().event('again'))
    await exchange().send()
    const { alice, calendar, env, receiver: to } = exchange()
    const address = await exchange().replyAddress()
    for (const name of ['gmail-reply', 'exchange-reply'])
      await receiveMail(to, raw(fixture(name, address, 'again'), address))
    const before = await getObject(env, alice, at(calendar, 'b.ics'), { data: true })
    expect(await exchange().attendeeIn('b.ics')).to.include({ partstat: 'DECLINED' })
    await receiveMail(to, raw(fixture('gmail-reply', address, 'again'), address))
    const after = await getObject(env, alice, at(calendar, 'b.ics'), { data: true })
    expect(after.object.data).to.equal(before.object.data)
  })

  it('do nothing with the token of another event, or of another server', async () => {
    await exchange().put('c.ics', exchange().event('mine'))
    await exchange().send()
    const before = await exchange().attendeeIn('c.ics')
    const theirs = async () => {
      await exchange().put('d.ics', exchange().event('other'))
      await exchange().send()
      return exchange().replyAddress()
    }
    for (const address of [carolsReplyAddress('mine'), await theirs()]) {
      await receiveMail(exchange().receiver, raw(fixture('gmail-reply', address, 'mine'), address))
    }
    expect(await exchange().attendeeIn('c.ics')).to.deep.equal(before)
  })
})
