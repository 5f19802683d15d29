import { request } from 'node:http'
import { expect } from 'chai'
import { childElements } from '../../../src/dav/xml/element.ts'
import { CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { propfind, syncCollection, timeRange, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

describe('Evolution (replay R15)', () => {
  const app = useApp()
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice')
  })

  it('asks OPTIONS of the root and of well-known', async () => {
    const root = await alice.send('OPTIONS', '/dav/')
    expect(root.status).to.equal(200)
    expect(root.headers.get('dav')).to.match(/^1,.*calendar-access/)
    expect((await alice.send('OPTIONS', '/.well-known/caldav')).status).to.equal(301)
  })

  it('discovers', async () => {
    const names = [
      'D:resourcetype',
      'D:current-user-principal',
      'D:principal-URL',
      'C:calendar-home-set',
      'C:calendar-user-address-set',
      'CARD:addressbook-home-set',
    ]
    const root = await alice.propfind('/dav/', '0', propfind(...names))
    expect(root.responses[0]?.text(DAV, 'current-user-principal')).to.equal(alice.principal)
    const principal = await alice.propfind(alice.principal, '0', propfind(...names))
    expect(principal.responses[0]?.text(DAV, 'principal-URL')).to.equal(alice.principal)
    expect(principal.responses[0]?.names(404)).to.deep.equal(['addressbook-home-set'])
  })

  it('lists the home', async () => {
    const names = [
      'D:resourcetype',
      'CS:source',
      'C:supported-calendar-component-set',
      'D:displayname',
      'D:getetag',
      'CS:getctag',
      'D:getcontenttype',
      'D:getcontentlength',
      'D:creationdate',
      'D:getlastmodified',
      'C:calendar-description',
      'ICAL:calendar-color',
      'ICAL:calendar-order',
    ]
    const calendar = (await alice.propfind(alice.home, '1', propfind(...names))).response(alice.calendar)
    expect(calendar.names(200)).to.include.members([
      'displayname',
      'getctag',
      'creationdate',
      'getlastmodified',
    ])
  })

  it('finds calendar-access on the calendar, and that it may be written', async () => {
    const answer = await alice.send('OPTIONS', alice.calendar)
    expect(answer.headers.get('dav')).to.include('calendar-access')
    expect((await alice.send('OPTIONS', `${alice.calendar}x.ics`)).headers.get('dav')).to.include(
      'calendar-access',
    )
  })

  it('puts in chunks, synchronises, and deletes without a reply', async () => {
    const href = `${alice.calendar}chunked.ics`
    expect(await putInChunks(href, event({ uid: 'chunked' }))).to.equal(201)
    const answer = await alice.report(alice.calendar, syncCollection('', ['D:getetag'], { level: '1' }), '0')
    expect(answer.hrefs).to.deep.equal([href])
    const next = await alice.report(
      alice.calendar,
      syncCollection(answer.syncToken, ['D:getetag'], { level: '1' }),
      '0',
    )
    expect(next.responses).to.deep.equal([])
    expect((await alice.send('DELETE', href, { headers: { 'schedule-reply': 'F' } })).status).to.equal(204)
  })

  it('makes a calendar naming components that are never stored alone', async () => {
    const comps = ['VEVENT', 'VFREEBUSY', 'VTIMEZONE'].map((name) => `<C:comp name="${name}"/>`).join('')
    const body = xml(
      'C:mkcalendar',
      '<D:set><D:prop><D:displayname>Work</D:displayname><C:calendar-description>All of it</C:calendar-description>',
      `<C:supported-calendar-component-set>${comps}</C:supported-calendar-component-set></D:prop></D:set>`,
    )
    expect((await alice.send('MKCALENDAR', `${alice.home}work/`, { body })).status).to.equal(201)
    const names = ['C:supported-calendar-component-set', 'C:calendar-description']
    const [work] = (await alice.propfind(`${alice.home}work/`, '0', propfind(...names))).responses
    const kept = childElements(work?.get(CALDAV, 'supported-calendar-component-set') as never)
    expect(kept.map(({ attributes }) => attributes.name)).to.deep.equal(['VEVENT', 'VFREEBUSY'])
    expect(work?.text(CALDAV, 'calendar-description')).to.equal('All of it')
  })

  it('asks for busy time with Depth infinity', async () => {
    await alice.put(`${alice.calendar}busy.ics`, event({ uid: 'busy' }))
    const body = xml('C:free-busy-query', timeRange('20260105T000000Z', '20260106T000000Z'))
    for (const path of [alice.calendar, alice.home]) {
      const answer = await alice.report(path, body, 'infinity')
      expect(answer.status).to.equal(200)
      expect(answer.headers.get('content-type')).to.match(/^text\/calendar/)
      expect(answer.text).to.match(/FREEBUSY[^:]*:20260105T090000Z\/(?:20260105T100000Z|PT1H)\r\n/)
    }
  })

  function putInChunks(path: string, body: string): Promise<number> {
    const credentials = Buffer.from('alice:correct horse battery staple').toString('base64')
    const headers = {
      authorization: `Basic ${credentials}`,
      'content-type': 'text/calendar',
      'transfer-encoding': 'chunked',
      prefer: 'return=minimal',
    }
    return new Promise((resolve, reject) => {
      const sending = request(new URL(path, app().url), { method: 'PUT', headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      sending.on('error', reject)
      for (const line of body.split(/(?<=\n)/)) sending.write(line)
      sending.end()
    })
  }
})
