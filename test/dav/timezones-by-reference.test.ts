import { expect } from 'chai'
import { CALDAV } from '../../src/dav/xml/names.ts'
import { useApp } from '../support/app.ts'
import { multiget, xml } from '../support/dav-bodies.ts'
import type { DavClient } from '../support/dav-client.ts'
import { calendar, component, event, vevent } from '../support/ics.ts'

const ZONED = {
  uid: 'zoned',
  start: ';TZID=Europe/Berlin:20260105T100000',
  end: ';TZID=Europe/Berlin:20260105T110000',
}

const fixed = (tzid: string) =>
  component('VTIMEZONE', [
    `TZID:${tzid}`,
    component('STANDARD', ['DTSTART:19700101T000000', 'TZOFFSETFROM:+0300', 'TZOFFSETTO:+0300']),
  ])

describe('time zones by reference (RFC 7809)', () => {
  const app = useApp()
  let alice: DavClient
  let href = ''
  const get = (timezones: string, more = {}) =>
    alice.send('GET', href, { headers: { 'caldav-timezones': timezones, ...more } })
  before(async () => {
    alice = await app().user('alice')
    href = `${alice.calendar}zoned.ics`
    expect((await alice.put(href, event(ZONED))).status).to.equal(201)
  })

  it('is announced on home and calendar (RFC 7809 §3.1.1)', async () => {
    for (const place of [alice.home, alice.calendar]) {
      const answer = await alice.send('OPTIONS', place)
      expect(answer.headers.get('dav')).to.include('calendar-no-timezone')
    }
  })

  it('adds what is missing to GET, under an ETag of its own', async () => {
    const stored = await alice.send('GET', href)
    const whole = await get('T')
    expect(whole.text).to.include('BEGIN:VTIMEZONE').and.include('TZID:Europe/Berlin')
    expect(whole.headers.get('etag')).to.not.equal(stored.headers.get('etag'))
    expect(whole.headers.get('vary')).to.match(/caldav-timezones/i)
    expect((await get('T', { 'if-none-match': whole.headers.get('etag') })).status).to.equal(304)
    const head = await alice.send('HEAD', href, { headers: { 'caldav-timezones': 'T' } })
    expect(head.headers.get('content-length')).to.equal(String(Buffer.byteLength(whole.text)))
  })

  it('gives the stored octets and their ETag where nothing is to be left out', async () => {
    const stored = await alice.send('GET', href)
    const bare = await get('F')
    expect(bare.text).to.equal(event(ZONED))
    expect(bare.headers.get('etag')).to.equal(stored.headers.get('etag'))
  })

  it('takes a change under the condition of the ETag it gave', async () => {
    const given = await get('T')
    const headers = { 'if-match': given.headers.get('etag') ?? '' }
    const changed = given.text.replace('SUMMARY:Event', 'SUMMARY:Changed')
    const answer = await alice.send('PUT', href, { type: 'text/calendar', body: changed, headers })
    expect(answer.status).to.equal(204)
    const stale = await alice.send('PUT', href, { type: 'text/calendar', body: changed, headers })
    expect(stale.status).to.equal(412)
    const bare = await get('F')
    expect(bare.text).to.include('SUMMARY:Changed').and.not.include('VTIMEZONE')
    await alice.put(href, event(ZONED))
  })

  it('leaves standard definitions out and keeps others (RFC 7809 §3.1.3)', async () => {
    const at = `${alice.calendar}custom.ics`
    const own = {
      ...ZONED,
      uid: 'custom',
      start: ';TZID=Mine:20260105T100000',
      end: ';TZID=Mine:20260105T110000',
    }
    await alice.put(at, calendar(fixed('Mine'), vevent(own)))
    const bare = await alice.send('GET', at, { headers: { 'caldav-timezones': 'F' } })
    expect(bare.text).to.include('TZID:Mine')
  })

  it('gives a definition that contradicts a standard name another TZID', async () => {
    const at = `${alice.calendar}contradicts.ics`
    await alice.put(at, calendar(fixed('Europe/Berlin'), vevent({ ...ZONED, uid: 'contradicts' })))
    const bare = await alice.send('GET', at, { headers: { 'caldav-timezones': 'F' } })
    expect(bare.text).to.not.include('TZID:Europe/Berlin\r\n')
    expect(bare.text).to.include('TZID:Europe/Berlin (2)').and.include('TZOFFSETTO:+0300')
    expect(bare.text).to.include('DTSTART;TZID=Europe/Berlin (2):20260105T100000')
  })

  it('holds for jCal, for the answer of PUT, for reports and for the whole calendar', async () => {
    const headers = { 'caldav-timezones': 'T' }
    const json = await get('T', { accept: 'application/calendar+json' })
    expect(json.text).to.include('"vtimezone"')
    const put = await alice.send('PUT', href, {
      type: 'text/calendar',
      body: event(ZONED),
      headers: { ...headers, prefer: 'return=representation' },
    })
    expect(put.text).to.include('BEGIN:VTIMEZONE')
    const sync = xml(
      'D:sync-collection',
      '<D:sync-token/><D:sync-level>1</D:sync-level><D:prop><C:calendar-data/></D:prop>',
    )
    const query = xml(
      'C:calendar-query',
      '<D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter>',
    )
    for (const [body, depth] of [
      [multiget(['C:calendar-data'], [href]), '1'],
      [query, '1'],
      [sync, '0'],
    ] as const) {
      const answer = await alice.report(alice.calendar, body, depth, headers)
      expect(answer.response(href).text(CALDAV, 'calendar-data')).to.include('BEGIN:VTIMEZONE')
    }
    const exported = (timezones: string) =>
      alice.send('GET', `${alice.calendar}?export`, { headers: { 'caldav-timezones': timezones } })
    expect((await exported('T')).text).to.include('TZID:Europe/Berlin\r\n')
    const bare = await exported('F')
    expect(bare.text).to.not.include('TZID:Europe/Berlin\r\n')
    expect(bare.text).to.include('TZID:Mine').and.include('TZID:Europe/Berlin (2)')
    expect(bare.headers.get('etag')).to.not.equal((await exported('T')).headers.get('etag'))
  })

  it('refuses a zone that is neither defined nor known (RFC 7809 §3.1.4)', async () => {
    const lost = { ...ZONED, uid: 'lost', start: ';TZID=Mars/Olympus:20260105T100000' }
    const answer = await alice.put(`${alice.calendar}lost.ics`, event(lost))
    expect(answer.status).to.equal(403)
    expect(answer.text).to.include('Mars/Olympus')
    expect(answer.condition).to.equal('valid-timezone')
  })
})
