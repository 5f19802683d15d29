import { expect } from 'chai'
import { APPLE_ICAL, CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { multiget, propfind, setting, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

describe('vdirsyncer (replay R18)', () => {
  const app = useApp()
  let alice: DavClient
  let href = ''
  before(async () => {
    alice = await app().user('alice')
    href = `${alice.home}vdir/`
  })

  it('discovers from the bare root', async () => {
    const root = await alice.propfind('/', '0', propfind('D:current-user-principal'))
    expect(root.responses[0]?.text(DAV, 'current-user-principal')).to.equal(alice.principal)
    const principal = await alice.propfind(alice.principal, '0', propfind('C:calendar-home-set'))
    expect(principal.responses[0]?.text(CALDAV, 'calendar-home-set')).to.equal(alice.home)
    expect((await alice.propfind(alice.home, '1', propfind('D:resourcetype'))).hrefs).to.include(
      alice.calendar,
    )
  })

  it('makes a collection by extended MKCOL', async () => {
    const body = xml(
      'D:mkcol',
      '<D:set><D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype></D:prop></D:set>',
    )
    expect((await alice.send('MKCOL', href, { body })).status).to.equal(201)
  })

  it('sees the same ETag in PUT, listing and fetch', async () => {
    const put = await alice.put(`${href}item.ics`, event({ uid: 'item' }), { 'if-none-match': '*' })
    const etag = put.headers.get('etag')
    expect(etag).to.match(/^"/)
    const names = ['D:resourcetype', 'D:getcontenttype', 'D:getetag']
    const listed = (await alice.propfind(href, '1', propfind(...names))).response(`${href}item.ics`)
    expect(listed.text(DAV, 'getetag')).to.equal(etag)
    expect(listed.text(DAV, 'getcontenttype')).to.match(/^text\/calendar/)
    const fetched = await alice.report(
      href,
      multiget(['D:getetag', 'C:calendar-data'], [`${href}item.ics`]),
      '1',
    )
    expect(fetched.response(`${href}item.ics`).text(DAV, 'getetag')).to.equal(etag)
  })

  it('keeps four metadata properties', async () => {
    const body = setting(
      '<D:displayname>Vdir</D:displayname>',
      '<ICAL:calendar-color>#ff00ff</ICAL:calendar-color>',
      '<C:calendar-description xml:lang="en">About it</C:calendar-description>',
      '<ICAL:calendar-order>7</ICAL:calendar-order>',
    )
    expect((await alice.send('PROPPATCH', href, { body })).responses[0]?.statuses).to.deep.equal([200])
    const names = ['D:displayname', 'ICAL:calendar-color', 'C:calendar-description', 'ICAL:calendar-order']
    const [read] = (await alice.propfind(href, '0', propfind(...names))).responses
    expect(read?.text(DAV, 'displayname')).to.equal('Vdir')
    expect(read?.text(APPLE_ICAL, 'calendar-color')).to.equal('#ff00ff')
    expect(read?.text(APPLE_ICAL, 'calendar-order')).to.equal('7')
    const description = read?.get(CALDAV, 'calendar-description')
    expect(description?.children).to.deep.equal(['About it'])
    expect(Object.values(description?.attributes ?? {})).to.deep.equal(['en'])
  })
})
