import { must, type Section } from '../engine/section.ts'
import {
  expectMember,
  expectMultistatus,
  expectPropStatus,
  expectSame,
  expectSuccess,
  expectTrue,
} from '../expect.ts'
import { syncCollection } from '../fixtures/reports.ts'
import { simpleEvent } from '../ical/build.ts'
import { propOf } from '../multistatus.ts'

/** The sync-token property and its use in conditions (RFC 6578 §4, §5). */
export const section: Section = {
  cite: 'RFC 6578 §4',
  title: 'The sync-token property',
  needs: ['report:D:sync-collection'],
  tests: [
    must(
      'have sync-token on a calendar',
      'Collections that can be synchronised have the property.',
      async (t) => {
        expectTrue((await t.owner.propertyText(await t.calendar(), 'D:sync-token')) !== '', 'It is missing')
      },
    ),
    must(
      'give in it the token the report gives',
      'The property holds the token of the present state.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name()))
        const found = expectMultistatus(await t.owner.report(href, syncCollection(''), { depth: '0' }))
        expectSame(await t.owner.propertyText(href, 'D:sync-token'), found.syncToken, 'The tokens differ')
      },
    ),
    must('go on from a token read as a property', 'Such a token works in the report.', async (t) => {
      const href = await t.calendar()
      const token = await t.owner.propertyText(href, 'D:sync-token')
      const object = await t.object(href, simpleEvent(t.name()))
      expectMember(
        expectMultistatus(await t.owner.report(href, syncCollection(token), { depth: '0' })),
        object,
      )
    }),
    ...(['a new object', 'a changed object', 'a removed object'] as const).map((change) =>
      must(`change with ${change}`, 'The token changes with every change of the members.', async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(uid))
        const before = await t.owner.propertyText(href, 'D:sync-token')
        if (change === 'a new object') await t.object(href, simpleEvent(t.name()))
        else if (change === 'a changed object') await t.owner.put(object, simpleEvent(uid, 'Changed'))
        else await t.owner.delete(object)
        expectTrue((await t.owner.propertyText(href, 'D:sync-token')) !== before, 'It is the same', before)
      }),
    ),
    must('stay as it is while nothing is changed', 'Reading does not change the token.', async (t) => {
      const href = await t.calendar()
      const object = await t.object(href, simpleEvent(t.name()))
      const before = await t.owner.propertyText(href, 'D:sync-token')
      await t.owner.get(object)
      await t.owner.put(object, 'rubbish')
      expectSame(await t.owner.propertyText(href, 'D:sync-token'), before, 'It changed')
    }),
    must('be left out of allprop', 'The property is returned only when asked for.', async (t) => {
      const href = await t.calendar()
      const found = expectMember(
        expectMultistatus(await t.owner.request('PROPFIND', href, { depth: '0' })),
        href,
      )
      expectSame(propOf(found, 'D:sync-token')?.text, undefined, 'allprop returned it')
    }),
    must('be protected', 'Clients cannot set the token.', async (t) => {
      const href = await t.calendar()
      const response = await t.owner.proppatch(href, { 'D:sync-token': 'data:,forged' })
      if (response.status !== 403)
        expectPropStatus(expectMember(expectMultistatus(response), href), 'D:sync-token', 403)
    }),
    must(
      'let a write through whose If header holds the present token',
      'The token is a state token for the If header.',
      async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(uid))
        const token = await t.owner.propertyText(href, 'D:sync-token')
        expectSuccess(
          await t.owner.put(object, simpleEvent(uid, 'Changed'), {
            If: `<${t.owner.absolute(href)}> (<${token}>)`,
          }),
        )
      },
      { cite: 'RFC 6578 §5' },
    ),
    must(
      'answer 412 to a write whose If header holds an old token',
      'An old token does not match the present state.',
      async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(uid))
        const token = await t.owner.propertyText(href, 'D:sync-token')
        await t.object(href, simpleEvent(t.name()))
        const response = await t.owner.put(object, simpleEvent(uid, 'Changed'), {
          If: `<${t.owner.absolute(href)}> (<${token}>)`,
        })
        expectSame(response.status, 412, 'Another status was expected')
      },
      { cite: 'RFC 6578 §5' },
    ),
  ],
}
