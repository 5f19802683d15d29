import { expect } from 'chai'
import { child, childElements, textOf } from '../../../src/dav/xml/element.ts'
import { CALENDARSERVER, DAV, ME } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { propfind, xml } from '../../support/dav-bodies.ts'
import type { Answer, DavClient } from '../../support/dav-client.ts'
import { calendar, event, vevent } from '../../support/ics.ts'

const data = (text: string, ...more: string[]) =>
  `<D:set><D:prop><C:calendar-data>${text.replaceAll('\r', '&#13;')}</C:calendar-data>${more.join('')}</D:prop></D:set>`
const href = (path: string) => `<D:href>${path}</D:href>`
const ifMatch = (etag: string) => `<ME:if-match><D:getetag>${etag}</D:getetag></ME:if-match>`
const resource = (...inner: string[]) => `<ME:resource>${inner.join('')}</ME:resource>`
const multiput = (...resources: string[]) => xml('ME:multiput', ...resources)

describe('POST to a calendar', () => {
  const app = useApp()
  let alice: DavClient

  before(async () => {
    alice = await app().user('alice')
  })

  const ctagOf = async () =>
    (await alice.propfind(alice.calendar, '0', propfind('CS:getctag')))
      .response(alice.calendar)
      .text(CALENDARSERVER, 'getctag')

  const addMember = async () => {
    const found = await alice.propfind(alice.calendar, '0', propfind('D:add-member'))
    return textOf(found.response(alice.calendar).get(DAV, 'add-member'))
  }

  it('adds a member under a name of its own (RFC 5995)', async () => {
    const where = await addMember()
    const answer = await alice.send('POST', where, {
      body: event({ uid: 'added' }),
      type: 'text/calendar; charset=utf-8',
    })
    expect(answer.status).to.equal(201)
    const location = answer.headers.get('location') as string
    expect(location).to.match(/^\/dav\/calendars\/alice\/calendar\/[\w.-]+\.ics$/)
    const got = await alice.send('GET', location)
    expect(got.text).to.equal(event({ uid: 'added' }))
    expect(got.headers.get('etag')).to.equal(answer.headers.get('etag'))
  })

  it('holds new members to the rules of PUT', async () => {
    const answer = await alice.send('POST', await addMember(), {
      body: event({ uid: 'added' }),
      type: 'text/calendar',
    })
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('no-uid-conflict')
  })

  it('advertises what a bulk request may hold', async () => {
    const found = await alice.propfind(alice.calendar, '0', propfind('ME:bulk-requests'))
    const [simple, crud] = childElements(found.response(alice.calendar).get(ME, 'bulk-requests'))
    expect([simple?.name, crud?.name]).to.deep.equal(['simple', 'crud'])
    expect(childElements(crud as never).map(({ name }) => name)).to.deep.equal(['max-resources', 'max-bytes'])
  })

  it('makes one object for each UID of a calendar, and says which failed', async () => {
    const zone =
      'BEGIN:VTIMEZONE\r\nTZID:Test/Zone\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE'
    const start = ';TZID=Test/Zone:20260105T090000'
    const end = ';TZID=Test/Zone:20260105T100000'
    const body = calendar(
      zone,
      vevent({ uid: 'bulk-1', start, end, lines: ['RRULE:FREQ=DAILY;COUNT=3'] }),
      vevent({ uid: 'added' }),
      vevent({ uid: 'bulk-2' }),
      vevent({
        uid: 'bulk-1',
        summary: 'Moved',
        start,
        end,
        lines: ['RECURRENCE-ID;TZID=Test/Zone:20260106T090000'],
      }),
    )
    const answer = await alice.send('POST', alice.calendar, { body, type: 'text/calendar' })
    expect(answer.status).to.equal(207)
    const [first, taken, second] = answer.responses
    expect(answer.responses).to.have.length(3)
    expect(first?.text(CALENDARSERVER, 'uid')).to.equal('bulk-1')
    const got = await alice.send('GET', first?.href as string)
    expect(got.headers.get('etag')).to.equal(first?.text(DAV, 'getetag'))
    expect(got.text).to.contain('Moved').and.contain('BEGIN:VTIMEZONE').and.not.contain('bulk-2')
    expect(taken).to.deep.include({ href: '', status: 403 })
    expect(textOf(child(taken?.element as never, DAV, 'error') as never)).to.match(/added$/)
    expect((await alice.send('GET', second?.href as string)).text)
      .to.contain('bulk-2')
      .and.not.contain('VTIMEZONE')
  })

  it('creates, updates and deletes many at once, each for itself', async () => {
    const kept = `${alice.calendar}kept.ics`
    const gone = `${alice.calendar}gone.ics`
    const { headers } = await alice.put(kept, event({ uid: 'kept' }))
    await alice.put(gone, event({ uid: 'gone' }))
    const answer = await alice.send('POST', alice.calendar, {
      body: multiput(
        resource(data(event({ uid: 'new' }), '<x:p xmlns:x="urn:x">1</x:p>')),
        resource(
          href(kept),
          ifMatch(headers.get('etag') as string),
          data(event({ uid: 'kept', summary: 'Changed' })),
        ),
        resource(href(gone), '<ME:delete/>'),
        resource(href(kept), ifMatch('"stale"'), data(event({ uid: 'kept', summary: 'Lost' }))),
        resource(data('nonsense\nUID:broken')),
        resource(href('/dav/calendars/bob/calendar/x.ics'), '<ME:delete/>'),
      ),
    })
    expect(answer.status).to.equal(207)
    const [created, updated, deleted, stale, broken, foreign] = answer.responses
    expect(created?.text(CALENDARSERVER, 'uid')).to.equal('new')
    expect(updated?.href).to.equal(kept)
    expect(updated?.text(DAV, 'getetag')).to.equal((await alice.send('HEAD', kept)).headers.get('etag'))
    expect(deleted).to.deep.include({ href: gone, status: 200 })
    expect(stale).to.deep.include({ href: kept, status: 412 })
    expect(broken).to.deep.include({ href: '', status: 403 })
    const error = child(broken?.element as never, DAV, 'error')
    expect(childElements(error as never).map(({ name }) => name)).to.deep.equal([
      'valid-calendar-data',
      'uid',
    ])
    expect(foreign?.status).to.equal(403)
    expect((await alice.send('GET', kept)).text).to.contain('Changed')
    expect((await alice.send('GET', gone)).status).to.equal(404)
    const made = (await alice.propfind(created?.href as string, '0', propfind('<x:p xmlns:x="urn:x"/>')))
      .responses[0]
    expect(made?.text('urn:x', 'p')).to.equal('1')
  })

  it('does nothing for a client whose CTag is old, and gives the new one otherwise', async () => {
    const post = (ctag: string, uid: string): Promise<Answer> =>
      alice.send('POST', alice.calendar, {
        body: multiput(resource(data(event({ uid })))),
        headers: { if: `(<http://me.com/_namespace/ctag/${encodeURIComponent(ctag)}>)` },
      })
    const ctag = await ctagOf()
    const good = await post(ctag, 'ctag-1')
    expect(good.status).to.equal(207)
    expect(good.headers.get('ctag')).to.equal(await ctagOf())
    const refused = await post(ctag, 'ctag-2')
    expect(refused.status).to.equal(412)
    expect(refused.condition).to.equal('ctag-ok')
    expect(await ctagOf()).to.equal(good.headers.get('ctag'))
  })

  it('refuses other bodies and other resources', async () => {
    expect((await alice.send('POST', alice.calendar, { body: 'x', type: 'text/html' })).status).to.equal(415)
    expect((await alice.send('POST', alice.calendar, { body: xml('D:propfind') })).status).to.equal(400)
    expect((await alice.send('POST', alice.calendar, { body: multiput(resource()) })).status).to.equal(400)
    expect((await alice.send('POST', alice.home, { body: multiput() })).status).to.equal(405)
  })
})
