import { expect } from 'chai'
import { simpleParser } from 'mailparser'
import MailComposer from 'nodemailer/lib/mail-composer'
import { parameter, property } from '../../src/ical/component.ts'
import { parseCalendar } from '../../src/ical/text.ts'
import { type ComposedMail, composeMail, UnsendableMailError } from '../../src/mail/compose.ts'
import { invitation, message, outgoing, POLICY } from './mails.ts'

const NO_REPLIES = { ...POLICY, replies: undefined }

async function built(mail: ComposedMail): Promise<string> {
  return (await new MailComposer({ ...mail, headers: { ...mail.headers } }).compile().build()).toString(
    'utf8',
  )
}

/** Content types in order of the text, indented by nesting. */
function structureOf(raw: string): string[] {
  return [...raw.matchAll(/^content-type: ([^;\r\n]+)/gim)].map((match) => match[1] ?? '')
}

describe('a composed mail', () => {
  it('is mixed{alternative{text, html, calendar}, file}, as clients need it', async () => {
    const raw = await built(composeMail(outgoing(invitation()), POLICY))
    expect(structureOf(raw)).to.deep.equal([
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'text/html',
      'text/calendar',
      'application/ics',
    ])
    expect(raw).to.match(/Content-Type: text\/calendar; charset=utf-8; method=REQUEST/i)
    const inline = raw.slice(raw.indexOf('text/calendar'), raw.indexOf('application/ics'))
    expect(inline).not.to.match(/Content-Disposition: attachment/i)
    expect(raw.split('\r\n').every((line) => Buffer.byteLength(line) <= 998)).to.equal(true)
    expect(raw.replaceAll('\r\n', '')).not.to.match(/[\r\n]/)
  })

  it('parses back to the message, with the method of its content type', async () => {
    const mail = composeMail(outgoing(invitation()), NO_REPLIES)
    const parsed = await simpleParser(await built(mail))
    const calendars = parsed.attachments.filter(({ contentType }) => /calendar|ics/.test(contentType))
    expect(calendars).to.have.length(2)
    for (const { content } of calendars) {
      const calendar = parseCalendar(content.toString('utf8'))
      expect(property(calendar, 'METHOD')?.value).to.equal('REQUEST')
      expect(calendar.components.map(({ name }) => name)).to.deep.equal(['VTIMEZONE', 'VEVENT'])
    }
    expect(parsed.messageId).to.equal(mail.messageId)
    expect(parsed.subject).to.equal('Invitation: Lunch')
    expect(parsed.text).to.contain('Alice invites you to “Lunch”.')
    expect(parsed.text).to.contain('Tuesday, 1 December 2026, 12:00–13:00')
    expect(parsed.text).to.contain('Central European Standard Time, Europe/Berlin')
  })

  it('comes from an address that SPF and DMARC allow', () => {
    const own = composeMail(outgoing(invitation()), POLICY)
    expect(own.envelope.from).to.match(/^bounce\+[a-z2-7]{52}@kal\.example$/)
    expect(own.envelope.to).to.equal('carol@gmail.example')
    expect(own.from).to.deep.equal({ name: 'Alice', address: 'alice@example.com' })
    expect(own.sender).to.equal('calendar@kal.example')
    const foreign = composeMail(outgoing(invitation()), { ...POLICY, domains: [] })
    expect(foreign.from).to.deep.equal({ name: 'Alice (by Kalends)', address: 'calendar@kal.example' })
    expect(foreign).not.to.have.property('sender')
  })

  it('names the reply address as organizer and Reply-To, the same for each change', () => {
    const first = composeMail(outgoing(invitation()), POLICY)
    const second = composeMail(outgoing(invitation('SEQUENCE:1')), POLICY)
    expect(first.replyTo.address).to.match(/^reply\+[a-z2-7]{52}@kal\.example$/)
    expect(second.replyTo).to.deep.equal(first.replyTo)
    expect(first.replyTo.address.split('@')[0]?.length).to.be.at.most(64)
    const [, event] = parseCalendar(first.icalEvent.content).components
    const organizer = property(event as never, 'ORGANIZER')
    expect(organizer?.value).to.equal(`mailto:${first.replyTo.address}`)
    expect(parameter(organizer as never, 'EMAIL')).to.equal('alice@example.com')
  })

  it('leaves the organizer alone without a domain for replies', () => {
    const mail = composeMail(outgoing(invitation()), NO_REPLIES)
    expect(mail.replyTo.address).to.equal('alice@example.com')
    expect(mail.envelope.from).to.equal('calendar@kal.example')
    expect(mail.icalEvent.content).to.contain('ORGANIZER;CN=Alice:mailto:alice@example.com')
  })

  it('leaves the organizer of others alone in an answer', () => {
    const reply = message('REPLY', [
      'UID:theirs',
      'DTSTAMP:20261101T000000Z',
      'DTSTART:20261201T110000Z',
      'ORGANIZER:mailto:carol@gmail.example',
      'ATTENDEE;PARTSTAT=DECLINED:mailto:alice@example.com',
    ])
    const mail = composeMail(outgoing(reply), POLICY)
    expect(mail.subject).to.equal('Declined: Untitled event')
    expect(mail.icalEvent.content).to.contain('ORGANIZER:mailto:carol@gmail.example')
    expect(mail.replyTo.address).to.equal('alice@example.com')
  })

  it('replaces what is left of a zone by the whole of it', () => {
    const partial = invitation().replace(
      'BEGIN:VEVENT',
      [
        'BEGIN:VTIMEZONE',
        'TZID:Europe/Berlin',
        'BEGIN:STANDARD',
        'DTSTART:20261025T030000',
        'TZOFFSETFROM:+0200',
        'TZOFFSETTO:+0100',
        'END:STANDARD',
        'END:VTIMEZONE',
        'BEGIN:VEVENT',
      ].join('\r\n'),
    )
    const { content } = composeMail(outgoing(partial), POLICY).icalEvent
    expect(content.match(/BEGIN:VTIMEZONE/g)).to.have.length(1)
    expect(content).to.contain('BEGIN:DAYLIGHT')
    expect(content).to.contain('TZID:Europe/Berlin')
  })

  it('shows what changed since the reader was last told', () => {
    const moved = invitation('SEQUENCE:1', 'LOCATION:Canteen').replaceAll('T1', 'T2')
    const mail = composeMail(outgoing(moved, { previous: invitation() }), POLICY)
    expect(mail.subject).to.equal('Changed: Lunch')
    expect(mail.text).to.contain('What changed:')
    expect(mail.text).to.match(/When: Tuesday, 1 December 2026.*22:00.*before:.*12:00/)
    expect(mail.text).to.contain('Where: Canteen (before: –)')
  })

  it('says which dates of a series are taken out, and that all of a series is cancelled', () => {
    const weekly = invitation('RRULE:FREQ=WEEKLY;COUNT=6')
    const fewer = invitation('SEQUENCE:1', 'RRULE:FREQ=WEEKLY;COUNT=6', 'EXDATE:20261215T110000Z')
    const { text } = composeMail(outgoing(fewer, { previous: weekly }), POLICY)
    const [changes = '', facts] = text.split('Title:')
    expect(changes).to.contain('Except: Tuesday, 15 December 2026 (before: –)')
    expect(facts).to.contain('Repeats: every week, 6 times').and.contain('Except: Tuesday, 15 December 2026')
    const gone = invitation('SEQUENCE:2', 'STATUS:CANCELLED').replace('METHOD:REQUEST', 'METHOD:CANCEL')
    const cancelled = composeMail(outgoing(gone, { previous: weekly }), POLICY).text
    expect(cancelled).to.contain('Repeats: every week, 6 times')
    const one = gone.replace('SEQUENCE:2', 'SEQUENCE:2\r\nRECURRENCE-ID:20261215T110000Z')
    expect(composeMail(outgoing(one, { previous: weekly }), POLICY).text).not.to.contain('Repeats')
  })

  it('escapes what others wrote', () => {
    const mail = composeMail(outgoing(invitation('DESCRIPTION:<script>alert(1)</script>\\nA & B')), POLICY)
    expect(mail.html).to.contain('&lt;script&gt;alert(1)&lt;/script&gt;<br>A &amp; B')
    expect(mail.html).not.to.contain('<script>')
  })

  it('keeps line breaks out of headers', async () => {
    const sneaky = invitation().replace('SUMMARY:Lunch', 'SUMMARY:Lunch\\nBcc: eve@evil.example')
    const parsed = await simpleParser(await built(composeMail(outgoing(sneaky), POLICY)))
    expect(parsed.bcc).to.equal(undefined)
    expect(parsed.subject).to.equal('Invitation: Lunch Bcc: eve@evil.example')
  })

  it('is refused for what no mail can carry', () => {
    expect(() => composeMail(outgoing(invitation(), { recipient: 'urn:uuid:1' }), POLICY)).to.throw(
      UnsendableMailError,
    )
    expect(() => composeMail(outgoing(invitation().replace('METHOD:REQUEST\r\n', '')), POLICY)).to.throw(
      UnsendableMailError,
    )
  })
})
