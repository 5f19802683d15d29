import { expect } from 'chai'
import { childElements, textOf } from '../../../src/dav/xml/element.ts'
import { APPLE_ICAL, CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { prop, propfind, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const TIMEZONE = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Test//EN',
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:STANDARD',
  'DTSTART:19961027T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:19810329T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
  'END:VCALENDAR',
  '',
].join('\r\n')

const mkcalendar = (...elements: string[]) => xml('C:mkcalendar', `<D:set>${prop(...elements)}</D:set>`)
const mkcol = (...elements: string[]) => xml('D:mkcol', `<D:set>${prop(...elements)}</D:set>`)
const CALENDAR = '<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>'
const comps = (...names: string[]) =>
  `<C:supported-calendar-component-set>${names.map((name) => `<C:comp name="${name}"/>`).join('')}</C:supported-calendar-component-set>`

describe('MKCALENDAR and MKCOL (RFC 4791 §5.3.1, RFC 5689)', () => {
  const app = useApp()
  let alice: DavClient
  let count = 0
  const fresh = () => `${alice.home}c${++count}/`

  before(async () => {
    alice = await app().user('alice')
  })

  const componentsOf = async (path: string) => {
    const found = await alice.propfind(path, '0', propfind('C:supported-calendar-component-set'))
    return childElements(found.response(path).get(CALDAV, 'supported-calendar-component-set')).map(
      ({ attributes }) => attributes.name,
    )
  }
  const exists = async (path: string) =>
    (await alice.propfind(path, '0', propfind('D:resourcetype'))).status === 207

  it('makes a calendar without a body', async () => {
    const path = fresh()
    const answer = await alice.send('MKCALENDAR', path)
    expect(answer.status).to.equal(201)
    expect(answer.text).to.equal('')
    expect(answer.headers.get('cache-control')).to.equal('no-cache')
    expect(await componentsOf(path)).to.have.members(['VEVENT', 'VTODO', 'VJOURNAL'])
    expect((await alice.put(`${path}x.ics`, event({ uid: 'x' }))).status).to.equal(201)
  })

  for (const [method, body] of [
    ['MKCALENDAR', mkcalendar],
    ['MKCOL', mkcol],
  ] as const) {
    it(`makes a calendar with all its properties by ${method}`, async () => {
      const path = fresh()
      const answer = await alice.send(method, path, {
        body: body(
          CALENDAR,
          '<D:displayname>Réunions</D:displayname>',
          '<ICAL:calendar-color symbolic-color="purple">#711A76FF</ICAL:calendar-color>',
          '<ICAL:calendar-order>7</ICAL:calendar-order>',
          '<C:calendar-description>Team</C:calendar-description>',
          `<C:calendar-timezone>${TIMEZONE.replaceAll('\r', '&#13;')}</C:calendar-timezone>`,
          '<C:schedule-calendar-transp><C:opaque/></C:schedule-calendar-transp>',
          comps('VEVENT'),
          '<x:unknown xmlns:x="urn:x" a="1">kept</x:unknown>',
        ),
      })
      expect(answer.status).to.equal(201)
      const names = ['D:displayname', 'ICAL:calendar-color', 'ICAL:calendar-order', 'C:calendar-description']
      const found = (
        await alice.propfind(
          path,
          '0',
          propfind(...names, 'C:calendar-timezone', '<x:unknown xmlns:x="urn:x"/>'),
        )
      ).response(path)
      expect(found.text(DAV, 'displayname')).to.equal('Réunions')
      expect(found.text(APPLE_ICAL, 'calendar-color')).to.equal('#711A76FF')
      expect(found.text(APPLE_ICAL, 'calendar-order')).to.equal('7')
      expect(found.text(CALDAV, 'calendar-description')).to.equal('Team')
      expect(found.text(CALDAV, 'calendar-timezone').trim()).to.equal(TIMEZONE.trim())
      expect(found.get('urn:x', 'unknown')).to.deep.include({ attributes: { a: '1' }, children: ['kept'] })
      expect(await componentsOf(path)).to.deep.equal(['VEVENT'])
    })
  }

  it('drops components it has no use for, and refuses a set of nothing else', async () => {
    const path = fresh()
    await alice.send('MKCALENDAR', path, {
      body: mkcalendar(comps('VTODO', 'VTIMEZONE', 'VCALENDAR', 'X-WHAT')),
    })
    expect(await componentsOf(path)).to.deep.equal(['VTODO'])
    const other = fresh()
    const refused = await alice.send('MKCALENDAR', other, { body: mkcalendar(comps('VTIMEZONE')) })
    expect(refused.status).to.be.oneOf([207, 403])
    expect(refused.text).to.contain('supported-calendar-component')
    expect(await exists(other)).to.equal(false)
  })

  it('makes nothing when a property fails', async () => {
    const path = fresh()
    const body = ['<D:displayname>Half</D:displayname>', '<D:getetag>"x"</D:getetag>'] as const
    const calendar = await alice.send('MKCALENDAR', path, { body: mkcalendar(...body) })
    expect(calendar.status).to.equal(207)
    expect(calendar.response(path).names(403)).to.deep.equal(['getetag'])
    expect(calendar.response(path).names(424)).to.deep.equal(['displayname'])
    const extended = await alice.send('MKCOL', path, { body: mkcol(CALENDAR, ...body) })
    expect(extended.status).to.equal(403)
    expect(extended.xml.name).to.equal('mkcol-response')
    expect(childElements(extended.xml).map(({ name }) => name)).to.deep.equal(['propstat', 'propstat'])
    expect(await exists(path)).to.equal(false)
  })

  it('refuses a time zone that is none with valid-calendar-data', async () => {
    const path = fresh()
    const answer = await alice.send('MKCALENDAR', path, {
      body: mkcalendar('<C:calendar-timezone>no</C:calendar-timezone>'),
    })
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('valid-calendar-data')
    expect(await exists(path)).to.equal(false)
  })

  it('refuses a subscription cleanly', async () => {
    for (const [method, body] of [
      ['MKCALENDAR', mkcalendar],
      ['MKCOL', mkcol],
    ] as const) {
      const path = fresh()
      const type = '<D:resourcetype><D:collection/><CS:subscribed/></D:resourcetype>'
      const answer = await alice.send(method, path, {
        body: body(type, '<CS:source><D:href>webcal://x/</D:href></CS:source>'),
      })
      expect(answer.status).to.equal(403)
      expect(answer.condition).to.equal('valid-resourcetype')
      expect(await exists(path)).to.equal(false)
    }
  })

  it('refuses a place that is taken', async () => {
    const calendar = await alice.send('MKCALENDAR', alice.calendar)
    expect(calendar.status).to.equal(403)
    expect(calendar.condition).to.equal('resource-must-be-null')
    const collection = await alice.send('MKCOL', alice.calendar)
    expect(collection.status).to.equal(405)
    expect(collection.headers.get('allow')).to.contain('PROPFIND')
    const home = await alice.send('MKCOL', alice.home)
    expect(home.status).to.equal(405)
    expect(home.headers.get('allow')?.split(', ')).not.to.include('MKCOL')
    const { headers } = await alice.send('OPTIONS', alice.home)
    expect(headers.get('allow')?.split(', ')).to.include.members(['MKCOL', 'MKCALENDAR'])
  })

  it('refuses a calendar in a calendar, and one without a parent', async () => {
    const inside = await alice.send('MKCALENDAR', `${alice.calendar}sub/`)
    expect(inside.status).to.equal(403)
    expect(inside.condition).to.equal('calendar-collection-location-ok')
    expect((await alice.send('MKCOL', `${alice.calendar}sub/`)).status).to.equal(403)
    expect((await alice.send('MKCALENDAR', `${alice.home}none/sub/`)).status).to.equal(409)
    expect((await alice.send('MKCALENDAR', '/dav/calendars/nobody/x/')).status).to.equal(404)
    expect((await alice.send('MKCOL', `${alice.home}none/sub/`)).status).to.equal(409)
  })

  it('makes a plain collection by MKCOL, with and without a body', async () => {
    for (const body of [
      undefined,
      mkcol('<D:resourcetype><D:collection/></D:resourcetype>', '<D:displayname>Files</D:displayname>'),
    ]) {
      const path = fresh()
      expect((await alice.send('MKCOL', path, { body })).status).to.equal(201)
      const found = (await alice.propfind(path, '0', propfind('D:resourcetype'))).response(path)
      expect(childElements(found.get(DAV, 'resourcetype')).map(({ name }) => name)).to.deep.equal([
        'collection',
      ])
    }
  })

  it('refuses bodies that are not its own', async () => {
    const path = fresh()
    expect((await alice.send('MKCOL', path, { body: 'x', type: 'text/plain' })).status).to.equal(415)
    expect(
      (await alice.send('MKCOL', path, { body: mkcol('<D:displayname>x</D:displayname>') })).condition,
    ).to.equal('valid-resourcetype')
    expect((await alice.send('MKCOL', path, { body: xml('D:propfind') })).status).to.equal(400)
    expect((await alice.send('MKCALENDAR', path, { body: mkcol(CALENDAR) })).status).to.equal(400)
    expect(await exists(path)).to.equal(false)
  })

  it('lets one of many concurrent requests make it', async () => {
    const path = fresh()
    const answers = await Promise.all(Array.from({ length: 6 }, () => alice.send('MKCALENDAR', path)))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 403, 403, 403, 403, 403])
  })

  it('starts clean when a name is used again', async () => {
    const path = fresh()
    await alice.send('MKCALENDAR', path, {
      body: mkcalendar('<x:p xmlns:x="urn:x">old</x:p>', '<D:displayname>Old</D:displayname>'),
    })
    await alice.put(`${path}x.ics`, event({ uid: 'x' }))
    const tokenOf = async () =>
      textOf(
        (await alice.propfind(path, '0', propfind('D:sync-token'))).response(path).get(DAV, 'sync-token'),
      )
    const token = await tokenOf()
    expect((await alice.send('DELETE', path)).status).to.equal(204)
    expect(await exists(path)).to.equal(false)
    await alice.send('MKCALENDAR', path)
    expect((await alice.propfind(path, '1', propfind('D:getetag'))).hrefs).to.deep.equal([path])
    const found = (
      await alice.propfind(path, '0', propfind('<x:p xmlns:x="urn:x"/>', 'D:displayname'))
    ).response(path)
    expect(found.names(404)).to.deep.equal(['p'])
    expect(found.text(DAV, 'displayname')).not.to.equal('Old')
    expect(await tokenOf()).not.to.equal(token)
  })
})
