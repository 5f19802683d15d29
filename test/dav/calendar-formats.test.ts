import { expect } from 'chai'
import { useApp } from '../support/app.ts'
import type { DavClient } from '../support/dav-client.ts'
import { event } from '../support/ics.ts'

const JCAL = 'application/calendar+json'
const XCAL = 'application/calendar+xml'

describe('jCal and xCal by content negotiation (RFC 7265, RFC 6321)', () => {
  const app = useApp()
  let alice: DavClient
  let href = ''
  const get = (accept: string, more = {}) => alice.send('GET', href, { headers: { accept, ...more } })
  before(async () => {
    alice = await app().user('alice')
    href = `${alice.calendar}x.ics`
    expect((await alice.put(href, event({ uid: 'x', summary: 'One, <two>' }))).status).to.equal(201)
  })

  it('gives the stored octets to whoever does not ask for another form', async () => {
    for (const accept of ['*/*', 'text/calendar', 'text/html', `${JCAL};q=0.5, text/calendar`]) {
      const answer = await get(accept)
      expect(answer.text, accept).to.equal(event({ uid: 'x', summary: 'One, <two>' }))
      expect(answer.headers.get('vary')).to.include('Accept')
    }
  })

  it('converts, with an ETag of its own', async () => {
    const stored = (await get('*/*')).headers.get('etag')
    const json = await get(JCAL)
    expect(json.headers.get('content-type')).to.match(/^application\/calendar\+json/)
    expect(JSON.parse(json.text)[0]).to.equal('vcalendar')
    expect(json.headers.get('etag')).to.match(/^"/).and.not.equal(stored)
    const xml = await get(XCAL)
    expect(xml.headers.get('content-type')).to.match(/^application\/calendar\+xml/)
    expect(xml.xml.name).to.equal('icalendar')
    // The namespace is declared once, not in every element.
    expect(xml.text.split('urn:ietf:params:xml:ns:icalendar-2.0')).to.have.length(2)
    expect((await get(JCAL, { 'if-none-match': json.headers.get('etag') })).status).to.equal(304)
    const head = await alice.send('HEAD', href, { headers: { accept: JCAL } })
    expect(head.headers.get('content-length')).to.equal(String(Buffer.byteLength(json.text)))
  })

  it('takes what it gave, without an ETag in the answer, under the condition of the form’s own', async () => {
    for (const type of [JCAL, XCAL]) {
      const given = await get(type)
      const changed = given.text.replace('One', 'Three')
      const headers = { 'if-match': given.headers.get('etag') ?? '' }
      const answer = await alice.send('PUT', href, { type, body: changed, headers })
      expect(answer.status, answer.text).to.equal(204)
      expect(answer.headers.get('etag')).to.equal(null)
      expect((await get('text/calendar')).text).to.include('SUMMARY:Three\\, <two>')
      const stale = await alice.send('PUT', href, { type, body: changed, headers })
      expect(stale.status).to.equal(412)
      await alice.put(href, event({ uid: 'x', summary: 'One, <two>' }))
    }
  })

  it('refuses what is not of the form it says', async () => {
    for (const [type, body] of [
      [JCAL, '{'],
      [JCAL, '["vcalendar"]'],
      [XCAL, '<icalendar'],
      [XCAL, '<a/>'],
    ] as const) {
      const answer = await alice.send('PUT', `${alice.calendar}bad.ics`, { type, body })
      expect(answer.status, body).to.equal(403)
      expect(answer.condition, body).to.equal('valid-calendar-data')
    }
    const other = await alice.send('PUT', `${alice.calendar}bad.ics`, {
      type: 'text/vcard',
      body: 'BEGIN:VCARD',
    })
    expect(other.condition).to.equal('supported-calendar-data')
  })
})
