import { expect } from 'chai'
import { childElements } from '../../../src/dav/xml/element.ts'
import { CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { statement } from '../../../src/store/statement.ts'
import { useApp } from '../../support/app.ts'
import { prop, propfind, setting, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

describe('PROPFIND (RFC 4918 §9.1)', () => {
  const app = useApp()
  let alice: DavClient
  let object: string

  before(async () => {
    alice = await app().user('alice')
    object = `${alice.calendar}a.ics`
    await alice.put(object, event({ uid: 'a' }))
  })

  it('answers with the request’s own href first, and its members after it', async () => {
    const answer = await alice.propfind(alice.calendar, '1', propfind('D:getetag'))
    expect(answer.status).to.equal(207)
    expect(answer.headers.get('content-type')).to.equal('application/xml; charset=utf-8')
    expect(answer.hrefs).to.deep.equal([alice.calendar, object])
  })

  it('gives one 200 propstat and one 404 propstat', async () => {
    const answer = await alice.propfind(
      object,
      '0',
      propfind('D:getetag', 'D:nonsense', 'D:resourcetype', 'CS:x'),
    )
    expect(answer.response(object).statuses).to.deep.equal([200, 404])
    expect(answer.response(object).names(200)).to.have.members(['getetag', 'resourcetype'])
    expect(answer.response(object).names(404)).to.have.members(['nonsense', 'x'])
  })

  it('gives the same etag and content type as GET', async () => {
    const got = await alice.send('GET', object)
    const { text } = {
      text: (
        await alice.propfind(object, '0', propfind('D:getetag', 'D:getcontenttype', 'D:getcontentlength'))
      ).response(object),
    }
    expect(text.text(DAV, 'getetag')).to.equal(got.headers.get('etag'))
    expect(text.text(DAV, 'getetag')).to.match(/^"[^"]+"$/)
    expect(text.text(DAV, 'getcontenttype')).to.equal(got.headers.get('content-type'))
    expect(Number(text.text(DAV, 'getcontentlength'))).to.equal(Buffer.byteLength(got.text))
  })

  it('takes an empty body for allprop', async () => {
    const empty = await alice.propfind(object, '0')
    const asked = await alice.propfind(object, '0', xml('D:propfind', '<D:allprop/>'))
    expect(empty.xml).to.deep.equal(asked.xml)
    expect(empty.response(object).names(200)).to.include.members([
      'getetag',
      'resourcetype',
      'creationdate',
      'getlastmodified',
    ])
    expect(empty.response(object).names(200)).not.to.include('acl')
    expect(empty.response(object).statuses).to.deep.equal([200])
  })

  it('adds what include names to allprop, and dead properties', async () => {
    await alice.send('PROPPATCH', object, { body: setting('<x:note xmlns:x="urn:x">hello</x:note>') })
    const answer = await alice.propfind(
      object,
      '0',
      xml('D:propfind', '<D:allprop/><D:include><D:owner/><D:nonsense/></D:include>'),
    )
    expect(answer.response(object).names(200)).to.include.members(['owner', 'note', 'getetag'])
    expect(answer.response(object).names(404)).to.deep.equal(['nonsense'])
  })

  it('names properties without their values', async () => {
    const answer = await alice.propfind(object, '0', xml('D:propfind', '<D:propname/>'))
    const response = answer.response(object)
    expect(response.names(200)).to.include.members(['getetag', 'note', 'owner', 'current-user-privilege-set'])
    expect(response.get(DAV, 'getetag').children).to.deep.equal([])
    expect(response.find('urn:x', 'note')?.children).to.deep.equal([])
  })

  it('answers an empty prop with a propstat all the same', async () => {
    for (const headers of [{}, { prefer: 'return=minimal' }] as Record<string, string>[]) {
      const answer = await alice.propfind(object, '0', xml('D:propfind', prop()), headers)
      expect(answer.response(object).statuses).to.deep.equal([200])
    }
  })

  it('refuses infinite depth, said or unsaid', async () => {
    for (const depth of ['infinity', undefined] as const) {
      const answer = await alice.propfind(alice.home, depth, propfind('D:getetag'))
      expect(answer.status).to.equal(403)
      expect(answer.condition).to.equal('propfind-finite-depth')
    }
  })

  it('refuses a body that is not a propfind, and a Depth that is none', async () => {
    for (const body of [
      xml('D:propertyupdate'),
      xml('D:propfind'),
      xml('D:propfind', '<D:allprop/><D:propname/>'),
      '<D:propfind xmlns:D="DAV:"><D:prop><b:x xmlns:b=""/></D:prop></D:propfind>',
    ]) {
      expect((await alice.propfind(object, '0', body)).status, body).to.equal(400)
    }
    expect((await alice.send('PROPFIND', object, { headers: { depth: '2' } })).status).to.equal(400)
  })

  it('ignores elements it does not know beside those it does', async () => {
    const body = xml('D:propfind', '<CS:hint/>', prop('D:getetag'))
    expect((await alice.propfind(object, '0', body)).response(object).names(200)).to.deep.equal(['getetag'])
  })

  for (const headers of [
    { prefer: 'return=minimal' },
    { prefer: 'return-minimal' },
    { prefer: 'respond-async, return="minimal"; x=y' },
    { brief: 't' },
  ] as Record<string, string>[]) {
    it(`drops what is missing under ${JSON.stringify(headers)}`, async () => {
      const answer = await alice.propfind(object, '0', propfind('D:nonsense', 'D:getetag'), headers)
      expect(answer.response(object).statuses).to.deep.equal([200])
      expect(answer.headers.get('preference-applied')).to.equal('return=minimal')
      expect(answer.headers.get('vary'))
        .to.match(/Prefer/)
        .and.match(/Brief/)
    })
  }

  it('leaves the request’s own resource out under depth-noroot', async () => {
    const answer = await alice.propfind(alice.calendar, '1', propfind('D:getetag'), {
      prefer: 'depth-noroot',
    })
    expect(answer.hrefs).to.deep.equal([object])
    expect(answer.headers.get('preference-applied')).to.equal('depth-noroot')
  })

  it('lets discovery go from the root to the calendar', async () => {
    const root = await alice.propfind('/', '0', propfind('D:current-user-principal', 'D:resourcetype'))
    // Clients look for the href they asked; the root has two.
    expect(root.hrefs).to.deep.equal(['/'])
    expect((await alice.propfind('/dav', '0', propfind('D:resourcetype'))).hrefs).to.deep.equal(['/dav/'])
    const [principal] = childElements(root.response('/').get(DAV, 'current-user-principal'))
    expect(principal?.children).to.deep.equal([alice.principal])
    const found = await alice.propfind(alice.principal, '0', propfind('C:calendar-home-set'))
    const [home] = childElements(found.response(alice.principal).get(CALDAV, 'calendar-home-set'))
    expect(home?.children).to.deep.equal([alice.home])
    const listing = await alice.propfind(alice.home, '1', propfind('D:resourcetype'))
    expect(listing.hrefs).to.deep.equal([alice.home, alice.calendar])
    const type = childElements(listing.response(alice.calendar).get(DAV, 'resourcetype'))
    expect(type.map(({ name }) => name)).to.deep.equal(['collection', 'calendar'])
  })

  it('lists the principal collection and the homes', async () => {
    expect((await alice.propfind('/principals/', '1', propfind('D:displayname'))).hrefs).to.include(
      alice.principal,
    )
    expect((await alice.propfind('/dav/calendars/', '1', propfind('D:resourcetype'))).hrefs).to.deep.equal([
      '/dav/calendars/',
      alice.home,
    ])
  })

  it('reads the reports and methods of a resource off the tables', async () => {
    const answer = await alice.propfind(
      alice.calendar,
      '0',
      propfind('D:supported-report-set', 'D:supported-method-set'),
    )
    const response = answer.response(alice.calendar)
    const reports = childElements(response.get(DAV, 'supported-report-set')).map(
      (report) => childElements(childElements(report)[0] as never)[0]?.name,
    )
    expect(reports).to.include.members(['calendar-query', 'calendar-multiget', 'sync-collection'])
    const methods = childElements(response.get(DAV, 'supported-method-set')).map(
      ({ attributes }) => attributes.name,
    )
    const { headers } = await alice.send('OPTIONS', alice.calendar)
    expect(methods).to.deep.equal(headers.get('allow')?.split(', '))
  })

  it('reads UTF-16 and refuses encodings it does not know', async () => {
    const utf16 = Buffer.from(`\ufeff${propfind('D:getetag').replace('UTF-8', 'UTF-16')}`, 'utf16le')
    const answer = await alice.send('PROPFIND', object, { depth: '0', body: utf16, type: 'application/xml' })
    expect(answer.response(object).names(200)).to.deep.equal(['getetag'])
    const latin = Buffer.from(propfind('D:getetag').replace('UTF-8', 'ISO-8859-1'), 'latin1')
    const { status, text } = await alice.send('PROPFIND', object, {
      depth: '0',
      body: latin,
      type: 'application/xml',
    })
    expect(status).to.equal(415)
    expect(text).to.contain('ISO-8859-1')
  })

  it('says the same of a member however much is asked', async () => {
    await alice.put(`${alice.calendar}${encodeURIComponent('b c&<é>.ics')}`, event({ uid: 'b' }))
    const names = ['D:getetag', 'D:getcontenttype', 'D:resourcetype']
    const few = await alice.propfind(alice.calendar, '1', propfind(...names))
    const more = await alice.propfind(alice.calendar, '1', propfind(...names, 'D:getcontentlength'))
    expect(few.hrefs).to.have.members(more.hrefs)
    for (const href of few.hrefs.slice(1)) {
      const [one, other] = [few.response(href), more.response(href)]
      expect(one.statuses).to.deep.equal([200])
      for (const name of ['getetag', 'getcontenttype', 'resourcetype']) {
        expect(one.get(DAV, name), `${name} of ${href}`).to.deep.equal(other.get(DAV, name))
      }
    }
    await alice.send('DELETE', `${alice.calendar}${encodeURIComponent('b c&<é>.ics')}`)
  })

  it('streams a long listing, each member once', async () => {
    const copies = statement<never>(
      'test.copies',
      `with advanced as (update calendars set revision = revision + 3000)
       insert into events (user_id, calendar_id, event_id, name, uid, component, data, size, etag, revision, created_at, updated_at)
       select user_id, calendar_id, gen_random_uuid(), 'copy ' || i || '.ics', 'copy-' || i, component, data, size, md5(i::text), revision + i,
         created_at, updated_at
       from events, generate_series(1, 3000) i where name = 'a.ics'`,
    )
    await app().store.transact((tx) => tx.change(copies))
    const answer = await alice.propfind(alice.calendar, '1', propfind('D:getetag', 'CS:unknown'))
    expect(answer.headers.get('content-length')).to.equal(null)
    expect(new Set(answer.hrefs).size).to.equal(3002)
    expect(answer.response(`${alice.calendar}copy%2042.ics`).names(200)).to.deep.equal(['getetag'])
    const etags = await alice.propfind(alice.calendar, '1', propfind('D:getetag'))
    expect(etags.headers.get('content-length')).to.equal(null)
    expect(etags.hrefs).to.have.members(answer.hrefs)
  })
})
