import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import {
  expectMember,
  expectMultistatus,
  expectProp,
  expectRefusal,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { grant, setAcl } from '../fixtures/acl.ts'
import { requestPath, sameHref } from '../hrefs.ts'
import { childrenOf, findAll, hrefsIn } from '../xml/element.ts'
import { escapeXml, propNames, xml } from '../xml/write.ts'

/** A principal-property-search for texts in properties. */
function search(criteria: Readonly<Record<string, string>>, more = '', attributes = ''): string {
  const parts = Object.entries(criteria).map(
    ([name, text]) =>
      `<D:property-search><D:prop><${name}/></D:prop><D:match>${escapeXml(text)}</D:match></D:property-search>`,
  )
  const inside = `${parts.join('')}${propNames(['D:displayname', 'C:calendar-user-address-set'])}${more}`
  return xml('D:principal-property-search', inside).replace(' xmlns:D', `${attributes} xmlns:D`)
}

async function principals(t: TestContext): Promise<string> {
  const [href] = hrefsIn(await t.owner.property(t.owner.principal, 'D:principal-collection-set'))
  return href === undefined ? t.skip('there is no principal-collection-set') : requestPath(href)
}

/** The reports of access control (RFC 3744 §9). */
export const section: Section = {
  cite: 'RFC 3744 §9',
  title: 'Reports about principals',
  needs: ['dav:access-control'],
  tests: [
    must(
      'find a principal by a part of its display name',
      'principal-property-search finds principals by substrings of properties.',
      async (t) => {
        const name = await t.owner.propertyText(t.owner.principal, 'D:displayname')
        const response = await t.owner.report(
          await principals(t),
          search({ 'D:displayname': name.slice(0, 3) }),
          { depth: '0' },
        )
        expectProp(expectMember(expectMultistatus(response), t.owner.principal), 'D:displayname')
      },
      { cite: 'RFC 3744 §9.4' },
    ),
    must(
      'find it whatever the case of the letters',
      'The search is caseless.',
      async (t) => {
        const name = await t.owner.propertyText(t.owner.principal, 'D:displayname')
        const response = await t.owner.report(
          await principals(t),
          search({ 'D:displayname': name.toUpperCase() }),
          { depth: '0' },
        )
        expectMember(expectMultistatus(response), t.owner.principal)
      },
      { cite: 'RFC 3744 §9.4' },
    ),
    must(
      'find nothing by a text nobody has',
      'A search without a match is answered by an empty multistatus.',
      async (t) => {
        const response = await t.owner.report(
          await principals(t),
          search({ 'D:displayname': 'zzz-nobody-zzz' }),
          { depth: '0' },
        )
        expectTrue(expectMultistatus(response).responses.length === 0, 'Someone was found')
      },
      { cite: 'RFC 3744 §9.4' },
    ),
    must(
      'require every criterion to hold',
      'Several property-search elements are all required.',
      async (t) => {
        const name = await t.owner.propertyText(t.owner.principal, 'D:displayname')
        const body = search({
          'D:displayname': name,
          'C:calendar-user-address-set': 'nobody@nowhere.example',
        })
        const response = await t.owner.report(await principals(t), body, { depth: '0' })
        expectTrue(expectMultistatus(response).responses.length === 0, 'Someone was found')
      },
      { cite: 'RFC 3744 §9.4' },
    ),
    must(
      'search everywhere with apply-to-principal-collection-set',
      'The report then covers all principal collections, wherever it is sent.',
      async (t) => {
        const name = await t.owner.propertyText(t.owner.principal, 'D:displayname')
        const body = search({ 'D:displayname': name }, '<D:apply-to-principal-collection-set/>')
        const response = await t.owner.report(t.owner.principal, body, { depth: '0' })
        expectMember(expectMultistatus(response), t.owner.principal)
      },
      { cite: 'RFC 3744 §9.4' },
    ),
    must(
      'find a principal by its address',
      'calendar-user-address-set can be searched.',
      async (t) => {
        t.need('address')
        const body = search({ 'C:calendar-user-address-set': t.owner.address })
        const response = await t.owner.report(await principals(t), body, { depth: '0' })
        expectMember(expectMultistatus(response), t.owner.principal)
      },
      { cite: 'RFC 6638 §2.4.1' },
    ),
    must(
      'list what can be searched',
      'principal-search-property-set names the properties with a description.',
      async (t) => {
        const response = await t.owner.report(await principals(t), xml('D:principal-search-property-set'), {
          depth: '0',
        })
        expectStatus(response, 200)
        const found = childrenOf(response.xml(), 'D:principal-search-property')
        const names = found.flatMap((each) =>
          findAll(each, 'D:prop').flatMap((prop) => prop.children.map((one) => one.name)),
        )
        expectTrue(names.includes('{DAV:}displayname'), 'displayname is missing', names.join())
      },
      { cite: 'RFC 3744 §9.5' },
    ),
    must(
      'find the resources of the user by principal-match',
      'principal-match with self finds what is the current user.',
      async (t) => {
        const body = xml('D:principal-match', '<D:self/>')
        const response = await t.owner.report(await principals(t), body, { depth: '0' })
        if (response.status === 403 || response.status === 501)
          return t.skip('principal-match is not offered')
        expectMember(expectMultistatus(response), t.owner.principal)
      },
      { cite: 'RFC 3744 §9.3' },
    ),
    must(
      'give properties of the principals in an acl by acl-principal-prop-set',
      'The report answers for every principal named in the list.',
      async (t) => {
        const href = await t.calendar()
        const allowed = await setAcl(t.owner, href, grant(t.other.principal, 'D:read'))
        const response = await t.owner.report(
          href,
          xml('D:acl-principal-prop-set', propNames(['D:displayname'])),
          { depth: '0' },
        )
        if (allowed.status !== 200 || response.status === 403) return t.skip('the report is not offered')
        const found = expectMultistatus(response).responses.some((each) =>
          sameHref(each.href, t.other.principal),
        )
        expectTrue(found, 'The principal is missing')
      },
      { cite: 'RFC 3744 §9.2', needs: ['method:ACL', 'user2', 'report:D:acl-principal-prop-set'] },
    ),
    must(
      'refuse a Depth other than 0',
      'These reports are of Depth 0.',
      async (t) => {
        const response = await t.owner.report(await principals(t), search({ 'D:displayname': 'a' }), {
          depth: '1',
        })
        if (response.status !== 207) expectRefusal(response)
      },
      { cite: 'RFC 3744 §9.4' },
    ),
  ],
}
