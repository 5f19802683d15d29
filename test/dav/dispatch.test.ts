import { expect } from 'chai'
import { useApp } from '../support/app.ts'
import type { DavClient } from '../support/dav-client.ts'
import { event } from '../support/ics.ts'
import { exchange } from '../support/raw-http.ts'

describe('dispatch', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient

  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    await alice.put(`${alice.calendar}a.ics`, event({ uid: 'a' }))
  })

  it('asks everybody for credentials, in one realm, whatever the method and path', async () => {
    const paths = [
      '/',
      '/principals/',
      '/dav/',
      alice.principal,
      alice.home,
      alice.calendar,
      '/dav/no/such/thing',
    ]
    for (const method of ['OPTIONS', 'PROPFIND', 'GET', 'PUT', 'REPORT', 'MKCALENDAR']) {
      for (const path of paths) {
        const { status, headers } = await alice.anonymous().send(method, path)
        expect(status, `${method} ${path}`).to.equal(401)
        expect(headers.get('www-authenticate')).to.match(/^Basic realm="Kalends"/)
      }
    }
  })

  it('puts the DAV header on every answer, in one line that begins with 1', async () => {
    for (const path of ['/', alice.principal, alice.home, alice.calendar, `${alice.calendar}a.ics`]) {
      for (const method of ['OPTIONS', 'PROPFIND']) {
        const { headers } = await alice.send(method, path, { depth: '0' })
        expect(headers.get('dav'), path).to.match(/^1, (?=.*calendar-access)(?=.*extended-mkcol)/)
      }
    }
    const { head } = await exchange(app().url, 'OPTIONS /dav/ HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(head.match(/^dav: 1, /gim)).to.have.length(1)
  })

  it('answers 404 where there is nothing, whatever the method', async () => {
    for (const path of [
      '/dav/nothing/',
      '/dav/principals/nobody/',
      `${alice.home}none/`,
      `${alice.calendar}none.ics`,
    ]) {
      for (const method of ['GET', 'PROPFIND', 'PROPPATCH', 'DELETE', 'OPTIONS', 'REPORT']) {
        expect((await alice.send(method, path)).status, `${method} ${path}`).to.equal(404)
      }
    }
  })

  it('hides what the actor may not see', async () => {
    for (const path of [alice.home, alice.calendar, `${alice.calendar}a.ics`, `${alice.home}none/`]) {
      for (const method of ['GET', 'PROPFIND', 'DELETE', 'OPTIONS', 'POST', 'PATCH']) {
        expect((await bob.send(method, path)).status, `${method} ${path}`).to.equal(404)
      }
    }
  })

  it('answers 405 with what is allowed, read off the table of methods', async () => {
    const { status, headers } = await alice.send('POST', `${alice.calendar}a.ics`)
    expect(status).to.equal(405)
    const { headers: options } = await alice.send('OPTIONS', `${alice.calendar}a.ics`)
    expect(headers.get('allow')).to.equal(options.get('allow'))
    expect(options.get('allow')?.split(', ')).to.include.members([
      'OPTIONS',
      'GET',
      'HEAD',
      'PUT',
      'DELETE',
      'PROPFIND',
    ])
    expect(options.get('allow')?.split(', ')).not.to.include.members(['POST'])
  })

  it('never answers 405 to the walk of a client that looks for the server', async () => {
    for (const path of [
      '/',
      '/principals/',
      '/principals',
      '/dav',
      '/dav/principals/',
      '/calendar/dav/alice/user/',
    ]) {
      for (const method of ['PROPFIND', 'HEAD', 'OPTIONS', 'REPORT']) {
        const { status } = await alice.send(method, path, { depth: '0' })
        expect(status, `${method} ${path}`).not.to.equal(405)
        expect(status, `${method} ${path}`).to.be.lessThan(500)
      }
    }
  })

  it('serves a collection whose slash is missing', async () => {
    const slashless = alice.calendar.slice(0, -1)
    const answer = await alice.propfind(slashless, '0')
    expect(answer.status).to.equal(207)
    expect(answer.hrefs).to.deep.equal([alice.calendar])
    expect(answer.headers.get('content-location')).to.equal(alice.calendar)
  })

  it('takes equivalent escapes of a segment for one resource', async () => {
    for (const name of ['%61.ics', 'a%2Eics', 'a.ics']) {
      expect((await alice.send('GET', alice.calendar + name)).status, name).to.equal(200)
    }
  })

  for (const [path, status] of [
    ['/dav/calendars/alice/../bob/', 400],
    ['/dav/calendars/alice/%2e%2e/bob/', 400],
    ['/dav/calendars/alice/calendar/a%2fb.ics', 400],
    ['/dav/calendars/alice/calendar/%00.ics', 400],
    ['/dav/calendars/alice/calendar/%0d%0aX: y', 400],
    ['/dav/calendars/alice/calendar/%ff.ics', 400],
    ['/dav/calendars/alice/calendar/%.ics', 400],
    ['/dav/calendars/alice//calendar/', 400],
    [`/dav/calendars/alice/calendar/${'a'.repeat(2000)}`, 414],
    ['/dav/calendars/alice/calendar/a.ics#fragment', 400],
  ] as const) {
    it(`answers ${status} to ${path.slice(0, 60)}`, async () => {
      const authorization = `Basic ${Buffer.from('alice:correct horse battery staple').toString('base64')}`
      const answer = await exchange(
        app().url,
        `GET ${path.replaceAll(' ', '%20')} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`,
      )
      expect(answer.status).to.equal(status)
    })
  }

  for (const [line, status] of [
    ['OPTIONS * HTTP/1.1', 200],
    ['GET http://x/dav/calendars/alice/calendar/a.ics HTTP/1.1', 200],
    ['GET https://elsewhere.example/dav/calendars/alice/calendar/none.ics HTTP/1.1', 404],
    ['GET /dav/calendars/alice/calendar/a.ics?x=y HTTP/1.1', 200],
    ['GET /dav/calendars/alice/calendar/a.ics HTTP/1.1\r\nExpect: miracles', 417],
  ] as const) {
    it(`answers ${status} to ${line}`, async () => {
      const authorization = `Basic ${Buffer.from('alice:correct horse battery staple').toString('base64')}`
      const answer = await exchange(
        app().url,
        `${line}\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`,
      )
      expect(answer.status).to.equal(status)
    })
  }

  it('keeps names of any Unicode form apart and gives them back as they were', async () => {
    const composed = 'caf\u00e9.ics'
    const decomposed = 'cafe\u0301.ics'
    for (const [index, name] of [composed, decomposed].entries()) {
      const path = alice.calendar + encodeURIComponent(name)
      expect((await alice.put(path, event({ uid: `unicode-${index}` }))).status).to.equal(201)
    }
    const { hrefs } = await alice.propfind(alice.calendar, '1')
    expect(hrefs).to.include.members(
      [composed, decomposed].map((name) => alice.calendar + encodeURIComponent(name)),
    )
  })
})

describe('behind a path prefix', () => {
  const app = useApp({ PUBLIC_URL: 'https://cal.example.test/kalends' })

  it('puts the prefix in front of every href, and takes it off every path', async () => {
    const alice = await app().user('alice')
    const redirect = await fetch(`${app().url}/.well-known/caldav`, { redirect: 'manual' })
    expect(redirect.headers.get('location')).to.equal('/kalends/dav/')
    for (const prefix of ['', '/kalends']) {
      const path = `${prefix}${alice.calendar}${prefix === '' ? 'a' : 'b'}.ics`
      expect((await alice.put(path, event({ uid: path }))).status).to.equal(201)
      const answer = await alice.propfind(`${prefix}${alice.calendar}`, '1')
      expect(answer.hrefs.every((href) => href.startsWith('/kalends/dav/calendars/alice/'))).to.equal(true)
    }
    const destination = `/kalends${alice.calendar}c.ics`
    const moved = await alice.send('MOVE', `/kalends${alice.calendar}a.ics`, { headers: { destination } })
    expect(moved.status).to.equal(201)
    expect((await alice.send('GET', `${alice.calendar}c.ics`)).status).to.equal(200)
  })

  it('takes a Destination at the public address, whatever Host the proxy sends', async () => {
    const bob = await app().user('bob')
    await bob.put(`${bob.calendar}a.ics`, event({ uid: 'a' }))
    const to = (host: string) => ({
      headers: { destination: `https://${host}/kalends${bob.calendar}b.ics` },
    })
    const source = `/kalends${bob.calendar}a.ics`
    expect((await bob.send('MOVE', source, to('elsewhere.example.test'))).status).to.equal(502)
    expect((await bob.send('MOVE', source, to('cal.example.test'))).status).to.equal(201)
  })
})
