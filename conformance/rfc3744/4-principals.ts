import { must, type Section, should } from '../engine/section.ts'
import { expectStatus, expectTrue } from '../expect.ts'
import { requestPath, sameHref } from '../hrefs.ts'
import { child, hrefsIn, textOf } from '../xml/element.ts'

/** The properties of principals (RFC 3744 §4). */
export const section: Section = {
  cite: 'RFC 3744 §4',
  title: 'Principals',
  needs: ['dav:access-control'],
  tests: [
    must(
      'give principals the type principal',
      'resourcetype of a principal holds DAV:principal.',
      async (t) => {
        const type = await t.owner.property(t.owner.principal, 'D:resourcetype')
        expectTrue(child(type, 'D:principal') !== undefined, 'It is missing', type?.source)
      },
    ),
    must('give principals a display name', 'displayname of a principal is not empty.', async (t) => {
      expectTrue(textOf(await t.owner.property(t.owner.principal, 'D:displayname')) !== '', 'It is empty')
    }),
    must(
      'have principal-URL name the principal itself',
      'principal-URL is the URL by which aces name the principal.',
      async (t) => {
        const [href] = hrefsIn(await t.owner.property(t.owner.principal, 'D:principal-URL'))
        expectTrue(href !== undefined && sameHref(href, t.owner.principal), 'It is another', href ?? 'none')
      },
      { cite: 'RFC 3744 §4.2' },
    ),
    must(
      'have alternate-URI-set, empty or not',
      'The property is defined on every principal.',
      async (t) => {
        expectTrue(
          (await t.owner.property(t.owner.principal, 'D:alternate-URI-set')) !== undefined,
          'It is missing',
        )
      },
      { cite: 'RFC 3744 §4.1' },
    ),
    must(
      'have group-membership, empty or not',
      'The property is defined on every principal.',
      async (t) => {
        expectTrue(
          (await t.owner.property(t.owner.principal, 'D:group-membership')) !== undefined,
          'It is missing',
        )
      },
      { cite: 'RFC 3744 §4.4' },
    ),
    must(
      'keep a user from changing the principal of another',
      'Others may not write to a principal.',
      async (t) => {
        const before = await t.other.propertyText(t.other.principal, 'D:displayname')
        await t.owner.proppatch(t.other.principal, { 'D:displayname': 'Hijacked' })
        const after = await t.other.propertyText(t.other.principal, 'D:displayname')
        expectTrue(after === before, 'The name was changed', after)
      },
      { needs: ['user2'] },
    ),
    should(
      'list principals in a principal collection, or refuse to',
      'A principal collection may be listed.',
      async (t) => {
        const [href] = hrefsIn(await t.owner.property(t.owner.principal, 'D:principal-collection-set'))
        if (href === undefined) return t.skip('there is no principal-collection-set')
        expectStatus(await t.owner.propfind(requestPath(href), ['D:resourcetype'], '1'), 207, 403)
      },
      { cite: 'RFC 3744 §5.8' },
    ),
  ],
}
