import { must, type Section, should } from '../engine/section.ts'
import { expectMultistatus, expectNoMember, expectStatus } from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'

/** DELETE (RFC 4918 §9.6). */
export const section: Section = {
  cite: 'RFC 4918 §9.6',
  title: 'DELETE',
  tests: [
    must(
      'remove an object and answer 204 or 200',
      'DELETE removes the mapping of the request URI.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(await t.owner.delete(href), 204, 200)
        expectStatus(await t.owner.get(href), 404)
      },
    ),
    must(
      'take the object out of its collection',
      'The resource is removed from every collection holding it.',
      async (t) => {
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name()))
        await t.owner.delete(href)
        expectNoMember(expectMultistatus(await t.owner.propfind(calendar, ['D:getetag'], '1')), href)
      },
    ),
    must('answer 404 for what is not there', 'Nothing can be removed from an unmapped URL.', async (t) => {
      const href = await t.object(await t.calendar(), simpleEvent(t.name()))
      await t.owner.delete(href)
      expectStatus(await t.owner.delete(href), 404)
    }),
    must(
      'remove a collection with all its members',
      'DELETE of a collection acts as if Depth were infinity.',
      async (t) => {
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name()))
        expectStatus(await t.owner.delete(calendar), 204, 200)
        expectStatus(await t.owner.get(href), 404)
        expectStatus(await t.owner.propfind(calendar, ['D:resourcetype']), 404)
      },
      { cite: 'RFC 4918 §9.6.1' },
    ),
    must(
      'take a removed collection out of its parent',
      'The collection is gone from its parent as well.',
      async (t) => {
        const calendar = await t.calendar()
        await t.owner.delete(calendar)
        expectNoMember(
          expectMultistatus(await t.owner.propfind(t.owner.home, ['D:resourcetype'], '1')),
          calendar,
        )
      },
      { cite: 'RFC 4918 §9.6.1' },
    ),
    must(
      'leave the object alone when If-Match does not hold',
      'A condition that fails stops the method.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(await t.owner.delete(href, { 'If-Match': '"something-else"' }), 412)
        expectStatus(await t.owner.get(href), 200)
      },
      { cite: 'RFC 9110 §13.1.1' },
    ),
    must(
      'remove the object when If-Match holds',
      'A condition that holds lets the method act.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const etag = (await t.owner.get(href)).header('etag')
        expectStatus(await t.owner.delete(href, { 'If-Match': etag }), 204, 200)
      },
      { cite: 'RFC 9110 §13.1.1' },
    ),
    must(
      'let the same name be used again',
      'A removed URL is unmapped and can be mapped anew.',
      async (t) => {
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name()))
        await t.owner.delete(href)
        expectStatus(await t.owner.put(href, simpleEvent(t.name()), { 'If-None-Match': '*' }), 201, 204)
      },
    ),
    should(
      'let a calendar be made again under the name of a removed one',
      'A removed URL is unmapped and can be mapped anew.',
      async (t) => {
        const calendar = await t.calendar()
        await t.object(calendar, simpleEvent(t.name()))
        await t.owner.delete(calendar)
        expectStatus(await t.makeCalendar(calendar, ''), 201)
        const { responses } = expectMultistatus(await t.owner.propfind(calendar, ['D:getetag'], '1'))
        expectStatus(await t.owner.propfind(calendar, ['D:resourcetype']), 207)
        if (responses.length !== 1) throw new Error('The new calendar has members of the old one')
      },
    ),
  ],
}
