import { expect } from 'chai'
import { CALDAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { calendarQuery, filter, propfind, syncCollection, timeRange } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const ORIGIN = 'https://app.example'

describe('tsdav in a browser (replay R19)', () => {
  const app = useApp({ CORS_ORIGINS: ORIGIN })
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice')
    const lines = ['RRULE:FREQ=DAILY;COUNT=10']
    await alice.put(`${alice.calendar}daily.ics`, event({ uid: 'daily', lines }))
  })

  it('is let through by a preflight', async () => {
    const headers = {
      origin: ORIGIN,
      'access-control-request-method': 'REPORT',
      'access-control-request-headers': 'authorization,depth,content-type',
    }
    const answer = await alice.anonymous().send('OPTIONS', alice.calendar, { headers })
    expect(answer.status).to.be.oneOf([200, 204])
    expect(answer.headers.get('access-control-allow-origin')).to.equal(ORIGIN)
    expect(answer.headers.get('access-control-allow-methods')).to.include('REPORT')
    expect(answer.headers.get('access-control-allow-headers')?.toLowerCase()).to.include('depth')
  })

  it('asks well-known without Depth, by PROPFIND and by GET', async () => {
    for (const method of ['PROPFIND', 'GET']) {
      const answer = await alice
        .anonymous()
        .send(method, '/.well-known/caldav', { headers: { origin: ORIGIN } })
      expect(answer.status).to.equal(301)
      expect(answer.headers.get('location')).to.match(/\/dav\/$/)
    }
  })

  it('lists the home', async () => {
    const names = [
      'C:calendar-description',
      'C:calendar-timezone',
      'D:displayname',
      'ICAL:calendar-color',
      'CS:getctag',
      'D:resourcetype',
      'C:supported-calendar-component-set',
      'D:sync-token',
    ]
    const answer = await alice.propfind(alice.home, '1', propfind(...names), { origin: ORIGIN })
    expect(answer.headers.get('content-type')).to.include('xml')
    expect(answer.headers.get('access-control-expose-headers')?.toLowerCase()).to.include('etag')
    expect(answer.response(alice.calendar).names(200)).to.include.members(['sync-token', 'getctag'])
  })

  it('synchronises without Depth, and first without a token element', async () => {
    const answer = await alice.report(
      alice.calendar,
      syncCollection(undefined, ['D:getetag'], { level: '1' }),
    )
    expect(answer.status).to.equal(207)
    expect(answer.hrefs).to.deep.equal([`${alice.calendar}daily.ics`])
  })

  it('has series expanded', async () => {
    const range = timeRange('20260107T000000Z', '20260109T000000Z')
    const expand = range.replace('C:time-range', 'C:expand')
    const data = `<C:calendar-data>${expand}</C:calendar-data>`
    const answer = await alice.report(
      alice.calendar,
      calendarQuery(['D:getetag', data], filter('VEVENT', range)),
      '1',
    )
    const text = answer.response(`${alice.calendar}daily.ics`).text(CALDAV, 'calendar-data')
    expect(text.match(/^DTSTART:.*$/gm)).to.deep.equal([
      'DTSTART:20260107T090000Z',
      'DTSTART:20260108T090000Z',
    ])
    expect(text).to.not.include('RRULE')
    expect(text).to.include('RECURRENCE-ID:20260107T090000Z')
  })
})
