import { expect } from 'chai'
import { APPLE_ICAL, CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import {
  calendarQuery,
  filter,
  multiget,
  propfind,
  setting,
  timeRange,
  xml,
} from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

describe('Outlook CalDAV Synchronizer (replay R17)', () => {
  const app = useApp()
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice')
  })

  it('takes absolute paths without white space', async () => {
    const names = ['D:current-user-principal', 'D:principal-URL', 'D:resourcetype']
    const root = await alice.propfind('/dav/', '0', propfind(...names))
    expect(root.responses[0]?.text(DAV, 'current-user-principal')).to.equal(alice.principal)
    const home = await alice.propfind(alice.principal, '0', propfind('C:calendar-home-set'))
    expect(home.responses[0]?.text(CALDAV, 'calendar-home-set')).to.equal(alice.home)
  })

  it('lists calendars with a name and components, and their reports', async () => {
    const names = [
      'D:resourcetype',
      'D:displayname',
      'ICAL:calendar-color',
      'C:supported-calendar-component-set',
    ]
    const calendar = (await alice.propfind(alice.home, '1', propfind(...names))).response(alice.calendar)
    expect(calendar.names(200)).to.include.members(['displayname', 'supported-calendar-component-set'])
    const set = await alice.propfind(alice.calendar, '0', propfind('D:supported-report-set'))
    expect(set.text).to.include('calendar-query')
  })

  it('asks OPTIONS twice', async () => {
    const calendar = await alice.send('OPTIONS', alice.calendar)
    expect(calendar.headers.get('dav')).to.include('calendar-access')
    const principal = await alice.send('OPTIONS', alice.principal)
    expect(principal.headers.get('dav'), 'no delegation yet').to.not.include('calendar-proxy')
  })

  it('writes with Windows time zone names, queries and fetches', async () => {
    const href = `${alice.calendar}0F8E1A7C-GUID.ics`
    const zoned = event({
      uid: 'guid',
      start: ';TZID=W. Europe Standard Time:20260105T100000',
      end: ';TZID=W. Europe Standard Time:20260105T110000',
    })
    expect((await alice.put(href, zoned, { 'if-none-match': '*' })).status).to.equal(201)
    const range = timeRange('20260105T093000Z', '20260105T120000Z')
    const query = calendarQuery(['D:getetag'], filter('VEVENT', range))
    expect((await alice.report(alice.calendar, query, '1')).hrefs).to.deep.equal([href])
    const names = ['D:getetag', 'D:displayname', 'C:calendar-data']
    const fetched = (await alice.report(alice.calendar, multiget(names, [href]), '1')).response(href)
    expect(fetched.text(CALDAV, 'calendar-data')).to.equal(zoned)
    expect(fetched.text(DAV, 'getetag')).to.match(/^"/)
  })

  it('is stopped where its create finds the UID under another name', async () => {
    const answer = await alice.put(`${alice.calendar}another.ics`, event({ uid: 'guid' }), {
      'if-none-match': '*',
    })
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('no-uid-conflict')
    expect(answer.text).to.include(`${alice.calendar}0F8E1A7C-GUID.ics`)
  })

  it('makes a calendar by resourcetype alone and sets the rest', async () => {
    const href = `${alice.home}outlook/`
    const body = xml(
      'D:mkcol',
      '<D:set><D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype></D:prop></D:set>',
    )
    expect((await alice.send('MKCOL', href, { body })).status).to.equal(201)
    const set = setting(
      '<D:displayname>Outlook</D:displayname>',
      '<ICAL:calendar-color>#336699FF</ICAL:calendar-color>',
    )
    expect((await alice.send('PROPPATCH', href, { body: set })).responses[0]?.statuses).to.deep.equal([200])
    const [read] = (await alice.propfind(href, '0', propfind('ICAL:calendar-color'))).responses
    expect(read?.text(APPLE_ICAL, 'calendar-color')).to.equal('#336699FF')
  })
})
