import type { TestContext } from '../engine/context.ts'
import { must, type Section, should } from '../engine/section.ts'
import { expectSame, expectTrue } from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'

async function ctag(t: TestContext, href: string): Promise<string> {
  const text = await t.owner.propertyText(href, 'CS:getctag')
  return text === '' ? t.skip('there is no CS:getctag') : text
}

/** The tag of a collection that changes with its content (CalendarServer, caldav-ctag). */
export const section: Section = {
  cite: 'CalendarServer ctag',
  title: 'Collection tags',
  tests: [
    ...(['a new object', 'a changed object', 'a removed object'] as const).map((change) =>
      must(`change with ${change}`, 'The tag changes whenever the calendar does.', async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(uid))
        const before = await ctag(t, href)
        if (change === 'a new object') await t.object(href, simpleEvent(t.name()))
        else if (change === 'a changed object') await t.owner.put(object, simpleEvent(uid, 'Changed'))
        else await t.owner.delete(object)
        expectTrue((await ctag(t, href)) !== before, 'It is the same', before)
      }),
    ),
    must('stay while nothing changes', 'Reading leaves the tag.', async (t) => {
      const href = await t.calendar()
      const object = await t.object(href, simpleEvent(t.name()))
      const before = await ctag(t, href)
      await t.owner.get(object)
      await t.owner.propfind(href, ['D:getetag'], '1')
      expectSame(await ctag(t, href), before, 'It changed')
    }),
    must('be listed for each calendar of the home', 'One PROPFIND of the home tells all tags.', async (t) => {
      const href = await t.calendar()
      const tag = await ctag(t, href)
      const response = await t.owner.propfind(t.owner.home, ['CS:getctag'], '1')
      expectTrue(response.text.includes(tag), 'The tag is missing')
    }),
    should(
      'exist on the home and change when a calendar does',
      'iOS looks at the tag of the home to see whether to go on.',
      async (t) => {
        const href = await t.calendar()
        const before = await ctag(t, t.owner.home)
        await t.object(href, simpleEvent(t.name()))
        expectTrue((await ctag(t, t.owner.home)) !== before, 'It is the same', before)
      },
    ),
  ],
}
