import { expect } from 'chai'
import { childElements, type Element } from '../../../src/dav/xml/element.ts'
import { DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { propfind, xml } from '../../support/dav-bodies.ts'
import type { Answer, DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const grant = (...names: string[]) =>
  `<D:grant>${names.map((name) => `<D:privilege><${name}/></D:privilege>`).join('')}</D:grant>`
const ace = (principal: string, ...rest: string[]) =>
  `<D:ace><D:principal>${principal}</D:principal>${rest.join('')}</D:ace>`

describe('ACL (RFC 3744 §8)', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  let forBob = ''
  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    forBob = `<D:href>${bob.principal}</D:href>`
    await alice.put(`${alice.calendar}x.ics`, event({ uid: 'x' }))
  })

  const setAcl = (path: string, ...aces: string[]): Promise<Answer> =>
    alice.send('ACL', path, { body: xml('D:acl', ...aces) })

  it('grants, and takes back what it does not repeat', async () => {
    expect((await bob.send('GET', `${alice.calendar}x.ics`)).status).to.equal(404)
    expect((await setAcl(alice.calendar, ace(forBob, grant('D:read')))).status).to.equal(200)
    expect((await bob.send('GET', `${alice.calendar}x.ics`)).status).to.equal(200)
    expect((await bob.put(`${alice.calendar}y.ics`, event({ uid: 'y' }))).condition).to.equal(
      'need-privileges',
    )
    await setAcl(alice.calendar, ace(forBob, grant('D:read', 'D:write')))
    expect((await bob.put(`${alice.calendar}y.ics`, event({ uid: 'y' }))).status).to.equal(201)
    expect((await setAcl(alice.calendar)).status).to.equal(200)
    expect((await bob.send('GET', `${alice.calendar}x.ics`)).status).to.equal(404)
  })

  it('is read back as it was set, after the owner’s own entry', async () => {
    await setAcl(
      alice.calendar,
      ace(forBob, grant('D:read')),
      ace('<D:authenticated/>', grant('C:read-free-busy')),
    )
    const [read] = (await alice.propfind(alice.calendar, '0', propfind('D:acl'))).responses
    const text = childElements(read?.get(DAV, 'acl') as Element).map((entry) => JSON.stringify(entry))
    expect(text).to.have.length(3)
    expect(text[0]).to.include('"protected"').and.include('"owner"').and.include('"all"')
    expect(text[1]).to.include(bob.principal).and.include('"read"')
    expect(text[2]).to.include('"authenticated"').and.include('"read-free-busy"')
    const object = (await alice.propfind(`${alice.calendar}x.ics`, '0', propfind('D:acl'))).responses[0]
    expect(JSON.stringify(object?.get(DAV, 'acl')))
      .to.include('"inherited"')
      .and.include(alice.calendar)
  })

  it('lets a client send back what it read', async () => {
    const owner = ace('<D:property><D:owner/></D:property>', grant('D:all'), '<D:protected/>')
    expect((await setAcl(alice.calendar, owner, ace(forBob, grant('D:read')))).status).to.equal(200)
  })

  it('refuses, each with its precondition', async () => {
    const refusals: Record<string, string> = {
      'grant-only': ace(forBob, '<D:deny><D:privilege><D:read/></D:privilege></D:deny>'),
      'no-invert': `<D:ace><D:invert><D:principal>${forBob}</D:principal></D:invert>${grant('D:read')}</D:ace>`,
      'not-supported-privilege': ace(forBob, grant('CS:teleport')),
      'recognized-principal': ace('<D:href>/dav/principals/nobody/</D:href>', grant('D:read')),
      'allowed-principal': ace('<D:unauthenticated/>', grant('D:read')),
      'no-protected-ace-conflict': ace('<D:property><D:owner/></D:property>', grant('D:read')),
    }
    for (const [condition, entry] of Object.entries(refusals)) {
      const answer = await setAcl(alice.calendar, entry)
      expect(answer.status, condition).to.be.oneOf([403, 409])
      expect(answer.condition).to.equal(condition)
    }
  })

  it('needs write-acl', async () => {
    await setAcl(alice.calendar, ace(forBob, grant('D:read')))
    const body = xml('D:acl', ace(forBob, grant('D:all')))
    expect((await bob.send('ACL', alice.calendar, { body })).condition).to.equal('need-privileges')
    expect((await bob.send('ACL', alice.home, { body })).status).to.be.oneOf([403, 404])
  })

  it('is not for objects, which inherit', async () => {
    const answer = await setAcl(`${alice.calendar}x.ics`, ace(forBob, grant('D:read')))
    expect(answer.status).to.equal(405)
    expect(answer.headers.get('allow')).to.not.include('ACL')
  })

  it('refuses a body that is no acl', async () => {
    expect((await alice.send('ACL', alice.calendar, { body: xml('D:propfind') })).status).to.equal(400)
    expect((await setAcl(alice.calendar, '<D:ace/>')).status).to.equal(400)
  })
})
