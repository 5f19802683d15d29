import { expect } from 'chai'
import { childElements } from '../../../src/dav/xml/element.ts'
import { CALENDARSERVER, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { propfind, setting, syncCollection, xml } from '../../support/dav-bodies.ts'
import type { Answer, DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const ETAG = ['D:getetag']

describe('REPORT sync-collection (RFC 6578 §3.2)', () => {
  const app = useApp()
  let alice: DavClient
  let token = ''
  const at = (name: string) => `${alice.calendar}${name}.ics`
  const sync = (since: string | undefined, more = {}): Promise<Answer> =>
    alice.report(alice.calendar, syncCollection(since, ETAG, { level: '1', ...more }), '0')
  before(async () => {
    alice = await app().user('alice')
    for (const name of ['a', 'b', 'c', 'd', 'e']) await alice.put(at(name), event({ uid: name }))
  })

  it('reports every member at first, and no removed one', async () => {
    await alice.put(at('gone'), event({ uid: 'gone' }))
    await alice.send('DELETE', at('gone'))
    const answer = await sync('')
    expect(answer.hrefs).to.have.members(['a', 'b', 'c', 'd', 'e'].map(at))
    token = answer.syncToken
    expect(token).to.match(/[:/]/)
  })

  it('gives the token that the property has', async () => {
    const [state] = (await alice.propfind(alice.calendar, '0', propfind('D:sync-token', 'CS:getctag')))
      .responses
    expect(state?.text(DAV, 'sync-token')).to.equal(token)
    expect(state?.text(CALENDARSERVER, 'getctag')).to.not.equal('')
  })

  it('reports a member once, as it is now', async () => {
    await alice.put(at('a'), event({ uid: 'a', summary: '2' }))
    await alice.put(at('a'), event({ uid: 'a', summary: '3' }))
    await alice.send('DELETE', at('b'))
    await alice.send('DELETE', at('c'))
    await alice.put(at('c'), event({ uid: 'c2' }))
    await alice.put(at('brief'), event({ uid: 'brief' }))
    await alice.send('DELETE', at('brief'))
    const answer = await sync(token)
    expect(answer.response(at('a')).text(DAV, 'getetag')).to.match(/^"/)
    expect(answer.response(at('b')).status).to.equal(404)
    expect(answer.response(at('c')).status).to.equal(undefined)
    expect(answer.response(at('brief')).status).to.equal(404)
    expect(answer.responses).to.have.length(4)
    const next = await sync(answer.syncToken)
    expect(next.responses).to.have.length(0)
    expect(next.syncToken).to.equal(answer.syncToken)
  })

  it('is truncated where the client says, and loses nothing', async () => {
    const seen = new Set<string>()
    let since = ''
    for (let page = 0; page < 10; page += 1) {
      const answer = await sync(since, { limit: 2 })
      expect(answer.status).to.equal(207)
      const cut = answer.responses.find(({ status }) => status === 507)
      const members = answer.responses.filter(({ status }) => status !== 507)
      expect(members.length).to.be.at.most(2)
      for (const { href } of members) seen.add(href)
      since = answer.syncToken
      if (cut === undefined) break
      expect(cut.href).to.equal(alice.calendar)
      expect(JSON.stringify(cut.element)).to.include('number-of-matches-within-limits')
      if (page === 0) await alice.put(at('meanwhile'), event({ uid: 'meanwhile' }))
    }
    expect([...seen]).to.have.members(['a', 'c', 'd', 'e', 'meanwhile'].map(at))
  })

  it('refuses tokens that are not this calendar’s', async () => {
    await alice.send('MKCALENDAR', `${alice.home}other/`)
    const [other] = (await alice.propfind(`${alice.home}other/`, '0', propfind('D:sync-token'))).responses
    for (const bad of [
      'nonsense',
      '1',
      'data:,',
      token.replace(/\d+$/, '999999'),
      other?.text(DAV, 'sync-token'),
    ]) {
      const answer = await sync(bad)
      expect(answer.status, bad).to.equal(403)
      expect(answer.condition, bad).to.equal('valid-sync-token')
    }
  })

  it('starts clean when a calendar of the same name is made again', async () => {
    const href = `${alice.home}again/`
    await alice.send('MKCALENDAR', href)
    await alice.put(`${href}x.ics`, event({ uid: 'x' }))
    const old = (await alice.report(href, syncCollection('', ETAG, { level: '1' }), '0')).syncToken
    await alice.send('DELETE', href)
    await alice.send('MKCALENDAR', href)
    expect((await alice.report(href, syncCollection(old, ETAG, { level: '1' }), '0')).condition).to.equal(
      'valid-sync-token',
    )
    expect(
      (await alice.report(href, syncCollection('', ETAG, { level: '1' }), '0')).responses,
    ).to.have.length(0)
  })

  it('is a condition of If headers (RFC 6578 §5)', async () => {
    const [state] = (await alice.propfind(alice.calendar, '0', propfind('D:sync-token'))).responses
    const current = state?.text(DAV, 'sync-token') ?? ''
    const condition = (uri: string) => ({ if: `<${app().url}${alice.calendar}> (<${uri}>)` })
    expect((await alice.put(at('cond'), event({ uid: 'cond' }), condition(current))).status).to.equal(201)
    expect((await alice.put(at('cond2'), event({ uid: 'cond2' }), condition(current))).status).to.equal(412)
  })

  it('needs a prop', async () => {
    const body = xml('D:sync-collection', '<D:sync-token/><D:sync-level>1</D:sync-level>')
    expect((await alice.report(alice.calendar, body, '0')).status).to.equal(400)
  })

  describe('of a home', () => {
    const home = (since: string, more = {}): Promise<Answer> =>
      alice.report(
        alice.home,
        syncCollection(since, ['D:displayname', 'CS:getctag'], { level: '1', ...more }),
        '0',
      )

    it('reports calendars whose content or properties changed', async () => {
      const first = await home('')
      expect(first.hrefs).to.include(alice.calendar)
      await alice.put(at('home'), event({ uid: 'home' }))
      const second = await home(first.syncToken)
      expect(second.hrefs).to.deep.equal([alice.calendar])
      await alice.send('PROPPATCH', `${alice.home}other/`, {
        body: setting('<D:displayname>Renamed</D:displayname>'),
      })
      const third = await home(second.syncToken)
      expect(third.hrefs).to.deep.equal([`${alice.home}other/`])
      expect(third.responses[0]?.text(DAV, 'displayname')).to.equal('Renamed')
    })

    it('tells a client that wants all levels to ask each calendar', async () => {
      const answer = await home('', { level: 'infinite' })
      const response = answer.response(alice.calendar)
      expect(response.status).to.equal(403)
      const error = childElements(response.element).find(({ name }) => name === 'error')
      expect(error && childElements(error).map(({ name }) => name)).to.deep.equal([
        'sync-traversal-supported',
      ])
    })

    it('and says of a collection of files that it cannot be asked (RFC 6578 §3.3)', async () => {
      const files = `${alice.home}files/`
      expect((await alice.send('MKCOL', files)).status).to.equal(201)
      const { element, status } = (await home('', { level: 'infinite' })).response(files)
      expect(status).to.equal(403)
      const error = childElements(element).find(({ name }) => name === 'error')
      expect(error && childElements(error).map(({ name }) => name)).to.deep.equal(['supported-report'])
      await alice.send('DELETE', files)
    })

    it('and its calendars change their tokens with every change, and with nothing else', async () => {
      const tokens = async () => {
        const answer = await alice.propfind(alice.home, '1', propfind('D:sync-token', 'CS:getctag'))
        return [alice.home, alice.calendar].flatMap((href) => [
          answer.response(href).text(DAV, 'sync-token'),
          answer.response(href).text(CALENDARSERVER, 'getctag'),
        ])
      }
      const first = await tokens()
      await alice.send('GET', at('a'))
      await alice.propfind(alice.calendar, '1', propfind('D:getetag'))
      await sync('')
      expect(await tokens()).to.deep.equal(first)
      await alice.put(at('a'), event({ uid: 'a', summary: 'changed' }))
      for (const [n, now] of (await tokens()).entries()) expect(now).to.not.equal(first[n])
    })

    it('refuses a calendar’s token', async () => {
      expect((await home(token)).condition).to.equal('valid-sync-token')
    })

    it('is listed on home and calendar', async () => {
      for (const path of [alice.home, alice.calendar]) {
        const [response] = (await alice.propfind(path, '0', propfind('D:supported-report-set'))).responses
        expect(JSON.stringify(response?.get(DAV, 'supported-report-set'))).to.include('"sync-collection"')
      }
    })
  })
})
