import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectMember, expectMultistatus, expectProp, expectTrue } from '../expect.ts'
import { requestPath } from '../hrefs.ts'
import { hrefsIn } from '../xml/element.ts'
import { escapeXml, propNames, xml } from '../xml/write.ts'

const names = propNames(['D:displayname', 'C:calendar-user-address-set', 'CS:email-address-set'])

async function search(
  t: TestContext,
  token: string,
  limit = '',
): Promise<import('../client/response.ts').Response> {
  const [principals = t.owner.principal] = hrefsIn(
    await t.owner.property(t.owner.principal, 'D:principal-collection-set'),
  )
  const body = xml(
    'CS:calendarserver-principal-search',
    `<CS:search-token>${escapeXml(token)}</CS:search-token>${limit}${names}`,
  )
  return t.owner.report(requestPath(principals), body, { depth: '0' })
}

/** The search of people by words (CalendarServer, calendarserver-principal-search). */
export const section: Section = {
  cite: 'CalendarServer principal search',
  title: 'Principal search',
  needs: ['dav:calendarserver-principal-search'],
  tests: [
    must(
      'find a person by the beginning of a name',
      'A token is looked for in names and addresses.',
      async (t) => {
        const name = await t.owner.propertyText(t.owner.principal, 'D:displayname')
        expectProp(
          expectMember(expectMultistatus(await search(t, name.slice(0, 3))), t.owner.principal),
          'D:displayname',
        )
      },
    ),
    must('find a person by address', 'A token is looked for in names and addresses.', async (t) => {
      t.need('address')
      expectMember(
        expectMultistatus(await search(t, t.owner.address.replace(/^mailto:/i, ''))),
        t.owner.principal,
      )
    }),
    must('find nobody by a word nobody has', 'A search without a match is empty.', async (t) => {
      expectTrue(
        expectMultistatus(await search(t, 'zzz-nobody-zzz')).responses.length === 0,
        'Someone was found',
      )
    }),
    must('honour a limit', 'limit bounds the number of people found.', async (t) => {
      const name = await t.owner.propertyText(t.owner.principal, 'D:displayname')
      const found = expectMultistatus(
        await search(t, name.slice(0, 1), '<CS:limit><CS:nresults>1</CS:nresults></CS:limit>'),
      )
      expectTrue(
        found.responses.filter((each) => each.status === undefined).length <= 1,
        'More were found',
        found.responses.length,
      )
    }),
  ],
}
