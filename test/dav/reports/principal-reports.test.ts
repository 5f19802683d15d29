import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { addMember } from '../../../src/accounts/groups.ts'
import { childElements } from '../../../src/dav/xml/element.ts'
import { DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { prop, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const PRINCIPALS = '/dav/principals/'
const NAME = prop('D:displayname')

describe('reports on principals and access control (RFC 3744 §9, RFC 3253 §3.8)', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  before(async () => {
    alice = await app().user('alice', { name: 'Alice Adams' })
    bob = await app().user('bob', { name: 'Bob Brown' })
    await app().user('staff', { name: 'All Staff', kind: 'GROUP' })
    const env = { store: app().store, clock: () => new Date(), newId: randomUUID }
    await addMember(env, 'staff', 'alice')
    const ace = (href: string) =>
      `<D:ace><D:principal><D:href>${href}</D:href></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>`
    const body = xml('D:acl', ace(bob.principal), ace(`${PRINCIPALS}staff/`))
    expect((await alice.send('ACL', alice.calendar, { body })).status).to.equal(200)
    await alice.put(`${alice.calendar}x.ics`, event({ uid: 'x' }))
  })

  it('principal-match finds oneself and one’s groups', async () => {
    const answer = await alice.report(PRINCIPALS, xml('D:principal-match', '<D:self/>', NAME), '0')
    expect(answer.hrefs).to.deep.equal([alice.principal, `${PRINCIPALS}staff/`])
    expect(answer.response(alice.principal).text(DAV, 'displayname')).to.equal('Alice Adams')
    const bare = await bob.report(PRINCIPALS, xml('D:principal-match', '<D:self/>'), '0')
    expect(bare.responses.map(({ href, status }) => [href, status])).to.deep.equal([[bob.principal, 200]])
  })

  it('principal-match finds what one owns, at any depth', async () => {
    const body = xml('D:principal-match', '<D:principal-property><D:owner/></D:principal-property>')
    const answer = await alice.report(alice.home, body, '0')
    expect(answer.hrefs).to.have.members([alice.calendar, `${alice.calendar}x.ics`])
    expect((await bob.report(alice.home, body, '0')).hrefs).to.deep.equal([])
  })

  it('reports that know Depth 0 only refuse another', async () => {
    for (const body of ['D:principal-match', 'D:principal-search-property-set'].map((name) =>
      xml(name, '<D:self/>'),
    )) {
      expect((await alice.report(PRINCIPALS, body, '1')).status).to.equal(400)
    }
  })

  it('acl-principal-prop-set names each principal of the list once', async () => {
    const answer = await alice.report(alice.calendar, xml('D:acl-principal-prop-set', NAME), '0')
    expect(answer.hrefs).to.have.members([alice.principal, bob.principal, `${PRINCIPALS}staff/`])
    expect(answer.response(bob.principal).text(DAV, 'displayname')).to.equal('Bob Brown')
    const refused = await bob.report(alice.calendar, xml('D:acl-principal-prop-set', NAME), '0')
    expect(refused.condition).to.equal('need-privileges')
  })

  it('expand-property follows hrefs, more than once', async () => {
    const inner =
      '<D:property name="displayname"/><D:property name="group-membership"><D:property name="displayname"/></D:property>'
    const body = xml(
      'D:expand-property',
      `<D:property name="owner">${inner}</D:property>`,
      '<D:property name="displayname"/>',
    )
    const [answer] = (await alice.report(alice.calendar, body, '0')).responses
    expect(answer?.text(DAV, 'displayname')).to.equal('Calendar')
    const [owner] = childElements(answer?.get(DAV, 'owner') as never)
    expect(owner?.name).to.equal('response')
    const text = JSON.stringify(owner)
    expect(text).to.include(alice.principal).and.include('Alice Adams').and.include('All Staff')
  })

  it('expand-property answers 404 for hrefs that lead nowhere, and stays bounded', async () => {
    const deep = (depth: number): string =>
      `<D:property name="current-user-principal">${depth === 0 ? '' : deep(depth - 1)}</D:property>`
    expect((await alice.report(alice.principal, xml('D:expand-property', deep(3)), '0')).status).to.equal(207)
    expect((await alice.report(alice.principal, xml('D:expand-property', deep(9)), '0')).status).to.equal(403)
    const resource = '<D:property name="resource-id"><D:property name="displayname"/></D:property>'
    const [answer] = (await alice.report(alice.calendar, xml('D:expand-property', resource), '0')).responses
    expect(JSON.stringify(answer?.get(DAV, 'resource-id'))).to.include('404 Not Found')
  })

  it('principal-property-search is cut where the client says', async () => {
    const body = xml(
      'D:principal-property-search',
      `<D:property-search>${NAME}<D:match>a</D:match></D:property-search>`,
      NAME,
      '<D:limit><D:nresults>1</D:nresults></D:limit>',
    )
    const answer = await alice.report(PRINCIPALS, body, '0')
    expect(answer.responses.map(({ status }) => status)).to.deep.equal([undefined, 507])
    expect(answer.responses[1]?.href).to.equal(PRINCIPALS)
  })

  it('calendarserver-principal-search narrows by every word and by context', async () => {
    const search = (context: string, ...words: string[]) =>
      xml(
        'CS:calendarserver-principal-search',
        ...words.map((word) => `<CS:search-token>${word}</CS:search-token>`),
        NAME,
      ).replace('principal-search xmlns', `principal-search context="${context}" xmlns`)
    const hrefs = async (body: string) => (await alice.report(PRINCIPALS, body, '0')).hrefs
    expect(await hrefs(search('attendee', 'al'))).to.deep.equal([alice.principal, `${PRINCIPALS}staff/`])
    expect(await hrefs(search('attendee', 'al', 'adams'))).to.deep.equal([alice.principal])
    expect(await hrefs(search('group', 'al'))).to.deep.equal([`${PRINCIPALS}staff/`])
    expect((await alice.report(PRINCIPALS, search('user'), '0')).status).to.equal(400)
  })
})
