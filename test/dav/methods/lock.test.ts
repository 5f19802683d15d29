import { expect } from 'chai'
import { child, childElements, type Element, textOf } from '../../../src/dav/xml/element.ts'
import { DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { prop, propfind, setting, xml } from '../../support/dav-bodies.ts'
import type { Answer, DavClient, Sent } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const OWNER =
  '<D:owner><D:href>mailto:alice@example.test</D:href><x:note xmlns:x="urn:x">a &amp; b</x:note></D:owner>'

function lockinfo(scope = 'exclusive', owner = OWNER): string {
  return xml(
    'D:lockinfo',
    `<D:lockscope><D:${scope}/></D:lockscope><D:locktype><D:write/></D:locktype>${owner}`,
  )
}

describe('LOCK and UNLOCK over HTTP', () => {
  const app = useApp()
  let alice: DavClient
  let files: string
  let count = 0

  before(async () => {
    alice = await app().user('locker')
  })

  beforeEach(async () => {
    files = `${alice.home}files${++count}/`
    expect((await alice.send('MKCOL', files)).status).to.equal(201)
  })

  const lock = (path: string, more: Sent = {}) =>
    alice.send('LOCK', path, { body: lockinfo(), depth: '0', ...more })
  const tokenOf = (answer: Answer) => answer.headers.get('lock-token')?.slice(1, -1) ?? ''
  const holding = (token: string) => ({ headers: { if: `(<${token}>)` } })
  const activeOf = (answer: Answer): Element => {
    const discovery = child(answer.xml, DAV, 'lockdiscovery') as Element
    return childElements(discovery)[0] as Element
  }
  const textIn = (active: Element, name: string) => textOf(child(active, DAV, name) as Element)

  it('answers with the whole lock, its token in header and body, and keeps the owner as sent', async () => {
    const answer = await lock(`${files}new.txt`, { headers: { timeout: 'Infinite, Second-10' } })
    expect(answer.status).to.equal(201)
    const active = activeOf(answer)
    expect(textIn(active, 'locktoken'))
      .to.equal(tokenOf(answer))
      .and.match(/^urn:uuid:/)
    expect(textIn(active, 'lockroot')).to.equal(`${files}new.txt`)
    expect(textIn(active, 'depth')).to.equal('0')
    expect(textIn(active, 'timeout')).to.equal('Second-3600')
    const note = childElements(child(active, DAV, 'owner') as Element)[1]
    expect(note?.namespace).to.equal('urn:x')
    expect(textOf(note as Element)).to.equal('a & b')
    const empty = await alice.send('GET', `${files}new.txt`)
    expect([empty.status, empty.text]).to.deep.equal([200, ''])
  })

  it('shows locks and what is supported as properties, also of what is locked indirectly', async () => {
    await alice.send('PUT', `${files}a.txt`, { body: 'a', type: 'text/plain' })
    const taken = await alice.send('LOCK', files, {
      body: lockinfo('shared'),
      headers: { timeout: 'Second-60' },
    })
    expect(taken.status).to.equal(200)
    const listed = await alice.propfind(files, '1', propfind('D:lockdiscovery', 'D:supportedlock'))
    for (const href of [files, `${files}a.txt`]) {
      const response = listed.response(href)
      const [active] = childElements(response.get(DAV, 'lockdiscovery'))
      expect(textIn(active as Element, 'lockroot')).to.equal(files)
      expect(textIn(active as Element, 'depth')).to.equal('infinity')
      expect(textIn(active as Element, 'timeout')).to.match(/^Second-(60|59|58)$/)
      expect(childElements(response.get(DAV, 'supportedlock'))).to.have.length(2)
    }
  })

  it('answers 423 with the locked resource to writes without the token', async () => {
    const token = tokenOf(await lock(`${files}a.txt`))
    const put = await alice.send('PUT', `${files}a.txt`, { body: 'x', type: 'text/plain' })
    expect([put.status, put.condition]).to.deep.equal([423, 'lock-token-submitted'])
    expect(textOf(put.xml)).to.equal(`${files}a.txt`)
    const patch = await alice.send('PROPPATCH', `${files}a.txt`, { body: setting('<ME:x>1</ME:x>') })
    expect([patch.status, patch.condition]).to.deep.equal([423, 'lock-token-submitted'])
    for (const method of ['DELETE', 'MOVE']) {
      const answer = await alice.send(method, `${files}a.txt`, { headers: { destination: `${files}b.txt` } })
      expect(answer.status, method).to.equal(423)
    }
    const held = { body: 'x', type: 'text/plain', ...holding(token) }
    expect((await alice.send('PUT', `${files}a.txt`, held)).status).to.equal(204)
    expect((await alice.send('DELETE', `${files}a.txt`, holding(token))).status).to.equal(204)
    expect((await lock(`${files}a.txt`)).status).to.equal(201)
  })

  it('answers 423 with the lock in the way to a second lock', async () => {
    await lock(`${files}a.txt`)
    const again = await lock(`${files}a.txt`)
    expect([again.status, again.condition]).to.deep.equal([423, 'no-conflicting-lock'])
    const above = await alice.send('LOCK', files, { body: lockinfo('shared') })
    expect([above.status, above.condition]).to.deep.equal([423, 'no-conflicting-lock'])
    expect(textOf(above.xml)).to.equal(`${files}a.txt`)
  })

  it('refreshes without a body and without a Lock-Token header', async () => {
    const token = tokenOf(await lock(`${files}a.txt`, { headers: { timeout: 'Second-10' } }))
    const refreshed = await alice.send('LOCK', `${files}a.txt`, {
      headers: { if: `(<${token}>)`, timeout: 'Second-100' },
    })
    expect(refreshed.status).to.equal(200)
    expect(refreshed.headers.get('lock-token')).to.equal(null)
    expect(textIn(activeOf(refreshed), 'timeout')).to.equal('Second-100')
    const wrong = await alice.send(
      'LOCK',
      `${files}a.txt`,
      holding('urn:uuid:00000000-0000-4000-8000-000000000000'),
    )
    expect([wrong.status, wrong.condition]).to.deep.equal([412, 'lock-token-matches-request-uri'])
    expect((await alice.send('LOCK', `${files}a.txt`)).status).to.equal(400)
  })

  it('unlocks by token, and answers 409 to a token of something else', async () => {
    const token = tokenOf(await lock(`${files}a.txt`))
    await lock(`${files}b.txt`)
    const wrong = await alice.send('UNLOCK', `${files}b.txt`, { headers: { 'lock-token': `<${token}>` } })
    expect([wrong.status, wrong.condition]).to.deep.equal([409, 'lock-token-matches-request-uri'])
    expect((await alice.send('UNLOCK', `${files}a.txt`)).status).to.equal(400)
    const done = await alice.send('UNLOCK', `${files}a.txt`, { headers: { 'lock-token': `<${token}>` } })
    expect(done.status).to.equal(204)
    expect((await alice.send('DELETE', `${files}a.txt`)).status).to.equal(204)
  })

  it('locks calendar objects and calendars', async () => {
    const calendar = `${alice.home}locked${count}/`
    await alice.send('MKCALENDAR', calendar)
    const object = `${calendar}x.ics`
    await alice.put(object, event({ uid: 'x' }))
    const unmapped = await lock(`${calendar}new.ics`)
    expect([unmapped.status, unmapped.condition]).to.deep.equal([403, 'valid-calendar-data'])
    const token = tokenOf(await lock(object))
    expect((await alice.put(object, event({ uid: 'x', summary: 'Changed' }))).status).to.equal(423)
    expect((await alice.send('DELETE', object)).status).to.equal(423)
    expect((await alice.send('DELETE', calendar)).status).to.equal(423)
    expect(
      (await alice.put(object, event({ uid: 'x', summary: 'Changed' }), holding(token).headers)).status,
    ).to.equal(204)
    await alice.send('UNLOCK', object, { headers: { 'lock-token': `<${token}>` } })
    const whole = tokenOf(await alice.send('LOCK', calendar, { body: lockinfo() }))
    expect((await alice.put(`${calendar}y.ics`, event({ uid: 'y' }))).status).to.equal(423)
    expect(
      (await alice.send('PROPPATCH', calendar, { body: setting('<D:displayname>New</D:displayname>') }))
        .status,
    ).to.equal(423)
    expect(
      (await alice.put(`${calendar}y.ics`, event({ uid: 'y' }), { if: `<${calendar}> (<${whole}>)` })).status,
    ).to.equal(201)
    expect((await alice.send('DELETE', calendar, holding(whole))).status).to.equal(204)
  })

  it('refuses what cannot be locked, and bodies that are no lock', async () => {
    for (const path of [alice.home, alice.principal, '/dav/']) {
      const answer = await lock(path)
      expect(answer.status, path).to.equal(405)
      expect(answer.headers.get('allow')).to.not.include('LOCK')
    }
    const bodies: readonly [string, number][] = [
      [xml('D:lockinfo', '<D:lockscope><D:exclusive/></D:lockscope>'), 400],
      [xml('D:lockinfo', '<D:lockscope/><D:locktype><D:write/></D:locktype>'), 400],
      [xml('D:lockinfo', '<D:lockscope><D:shared/></D:lockscope><D:locktype><D:read/></D:locktype>'), 422],
      [xml('D:propfind', prop('D:getetag')), 400],
      [lockinfo('exclusive', `<D:owner>${'x'.repeat(9000)}</D:owner>`), 413],
      ['<not xml', 400],
    ]
    for (const [body, status] of bodies)
      expect((await lock(`${files}a`, { body })).status, body).to.equal(status)
    expect((await lock(`${files}a`, { depth: '1' })).status).to.equal(400)
    expect((await alice.send('GET', `${files}a`)).status).to.equal(404)
  })

  it('evaluates If against tags, etags and Not, and refuses a malformed one', async () => {
    const put = await alice.send('PUT', `${files}a.txt`, { body: 'a', type: 'text/plain' })
    const etag = put.headers.get('etag')
    const attempts: readonly [string, number][] = [
      [`([${etag}])`, 204],
      ['(["other"])', 412],
      ['(Not ["other"])', 204],
      ['(<urn:uuid:x>) (Not <DAV:no-lock>)', 204],
      [`<${app().url}${files}b.txt> (["x"])`, 412],
      [`<${app().url}${files}a.txt> ([${etag}])`, 204],
      ['<http://elsewhere.example/> (Not ["x"])', 204],
      ['nonsense', 400],
      ['(<unclosed)', 400],
    ]
    for (const [header, status] of attempts) {
      const answer = await alice.send('PUT', `${files}a.txt`, {
        body: 'a',
        type: 'text/plain',
        headers: { if: header },
      })
      expect(answer.status, header).to.equal(status)
    }
  })
})
