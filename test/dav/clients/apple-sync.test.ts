import { expect } from 'chai'
import { CALDAV, CALENDARSERVER, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import {
  calendarQuery,
  filter,
  multiget,
  propfind,
  syncCollection,
  timeRange,
} from '../../support/dav-bodies.ts'
import { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const HEADERS = { prefer: 'return=minimal', brief: 't' }
const SYNC = ['D:getcontenttype', 'D:getetag']
const HOME = ['D:displayname', 'D:resourcetype', 'D:sync-token', 'CS:getctag']

describe('Apple Calendar polls (replay R3)', () => {
  const app = useApp()
  let alice: DavClient
  let token = ''
  let homeToken = ''
  before(async () => {
    alice = await app().user('alice')
    for (let n = 0; n < 60; n += 1) {
      const answer = await alice.put(`${alice.calendar}event-${n}.ics`, event({ uid: `event-${n}` }))
      expect(answer.status).to.equal(201)
    }
  })

  it('reads the home and then the calendar’s state', async () => {
    const home = await alice.propfind(alice.home, '1', propfind(...HOME), HEADERS)
    homeToken = home.response(alice.home).text(DAV, 'sync-token')
    const state = await alice.propfind(alice.calendar, '0', propfind('CS:getctag', 'D:sync-token'), HEADERS)
    const calendar = state.response(alice.calendar)
    expect(calendar.text(DAV, 'sync-token')).to.equal(home.response(alice.calendar).text(DAV, 'sync-token'))
    expect(calendar.text(CALENDARSERVER, 'getctag')).to.not.equal('')
  })

  it('synchronises with Depth 1 and no sync-level', async () => {
    const answer = await alice.report(alice.calendar, syncCollection('', SYNC), '1', HEADERS)
    expect(answer.status).to.equal(207)
    expect(answer.responses).to.have.length(60)
    for (const response of answer.responses) {
      expect(response.text(DAV, 'getetag')).to.match(/^"[^"]+"$/)
      expect(response.text(DAV, 'getcontenttype')).to.match(/^text\/calendar/)
    }
    token = answer.syncToken
    expect(answer.status).to.equal(207)
  })

  it('fetches fifty at a time, asking for a schedule-tag too', async () => {
    const hrefs = Array.from({ length: 50 }, (_, n) => `${alice.calendar}event-${n}.ics`)
    const names = ['D:getetag', 'C:calendar-data', 'C:schedule-tag']
    const answer = await alice.report(alice.calendar, multiget(names, hrefs), undefined, HEADERS)
    expect(answer.hrefs).to.have.members(hrefs)
    for (const [n, href] of hrefs.entries()) {
      expect(answer.response(href).text(CALDAV, 'calendar-data')).to.equal(event({ uid: `event-${n}` }))
      expect(answer.response(href).statuses).to.deep.equal([200])
    }
  })

  it('hears of deletions under the very href it was told', async () => {
    expect((await alice.send('DELETE', `${alice.calendar}event-7.ics`)).status).to.equal(204)
    const answer = await alice.report(alice.calendar, syncCollection(token, SYNC), '1', HEADERS)
    expect(answer.hrefs).to.deep.equal([`${alice.calendar}event-7.ics`])
    expect(answer.responses[0]?.status).to.equal(404)
    expect(answer.syncToken).to.not.equal(token)
  })

  it('starts anew when its token is refused', async () => {
    const refused = await alice.report(alice.calendar, syncCollection('data:,bogus', SYNC), '1', HEADERS)
    expect(refused.status).to.equal(403)
    expect(refused.condition).to.equal('valid-sync-token')
    const anew = await alice.report(alice.calendar, syncCollection('', SYNC), '1', HEADERS)
    expect(anew.responses).to.have.length(59)
  })

  it('synchronises the home', async () => {
    const body = syncCollection(homeToken, HOME, { level: '1' })
    const changed = await alice.report(alice.home, body, '1', HEADERS)
    expect(changed.hrefs).to.deep.equal([alice.calendar])
    const again = await alice.report(alice.home, syncCollection(changed.syncToken, HOME, { level: '1' }), '1')
    expect(again.responses).to.deep.equal([])
    expect((await alice.send('MKCALENDAR', `${alice.home}short-lived/`)).status).to.equal(201)
    const made = await alice.report(alice.home, syncCollection(again.syncToken, HOME, { level: '1' }), '1')
    expect(made.hrefs).to.deep.equal([`${alice.home}short-lived/`])
    expect((await alice.send('DELETE', `${alice.home}short-lived/`)).status).to.equal(204)
    const gone = await alice.report(alice.home, syncCollection(made.syncToken, HOME, { level: '1' }), '1')
    expect(gone.response(`${alice.home}short-lived/`).status).to.equal(404)
  })
})

describe('iOS without sync (replay R6)', () => {
  const app = useApp()
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice')
    await alice.put(`${alice.calendar}1.ics`, event({ uid: '1' }))
    await alice.put(
      `${alice.calendar}old.ics`,
      event({ uid: 'old', start: ':20200105T090000Z', end: ':20200105T100000Z' }),
    )
  })

  it('logs in with a percent-encoded user name', async () => {
    const encoded = new DavClient(app().url, 'alice%40example.test', 'correct horse battery staple')
    const answer = await encoded.propfind('/dav/', '0', propfind('D:current-user-principal'))
    expect(answer.status).to.equal(207)
    expect(answer.text).to.include(alice.principal)
  })

  it('queries events from a month back on', async () => {
    const body = calendarQuery(['D:getetag'], filter('VEVENT', timeRange('20251205T000000Z')))
    const answer = await alice.report(alice.calendar, body, '1')
    expect(answer.hrefs).to.deep.equal([`${alice.calendar}1.ics`])
  })

  it('gets an empty answer for to-dos where there are none', async () => {
    const answer = await alice.report(alice.calendar, calendarQuery(['D:getetag'], filter('VTODO')), '1')
    expect(answer.status).to.equal(207)
    expect(answer.responses).to.deep.equal([])
  })

  it('may ask REPORT of its principal', async () => {
    const answer = await alice.report(alice.principal, syncCollection('', ['D:getetag']), '1')
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('supported-report')
  })
})
