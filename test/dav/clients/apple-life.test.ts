import { expect } from 'chai'
import { childElements } from '../../../src/dav/xml/element.ts'
import { APPLE_ICAL, CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { prop, propfind, setting, syncCollection, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

describe('an event’s life in Apple Calendar (replay R4)', () => {
  const app = useApp()
  let alice: DavClient
  let other = ''
  let href = ''
  let etag = ''
  before(async () => {
    alice = await app().user('alice')
    other = `${alice.home}other/`
    href = `${alice.calendar}5E0B2C3D-1F.ics`
    expect((await alice.send('MKCALENDAR', other)).status).to.equal(201)
  })

  it('is put once', async () => {
    const first = await alice.put(href, event({ uid: 'life' }), { 'if-none-match': '*' })
    expect(first.status).to.equal(201)
    const again = await alice.put(href, event({ uid: 'life' }), { 'if-none-match': '*' })
    expect(again.status).to.equal(412)
  })

  it('is read back with its ETag', async () => {
    const answer = await alice.send('GET', href)
    expect(answer.text).to.equal(event({ uid: 'life' }))
    etag = answer.headers.get('etag') ?? ''
    expect(etag).to.match(/^"[^"]+"$/)
  })

  it('is changed under If-Match, and with an empty If-Schedule-Tag-Match', async () => {
    const changed = event({ uid: 'life', summary: 'Changed' })
    const answer = await alice.put(href, changed, { 'if-match': etag })
    expect(answer.status).to.equal(204)
    expect((await alice.put(href, changed, { 'if-match': etag })).status).to.equal(412)
    const empty = await alice.put(href, event({ uid: 'life', summary: 'Again' }), {
      'if-schedule-tag-match': '',
    })
    expect(empty.status).to.equal(204)
  })

  it('is moved, and both calendars say so', async () => {
    const before = await tokensOf()
    const destination = `${app().url}${other}5E0B2C3D-1F.ics`
    const moved = await alice.send('MOVE', href, { headers: { destination } })
    expect(moved.status).to.equal(201)
    const left = await alice.report(alice.calendar, syncCollection(before[0], ['D:getetag']), '1')
    expect(left.response(href).status).to.equal(404)
    const arrived = await alice.report(other, syncCollection(before[1], ['D:getetag']), '1')
    expect(arrived.hrefs).to.deep.equal([`${other}5E0B2C3D-1F.ics`])
  })

  it('is deleted once', async () => {
    expect((await alice.send('DELETE', `${other}5E0B2C3D-1F.ics`)).status).to.equal(204)
    expect((await alice.send('DELETE', `${other}5E0B2C3D-1F.ics`)).status).to.equal(404)
  })

  async function tokensOf(): Promise<[string, string]> {
    const answer = await alice.propfind(alice.home, '1', propfind('D:sync-token'))
    return [
      answer.response(alice.calendar).text(DAV, 'sync-token'),
      answer.response(other).text(DAV, 'sync-token'),
    ]
  }
})

describe('a calendar’s life in Apple Calendar (replay R5)', () => {
  const app = useApp()
  const properties = prop(
    '<D:displayname>Reminders &amp; more</D:displayname>',
    '<ICAL:calendar-color symbolic-color="orange">#FF9500FF</ICAL:calendar-color>',
    '<ICAL:calendar-order>2</ICAL:calendar-order>',
    '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>',
    '<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>',
  )
  let alice: DavClient
  let href = ''
  before(async () => {
    alice = await app().user('alice')
    href = `${alice.home}0A1B2C3D-4E5F/`
  })

  it('is made with its properties', async () => {
    const body = xml('C:mkcalendar', `<D:set>${properties}</D:set>`)
    const answer = await alice.send('MKCALENDAR', href, { body })
    expect(answer.status, answer.text).to.equal(201)
    const names = [
      'C:supported-calendar-component-set',
      'D:displayname',
      'ICAL:calendar-color',
      'C:schedule-calendar-transp',
    ]
    const calendar = (await alice.propfind(href, '0', propfind(...names))).response(href)
    const components = childElements(calendar.get(CALDAV, 'supported-calendar-component-set'))
    expect(components.map(({ attributes }) => attributes.name)).to.deep.equal(['VTODO'])
    expect(calendar.text(DAV, 'displayname')).to.equal('Reminders & more')
    expect(calendar.text(APPLE_ICAL, 'calendar-color')).to.equal('#FF9500FF')
    expect(calendar.get(APPLE_ICAL, 'calendar-color').attributes['symbolic-color']).to.equal('orange')
    expect(childElements(calendar.get(CALDAV, 'schedule-calendar-transp'))[0]?.name).to.equal('transparent')
  })

  it('cannot be a subscription, which is refused cleanly', async () => {
    const body = xml(
      'C:mkcalendar',
      `<D:set>${prop('<D:resourcetype><D:collection/><CS:subscribed/></D:resourcetype>', '<CS:source><D:href>https://feed.example/x.ics</D:href></CS:source>')}</D:set>`,
    )
    const answer = await alice.send('MKCALENDAR', `${alice.home}subscribed/`, { body })
    expect(answer.status).to.equal(403)
    expect((await alice.propfind(`${alice.home}subscribed/`, '0')).status).to.equal(404)
  })

  it('is renamed and removed', async () => {
    const answer = await alice.send('PROPPATCH', href, {
      body: setting('<D:displayname>New</D:displayname>'),
    })
    expect(answer.status).to.equal(207)
    const read = await alice.propfind(href, '0', propfind('D:displayname'))
    expect(read.response(href).text(DAV, 'displayname')).to.equal('New')
    expect((await alice.send('DELETE', href)).status).to.equal(204)
    expect((await alice.propfind(href, '0')).status).to.equal(404)
  })
})

describe('Apple Calendar looks for attendees (replay R7, its search)', () => {
  const app = useApp()
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice', { name: 'Alice Adams' })
    await app().user('bob', { name: 'Bob Brown' })
    await app().user('room1', { name: 'Big Room', kind: 'ROOM' })
  })
  const names = prop(
    'D:displayname',
    'CS:email-address-set',
    'C:calendar-user-address-set',
    'C:calendar-user-type',
  )
  const search = (props: string, text: string, how: string) =>
    `<D:property-search>${prop(props)}<D:match match-type="${how}">${text}</D:match></D:property-search>`
  const find = (attributes: string, ...parts: string[]) =>
    xml('D:principal-property-search', ...parts, names).replace(
      '<D:principal-property-search',
      `<D:principal-property-search ${attributes}`,
    )

  it('finds people by the beginning of a name or address, and ignores what it does not know', async () => {
    const body = find(
      'test="anyof"',
      search('D:displayname', 'bo', 'starts-with'),
      search('CS:email-address-set', 'bo', 'starts-with'),
      search('CS:last-name', 'bo', 'starts-with'),
    )
    const answer = await alice.report('/dav/principals/', body, '0')
    expect(answer.status).to.equal(207)
    expect(answer.hrefs).to.deep.equal(['/dav/principals/bob/'])
    expect(answer.responses[0]?.text(CALDAV, 'calendar-user-address-set')).to.equal('mailto:bob@example.test')
  })

  it('finds rooms', async () => {
    const body = find('', search('C:calendar-user-type', 'ROOM', 'equals'))
    const answer = await alice.report('/dav/principals/', body, '0')
    expect(answer.hrefs).to.deep.equal(['/dav/principals/room1/'])
    expect(answer.responses[0]?.text(CALDAV, 'calendar-user-type')).to.equal('ROOM')
  })

  it('may ask elsewhere when the search is applied to the principal collections', async () => {
    const part = search('C:calendar-user-address-set', 'mailto:bob@example.test', 'equals')
    const applied = find('', part, '<D:apply-to-principal-collection-set/>')
    expect((await alice.report(alice.home, applied, '0')).hrefs).to.deep.equal(['/dav/principals/bob/'])
    expect((await alice.report(alice.home, find('', part), '0')).hrefs).to.deep.equal([])
  })
})
