import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectMember, expectMultistatus, expectPropStatus, expectTrue } from '../expect.ts'
import { sameHref } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import { child, hrefsIn } from '../xml/element.ts'

const places: Readonly<Record<string, (t: TestContext) => Promise<string>>> = {
  'the principal': async (t) => t.owner.principal,
  'the calendar home': async (t) => t.owner.home,
  'a calendar': (t) => t.calendar(),
  'an object': async (t) => t.object(await t.calendar(), simpleEvent(t.name())),
}

/** current-user-principal (RFC 5397 §3). */
export const section: Section = {
  cite: 'RFC 5397 §3',
  title: 'current-user-principal',
  tests: [
    ...Object.entries(places).map(([place, make]) =>
      must(
        `name the principal of the user on ${place}`,
        'The property names the principal of the one who asks, on every resource.',
        async (t) => {
          const [href] = hrefsIn(await t.owner.property(await make(t), 'D:current-user-principal'))
          expectTrue(href !== undefined && sameHref(href, t.owner.principal), 'It is another', href ?? 'none')
        },
      ),
    ),
    must(
      "name each user's own principal",
      'The property depends on who asks.',
      async (t) => {
        const [href] = hrefsIn(await t.other.property(t.other.home, 'D:current-user-principal'))
        expectTrue(href !== undefined && sameHref(href, t.other.principal), 'It is another', href ?? 'none')
      },
      { needs: ['user2'] },
    ),
    must(
      'say unauthenticated to one who is not known, or ask for credentials',
      'Without credentials the value is DAV:unauthenticated.',
      async (t) => {
        const response = await t.anonymous.propfind(t.target.url.pathname, ['D:current-user-principal'])
        if (response.status === 401 || (response.status >= 300 && response.status < 400)) return
        const found = expectMultistatus(response).responses[0]
        const value = found?.propstats.find((each) => each.status === 200)?.props[0]
        expectTrue(
          child(value, 'D:unauthenticated') !== undefined,
          'Something else was said',
          value?.source ?? 'nothing',
        )
      },
    ),
    must('be protected', 'Clients cannot choose who they are.', async (t) => {
      const href = await t.calendar()
      const response = await t.owner.proppatch(href, {
        'D:current-user-principal': '<D:href>/someone/else/</D:href>',
      })
      if (response.status !== 403)
        expectPropStatus(expectMember(expectMultistatus(response), href), 'D:current-user-principal', 403)
    }),
  ],
}
