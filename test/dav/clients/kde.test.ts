import { expect } from 'chai'
import { childElements } from '../../../src/dav/xml/element.ts'
import { APPLE_ICAL, CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { calendarQuery, filter, multiget, propfind, setting, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event, todo } from '../../support/ics.ts'

describe('KOrganizer (replay R16)', () => {
  const app = useApp()
  let alice: DavClient
  let tasks = ''
  before(async () => {
    alice = await app().user('alice')
    tasks = `${alice.home}tasks/`
  })

  it('discovers, each response with one 200 propstat', async () => {
    const names = ['C:calendar-home-set', 'D:current-user-principal', 'D:principal-URL']
    const answer = await alice.propfind('/dav/', '0', propfind(...names))
    expect(answer.responses[0]?.names(200)).to.deep.equal(['current-user-principal'])
    const list = [
      'D:displayname',
      'D:resourcetype',
      'ICAL:calendar-color',
      'C:supported-calendar-component-set',
      'D:current-user-privilege-set',
      'CS:getctag',
      'P:transports',
      'P:topic',
      'P:supported-triggers',
    ]
    for (const response of (await alice.propfind(alice.home, '1', propfind(...list))).responses) {
      expect(childElements(response.element).filter(({ name }) => name === 'propstat').length).to.be.at.most(
        2,
      )
      expect(response.statuses).to.include(200)
    }
  })

  it('makes a calendar by extended MKCOL, with components nobody stores', async () => {
    const comps = ['VCALENDAR', 'VTODO', 'VFREEBUSY', 'VTIMEZONE'].map((name) => `<C:comp name="${name}"/>`)
    const body = xml(
      'D:mkcol',
      '<D:set><D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype>',
      '<D:displayname>Tasks</D:displayname><ICAL:calendar-color>#1d99f3</ICAL:calendar-color>',
      `<C:supported-calendar-component-set>${comps.join('')}</C:supported-calendar-component-set></D:prop></D:set>`,
    )
    expect((await alice.send('MKCOL', tasks, { body })).status).to.equal(201)
    const [made] = (await alice.propfind(tasks, '0', propfind('C:supported-calendar-component-set')))
      .responses
    const kept = childElements(made?.get(CALDAV, 'supported-calendar-component-set') as never)
    expect(kept.map(({ attributes }) => attributes.name)).to.deep.equal(['VTODO', 'VFREEBUSY'])
  })

  it('puts, gets, and asks for each kind of component in turn', async () => {
    const href = `${tasks}r4nd0m.ics`
    const put = await alice.put(href, todo({ uid: 't1' }), { 'if-none-match': '*' })
    expect(put.status).to.equal(201)
    expect((await alice.send('GET', href)).headers.get('etag')).to.equal(put.headers.get('etag'))
    for (const [component, found] of [
      ['VEVENT', []],
      ['VTODO', [href]],
      ['VJOURNAL', []],
    ] as const) {
      const body = calendarQuery(['D:getetag', 'D:resourcetype'], filter(component))
      const answer = await alice.report(tasks, body, '1')
      expect(answer.status, component).to.equal(207)
      expect(answer.hrefs, component).to.deep.equal(found)
    }
    const fetched = await alice.report(tasks, multiget(['D:getetag', 'C:calendar-data'], [href]), '1')
    expect(fetched.response(href).text(CALDAV, 'calendar-data')).to.equal(todo({ uid: 't1' }))
  })

  it('moves with Overwrite: T', async () => {
    await alice.put(`${alice.calendar}m.ics`, event({ uid: 'm' }))
    await alice.send('MKCALENDAR', `${alice.home}third/`)
    const headers = { destination: `${app().url}${alice.home}third/m.ics`, overwrite: 'T' }
    expect((await alice.send('MOVE', `${alice.calendar}m.ics`, { headers })).status).to.equal(201)
    expect((await alice.send('GET', `${alice.home}third/m.ics`)).status).to.equal(200)
  })

  it('sets name and colour', async () => {
    const body = setting(
      '<D:displayname>To do</D:displayname>',
      '<ICAL:calendar-color>#1d99f380</ICAL:calendar-color>',
    )
    const [patched] = (await alice.send('PROPPATCH', tasks, { body })).responses
    expect(patched?.statuses).to.deep.equal([200])
    const [read] = (await alice.propfind(tasks, '0', propfind('D:displayname', 'ICAL:calendar-color')))
      .responses
    expect(read?.text(DAV, 'displayname')).to.equal('To do')
    expect(read?.text(APPLE_ICAL, 'calendar-color')).to.equal('#1d99f380')
  })
})
