import { expect } from 'chai'
import { useApp } from '../../support/app.ts'
import { propfind, setting } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const LONG_AGO = { 'if-unmodified-since': 'Wed, 01 Jan 2020 00:00:00 GMT' }
const FALSE_IF = { if: '(["no such etag"])' }

describe('conditional headers', () => {
  const app = useApp()
  let alice: DavClient
  let count = 0

  before(async () => {
    alice = await app().user('alice')
  })

  const anObject = async () => {
    const path = `${alice.calendar}${++count}.ics`
    const { headers } = await alice.put(path, event({ uid: path }))
    return { path, etag: headers.get('etag') ?? '' }
  }

  describe('If-Unmodified-Since (RFC 9110 §13.1.4)', () => {
    it('stops every change of what has changed since', async () => {
      const { path } = await anObject()
      const body = setting('<x:a xmlns:x="x">1</x:a>')
      const destination = `${alice.calendar}elsewhere.ics`
      expect((await alice.put(path, event({ uid: path, summary: 'New' }), LONG_AGO)).status).to.equal(412)
      expect((await alice.send('PROPPATCH', path, { body, headers: LONG_AGO })).status).to.equal(412)
      expect((await alice.send('PROPPATCH', alice.calendar, { body, headers: LONG_AGO })).status).to.equal(
        412,
      )
      expect((await alice.send('MOVE', path, { headers: { ...LONG_AGO, destination } })).status).to.equal(412)
      expect((await alice.send('DELETE', path, { headers: LONG_AGO })).status).to.equal(412)
      expect((await alice.send('DELETE', alice.calendar, { headers: LONG_AGO })).status).to.equal(412)
      expect((await alice.send('GET', path)).text).to.equal(event({ uid: path }))
    })

    it('lets through what has not, by the time that was told', async () => {
      const { path } = await anObject()
      const told = (await alice.send('HEAD', path)).headers.get('last-modified') ?? ''
      const headers = { 'if-unmodified-since': told }
      expect((await alice.send('DELETE', path, { headers })).status).to.equal(204)
    })

    it('is not looked at beside If-Match, on a new name, or malformed', async () => {
      const { path, etag } = await anObject()
      const text = event({ uid: path })
      expect((await alice.put(path, text, { ...LONG_AGO, 'if-match': etag })).status).to.equal(204)
      expect((await alice.put(path, text, { 'if-unmodified-since': 'long ago' })).status).to.equal(204)
      const fresh = `${alice.calendar}${++count}.ics`
      expect((await alice.put(fresh, event({ uid: fresh }), LONG_AGO)).status).to.equal(201)
    })
  })

  describe('If on what changes nothing (RFC 4918 §10.4.1)', () => {
    it('refuses the answer where no list holds', async () => {
      const { path } = await anObject()
      expect((await alice.send('GET', path, { headers: FALSE_IF })).status).to.equal(412)
      expect((await alice.send('HEAD', path, { headers: FALSE_IF })).status).to.equal(412)
      for (const place of [path, alice.calendar, alice.home, alice.principal, '/']) {
        const body = propfind('D:resourcetype')
        expect((await alice.propfind(place, '0', body, FALSE_IF)).status, place).to.equal(412)
      }
      expect((await alice.send('GET', path, { headers: { if: 'rubbish' } })).status).to.equal(400)
    })

    it('answers where one holds, also of another resource', async () => {
      const { path, etag } = await anObject()
      const other = await anObject()
      for (const list of [
        `([${etag}])`,
        `(["no"]) ([${etag}])`,
        `(Not <DAV:no-lock>)`,
        `<${app().url}${other.path}> ([${other.etag}])`,
      ]) {
        expect((await alice.send('GET', path, { headers: { if: list } })).status, list).to.equal(200)
      }
    })
  })
})
