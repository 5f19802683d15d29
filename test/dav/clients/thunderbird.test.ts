import { expect } from 'chai'
import { textOf } from '../../../src/dav/xml/element.ts'
import { CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { multiget, propfind, syncCollection } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const DETECT = propfind(
  'D:resourcetype',
  'D:owner',
  'D:displayname',
  'D:current-user-principal',
  'D:current-user-privilege-set',
  'ICAL:calendar-color',
  'C:calendar-home-set',
)
const SYNC = ['D:getcontenttype', 'D:getetag']

describe('Thunderbird adds a calendar (replay R9)', () => {
  const app = useApp()
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice')
  })

  it('is redirected within the same origin', async () => {
    const answer = await alice.propfind('/.well-known/caldav', '0', DETECT)
    expect(answer.status).to.be.oneOf([301, 302, 307, 308])
    const location = new URL(answer.headers.get('location') ?? '', app().url)
    expect(location.origin).to.equal(app().url)
    const root = await alice.propfind(location.pathname, '0', DETECT)
    expect(root.responses[0]?.href).to.equal(location.pathname)
    expect(root.responses[0]?.text(DAV, 'current-user-principal')).to.equal(alice.principal)
    expect(root.responses[0]?.find(DAV, 'resourcetype')).to.not.equal(undefined)
  })

  it('goes from the principal to the home', async () => {
    const answer = await alice.propfind(
      alice.principal,
      '0',
      propfind('D:resourcetype', 'C:calendar-home-set'),
    )
    expect(answer.responses[0]?.href).to.equal(alice.principal)
    expect(answer.responses[0]?.text(CALDAV, 'calendar-home-set')).to.equal(alice.home)
  })

  it('lists the home, which comes first', async () => {
    const names = ['D:resourcetype', 'D:displayname', 'D:current-user-privilege-set', 'ICAL:calendar-color']
    const answer = await alice.propfind(alice.home, '1', propfind(...names))
    expect(answer.hrefs).to.deep.equal([alice.home, alice.calendar])
  })

  it('looks at the calendar', async () => {
    const names = [
      'D:resourcetype',
      'D:owner',
      'D:current-user-principal',
      'D:current-user-privilege-set',
      'D:supported-report-set',
      'C:supported-calendar-component-set',
      'CS:getctag',
    ]
    const answer = await alice.propfind(alice.calendar, '0', propfind(...names))
    expect(answer.responses[0]?.names(200)).to.have.length(names.length)
    expect(answer.responses[0]?.text(DAV, 'owner')).to.equal(alice.principal)
  })

  it('asks OPTIONS of the calendar’s parent', async () => {
    const answer = await alice.send('OPTIONS', alice.home)
    expect(answer.status).to.equal(200)
    const tokens = (answer.headers.get('dav') ?? '').split(/,\s*/)
    expect(tokens[0]).to.equal('1')
    expect(tokens).to.include('calendar-access')
    expect(tokens).to.include('calendar-auto-schedule')
  })

  it('reads the principal’s addresses', async () => {
    const names = [
      'C:calendar-home-set',
      'C:calendar-user-address-set',
      'C:schedule-inbox-URL',
      'C:schedule-outbox-URL',
    ]
    const [principal] = (await alice.propfind(alice.principal, '0', propfind(...names))).responses
    expect(principal?.text(CALDAV, 'calendar-user-address-set')).to.match(/^mailto:/)
    expect(principal?.text(CALDAV, 'schedule-inbox-URL')).to.equal(`${alice.home}inbox/`)
    expect(principal?.text(CALDAV, 'schedule-outbox-URL')).to.equal(`${alice.home}outbox/`)
  })
})

describe('Thunderbird synchronises (replay R10)', () => {
  const app = useApp()
  let alice: DavClient
  let token = ''
  const names = Array.from({ length: 100 }, (_, n) => `${n}@example:test ü.ics`)
  before(async () => {
    alice = await app().user('alice')
    await Promise.all(
      names.map((name) => alice.put(alice.calendar + encodeURI(name), event({ uid: `uid-${name}` }))),
    )
  })

  it('with Depth 1 and sync-level 1', async () => {
    const answer = await alice.report(alice.calendar, syncCollection('', SYNC, { level: '1' }), '1')
    expect(answer.status).to.equal(207)
    expect(answer.responses).to.have.length(100)
    token = answer.syncToken
  })

  it('fetches a hundred, each segment escaped its own way', async () => {
    const hrefs = names.map((name) => alice.calendar + encodeURIComponent(name))
    const answer = await alice.report(alice.calendar, multiget(['D:getetag', 'C:calendar-data'], hrefs), '1')
    expect(answer.responses).to.have.length(100)
    for (const [n, name] of names.entries()) {
      const text = answer.response(hrefs[n] ?? '').text(CALDAV, 'calendar-data')
      expect(text).to.equal(event({ uid: `uid-${name}` }))
    }
  })

  it('hears of what was deleted elsewhere', async () => {
    const href = alice.calendar + encodeURIComponent(names[3] ?? '')
    await alice.send('DELETE', href)
    const answer = await alice.report(alice.calendar, syncCollection(token, SYNC, { level: '1' }), '1')
    expect(answer.responses).to.have.length(1)
    expect(answer.response(href).status).to.equal(404)
  })

  it('is told why a token is refused', async () => {
    const answer = await alice.report(alice.calendar, syncCollection('data:,0', SYNC, { level: '1' }), '1')
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('valid-sync-token')
  })
})

describe('Thunderbird writes (replay R11)', () => {
  const app = useApp()
  let alice: DavClient
  let href = ''
  before(async () => {
    alice = await app().user('alice')
    href = `${alice.calendar}b3f1c2_x.ics`
    await alice.send('MKCALENDAR', `${alice.home}second/`)
  })

  it('puts, fetches again, and is stopped by a stale ETag', async () => {
    const text = event({ uid: 'b3f1c2@x' })
    expect((await alice.put(href, text, { 'if-none-match': '*' })).status).to.equal(201)
    const fetched = await alice.report(
      alice.calendar,
      multiget(['D:getetag', 'C:calendar-data'], [href]),
      '1',
    )
    const etag = textOf(fetched.response(href).get(DAV, 'getetag'))
    expect(
      (await alice.put(href, event({ uid: 'b3f1c2@x', summary: '2' }), { 'if-match': etag })).status,
    ).to.equal(204)
    expect((await alice.put(href, text, { 'if-match': etag })).status).to.equal(412)
    expect((await alice.send('DELETE', href, { headers: { 'if-match': etag } })).status).to.equal(412)
    expect((await alice.send('HEAD', href)).status).to.equal(200)
  })

  it('moves by a copy first, so that a UID is in two calendars for a while', async () => {
    const copy = `${alice.home}second/b3f1c2_x.ics`
    expect((await alice.put(copy, event({ uid: 'b3f1c2@x' }), { 'if-none-match': '*' })).status).to.equal(201)
    expect((await alice.send('DELETE', href)).status).to.equal(204)
  })
})
