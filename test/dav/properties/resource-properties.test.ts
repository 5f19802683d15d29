import { expect } from 'chai'
import { childElements, clark, type Element } from '../../../src/dav/xml/element.ts'
import { APPLE_ICAL, CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { propfind, setting, xml } from '../../support/dav-bodies.ts'
import type { DavClient, DavResponse } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

describe('live properties of access and calendars', () => {
  const app = useApp({ QUOTA_BYTES: '1000000' })
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice', { timezone: 'Europe/Berlin' })
    await alice.put(`${alice.calendar}x.ics`, event({ uid: 'x' }))
  })

  async function read(path: string, ...names: string[]): Promise<DavResponse> {
    return (await alice.propfind(path, '0', propfind(...names))).response(path)
  }

  async function patch(path: string, ...elements: string[]): Promise<DavResponse> {
    const answer = await alice.send('PROPPATCH', path, { body: setting(...elements) })
    expect(answer.status).to.equal(207)
    return answer.response(path)
  }

  it('lists the limits of RFC 4791 §5.2', async () => {
    const names = [
      'max-resource-size',
      'min-date-time',
      'max-date-time',
      'max-instances',
      'max-attendees-per-instance',
    ]
    const calendar = await read(alice.calendar, ...names.map((name) => `C:${name}`))
    for (const name of names) expect(calendar.text(CALDAV, name)).to.match(/^(?:[1-9]\d*|\d{8}T\d{6}Z)$/)
  })

  it('lists data types, collations and components', async () => {
    const calendar = await read(
      alice.calendar,
      'C:supported-calendar-data',
      'C:supported-collation-set',
      'C:supported-calendar-component-set',
    )
    const types = childElements(calendar.get(CALDAV, 'supported-calendar-data')).map(
      ({ attributes }) => attributes,
    )
    expect(types[0]).to.deep.equal({ 'content-type': 'text/calendar', version: '2.0' })
    expect(calendar.text(CALDAV, 'supported-collation-set'))
      .to.include('i;ascii-casemap')
      .and.include('i;octet')
  })

  it('names its time zone service, which answers there (RFC 7809 §5.1)', async () => {
    for (const path of [alice.home, alice.calendar]) {
      const found = await read(path, 'C:timezone-service-set')
      const service = found.text(CALDAV, 'timezone-service-set')
      expect((await alice.send('GET', `${service}/capabilities`)).status).to.equal(200)
    }
  })

  it('lists the calendars of RSCALE, which it takes (RFC 7529 §10.1)', async () => {
    for (const path of [alice.home, alice.calendar]) {
      const set = childElements(
        (await read(path, 'C:supported-rscale-set')).get(CALDAV, 'supported-rscale-set'),
      )
      expect(set.map(({ name, children }) => `${name} ${children}`))
        .to.include('supported-rscale GREGORIAN')
        .and.include('supported-rscale CHINESE')
    }
  })

  it('shows the tree of privileges, and those held one by one', async () => {
    const calendar = await read(alice.calendar, 'D:supported-privilege-set', 'D:current-user-privilege-set')
    const [all] = childElements(calendar.get(DAV, 'supported-privilege-set'))
    expect(privilegeOf(all)).to.equal(`{${DAV}}all`)
    const below = childElements(all as Element)
      .filter(({ name }) => name === 'supported-privilege')
      .map(privilegeOf)
    expect(below).to.include.members([
      `{${DAV}}read`,
      `{${DAV}}write`,
      `{${DAV}}read-acl`,
      `{${DAV}}write-acl`,
    ])
    const held = childElements(calendar.get(DAV, 'current-user-privilege-set')).map((privilege) =>
      clark(childElements(privilege)[0] as Element),
    )
    expect(held).to.include.members([
      `{${DAV}}all`,
      `{${DAV}}read`,
      `{${CALDAV}}read-free-busy`,
      `{${DAV}}bind`,
      `{${DAV}}unlock`,
    ])
  })

  it('shows access control on homes, calendars and objects', async () => {
    const names = [
      'D:acl',
      'D:acl-restrictions',
      'D:inherited-acl-set',
      'D:group',
      'D:owner',
      'D:principal-collection-set',
    ]
    for (const path of [alice.home, alice.calendar, `${alice.calendar}x.ics`]) {
      const resource = await read(path, ...names)
      expect(resource.names(200), path).to.have.members(names.map((name) => name.slice(2)))
      const [ace] = childElements(resource.get(DAV, 'acl'))
      expect(childElements(ace as Element).map(({ name }) => name)).to.include.members([
        'principal',
        'grant',
        'protected',
      ])
    }
  })

  it('shows a fixed list on what is in nobody’s home', async () => {
    for (const path of ['/dav/', '/dav/principals/', '/dav/calendars/', alice.principal]) {
      const aces = childElements((await read(path, 'D:acl')).get(DAV, 'acl')).map((ace) =>
        JSON.stringify(ace),
      )
      expect(aces[0], path).to.include('"authenticated"').and.include('"read"').and.include('"protected"')
    }
  })

  it('counts what is stored against the quota (RFC 4331)', async () => {
    const home = await read(alice.home, 'D:quota-used-bytes', 'D:quota-available-bytes')
    const used = Number(home.text(DAV, 'quota-used-bytes'))
    expect(used).to.be.at.least(event({ uid: 'x' }).length)
    expect(Number(home.text(DAV, 'quota-available-bytes'))).to.equal(1_000_000 - used)
    const calendar = await read(alice.calendar, 'D:quota-used-bytes')
    expect(Number(calendar.text(DAV, 'quota-used-bytes'))).to.equal(used)
  })

  it('keeps none of this in allprop', async () => {
    const answer = (await alice.propfind(alice.calendar, '0')).response(alice.calendar)
    for (const name of ['acl', 'calendar-timezone', 'supported-report-set', 'sync-token', 'calendar-color']) {
      expect(answer.names(200)).to.not.include(name)
    }
  })

  it('ties the two forms of the time zone together (RFC 7809 §3.1.5)', async () => {
    const names = ['C:calendar-timezone', 'C:calendar-timezone-id']
    const named = await patch(
      alice.calendar,
      '<C:calendar-timezone-id>America/New_York</C:calendar-timezone-id>',
    )
    expect(named.statuses).to.deep.equal([200])
    const first = await read(alice.calendar, ...names)
    expect(first.text(CALDAV, 'calendar-timezone'))
      .to.include('TZID:America/New_York')
      .and.include('BEGIN:DAYLIGHT')
    expect(first.text(CALDAV, 'calendar-timezone-id')).to.equal('America/New_York')
    const own = first
      .text(CALDAV, 'calendar-timezone')
      .replaceAll('America/New_York', 'Here')
      .replaceAll('\r', '&#13;')
    expect(
      (await patch(alice.calendar, `<C:calendar-timezone>${own}</C:calendar-timezone>`)).statuses,
    ).to.deep.equal([200])
    expect((await read(alice.calendar, ...names)).text(CALDAV, 'calendar-timezone-id')).to.equal('Here')
    const body = xml('D:propertyupdate', '<D:remove><D:prop><C:calendar-timezone/></D:prop></D:remove>')
    expect((await alice.send('PROPPATCH', alice.calendar, { body })).status).to.equal(207)
    expect(
      (await read(alice.calendar, 'C:calendar-timezone-id')).find(CALDAV, 'calendar-timezone-id'),
    ).to.equal(undefined)
  })

  it('refuses values that mean nothing, and with them the whole request', async () => {
    for (const [bad, status] of [
      ['<C:calendar-timezone>Europe/Berlin</C:calendar-timezone>', 403],
      ['<C:calendar-timezone-id>Middle/Earth</C:calendar-timezone-id>', 403],
      ['<ICAL:calendar-color>red</ICAL:calendar-color>', 409],
      ['<ICAL:calendar-order>first</ICAL:calendar-order>', 409],
      ['<D:sync-token>1</D:sync-token>', 403],
      [
        '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>',
        403,
      ],
    ] as const) {
      const answer = await patch(alice.calendar, '<D:displayname>Changed</D:displayname>', bad)
      expect(answer.statuses, bad).to.have.members([status, 424])
    }
    expect((await read(alice.calendar, 'D:displayname')).text(DAV, 'displayname')).to.equal('Calendar')
  })

  it('drops the attributes of a colour that was changed elsewhere', async () => {
    await patch(alice.calendar, '<ICAL:calendar-color symbolic-color="red">#FF0000FF</ICAL:calendar-color>')
    const before = (await read(alice.calendar, 'ICAL:calendar-color')).get(APPLE_ICAL, 'calendar-color')
    expect(before.attributes).to.deep.equal({ 'symbolic-color': 'red' })
    await patch(alice.calendar, '<ICAL:calendar-color>#0000FFFF</ICAL:calendar-color>')
    const after = (await read(alice.calendar, 'ICAL:calendar-color')).get(APPLE_ICAL, 'calendar-color')
    expect(after.attributes).to.deep.equal({})
    expect(after.children).to.deep.equal(['#0000FFFF'])
  })
})

function privilegeOf(supported: Element | undefined): string {
  const privilege = childElements(supported as Element).find(({ name }) => name === 'privilege') as Element
  return clark(childElements(privilege)[0] as Element)
}
