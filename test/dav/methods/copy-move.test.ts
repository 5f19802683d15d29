import { expect } from 'chai'
import { DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { propfind, setting, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

describe('COPY and MOVE over HTTP', () => {
  const app = useApp()
  let alice: DavClient
  let count = 0
  let files: string
  let one: string
  let two: string

  before(async () => {
    alice = await app().user('mover')
  })

  beforeEach(async () => {
    count += 1
    files = `${alice.home}files${count}/`
    one = `${alice.home}one${count}/`
    two = `${alice.home}two${count}/`
    await alice.send('MKCOL', files)
    await alice.send('MKCALENDAR', one)
    await alice.send('MKCALENDAR', two)
  })

  const send = async (
    method: 'COPY' | 'MOVE',
    from: string,
    to: string,
    headers: Record<string, string> = {},
  ) => {
    const answer = await alice.send(method, from, { headers: { destination: to, ...headers } })
    return [answer.status, answer.condition ?? ''] as const
  }
  const status = async (path: string) => (await alice.send('GET', path)).status
  const textAt = async (path: string) => (await alice.send('GET', path)).text
  const file = (path: string, body = 'text') => alice.send('PUT', path, { body, type: 'text/plain' })

  it('moves an object between calendars, and both tell those who sync', async () => {
    await alice.put(`${one}x.ics`, event({ uid: 'x' }))
    const sync = (path: string, token: string) =>
      alice.report(
        path,
        xml(
          'D:sync-collection',
          `<D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>`,
        ),
      )
    const [before, beforeTwo] = [(await sync(one, '')).syncToken, (await sync(two, '')).syncToken]
    expect(await send('MOVE', `${one}x.ics`, `${app().url}${two}x.ics`)).to.deep.equal([201, ''])
    const gone = await sync(one, before)
    expect(gone.response(`${one}x.ics`).status).to.equal(404)
    const come = await sync(two, beforeTwo)
    expect(come.response(`${two}x.ics`).text(DAV, 'getetag')).to.match(/^"/)
    expect([await status(`${one}x.ics`), await status(`${two}x.ics`)]).to.deep.equal([404, 200])
  })

  it('enforces the preconditions of PUT on COPY and MOVE', async () => {
    await alice.put(`${one}x.ics`, event({ uid: 'same' }))
    await alice.put(`${two}y.ics`, event({ uid: 'same' }))
    for (const method of ['COPY', 'MOVE'] as const) {
      expect(await send(method, `${one}x.ics`, `${two}x.ics`), method).to.deep.equal([403, 'no-uid-conflict'])
    }
    expect(await send('COPY', `${one}x.ics`, `${one}copy.ics`)).to.deep.equal([403, 'no-uid-conflict'])
    const tasks = `${alice.home}tasks${count}/`
    const components =
      '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'
    await alice.send('MKCALENDAR', tasks, {
      body: xml('C:mkcalendar', `<D:set><D:prop>${components}</D:prop></D:set>`),
    })
    expect(await send('MOVE', `${one}x.ics`, `${tasks}x.ics`)).to.deep.equal([
      403,
      'supported-calendar-component',
    ])
    expect(await status(`${one}x.ics`)).to.equal(200)
  })

  it('replaces the object at the destination unless Overwrite is F', async () => {
    await alice.put(`${one}x.ics`, event({ uid: 'x', summary: 'New' }))
    await alice.put(`${two}x.ics`, event({ uid: 'x', summary: 'Old' }))
    expect((await send('MOVE', `${one}x.ics`, `${two}x.ics`, { overwrite: 'F' }))[0]).to.equal(412)
    expect((await send('MOVE', `${one}x.ics`, `${two}x.ics`, { overwrite: 'T' }))[0]).to.equal(204)
    expect(await textAt(`${two}x.ics`)).to.include('SUMMARY:New')
  })

  it('renames a calendar in its home', async () => {
    await alice.put(`${one}x.ics`, event({ uid: 'x' }))
    const renamed = `${alice.home}renamed${count}/`
    expect((await send('MOVE', one, renamed))[0]).to.equal(201)
    expect([await status(`${one}x.ics`), await status(`${renamed}x.ics`)]).to.deep.equal([404, 200])
  })

  it('keeps calendars out of other collections, and objects and files apart', async () => {
    await alice.put(`${one}x.ics`, event({ uid: 'x' }))
    await file(`${files}a.txt`)
    expect(await send('MOVE', one, `${two}inside/`)).to.deep.equal([403, 'calendar-collection-location-ok'])
    expect(await send('COPY', one, `${files}inside/`)).to.deep.equal([403, 'calendar-collection-location-ok'])
    expect((await send('COPY', `${one}x.ics`, `${files}x.ics`))[0]).to.equal(403)
    expect((await send('COPY', `${files}a.txt`, `${one}a.ics`))[0]).to.equal(403)
    expect((await send('COPY', `${files}a.txt`, `${alice.home}a.txt`))[0]).to.equal(403)
    expect((await send('MOVE', `${one}x.ics`, `${alice.home}`))[0]).to.equal(403)
    expect((await send('MOVE', alice.home, `${files}home/`))[0]).to.equal(405)
  })

  it('answers 502 for another server, 409 for a missing parent, 403 for itself, 400 for no Destination', async () => {
    await alice.put(`${one}x.ics`, event({ uid: 'x' }))
    await file(`${files}a.txt`)
    for (const source of [`${one}x.ics`, `${files}a.txt`]) {
      expect((await send('MOVE', source, `http://elsewhere.example${source}`))[0], source).to.equal(502)
      expect((await send('MOVE', source, source))[0], source).to.equal(403)
      expect((await send('MOVE', source, `${alice.home}none/x.ics`))[0], source).to.equal(409)
      expect((await send('MOVE', source, `${source}/deeper/x`))[0], source).to.be.oneOf([403, 409])
      expect((await alice.send('MOVE', source)).status, source).to.equal(400)
      expect((await send('COPY', source, `${files}b`, { depth: '1' }))[0], source).to.equal(400)
      expect((await send('COPY', source, `${files}b`, { overwrite: 'maybe' }))[0], source).to.equal(400)
      expect(await status(source), source).to.equal(200)
    }
    expect((await send('COPY', `${one}none.ics`, `${two}x.ics`))[0]).to.equal(404)
    expect((await send('COPY', `${files}none`, `${files}x`))[0]).to.equal(404)
  })

  it('copies a tree of files with dead properties, and a collection alone at depth 0', async () => {
    await alice.send('MKCOL', `${files}a/`)
    await alice.send('MKCOL', `${files}a/b%20c/`)
    await file(`${files}a/b%20c/%C3%A4.txt`, 'deep')
    await alice.send('PROPPATCH', `${files}a/`, { body: setting('<P:mood>sunny</P:mood>') })
    expect((await send('COPY', `${files}a/`, `${files}copy/`))[0]).to.equal(201)
    expect(await textAt(`${files}copy/b%20c/%C3%A4.txt`)).to.equal('deep')
    const listed = await alice.propfind(`${files}copy/`, '0', propfind('P:mood'))
    expect(listed.response(`${files}copy/`).text('https://bitfire.at/webdav-push', 'mood')).to.equal('sunny')
    expect((await send('COPY', `${files}a/`, `${files}bare/`, { depth: '0' }))[0]).to.equal(201)
    expect((await alice.propfind(`${files}bare/`, '1', propfind('D:getetag'))).hrefs).to.have.length(1)
  })

  it('copies and renames a plain collection with everything in it', async () => {
    await alice.send('MKCOL', `${files}a/`)
    await file(`${files}a/x.txt`, 'deep')
    const copy = `${alice.home}copied${count}/`
    const moved = `${alice.home}moved${count}/`
    expect((await send('COPY', files, copy))[0]).to.equal(201)
    expect((await send('MOVE', files, moved))[0]).to.equal(201)
    expect([await textAt(`${copy}a/x.txt`), await textAt(`${moved}a/x.txt`)]).to.deep.equal(['deep', 'deep'])
    expect(await status(files)).to.equal(404)
  })

  it('replaces a locked collection for the holder of its lock only', async () => {
    const body = xml(
      'D:lockinfo',
      '<D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype>',
    )
    const locked = await alice.send('LOCK', two, { body })
    const token = locked.headers.get('lock-token')
    expect((await send('COPY', one, two))[0]).to.equal(423)
    expect((await send('COPY', one, two, { if: `<${two}> (${token})` }))[0]).to.equal(204)
    expect((await send('MOVE', one, two))[0]).to.equal(204)
  })
})
