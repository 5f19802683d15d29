import { expect } from 'chai'
import { CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import {
  calendarQuery,
  filter,
  multiget,
  propfind,
  syncCollection,
  timeRange,
  xml,
} from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const MULTIGET = ['D:getcontenttype', 'D:getetag', 'C:schedule-tag', 'C:calendar-data']

describe('DAVx5 sets up (replay R12)', () => {
  const app = useApp()
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice')
  })

  it('looks at the base URL', async () => {
    const names = [
      'D:resourcetype',
      'D:displayname',
      'D:current-user-principal',
      'D:current-user-privilege-set',
      'C:calendar-home-set',
      'C:supported-calendar-component-set',
      'ICAL:calendar-color',
      'C:calendar-description',
      'C:calendar-timezone',
    ]
    const answer = await alice.propfind('/dav/', '0', propfind(...names))
    expect(answer.status).to.equal(207)
    expect(answer.responses[0]?.text(DAV, 'current-user-principal')).to.equal(alice.principal)
    const known = await alice.propfind('/.well-known/caldav', '0', propfind('D:current-user-principal'))
    expect(known.status).to.equal(301)
  })

  it('finds calendar-access on the principal, without a redirect', async () => {
    const headers = { 'content-length': '0', 'accept-encoding': 'identity' }
    const answer = await alice.send('OPTIONS', alice.principal, {
      headers: { 'accept-encoding': headers['accept-encoding'] },
    })
    expect(answer.status).to.equal(200)
    expect(answer.headers.get('dav')).to.include('calendar-access')
  })

  it('reads the principal', async () => {
    const names = [
      'D:displayname',
      'D:group-membership',
      'D:resourcetype',
      'C:calendar-home-set',
      'CS:calendar-proxy-read-for',
      'CS:calendar-proxy-write-for',
      'C:calendar-user-address-set',
    ]
    const [principal] = (await alice.propfind(alice.principal, '0', propfind(...names))).responses
    expect(principal?.names(200)).to.include.members(['displayname', 'group-membership', 'resourcetype'])
    expect(principal?.text(CALDAV, 'calendar-home-set')).to.equal(alice.home)
  })

  it('lists the home, which it may add calendars to', async () => {
    const names = [
      'D:current-user-privilege-set',
      'D:displayname',
      'D:owner',
      'D:resourcetype',
      'P:transports',
      'P:topic',
      'ICAL:calendar-color',
      'C:calendar-description',
      'C:calendar-timezone',
      'C:calendar-timezone-id',
      'C:supported-calendar-component-set',
      'CS:source',
    ]
    const answer = await alice.propfind(alice.home, '1', propfind(...names))
    const privileges = answer.response(alice.home).get(DAV, 'current-user-privilege-set')
    expect(JSON.stringify(privileges)).to.include('"bind"')
    expect(answer.response(alice.calendar).names(404)).to.include.members(['transports', 'topic'])
  })

  it('looks at the calendar', async () => {
    const names = [
      'D:supported-report-set',
      'D:sync-token',
      'CS:getctag',
      'C:max-resource-size',
      'CARD:max-resource-size',
    ]
    const [calendar] = (await alice.propfind(alice.calendar, '0', propfind(...names))).responses
    expect(Number(calendar?.text(CALDAV, 'max-resource-size'))).to.be.greaterThan(100_000)
  })
})

describe('DAVx5 synchronises (replay R13)', () => {
  const app = useApp()
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice')
    for (let n = 0; n < 50; n += 1) await alice.put(`${alice.calendar}${n}.ics`, event({ uid: `uid-${n}` }))
  })

  it('with Depth 0', async () => {
    const body = syncCollection('', ['D:getetag', 'D:resourcetype'], { level: '1' })
    const answer = await alice.report(alice.calendar, body, '0')
    expect(answer.responses).to.have.length(50)
  })

  it('with five multigets at once', async () => {
    const batches = Array.from({ length: 5 }, (_, batch) =>
      Array.from({ length: 10 }, (__, n) => `${alice.calendar}${batch * 10 + n}.ics`),
    )
    const answers = await Promise.all(
      batches.map((hrefs) => alice.report(alice.calendar, multiget(MULTIGET, hrefs), undefined)),
    )
    for (const [n, answer] of answers.entries()) {
      expect(answer.status).to.equal(207)
      expect(answer.hrefs).to.deep.equal(batches[n])
    }
  })

  it('with a query for the recent past on', async () => {
    const body = calendarQuery(['D:getetag'], filter('VEVENT', timeRange('20251001T000000Z')))
    expect((await alice.report(alice.calendar, body, '1')).responses).to.have.length(50)
    const later = calendarQuery(['D:getetag'], filter('VEVENT', timeRange('20260201T000000Z')))
    expect((await alice.report(alice.calendar, later, '1')).responses).to.have.length(0)
  })

  it('starts anew after valid-sync-token', async () => {
    const answer = await alice.report(
      alice.calendar,
      syncCollection('urn:old', ['D:getetag'], { level: '1' }),
      '0',
    )
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('valid-sync-token')
  })

  it('updates with an ETag whose weak prefix it stripped', async () => {
    const href = `${alice.calendar}1.ics`
    const etag = (await alice.send('GET', href)).headers.get('etag') ?? ''
    const answer = await alice.put(href, event({ uid: 'uid-1', summary: 'new' }), {
      'if-match': etag.replace(/^W\//, ''),
    })
    expect(answer.status).to.equal(204)
  })

  it('is told need-privileges where it may only read', async () => {
    const bob = await app().user('bob')
    const grant = xml(
      'D:acl',
      `<D:ace><D:principal><D:href>${bob.principal}</D:href></D:principal>`,
      '<D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>',
    )
    expect((await alice.send('ACL', alice.calendar, { body: grant })).status).to.equal(200)
    const read = await bob.send('GET', `${alice.calendar}1.ics`)
    expect(read.status).to.equal(200)
    const answer = await bob.put(`${alice.calendar}1.ics`, event({ uid: 'uid-1' }))
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('need-privileges')
    const set = await bob.propfind(alice.calendar, '0', propfind('D:current-user-privilege-set'))
    expect(JSON.stringify(set.responses[0]?.get(DAV, 'current-user-privilege-set'))).to.not.include('write')
  })
})
