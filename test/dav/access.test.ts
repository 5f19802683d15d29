import { expect } from 'chai'
import { child, childElements } from '../../src/dav/xml/element.ts'
import { DAV } from '../../src/dav/xml/names.ts'
import { useApp } from '../support/app.ts'
import { propfind, setting, xml } from '../support/dav-bodies.ts'
import type { Answer, DavClient } from '../support/dav-client.ts'
import { event } from '../support/ics.ts'

/** RFC 3744 §7.1.1: who may see but not change is told which privilege was missing, and where. */
describe('access to a calendar that may only be read', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  let object: string

  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    object = `${alice.calendar}a.ics`
    await alice.put(object, event({ uid: 'a' }))
    const ace = `<D:ace><D:principal><D:href>${bob.principal}</D:href></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>`
    expect((await alice.send('ACL', alice.calendar, { body: xml('D:acl', ace) })).status).to.equal(200)
  })

  const missing = ({ xml: error }: Answer) => {
    const resources = childElements(child(error, DAV, 'need-privileges') as never)
    return resources.map((resource) => [
      childElements(resource)[0]?.children[0],
      ...childElements(childElements(resource)[1] as never).map(({ name }) => name),
    ])
  }

  it('is read', async () => {
    expect((await bob.send('GET', object)).text).to.equal(event({ uid: 'a' }))
    expect((await bob.propfind(alice.calendar, '1', propfind('D:getetag'))).hrefs).to.deep.equal([
      alice.calendar,
      object,
    ])
  })

  it('is not written to', async () => {
    for (const [method, path, privilege, on] of [
      ['PUT', object, 'write-content', object],
      ['PUT', `${alice.calendar}b.ics`, 'bind', alice.calendar],
      ['DELETE', object, 'unbind', alice.calendar],
      ['PROPPATCH', object, 'write-properties', object],
      ['PROPPATCH', alice.calendar, 'write-properties', alice.calendar],
    ] as const) {
      const body =
        method === 'PUT'
          ? event({ uid: 'b' })
          : method === 'DELETE'
            ? undefined
            : setting('<x:p xmlns:x="urn:x"/>')
      const answer = await bob.send(method, path, {
        body,
        ...(method === 'PUT' && { type: 'text/calendar' }),
      })
      expect(answer.status, `${method} ${path}`).to.equal(403)
      expect(answer.condition).to.equal('need-privileges')
      expect(missing(answer), `${method} ${path}`).to.deep.equal([[on, privilege]])
    }
    expect((await alice.send('GET', object)).text).to.equal(event({ uid: 'a' }))
  })

  it('says 404 of what is not there, and 405 of what does not apply', async () => {
    expect((await bob.send('GET', `${alice.calendar}none.ics`)).status).to.equal(404)
    expect((await bob.send('POST', object)).status).to.equal(405)
  })
})
