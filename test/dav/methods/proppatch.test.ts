import { expect } from 'chai'
import { APPLE_ICAL, CALDAV, DAV, XML } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { propfind, setting, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const NOTE =
  '<x:note xmlns:x="urn:x" xmlns:y="urn:y" x:a="1" y:b="&lt;2&gt;" plain="3"><y:in>text</y:in> &amp; tail</x:note>'

describe('PROPPATCH (RFC 4918 §9.2)', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient

  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    await alice.put(`${alice.calendar}a.ics`, event({ uid: 'a' }))
    await alice.send('MKCOL', `${alice.home}files/`)
    await alice.send('PUT', `${alice.home}files/f.txt`, { body: 'text', type: 'text/plain' })
  })

  const patch = (client: DavClient, path: string, body: string, headers: Record<string, string> = {}) =>
    client.send('PROPPATCH', path, { body, headers })

  const read = async (path: string, ...names: string[]) =>
    (await alice.propfind(path, '0', propfind(...names))).responses[0]

  it('keeps any property with its attributes and content, on everything that can have one', async () => {
    const paths = [
      alice.principal,
      alice.home,
      alice.calendar,
      `${alice.calendar}a.ics`,
      `${alice.home}files/`,
      `${alice.home}files/f.txt`,
    ]
    for (const path of paths) {
      const answer = await patch(alice, path, setting(NOTE))
      expect(answer.responses[0]?.names(200), path).to.deep.equal(['note'])
      const kept = (await read(path, '<x:note xmlns:x="urn:x"/>'))?.get('urn:x', 'note')
      expect(kept?.attributes, path).to.deep.equal({ '{urn:x}a': '1', '{urn:y}b': '<2>', plain: '3' })
      expect(kept?.children[1], path).to.equal(' & tail')
    }
  })

  it('replaces the earlier value whole', async () => {
    await patch(alice, alice.calendar, setting('<x:p xmlns:x="urn:x" old="1">old</x:p>'))
    await patch(alice, alice.calendar, setting('<x:p xmlns:x="urn:x" new="1"/>'))
    const kept = (await read(alice.calendar, '<x:p xmlns:x="urn:x"/>'))?.get('urn:x', 'p')
    expect(kept).to.deep.include({ attributes: { new: '1' }, children: [] })
  })

  it('keeps the language a property was sent in', async () => {
    const body = xml(
      'D:propertyupdate xml:lang="de"',
      '<D:set><D:prop><x:l xmlns:x="urn:x">Tag</x:l></D:prop></D:set>',
    ).replace('</D:propertyupdate xml:lang="de">', '</D:propertyupdate>')
    await patch(alice, alice.calendar, body)
    const kept = (await read(alice.calendar, '<x:l xmlns:x="urn:x"/>'))?.get('urn:x', 'l')
    expect(kept?.attributes).to.deep.equal({ [`{${XML}}lang`]: 'de' })
  })

  it('does all in order: set, then remove, then set again', async () => {
    const one = (inner: string) => `<D:set><D:prop><x:o xmlns:x="urn:x">${inner}</x:o></D:prop></D:set>`
    const removal = '<D:remove><D:prop><x:o xmlns:x="urn:x"/></D:prop></D:remove>'
    await patch(alice, alice.calendar, xml('D:propertyupdate', one('1'), removal, one('2')))
    expect((await read(alice.calendar, '<x:o xmlns:x="urn:x"/>'))?.text('urn:x', 'o')).to.equal('2')
    await patch(alice, alice.calendar, xml('D:propertyupdate', one('3'), removal))
    expect((await read(alice.calendar, '<x:o xmlns:x="urn:x"/>'))?.statuses).to.deep.equal([404])
  })

  it('sets the properties of a calendar and removes them', async () => {
    const set = setting(
      '<D:displayname>Work &amp; play</D:displayname>',
      '<ICAL:calendar-color symbolic-color="custom">#FF2968FF</ICAL:calendar-color>',
      '<ICAL:calendar-order>3</ICAL:calendar-order>',
      '<C:calendar-description xml:lang="en">All of it</C:calendar-description>',
      '<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>',
    )
    expect((await patch(alice, alice.calendar, set)).responses[0]?.statuses).to.deep.equal([200])
    const names = ['D:displayname', 'ICAL:calendar-color', 'ICAL:calendar-order', 'C:calendar-description']
    const found = await read(alice.calendar, ...names)
    expect(found?.text(DAV, 'displayname')).to.equal('Work & play')
    expect(found?.text(APPLE_ICAL, 'calendar-color')).to.equal('#FF2968FF')
    expect(found?.text(APPLE_ICAL, 'calendar-order')).to.equal('3')
    expect(found?.text(CALDAV, 'calendar-description')).to.equal('All of it')
    const empty = names.map((name) => `<${name}/>`).join('')
    await patch(
      alice,
      alice.calendar,
      xml('D:propertyupdate', `<D:remove><D:prop>${empty}</D:prop></D:remove>`),
    )
    const left = await read(alice.calendar, ...names)
    expect(left?.names(404)).to.have.members(['calendar-color', 'calendar-order', 'calendar-description'])
    // Client: a calendar without a name is not shown by several.
    expect(left?.text(DAV, 'displayname')).to.equal('calendar')
  })

  it('changes nothing when one instruction fails, and says 424 of the others', async () => {
    const body = setting(
      '<D:displayname>Changed</D:displayname>',
      '<D:getetag>"x"</D:getetag>',
      NOTE.replace('urn:x', 'urn:z'),
    )
    const answer = await patch(alice, alice.calendar, body)
    expect(answer.status).to.equal(207)
    expect(answer.responses[0]?.names(403)).to.deep.equal(['getetag'])
    expect(answer.responses[0]?.names(424)).to.deep.equal(['displayname', 'note'])
    expect(answer.text).to.contain('cannot-modify-protected-property')
    expect((await read(alice.calendar, 'D:displayname'))?.text(DAV, 'displayname')).not.to.equal('Changed')
    expect((await read(alice.calendar, '<z:note xmlns:z="urn:z"/>'))?.statuses).to.deep.equal([404])
  })

  it('protects the component set of a calendar that exists', async () => {
    const body = setting(
      '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>',
    )
    expect((await patch(alice, alice.calendar, body)).responses[0]?.statuses).to.deep.equal([403])
  })

  it('takes the removal of what is not there for success', async () => {
    const body = xml('D:propertyupdate', '<D:remove><D:prop><x:none xmlns:x="urn:x"/></D:prop></D:remove>')
    expect((await patch(alice, alice.calendar, body)).responses[0]?.statuses).to.deep.equal([200])
  })

  it('keeps Apple’s default alarms on the home, CDATA and all', async () => {
    const alarm = 'BEGIN:VALARM\r\nACTION:NONE\r\nTRIGGER;VALUE=DATE-TIME:19760401T005545Z\r\nEND:VALARM\r\n'
    const body = setting(
      `<C:default-alarm-vevent-datetime><![CDATA[${alarm}]]></C:default-alarm-vevent-datetime>`,
      '<C:default-alarm-vevent-date>x</C:default-alarm-vevent-date>',
    )
    expect((await patch(alice, alice.home, body)).responses[0]?.statuses).to.deep.equal([200])
    expect(
      (await read(alice.home, 'C:default-alarm-vevent-datetime'))?.text(
        CALDAV,
        'default-alarm-vevent-datetime',
      ),
    ).to.equal(
      // XML 1.0 §2.11: the parser has made one LF of each CRLF before the server sees it.
      alarm.replaceAll('\r\n', '\n'),
    )
  })

  it('answers success under return=minimal with 200 and nothing', async () => {
    const answer = await patch(alice, alice.calendar, setting(NOTE), { prefer: 'return=minimal' })
    expect(answer.status).to.equal(200)
    expect(answer.text).to.equal('')
    expect(answer.headers.get('preference-applied')).to.equal('return=minimal')
    const failed = await patch(alice, alice.calendar, setting('<D:getetag/>'), { prefer: 'return=minimal' })
    expect(failed.status).to.equal(207)
  })

  it('is the owner’s alone', async () => {
    expect((await patch(bob, alice.calendar, setting(NOTE))).status).to.equal(404)
    const answer = await patch(bob, alice.principal, setting(NOTE))
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('need-privileges')
  })

  it('has room for a large property, and 507 for a huge one', async () => {
    const sized = (length: number) => setting(`<x:big xmlns:x="urn:x">${'x'.repeat(length)}</x:big>`)
    expect((await patch(alice, alice.calendar, sized(200_000))).responses[0]?.statuses).to.deep.equal([200])
    expect((await patch(alice, alice.calendar, sized(300_000))).responses[0]?.statuses).to.deep.equal([507])
    expect((await read(alice.calendar, '<x:big xmlns:x="urn:x"/>'))?.text('urn:x', 'big')).to.have.length(
      200_000,
    )
  })

  it('refuses a body that changes nothing', async () => {
    for (const body of [xml('D:propertyupdate'), xml('D:propfind')]) {
      expect((await patch(alice, alice.calendar, body)).status).to.equal(400)
    }
    expect((await alice.send('PROPPATCH', alice.calendar)).status).to.equal(400)
  })

  it('does not change the etag of an object', async () => {
    const before = await alice.send('HEAD', `${alice.calendar}a.ics`)
    await patch(alice, `${alice.calendar}a.ics`, setting('<x:e xmlns:x="urn:x"/>'))
    const after = await alice.send('HEAD', `${alice.calendar}a.ics`)
    expect(after.headers.get('etag')).to.equal(before.headers.get('etag'))
  })
})
