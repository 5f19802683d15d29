import { must, type Section } from '../engine/section.ts'
import { expectMember, expectMultistatus, expectProp, expectSame, expectTrue } from '../expect.ts'
import { multiget } from '../fixtures/reports.ts'
import { simpleEvent } from '../ical/build.ts'
import { textOf } from '../xml/element.ts'

/** The calendar-multiget report (RFC 4791 §7.9). */
export const section: Section = {
  cite: 'RFC 4791 §7.9',
  title: 'calendar-multiget',
  tests: [
    must(
      'return the data and tag of every object named',
      'Each href is answered with the properties asked for.',
      async (t) => {
        const calendar = await t.calendar()
        const hrefs = [
          await t.object(calendar, simpleEvent(t.name(), 'One')),
          await t.object(calendar, simpleEvent(t.name(), 'Two')),
        ]
        const found = expectMultistatus(await t.owner.report(calendar, multiget(hrefs)))
        for (const href of hrefs) {
          const got = await t.owner.get(href)
          const member = expectMember(found, href)
          expectSame(textOf(expectProp(member, 'D:getetag')), got.header('etag'), 'The tags differ')
          expectSame(
            expectProp(member, 'C:calendar-data').text.replaceAll('\r\n', '\n').trim(),
            got.text.replaceAll('\r\n', '\n').trim(),
            'The texts differ',
          )
        }
      },
    ),
    must('return only what was named', 'Objects not named are left out.', async (t) => {
      const calendar = await t.calendar()
      const href = await t.object(calendar, simpleEvent(t.name()))
      await t.object(calendar, simpleEvent(t.name()))
      expectSame(
        expectMultistatus(await t.owner.report(calendar, multiget([href]))).responses.length,
        1,
        'Another number of responses',
      )
    }),
    must(
      'answer 404 in the response for an object that does not exist',
      'A missing object is told by a status of its own, the others are answered.',
      async (t) => {
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name()))
        const missing = `${calendar}missing.ics`
        const found = expectMultistatus(await t.owner.report(calendar, multiget([missing, href])))
        expectSame(expectMember(found, missing).status, 404, 'The status differs')
        expectProp(expectMember(found, href), 'C:calendar-data')
      },
    ),
    must(
      'understand hrefs written with other escapes',
      'Equivalent percent-encodings name the same object.',
      async (t) => {
        const calendar = await t.calendar()
        await t.object(calendar, simpleEvent(t.name()), 'a%40b%3Ac.ics')
        for (const spelling of ['a@b:c.ics', 'a%40b%3ac.ics', '%61%40b:c%2Eics']) {
          const [response] = expectMultistatus(
            await t.owner.report(calendar, multiget([calendar + spelling])),
          ).responses
          expectTrue(
            response?.status === undefined && response !== undefined,
            `${spelling} was not found`,
            response?.status,
          )
        }
      },
      { cite: 'RFC 3986 §6.2.2' },
    ),
    must('understand hrefs that are whole URLs', 'An href is an absolute path or a URL.', async (t) => {
      const calendar = await t.calendar()
      const href = await t.object(calendar, simpleEvent(t.name()))
      const found = expectMultistatus(await t.owner.report(calendar, multiget([t.owner.absolute(href)])))
      expectProp(found.responses[0], 'C:calendar-data')
    }),
    must('answer 200 hrefs at once', 'Clients fetch in batches of up to 200.', async (t) => {
      const calendar = await t.calendar()
      const hrefs: string[] = []
      for (let n = 0; n < 20; n++) hrefs.push(await t.object(calendar, simpleEvent(t.name())))
      const asked = [...hrefs, ...Array.from({ length: 180 }, (_, n) => `${calendar}missing-${n}.ics`)]
      expectSame(
        expectMultistatus(await t.owner.report(calendar, multiget(asked))).responses.length,
        200,
        'Another number of responses',
      )
    }),
    ...(['0', '1', 'infinity'] as const).map((depth) =>
      must(
        `answer the same whatever Depth says (${depth})`,
        'Depth has no meaning for calendar-multiget and is ignored.',
        async (t) => {
          const calendar = await t.calendar()
          const href = await t.object(calendar, simpleEvent(t.name()))
          expectProp(
            expectMember(
              expectMultistatus(await t.owner.report(calendar, multiget([href]), { depth })),
              href,
            ),
            'C:calendar-data',
          )
        },
      ),
    ),
    must(
      'answer at an object for that object',
      'On a calendar object the report takes the href of that object.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectProp(
          expectMember(expectMultistatus(await t.owner.report(href, multiget([href]))), href),
          'C:calendar-data',
        )
      },
    ),
    must(
      'not reveal the object of another user',
      'What the user may not read is answered by a status.',
      async (t) => {
        const calendar = await t.calendar()
        const theirs = `${t.other.home}${t.name('cal')}/`
        await t.makeCalendar(theirs, '', t.other)
        const secret = `${theirs}secret.ics`
        await t.other.put(secret, simpleEvent(t.name(), 'Secret'))
        const response = await t.owner.report(calendar, multiget([secret]))
        expectTrue(!response.text.includes('Secret'), 'The object was returned')
      },
      { needs: ['user2'] },
    ),
  ],
}
