import { expect } from 'chai'
import { type Component, parameter, property } from '../../src/ical/component.ts'
import { receiveMail } from '../../src/mail/receive-mail.ts'
import { replyAddress } from '../../src/mail/reply-token.ts'
import { message, OWNER, REPLIES } from './mails.ts'
import { ALICE, carolsReplyAddress, fixture, raw, receiver } from './receiving.ts'

function event(calendar: Component | undefined): Component {
  const found = calendar?.components.find(({ name }) => name === 'VEVENT')
  if (found === undefined) throw new Error('no VEVENT')
  return found
}

function value(component: Component, name: string): string | undefined {
  return property(component, name)?.value
}

describe('answers by mail', () => {
  it('count when they come to the reply address of who answers (Gmail)', async () => {
    const to = receiver()
    const receptions = await receiveMail(to, raw(fixture('gmail-reply'), carolsReplyAddress()))
    expect(receptions.map(({ result }) => result)).to.deep.equal(['delivered'])
    const [delivered] = to.messages
    expect(delivered).to.include({ method: 'REPLY', uid: 'lunch-1', sender: 'mailto:carol@gmail.example' })
    expect(delivered?.recipient).to.equal(ALICE)
    // The organizer has their own address again.
    expect(value(event(delivered?.calendar), 'ORGANIZER')).to.equal('mailto:alice@example.com')
  })

  for (const name of ['exchange-reply', 'utc-instance-reply', 'outlook-counter', 'upper-case-mailto']) {
    it(`count as ${name}`, async () => {
      const to = receiver()
      const [reception] = await receiveMail(to, raw(fixture(name), carolsReplyAddress()))
      expect(reception).to.include({ result: 'delivered' })
      expect(to.messages[0]?.sender).to.equal('mailto:carol@gmail.example')
    })
  }

  it('keep what a counter proposal is about', async () => {
    const to = receiver()
    await receiveMail(to, raw(fixture('outlook-counter'), carolsReplyAddress()))
    const counter = event(to.messages[0]?.calendar)
    expect(value(counter, 'X-MS-OLK-ORIGINALSTART')).to.equal('20261201T110000Z')
    expect(to.messages[0]?.method).to.equal('COUNTER')
  })

  it('count for an all-day instance named by a date-time', async () => {
    const to = receiver()
    const address = carolsReplyAddress('retreat-1')
    await receiveMail(to, raw(fixture('all-day-instance-reply', address), address))
    expect(value(event(to.messages[0]?.calendar), 'RECURRENCE-ID')).to.equal('20261208T000000Z')
  })

  it('find their address in the headers when there is no envelope', async () => {
    const to = receiver()
    const receptions = await receiveMail(to, raw(fixture('gmail-reply')))
    expect(receptions).to.have.length(1)
    expect(receptions[0]).to.include({ result: 'delivered', recipient: carolsReplyAddress() })
  })

  it('count for the one invited when an alias of theirs answers', async () => {
    const to = receiver()
    const address = replyAddress({ ownerId: OWNER, uid: 'lunch-1', attendee: 'carol@gmail.example' }, REPLIES)
    const alias = fixture('upper-case-mailto')
      .toString()
      .replace('MAILTO:CAROL@GMAIL.EXAMPLE', 'mailto:c@alias.example')
    await receiveMail(to, raw(alias, address))
    const attendee = property(event(to.messages[0]?.calendar), 'ATTENDEE')
    expect(attendee?.value).to.equal('mailto:carol@gmail.example')
    expect(attendee && parameter(attendee, 'PARTSTAT')).to.equal('ACCEPTED')
  })

  it('do not count from anybody else, or for another event, or without proof', async () => {
    const to = receiver()
    const carols = carolsReplyAddress()
    const eve = fixture('upper-case-mailto')
      .toString()
      .replace('MAILTO:CAROL@GMAIL.EXAMPLE', 'mailto:eve@evil.example')
      .replace('CAROL@GMAIL.EXAMPLE', 'eve@evil.example')
    const other = fixture('upper-case-mailto').toString().replace('lunch-1', 'board-meeting')
    const cases = [
      raw(eve, carols),
      raw(other, carols),
      raw(fixture('gmail-reply'), 'alice@example.com'),
      raw(fixture('gmail-reply'), carolsReplyAddress('another')),
    ]
    for (const each of cases) {
      const [reception] = await receiveMail(to, each)
      expect(reception?.result).to.equal('ignored')
      expect(reception?.reason).to.contain('nothing proves')
    }
    expect(to.messages).to.deep.equal([])
  })

  it('count on the word of the mail server in front, and only of that', async () => {
    const to = receiver()
    const vouched = (id: string) =>
      Buffer.from(
        `Authentication-Results: ${id}; dmarc=pass header.from=gmail.example\r\n${fixture('gmail-reply', 'alice@example.com')}`,
      )
    const [forged] = await receiveMail(to, raw(vouched('mx.evil.example'), 'alice@example.com'))
    expect(forged?.result).to.equal('ignored')
    const [trusted] = await receiveMail(to, raw(vouched('mx.kal.example'), 'alice@example.com'))
    expect(trusted?.result).to.equal('delivered')
  })

  it('do not count once the event is long over, or when there is none', async () => {
    const over = receiver({ answersUntil: async () => 0 })
    const [late] = await receiveMail(over, raw(fixture('gmail-reply'), carolsReplyAddress()))
    expect(late).to.include({ result: 'ignored', reason: 'the event it answers is long over' })
    const none = receiver({ answersUntil: async () => undefined })
    const [lost] = await receiveMail(none, raw(fixture('gmail-reply'), carolsReplyAddress()))
    expect(lost?.result).to.equal('ignored')
  })

  it('come again when they cannot be delivered now', async () => {
    const down = receiver({ deliver: () => Promise.reject(new Error('no database')) })
    const [reception] = await receiveMail(down, raw(fixture('gmail-reply'), carolsReplyAddress()))
    expect(reception).to.include({ result: 'later', reason: 'no database' })
  })
})

describe('invitations by mail', () => {
  it('go to the calendar from somebody known (Outlook, Windows zone)', async () => {
    const to = receiver()
    const [reception] = await receiveMail(to, raw(fixture('outlook-request'), 'alice@example.com'))
    expect(reception?.result).to.equal('delivered')
    const request = event(to.messages[0]?.calendar)
    expect(value(request, 'LOCATION')).to.equal('Café')
    expect(value(request, 'X-MICROSOFT-CDO-BUSYSTATUS')).to.equal('TENTATIVE')
    expect(to.messages[0]?.placement).to.equal('calendar')
  })

  it('go to the inbox only from somebody unknown, or unproven', async () => {
    const unknown = receiver({ isKnown: async () => false })
    const [first] = await receiveMail(unknown, raw(fixture('outlook-request'), 'alice+work@example.com'))
    expect(first?.result).to.equal('inbox')
    expect(unknown.messages[0]?.placement).to.equal('inbox')
    const unproven = receiver({
      authentication: { ...receiver().authentication, trustedAuthserv: undefined },
    })
    const [second] = await receiveMail(unproven, raw(fixture('outlook-request'), 'alice@example.com'))
    expect(second?.result).to.equal('inbox')
  })

  it('are not proven by an address for answers of the same domain, unless nobody could guess it', async () => {
    const organizedBy = (address: string) =>
      fixture('outlook-request')
        .toString()
        .replace('mailto:dora@partner.example', `mailto:${address}`)
        .replace('Subject:', `Reply-To: ${address}\r\nSubject:`)
    const all = { isKnown: async () => true }
    const victim = raw(organizedBy('boss@partner.example'), 'alice@example.com')
    const [forged] = await receiveMail(receiver(all), victim)
    expect(forged?.result).to.equal('inbox')
    const server = raw(organizedBy(`reply+${'abcd'.repeat(13)}@partner.example`), 'alice@example.com')
    const [sent] = await receiveMail(receiver(all), server)
    expect(sent?.result).to.equal('delivered')
  })

  it('are cancelled by their organizer only', async () => {
    const to = receiver()
    const [own] = await receiveMail(to, raw(fixture('instance-cancel'), 'alice@example.com'))
    expect(own?.result).to.equal('delivered')
    const forged = fixture('instance-cancel').toString().replace('dmarc=pass', 'dmarc=fail')
    const [reception] = await receiveMail(to, raw(forged, 'alice@example.com'))
    expect(reception?.result).to.equal('ignored')
    expect(to.messages).to.have.length(1)
  })

  it('wait when there are too many of them', async () => {
    let left = 2
    const to = receiver({
      isWithinLimits: async () => {
        left -= 1
        return left >= 0
      },
    })
    const results: string[] = []
    for (let count = 0; count < 3; count += 1) {
      const [reception] = await receiveMail(to, raw(fixture('outlook-request'), 'alice@example.com'))
      results.push(reception?.result ?? '')
    }
    expect(results).to.deep.equal(['delivered', 'delivered', 'later'])
  })
})

describe('mails that are none for the calendar', () => {
  const head = 'From: dora@partner.example\r\nTo: alice@example.com\r\nMIME-Version: 1.0\r\n'
  const request = message('REQUEST', ['UID:1', 'ORGANIZER:mailto:dora@partner.example'])

  const cases: [string, string, string][] = [
    ['plain text', `${head}\r\nhello\r\n`, 'it holds no calendar message'],
    [
      'winmail.dat',
      `${head}Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAA\r\n`,
      'winmail.dat, which only Outlook reads',
    ],
    [
      'several VCALENDARs in one part',
      `${head}Content-Type: text/calendar; method=REQUEST\r\n\r\n${request}${request}`,
      'there is more text after END:VCALENDAR',
    ],
    [
      'no METHOD',
      `${head}Content-Type: text/calendar\r\n\r\n${request.replace('METHOD:REQUEST\r\n', '')}`,
      'no METHOD',
    ],
    ['too large a part', `${head}Content-Type: text/calendar\r\n\r\n${'x'.repeat(200_000)}`, 'larger than'],
    ['not calendar data', `${head}Content-Type: text/calendar\r\n\r\n\u0000\u0001`, 'cannot be read'],
    ['nothing at all', '', 'no calendar message'],
  ]
  for (const [name, text, reason] of cases) {
    it(`are ignored politely: ${name}`, async () => {
      const to = receiver()
      const [reception] = await receiveMail(to, raw(text, 'alice@example.com'))
      expect(reception?.result).to.equal('ignored')
      expect(reception?.reason).to.contain(reason)
    })
  }

  it('are refused for an address nobody has', async () => {
    const receptions = await receiveMail(receiver(), raw(fixture('gmail-reply'), 'nobody@example.com'))
    expect(receptions.map(({ result }) => result)).to.deep.equal(['unknown'])
  })

  it('are ignored from the recipient to themselves', async () => {
    const text = fixture('outlook-request').toString().replaceAll('dora@partner.example', 'alice@example.com')
    const [reception] = await receiveMail(receiver(), raw(text, 'alice@example.com'))
    expect(reception).to.include({ result: 'ignored', reason: 'it is from its own recipient' })
  })

  it('are read inside a forwarded mail, in its charset', async () => {
    const inner = [
      'From: dora@partner.example',
      'MIME-Version: 1.0',
      'Content-Type: text/calendar; charset=iso-8859-15; method=REQUEST',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      request.replace('END:VEVENT', 'SUMMARY:Caf=E9 10 =A4\r\nEND:VEVENT'),
    ].join('\r\n')
    for (const disposition of ['inline', 'attachment']) {
      const outer = `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: ${disposition}\r\n\r\n${inner}\r\n--b--\r\n`
      const to = receiver()
      const [reception] = await receiveMail(to, raw(outer, 'alice@example.com'))
      expect(reception?.result, disposition).to.equal('inbox')
      expect(value(event(to.messages[0]?.calendar), 'SUMMARY')).to.equal('Café 10 €')
    }
  })
})
