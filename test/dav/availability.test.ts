import { expect } from 'chai'
import { CALDAV } from '../../src/dav/xml/names.ts'
import { useApp } from '../support/app.ts'
import { xml } from '../support/dav-bodies.ts'
import type { DavClient } from '../support/dav-client.ts'
import { calendar, component, event } from '../support/ics.ts'

const DAY = ['DTSTART:20280110T000000Z', 'DTEND:20280111T000000Z']
const OFFICE = ['DTSTART:20280110T090000Z', 'DTEND:20280110T170000Z']

function availability(uid: string, lines: readonly string[], ...available: readonly (readonly string[])[]) {
  const inside = available.map((each, n) =>
    component('AVAILABLE', [`UID:${uid}-${n}`, 'DTSTAMP:20260101T000000Z', ...each]),
  )
  return calendar(component('VAVAILABILITY', [`UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, ...inside]))
}

const COMPONENTS = '<C:comp name="VEVENT"/><C:comp name="VAVAILABILITY"/>'
const BUSY = xml('C:free-busy-query', '<C:time-range start="20280110T000000Z" end="20280111T000000Z"/>')

describe('availability in calendars (RFC 7953 §7)', () => {
  const app = useApp()
  let alice: DavClient
  let count = 0
  /** A calendar of its own that holds availability. */
  async function holding(...texts: readonly string[]): Promise<string> {
    count += 1
    const href = `${alice.home}hours${count}/`
    const body = xml(
      'C:mkcalendar',
      `<D:set><D:prop><C:supported-calendar-component-set>${COMPONENTS}</C:supported-calendar-component-set></D:prop></D:set>`,
    )
    expect((await alice.send('MKCALENDAR', href, { body })).status).to.equal(201)
    for (const [n, text] of texts.entries()) {
      expect((await alice.put(`${href}${n}.ics`, text)).status).to.equal(201)
    }
    return href
  }
  const busy = async (href: string) => {
    const { text } = await alice.report(href, BUSY)
    return [...text.matchAll(/^FREEBUSY(?:;FBTYPE=([A-Z-]+))?:(\S+)/gm)].map(
      ([, type = 'BUSY', period = '']) =>
        `${type} ${period.replaceAll('20280110', '').replaceAll('0000Z', '')}`,
    )
  }
  before(async () => {
    alice = await app().user('alice')
  })

  it('is kept only where the calendar was made for it', async () => {
    const elsewhere = await alice.put(`${alice.calendar}a.ics`, availability('a', DAY, OFFICE))
    expect(elsewhere.condition).to.equal('supported-calendar-component')
    const href = await holding(availability('a', DAY, OFFICE))
    const { text } = await alice.send('GET', `${href}0.ics`)
    expect(text).to.equal(availability('a', DAY, OFFICE))
    const names = xml('D:propfind', '<D:prop><C:supported-calendar-component-set/></D:prop>')
    const answer = await alice.send('PROPFIND', href, { body: names, headers: { depth: '0' } })
    expect(answer.text).to.include('name="VAVAILABILITY"')
  })

  it('leaves the rest of its time unavailable, and events lie over it', async () => {
    const meeting = event({ uid: 'm', start: ':20280110T160000Z', end: ':20280110T180000Z' })
    const href = await holding(availability('a', DAY, OFFICE), meeting)
    expect(await busy(href)).to.deep.equal([
      'BUSY-UNAVAILABLE T00/T09',
      'BUSY T16/T18',
      'BUSY-UNAVAILABLE T18/20280111T00',
    ])
    expect(await busy(alice.home)).to.include('BUSY-UNAVAILABLE T00/T09')
  })

  it('may have no beginning, no end, repeat and be overruled by priority', async () => {
    const always = availability('always', [], [...OFFICE, 'RRULE:FREQ=WEEKLY;BYDAY=MO'])
    const away = availability(
      'away',
      ['PRIORITY:1', 'BUSYTYPE:BUSY', ...OFFICE],
      ['DTSTART:20280110T090000Z', 'DTEND:20280110T100000Z'],
    )
    expect(await busy(await holding(always))).to.deep.equal([
      'BUSY-UNAVAILABLE T00/T09',
      'BUSY-UNAVAILABLE T17/20280111T00',
    ])
    expect(await busy(await holding(always, away))).to.deep.equal([
      'BUSY-UNAVAILABLE T00/T09',
      'BUSY T10/T17',
      'BUSY-UNAVAILABLE T17/20280111T00',
    ])
  })

  it('reads floating hours in the zone of the calendar they are in', async () => {
    const href = await holding(
      availability('a', ['DTSTART:20280109T000000'], ['DTSTART:20280110T090000', 'DTEND:20280110T170000']),
    )
    const body = xml(
      'D:propertyupdate',
      '<D:set><D:prop><C:calendar-timezone-id>America/New_York</C:calendar-timezone-id></D:prop></D:set>',
    )
    await alice.send('PROPPATCH', href, { body })
    expect(await busy(href)).to.deep.equal(['BUSY-UNAVAILABLE T00/T14', 'BUSY-UNAVAILABLE T22/20280111T00'])
  })

  it('is found by calendar-query (RFC 7953 §7.2.2)', async () => {
    const href = await holding(
      availability('bounded', DAY, OFFICE),
      availability('open', ['DTSTART:20280301T000000Z']),
      availability('always', []),
    )
    const find = async (start: string, end: string) => {
      const range = `<C:time-range start="${start}T000000Z" end="${end}T000000Z"/>`
      const filter = `<C:comp-filter name="VCALENDAR"><C:comp-filter name="VAVAILABILITY">${range}</C:comp-filter></C:comp-filter>`
      const query = xml('C:calendar-query', `<D:prop><D:getetag/></D:prop><C:filter>${filter}</C:filter>`)
      const { hrefs } = await alice.report(href, query, '1')
      return hrefs.map((each) => each.slice(href.length, -4)).join()
    }
    expect(await find('20280110', '20280111')).to.equal('0,2')
    expect(await find('20280201', '20280202')).to.equal('2')
    expect(await find('22000101', '22000102')).to.equal('1,2')
  })

  it('does not recur as a whole', async () => {
    const href = await holding()
    const answer = await alice.put(`${href}x.ics`, availability('x', [...DAY, 'RRULE:FREQ=DAILY']))
    expect(answer.condition).to.equal('valid-calendar-data')
  })

  it('is combined with the availability of the inbox for those who ask (RFC 7953 §7.2.5)', async () => {
    const bob = await app().user('bob')
    const carol = await app().user('carol')
    const href = `${bob.home}hours/`
    const inbox = `${bob.home}inbox/`
    const made = xml(
      'C:mkcalendar',
      `<D:set><D:prop><C:supported-calendar-component-set>${COMPONENTS}</C:supported-calendar-component-set></D:prop></D:set>`,
    )
    await bob.send('MKCALENDAR', href, { body: made })
    await bob.put(
      `${href}a.ics`,
      availability('a', ['PRIORITY:1', ...OFFICE], ['DTSTART:20280110T090000Z', 'DTEND:20280110T120000Z']),
    )
    const set = (text: string) =>
      bob.send('PROPPATCH', inbox, {
        body: xml(
          'D:propertyupdate',
          `<D:set><D:prop><C:calendar-availability>${text}</C:calendar-availability></D:prop></D:set>`,
        ),
      })
    expect((await set(availability('own', DAY, OFFICE))).response(inbox).statuses).to.deep.equal([200])
    const answer = await carol.send('POST', `${carol.home}outbox/`, {
      type: 'text/calendar',
      body: calendar(
        'METHOD:REQUEST',
        component('VFREEBUSY', [
          'UID:ask',
          'DTSTAMP:20260101T000000Z',
          ...DAY,
          'ORGANIZER:mailto:carol@example.test',
          'ATTENDEE:mailto:bob@example.test',
        ]),
      ),
    })
    expect(answer.text)
      .to.include(':20280110T000000Z/20280110T090000Z')
      .and.include(':20280110T120000Z/20280111T000000Z')
    expect((await set('nine to five')).response(inbox).statuses).to.deep.equal([403])
    expect((await set(event({ uid: 'e' }))).response(inbox).statuses).to.deep.equal([403])
    const stored = xml('D:propfind', '<D:prop><C:calendar-availability/></D:prop>')
    const kept = await bob.send('PROPFIND', inbox, { body: stored, headers: { depth: '0' } })
    expect(kept.response(inbox).text(CALDAV, 'calendar-availability')).to.include('UID:own')
    const all = await bob.send('PROPFIND', inbox, { headers: { depth: '0' } })
    expect(all.text).to.not.include('calendar-availability')
  })
})

describe('the availability of an inbox (RFC 7953 §7.2.4)', () => {
  const app = useApp()

  it('is given as it was sent, or with the time zones that are asked for (RFC 7809 §3.1.3)', async () => {
    const alice = await app().user('alice')
    const inbox = `${alice.home}inbox/`
    const text = availability('a', ['DTSTART;TZID=Europe/Berlin:20280110T000000'])
    const body = xml(
      'D:propertyupdate',
      `<D:set><D:prop><C:calendar-availability>${text.replaceAll('\r', '&#13;')}</C:calendar-availability></D:prop></D:set>`,
    )
    expect((await alice.send('PROPPATCH', inbox, { body })).status).to.equal(207)
    const given = async (headers: Record<string, string>) => {
      const names = xml('D:propfind', '<D:prop><C:calendar-availability/></D:prop>')
      const answer = await alice.send('PROPFIND', inbox, { body: names, headers: { depth: '0', ...headers } })
      return answer.response(inbox).text(CALDAV, 'calendar-availability')
    }
    expect(await given({})).to.equal(text)
    expect(await given({ 'caldav-timezones': 'T' })).to.include('TZID:Europe/Berlin\r\n')
    expect(await given({ 'caldav-timezones': 'F' })).to.equal(text)
    const gone = xml('D:propertyupdate', '<D:remove><D:prop><C:calendar-availability/></D:prop></D:remove>')
    expect((await alice.send('PROPPATCH', inbox, { body: gone })).status).to.equal(207)
    const names = xml('D:propfind', '<D:prop><C:calendar-availability/></D:prop>')
    const answer = await alice.send('PROPFIND', inbox, { body: names, headers: { depth: '0' } })
    expect(answer.response(inbox).statuses).to.deep.equal([404])
  })
})

describe('published busy time in calendars (RFC 4791 §7.10)', () => {
  const app = useApp()

  it('is kept where the calendar was made for it, found by its periods, and counted', async () => {
    const alice = await app().user('alice')
    const href = `${alice.home}published/`
    const made = xml(
      'C:mkcalendar',
      '<D:set><D:prop><C:supported-calendar-component-set><C:comp name="VFREEBUSY"/></C:supported-calendar-component-set></D:prop></D:set>',
    )
    expect((await alice.send('MKCALENDAR', href, { body: made })).status).to.equal(201)
    const lines = [
      'UID:fb',
      'DTSTAMP:20260101T000000Z',
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20280110T090000Z/PT1H,20280110T093000Z/20280110T110000Z',
      'FREEBUSY;FBTYPE=FREE:20280110T120000Z/PT1H',
      'FREEBUSY:20280601T090000Z/PT1H',
    ]
    const put = await alice.put(`${href}fb.ics`, calendar(component('VFREEBUSY', lines)))
    expect(put.status, put.text).to.equal(201)
    const recurring = [...lines, 'RRULE:FREQ=DAILY']
    const refused = await alice.put(`${href}bad.ics`, calendar(component('VFREEBUSY', recurring)))
    expect(refused.condition).to.equal('valid-calendar-data')
    const { text } = await alice.report(href, BUSY)
    expect(text).to.include('FREEBUSY;FBTYPE=BUSY-TENTATIVE:20280110T090000Z/20280110T110000Z')
    expect(text).to.not.include('T120000Z')
    const find = async (start: string, end: string) => {
      const range = `<C:time-range start="${start}T000000Z" end="${end}T000000Z"/>`
      const filter = `<C:comp-filter name="VCALENDAR"><C:comp-filter name="VFREEBUSY">${range}</C:comp-filter></C:comp-filter>`
      const query = xml('C:calendar-query', `<D:prop><D:getetag/></D:prop><C:filter>${filter}</C:filter>`)
      return (await alice.report(href, query, '1')).hrefs.length
    }
    expect(await find('20280110', '20280111')).to.equal(1)
    expect(await find('20280601', '20280602')).to.equal(1)
    expect(await find('20280301', '20280302')).to.equal(0)
  })
})
