import { expect } from 'chai'
import { parameter, property } from '../../src/ical/component.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import { receiveMail } from '../../src/mail/receive-mail.ts'
import { statement } from '../../src/store/statement.ts'
import { textOf } from '../support/calendars.ts'
import { useExchange } from './exchange.ts'
import { fixture, raw } from './receiving.ts'

const HELD = statement<{ data: string; start: Date }>(
  'test.mail-held-copy',
  `select e.data, e.start_time as start from events e
   join calendars c on c.user_id = e.user_id and c.calendar_id = e.calendar_id and c.kind = 'calendar'
   where e.user_id = $1 and e.uid = $2`,
)
const PROPOSED = statement<{ proposed: Date }>(
  'test.mail-proposed',
  `select i.proposed_time as proposed from invites i
   join events e on e.user_id = i.user_id and e.event_id = i.event_id
   where i.user_id = $1 and e.uid = $2 and i.invitee_email = 'carol@gmail.example'`,
)

/** Mails as Outlook, Exchange, Gmail and others write them, and what they do to calendars. */
describe('mails of other calendars', () => {
  const exchange = useExchange()

  /** Stores a meeting of alice's and carol's, mails it, and takes in carol's answers. */
  async function answered(uid: string, when: string, ...answers: readonly (string | Buffer)[]) {
    const people =
      exchange()
        .event(uid)
        .match(/^(ORGANIZER|ATTENDEE).*$/gm) ?? []
    await exchange().put(
      `${uid}.ics`,
      textOf({ uid, when, summary: 'Lunch', more: people.map((line) => line.trim()) }),
    )
    await exchange().send()
    const address = await exchange().replyAddress()
    const results: string[] = []
    for (const each of answers) {
      const mail = typeof each === 'string' ? fixture(each, address, uid) : each
      const [reception] = await receiveMail(exchange().receiver, raw(mail, address))
      results.push(reception?.result ?? '')
    }
    return { results, ...(await held(uid)) }
  }

  async function held(uid: string) {
    const [row] = await exchange().store.reader.rows(HELD, exchange().alice.userId, uid)
    if (row === undefined) throw new Error(`there is no ${uid}`)
    return { ...readCalendarObject(row.data), start: row.start }
  }

  type Held = Awaited<ReturnType<typeof held>>

  /** Carol's answer in the series, and by RECURRENCE-ID in single instances. */
  function answersIn({ master, overrides }: Held): Record<string, string | undefined> {
    const components = [...(master === undefined ? [] : [master]), ...overrides]
    return Object.fromEntries(
      components.map((component) => {
        const carol = component.properties.find(({ value }) => value === 'mailto:carol@gmail.example')
        const name = property(component, 'RECURRENCE-ID')?.value ?? 'series'
        return [name, carol && (parameter(carol, 'PARTSTAT') ?? 'NEEDS-ACTION')]
      }),
    )
  }

  const NOON = 'DTSTART;TZID=Europe/Berlin:20261201T120000\r\nDTEND;TZID=Europe/Berlin:20261201T130000'

  it('Exchange: a reply without ORGANIZER', async () => {
    const found = await answered('exchange', NOON, 'exchange-reply')
    expect(answersIn(found)).to.deep.equal({ series: 'DECLINED' })
  })

  it('an answer to one instance, named in another zone', async () => {
    const found = await answered('weekly', `${NOON}\r\nRRULE:FREQ=WEEKLY;COUNT=5`, 'utc-instance-reply')
    const { series, ...instances } = answersIn(found)
    expect(series).to.equal('NEEDS-ACTION')
    expect(Object.values(instances)).to.deep.equal(['TENTATIVE'])
  })

  it('an answer to one day of an all-day series, named by a date-time', async () => {
    const when = 'DTSTART;VALUE=DATE:20261201\r\nRRULE:FREQ=WEEKLY;COUNT=5'
    const found = await answered('retreat-1', when, 'all-day-instance-reply')
    expect(answersIn(found)).to.deep.equal({ series: 'NEEDS-ACTION', '20261208': 'DECLINED' })
  })

  it('Gmail: another answer under the same SEQUENCE, newer by its DTSTAMP', async () => {
    const later = fixture('gmail-reply', 'unused', 'gmail').toString()
    const changed = later.replace(/base64\r\n\r\n([A-Za-z0-9+/=\r\n]+)/g, (_, encoded: string) => {
      const text = Buffer.from(encoded, 'base64').toString()
      const newer = text
        .replace('PARTSTAT=ACCEPTED', 'PARTSTAT=DECLINED')
        .replace('DTSTAMP:20261122T1230', 'DTSTAMP:20261122T1245')
      return `base64\r\n\r\n${Buffer.from(newer).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`
    })
    const found = await answered('gmail', NOON, 'gmail-reply', Buffer.from(changed))
    expect(found.results).to.deep.equal(['delivered', 'delivered'])
    expect(answersIn(found)).to.deep.equal({ series: 'DECLINED' })
  })

  it('addresses in upper case', async () => {
    const found = await answered('upper', NOON, 'upper-case-mailto')
    expect(answersIn(found)).to.deep.equal({ series: 'ACCEPTED' })
  })

  it('Outlook: another time is proposed, and noted; the event stays as it is', async () => {
    const found = await answered('counter', NOON, 'outlook-counter')
    expect(found.results).to.deep.equal(['delivered'])
    expect(found.start.toISOString()).to.equal('2026-12-01T11:00:00.000Z')
    const [row] = await exchange().store.reader.rows(PROPOSED, exchange().alice.userId, 'counter')
    expect(row?.proposed.toISOString()).to.equal('2026-12-01T12:00:00.000Z')
  })

  it('Outlook: an invitation in a Windows zone with rules from 1601, and one instance of it cancelled', async () => {
    const { alice, receiver } = exchange()
    const uid = '040000008200E00074C5B7101A82E00800000000OUTLOOK'
    const known = exchange().event('known').replaceAll('carol@gmail.example', 'dora@partner.example')
    await exchange().put('known.ics', known)
    await exchange().send()
    const mine = (name: string) => fixture(name).toString().replaceAll('alice@example.com', alice.email)
    const weekly = mine('outlook-request').replace(
      'CLASS:PUBLIC',
      'RRULE:FREQ=3DWEEKLY;COUNT=3D4\r\nCLASS:PUBLIC',
    )
    const [invited] = await receiveMail(receiver, raw(weekly, alice.email))
    expect(invited?.result).to.equal('delivered')
    const before = await held(uid)
    expect(before.start.toISOString()).to.equal('2026-12-02T13:00:00.000Z')
    expect(before.master && property(before.master, 'X-MICROSOFT-CDO-BUSYSTATUS')?.value).to.equal(
      'TENTATIVE',
    )
    const [cancelled] = await receiveMail(receiver, raw(mine('instance-cancel'), alice.email))
    expect(cancelled?.result).to.equal('delivered')
    const { master, overrides } = await held(uid)
    const excluded = master && property(master, 'EXDATE')?.value
    const gone = overrides.find((each) => property(each, 'STATUS')?.value === 'CANCELLED')
    expect(excluded ?? (gone && property(gone, 'RECURRENCE-ID')?.value)).to.equal('20261209T140000')
  })

  it('texts in the charsets and encodings that programs still write', async () => {
    const charsets: readonly [string, string, (text: string) => Buffer][] = [
      ['utf-16le', 'base64', (text) => Buffer.from(text, 'utf16le')],
      ['iso-8859-1', '8bit', (text) => Buffer.from(text, 'latin1')],
      ['windows-1252', 'base64', (text) => Buffer.from(text, 'latin1')],
      ['utf-8', 'base64', (text) => Buffer.from(text, 'utf8')],
    ]
    for (const [charset, encoding, encode] of charsets) {
      const uid = `charset-${charset}`
      const calendar = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Example//Mail//EN',
        'METHOD:REPLY',
        'BEGIN:VEVENT',
        `UID:${uid}`,
        'DTSTAMP:20261122T123000Z',
        'ATTENDEE;PARTSTAT=ACCEPTED:mailto:carol@gmail.example',
        'COMMENT:Café, bientôt',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n')
      const head = [
        'From: carol@gmail.example',
        'MIME-Version: 1.0',
        `Content-Type: text/calendar; charset="${charset}"; method=REPLY`,
        `Content-Transfer-Encoding: ${encoding}`,
        '',
        '',
      ].join('\r\n')
      const body = encode(calendar)
      const written =
        encoding === 'base64' ? Buffer.from(body.toString('base64').replace(/.{76}/g, '$&\r\n')) : body
      const found = await answered(uid, NOON, Buffer.concat([Buffer.from(head), written]))
      expect(found.results, charset).to.deep.equal(['delivered'])
      expect(answersIn(found), charset).to.deep.equal({ series: 'ACCEPTED' })
    }
  })
})
