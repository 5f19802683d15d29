import { expect } from 'chai'
import { DAV } from '../../src/dav/xml/names.ts'
import { useApp } from '../support/app.ts'
import { calendarQuery, filter, propfind, setting, syncCollection, xml } from '../support/dav-bodies.ts'
import type { DavClient } from '../support/dav-client.ts'
import { event } from '../support/ics.ts'

const LOCK = xml('D:lockinfo', '<D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype>')

describe('calendars shared by access control lists', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  let shared: string
  let secret: string
  let count = 0

  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
  })

  beforeEach(async () => {
    count += 1
    shared = `${alice.home}shared${count}/`
    secret = `${alice.home}secret${count}/`
    for (const calendar of [shared, secret]) {
      await alice.send('MKCALENDAR', calendar)
      await alice.put(`${calendar}x.ics`, event({ uid: `x${count}` }))
    }
  })

  const grant = async (...privileges: string[]) => {
    const granted = privileges.map((name) => `<D:privilege><${name}/></D:privilege>`).join('')
    const ace = `<D:ace><D:principal><D:href>${bob.principal}</D:href></D:principal><D:grant>${granted}</D:grant></D:ace>`
    const answer = await alice.send('ACL', shared, { body: xml('D:acl', privileges.length > 0 ? ace : '') })
    expect(answer.status).to.equal(200)
  }
  const statusOf = async (method: string, path: string, body?: string) => {
    const type = method === 'PUT' ? 'text/calendar' : 'application/xml'
    return (
      await bob.send(method, path, {
        body,
        type,
        depth: '0',
        headers: { destination: `${bob.calendar}x.ics` },
      })
    ).status
  }

  it('hides what is not shared, whatever the method', async () => {
    const requests: readonly [string, string, string?][] = [
      ['GET', `${secret}x.ics`],
      ['PROPFIND', secret, propfind('D:displayname')],
      ['PUT', `${secret}x.ics`, event({ uid: `x${count}` })],
      ['PUT', `${secret}new.ics`, event({ uid: 'new' })],
      ['DELETE', `${secret}x.ics`],
      ['DELETE', secret],
      ['PROPPATCH', secret, setting('<D:displayname>Mine</D:displayname>')],
      ['COPY', `${secret}x.ics`],
      ['MOVE', `${secret}x.ics`],
      ['LOCK', `${secret}x.ics`, LOCK],
      ['UNLOCK', `${secret}x.ics`],
      ['ACL', secret, xml('D:acl')],
      ['REPORT', secret, calendarQuery(['D:getetag'], filter('VEVENT'))],
      ['OPTIONS', secret],
    ]
    for (const [method, path, body] of requests) {
      const expected = method === 'UNLOCK' ? 400 : 404
      expect(await statusOf(method, path, body), `${method} ${path}`).to.equal(expected)
    }
    expect((await alice.send('GET', `${secret}x.ics`)).status).to.equal(200)
  })

  it('lets a reader read and copy, and nothing else', async () => {
    await grant('D:read')
    expect(await statusOf('GET', `${shared}x.ics`)).to.equal(200)
    expect(await statusOf('REPORT', shared, calendarQuery(['D:getetag'], filter('VEVENT')))).to.equal(207)
    const refused: readonly [string, string, string?][] = [
      ['PUT', `${shared}x.ics`, event({ uid: `x${count}`, summary: 'Changed' })],
      ['PUT', `${shared}new.ics`, event({ uid: 'new' })],
      ['DELETE', `${shared}x.ics`],
      ['DELETE', shared],
      ['MOVE', `${shared}x.ics`],
      ['LOCK', `${shared}x.ics`, LOCK],
      ['PROPPATCH', shared, setting('<D:displayname>Mine</D:displayname>')],
      ['ACL', shared, xml('D:acl')],
    ]
    for (const [method, path, body] of refused) {
      const { status, condition } = await bob.send(method, path, {
        body,
        depth: '0',
        type: method === 'PUT' ? 'text/calendar' : 'application/xml',
        headers: { destination: `${bob.calendar}moved.ics` },
      })
      expect([status, condition], `${method} ${path}`).to.deep.equal([403, 'need-privileges'])
    }
    expect(await statusOf('COPY', `${shared}x.ics`)).to.equal(201)
  })

  it('shows a sharee the way to the calendar, and only that calendar', async () => {
    await grant('D:read')
    const listed = await bob.propfind(
      alice.home,
      '1',
      propfind('D:displayname', 'D:current-user-privilege-set'),
    )
    expect(listed.hrefs[0]).to.equal(alice.home)
    expect(listed.hrefs).to.include(shared).and.not.include(secret)
    const held = listed.response(shared).get(DAV, 'current-user-privilege-set')
    const names = held.children.map((privilege) =>
      typeof privilege === 'object' && 'children' in privilege
        ? (privilege.children[0] as { name: string }).name
        : '',
    )
    expect(names).to.include('read').and.not.include('write')
  })

  it('shows who syncs the home no more than who lists it', async () => {
    await alice.send('PROPPATCH', shared, { body: setting('<D:displayname>Clinic</D:displayname>') })
    for (const privilege of ['C:read-free-busy', 'D:write', 'D:read-acl']) {
      await grant(privilege)
      const listed = await bob.propfind(alice.home, '1', propfind('D:displayname'))
      expect(listed.hrefs, privilege).to.not.include(shared)
      const synced = await bob.report(alice.home, syncCollection('', ['D:displayname'], { level: '1' }))
      expect(synced.status, privilege).to.equal(207)
      expect(synced.text, privilege).to.not.include('Clinic')
    }
  })

  it('tells a writer who may not read that the change was made, whatever representation they prefer', async () => {
    await grant('D:write')
    const text = event({ uid: `x${count}`, summary: 'changed' })
    const headers = { prefer: 'return=representation' }
    const put = await bob.put(`${shared}x.ics`, text, headers)
    expect([put.status, put.text]).to.deep.equal([204, ''])
    const posted = await bob.send('POST', `${shared}?add-member`, {
      body: event({ uid: 'posted' }),
      type: 'text/calendar',
      headers,
    })
    expect([posted.status, posted.text]).to.deep.equal([201, ''])
    const failed = await bob.put(`${shared}x.ics`, text, { ...headers, 'if-none-match': '*' })
    expect(failed.status).to.equal(412)
    expect(failed.text).to.not.include('SUMMARY')
  })

  it('lets a writer write, lock and unlock, and takes it all back', async () => {
    await grant('D:read', 'D:write')
    expect(await statusOf('PUT', `${shared}new.ics`, event({ uid: 'new' }))).to.equal(201)
    const locked = await bob.send('LOCK', `${shared}x.ics`, { body: LOCK, depth: '0' })
    expect(locked.status).to.equal(200)
    const token = locked.headers.get('lock-token') as string
    const stolen = await alice.put(`${shared}x.ics`, event({ uid: `x${count}` }), { if: `(${token})` })
    expect([stolen.status, stolen.condition]).to.deep.equal([423, 'lock-token-submitted'])
    const unlocked = await alice.send('UNLOCK', `${shared}x.ics`, { headers: { 'lock-token': token } })
    expect(unlocked.status).to.equal(204)
    expect(await statusOf('DELETE', `${shared}new.ics`)).to.equal(204)
    await grant()
    expect(await statusOf('GET', `${shared}x.ics`)).to.equal(404)
  })

  it('moves an object from a shared calendar into one’s own', async () => {
    await grant('D:read', 'D:unbind')
    const { status } = await bob.send('MOVE', `${shared}x.ics`, {
      headers: { destination: `${bob.calendar}moved${count}.ics` },
    })
    expect(status).to.equal(201)
    expect((await alice.send('GET', `${shared}x.ics`)).status).to.equal(404)
  })
})
