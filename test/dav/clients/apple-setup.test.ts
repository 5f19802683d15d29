import { expect } from 'chai'
import { childElements, clark, textOf } from '../../../src/dav/xml/element.ts'
import { APPLE_ICAL, CALDAV, CALENDARSERVER, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { prop, propfind, setting, xml } from '../../support/dav-bodies.ts'
import type { Answer, DavClient } from '../../support/dav-client.ts'

const HEADERS = {
  accept: '*/*',
  'accept-language': 'en-US',
  prefer: 'return=minimal',
  brief: 't',
  'user-agent': 'macOS/13.4 (22F66) dataaccessd/1.0',
}
const DISCOVERY = propfind('D:current-user-principal', 'D:principal-URL', 'D:resourcetype')
const PRINCIPAL = propfind(
  'C:calendar-home-set',
  'C:calendar-user-address-set',
  'C:max-attendees-per-instance',
  'C:schedule-inbox-URL',
  'C:schedule-outbox-URL',
  'CS:dropbox-home-URL',
  'CS:email-address-set',
  'CS:notification-URL',
  'D:current-user-principal',
  'D:displayname',
  'D:principal-collection-set',
  'D:principal-URL',
  'D:resource-id',
  'D:supported-report-set',
)
const HOME_LIST = [
  'D:add-member',
  'D:current-user-privilege-set',
  'D:displayname',
  'D:owner',
  'D:quota-available-bytes',
  'D:quota-used-bytes',
  'D:resource-id',
  'D:resourcetype',
  'D:supported-report-set',
  'D:sync-token',
  'C:calendar-alarm',
  'C:calendar-description',
  'C:calendar-free-busy-set',
  'C:calendar-timezone',
  'C:default-alarm-vevent-date',
  'C:default-alarm-vevent-datetime',
  'C:managed-attachments-server-URL',
  'C:max-attendees-per-instance',
  'C:schedule-calendar-transp',
  'C:schedule-default-calendar-URL',
  'C:supported-calendar-component-set',
  'C:supported-calendar-component-sets',
  'CS:allowed-sharing-modes',
  'CS:getctag',
  'CS:invite',
  'CS:pre-publish-url',
  'CS:publish-url',
  'CS:push-transports',
  'CS:pushkey',
  'CS:source',
  'CS:subscribed-strip-alarms',
  'CS:subscribed-strip-attachments',
  'CS:subscribed-strip-todos',
  'ICAL:autoprovisioned',
  'ICAL:calendar-color',
  'ICAL:calendar-order',
  'ICAL:language-code',
  'ICAL:location-code',
  'ICAL:refreshrate',
  'ME:bulk-requests',
]
const VALARM_NONE =
  'BEGIN:VALARM\nX-WR-ALARMUID:0F5E2B7C\nUID:0F5E2B7C\nTRIGGER;VALUE=DATE-TIME:19760401T005545Z\nACTION:NONE\nEND:VALARM\n'
const TIMEZONE =
  'BEGIN:VCALENDAR&#13;\nVERSION:2.0&#13;\nPRODID:-//Apple Inc.//macOS 13.4//EN&#13;\nBEGIN:VTIMEZONE&#13;\n' +
  'TZID:Europe/Berlin&#13;\nBEGIN:STANDARD&#13;\nDTSTART:19961027T030000&#13;\n' +
  'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10&#13;\nTZNAME:MEZ&#13;\nTZOFFSETFROM:+0200&#13;\nTZOFFSETTO:+0100&#13;\n' +
  'END:STANDARD&#13;\nBEGIN:DAYLIGHT&#13;\nDTSTART:19810329T020000&#13;\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3&#13;\n' +
  'TZNAME:MESZ&#13;\nTZOFFSETFROM:+0100&#13;\nTZOFFSETTO:+0200&#13;\nEND:DAYLIGHT&#13;\nEND:VTIMEZONE&#13;\nEND:VCALENDAR&#13;\n'

describe('Apple Calendar sets up an account (replay R1, R2)', () => {
  const app = useApp()
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice')
  })

  /** Each step is first tried without credentials, and must be challenged. */
  async function step(method: string, path: string, sent: Parameters<DavClient['send']>[2]): Promise<Answer> {
    const headers = { ...HEADERS, ...sent?.headers }
    const challenged = await alice.anonymous().send(method, path, { ...sent, headers })
    expect(challenged.status, `${method} ${path} without credentials`).to.equal(401)
    expect(challenged.headers.get('www-authenticate')).to.match(/^Basic realm="Kalends"/)
    return alice.send(method, path, { ...sent, headers })
  }

  it('is redirected from well-known before it is asked who it is', async () => {
    for (const path of ['/.well-known/caldav', '/.well-known/caldav/']) {
      for (const depth of ['0', undefined] as const) {
        const sent = { body: DISCOVERY, headers: HEADERS, ...(depth && { depth }) }
        const answer = await alice.anonymous().send('PROPFIND', path, sent)
        expect(answer.status).to.equal(301)
        expect(new URL(answer.headers.get('location') ?? '', app().url).pathname).to.equal('/dav/')
      }
    }
  })

  it('finds its principal at the root, and where it walks when well-known is missing', async () => {
    for (const path of ['/dav/', '/', '/principals/']) {
      const answer = await step('PROPFIND', path, { depth: '0', body: DISCOVERY })
      expect(answer.status, path).to.equal(207)
      const [first] = answer.responses
      expect(textOf(first?.get(DAV, 'current-user-principal') as never)).to.equal(alice.principal)
      expect(first?.statuses).to.deep.equal([200])
    }
    for (const path of ['/', '/principals/']) {
      expect((await step('HEAD', path, {})).status, `HEAD ${path}`).to.not.be.oneOf([404, 405, 500])
    }
    const legacy = await alice.send('PROPFIND', '/calendar/dav/alice/user/', { depth: '0', body: DISCOVERY })
    expect(legacy.status).to.equal(404)
  })

  it('reads the principal', async () => {
    const answer = await step('PROPFIND', alice.principal, { depth: '0', body: PRINCIPAL })
    expect(answer.headers.get('dav')).to.match(/^1,.*calendar-access/)
    const [principal] = answer.responses
    expect(principal?.href).to.equal(alice.principal)
    expect(textOf(principal?.get(CALDAV, 'calendar-home-set') as never)).to.equal(alice.home)
    const addresses = childElements(principal?.get(CALDAV, 'calendar-user-address-set') as never)
    expect(addresses.map(textOf)).to.deep.equal(['mailto:alice@example.test'])
    expect(addresses[0]?.attributes.preferred).to.equal('1')
    expect(principal?.text(CALENDARSERVER, 'email-address-set')).to.equal('alice@example.test')
    expect(principal?.text(DAV, 'principal-collection-set')).to.equal('/dav/principals/')
    expect(principal?.text(DAV, 'resource-id')).to.match(/^urn:uuid:/)
    expect(principal?.statuses).to.deep.equal([200])
  })

  it('sees calendar-access in OPTIONS of the principal, without a redirect', async () => {
    const answer = await step('OPTIONS', alice.principal, {})
    expect(answer.status).to.equal(200)
    const tokens = (answer.headers.get('dav') ?? '').split(',').map((token) => token.trim())
    expect(tokens[0]).to.equal('1')
    expect(tokens).to.include('calendar-access')
  })

  it('asks what principals can be searched by', async () => {
    const answer = await step('REPORT', '/dav/principals/', {
      depth: '0',
      body: xml('D:principal-search-property-set'),
    })
    expect(answer.status).to.equal(200)
    const names = childElements(answer.xml).map((found) =>
      childElements(childElements(found)[0] as never)
        .map(clark)
        .join(),
    )
    expect(names).to.include(`{${DAV}}displayname`)
    expect(names).to.include(`{${CALDAV}}calendar-user-address-set`)
  })

  it('asks for delegates, of which there are none', async () => {
    const expand = (name: string) =>
      `<D:property name="${name}" namespace="${CALENDARSERVER}"><D:property name="displayname"/>` +
      `<D:property name="calendar-user-address-set" namespace="${CALDAV}"/></D:property>`
    const answer = await step('REPORT', alice.principal, {
      depth: '0',
      body: xml('D:expand-property', expand('calendar-proxy-write-for'), expand('calendar-proxy-read-for')),
    })
    expect(answer.status).to.equal(207)
    expect(answer.hrefs).to.deep.equal([alice.principal])
  })

  it('probes the home', async () => {
    const answer = await step('PROPFIND', alice.home, { depth: '0', body: propfind('CS:checksum-versions') })
    expect(answer.status).to.equal(207)
    expect(answer.hrefs).to.deep.equal([alice.home])
  })

  it('lists the home', async () => {
    const answer = await step('PROPFIND', alice.home, { depth: '1', body: propfind(...HOME_LIST) })
    expect(answer.hrefs[0]).to.equal(alice.home)
    const home = answer.response(alice.home)
    const calendar = answer.response(alice.calendar)
    const types = childElements(calendar.get(DAV, 'resourcetype')).map(clark)
    expect(types).to.deep.equal([`{${DAV}}collection`, `{${CALDAV}}calendar`])
    expect(childElements(home.get(DAV, 'resourcetype')).map(clark)).to.deep.equal([`{${DAV}}collection`])
    const components = childElements(calendar.get(CALDAV, 'supported-calendar-component-set'))
    expect(components.map(({ attributes }) => attributes.name)).to.deep.equal(['VEVENT', 'VTODO', 'VJOURNAL'])
    for (const resource of [home, calendar]) {
      expect(reportsOf(resource.get(DAV, 'supported-report-set'))).to.include(`{${DAV}}sync-collection`)
      expect(resource.text(DAV, 'sync-token')).to.match(/^(?:data:|urn:)/)
      expect(resource.text(CALENDARSERVER, 'getctag')).to.not.equal('')
      expect(Number(resource.text(DAV, 'quota-available-bytes'))).to.be.greaterThan(0)
      expect(resource.text(DAV, 'owner')).to.equal(alice.principal)
      expect(Number(resource.text(CALDAV, 'max-attendees-per-instance'))).to.be.greaterThan(0)
    }
    expect(calendar.text(DAV, 'displayname')).to.equal('Calendar')
    const held = childElements(calendar.get(DAV, 'current-user-privilege-set')).map((privilege) =>
      childElements(privilege).map(clark).join(),
    )
    for (const name of ['write', 'write-content', 'write-properties', 'bind', 'unbind', 'read']) {
      expect(held).to.include(`{${DAV}}${name}`)
    }
    expect(calendar.find(CALENDARSERVER, 'push-transports'), 'no push is advertised').to.equal(undefined)
  })

  it('sets default alarms on the home', async () => {
    const alarm = (name: string) => `<C:${name}><![CDATA[${VALARM_NONE}]]></C:${name}>`
    for (const name of ['default-alarm-vevent-datetime', 'default-alarm-vevent-date']) {
      const answer = await step('PROPPATCH', alice.home, { body: setting(alarm(name)) })
      expect(answer.status).to.be.oneOf([200, 207])
      const read = await alice.propfind(alice.home, '0', propfind(`C:${name}`))
      expect(read.response(alice.home).text(CALDAV, name)).to.equal(VALARM_NONE)
    }
  })

  it('sets order, colour and time zone of the calendar', async () => {
    for (const element of [
      '<ICAL:calendar-order>3</ICAL:calendar-order>',
      '<ICAL:calendar-color symbolic-color="custom">#FF2968FF</ICAL:calendar-color>',
      `<C:calendar-timezone>${TIMEZONE}</C:calendar-timezone>`,
    ]) {
      const answer = await step('PROPPATCH', alice.calendar, { body: setting(element) })
      expect(answer.status, answer.text).to.be.oneOf([200, 207])
    }
    const names = [
      'ICAL:calendar-order',
      'ICAL:calendar-color',
      'C:calendar-timezone',
      'C:calendar-timezone-id',
    ]
    const calendar = (await alice.propfind(alice.calendar, '0', propfind(...names))).response(alice.calendar)
    expect(calendar.text(APPLE_ICAL, 'calendar-order')).to.equal('3')
    expect(calendar.text(APPLE_ICAL, 'calendar-color')).to.equal('#FF2968FF')
    expect(calendar.get(APPLE_ICAL, 'calendar-color').attributes['symbolic-color']).to.equal('custom')
    expect(calendar.text(CALDAV, 'calendar-timezone').trim()).to.equal(
      TIMEZONE.replaceAll('&#13;', '\r').trim(),
    )
    expect(calendar.text(CALDAV, 'calendar-timezone-id')).to.equal('Europe/Berlin')
  })

  it('replaces a colour with its attributes instead of adding to them', async () => {
    const body = setting('<ICAL:calendar-color>#00FF00FF</ICAL:calendar-color>')
    expect((await alice.send('PROPPATCH', alice.calendar, { body })).status).to.equal(207)
    const read = await alice.propfind(alice.calendar, '0', propfind('ICAL:calendar-color'))
    const color = read.response(alice.calendar).get(APPLE_ICAL, 'calendar-color')
    expect(textOf(color)).to.equal('#00FF00FF')
    expect(color.attributes).to.deep.equal({})
  })

  it('never gets an empty colour back', async () => {
    const body = setting('<ICAL:calendar-color/>')
    expect((await alice.send('PROPPATCH', alice.calendar, { body })).status).to.equal(207)
    const read = await alice.propfind(alice.calendar, '0', xml('D:propfind', prop('ICAL:calendar-color')))
    expect(read.response(alice.calendar).find(APPLE_ICAL, 'calendar-color')).to.equal(undefined)
  })
})

function reportsOf(set: Parameters<typeof childElements>[0]): string[] {
  return childElements(set).map((supported) =>
    childElements(supported)
      .flatMap((report) => childElements(report))
      .map(clark)
      .join(),
  )
}
