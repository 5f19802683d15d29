import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import {
  expectHeader,
  expectMember,
  expectMultistatus,
  expectProp,
  expectSame,
  expectTrue,
} from '../expect.ts'
import { calendarQuery, compFilter, multiget, syncCollection } from '../fixtures/reports.ts'
import { simpleEvent } from '../ical/build.ts'
import { textOf } from '../xml/element.ts'

const ways: Readonly<
  Record<
    string,
    (t: TestContext, calendar: string, href: string) => Promise<import('../client/response.ts').Response>
  >
> = {
  PROPFIND: (t, calendar) => t.owner.propfind(calendar, ['D:getetag'], '1'),
  'calendar-query': (t, calendar) => t.owner.report(calendar, calendarQuery(compFilter('VEVENT'))),
  'calendar-multiget': (t, calendar, href) => t.owner.report(calendar, multiget([href])),
  'sync-collection': (t, calendar) => {
    t.need('report:D:sync-collection')
    return t.owner.report(calendar, syncCollection(''), { depth: '0' })
  },
}

/** Entity tags of calendar objects (RFC 4791 §5.3.4). */
export const section: Section = {
  cite: 'RFC 4791 §5.3.4',
  title: 'Entity tags',
  tests: [
    must(
      'have a strong, quoted ETag on every object',
      'getetag is there for every object and is a strong entity tag.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const etag = expectHeader(await t.owner.get(href), 'etag')
        expectTrue(/^"[^"]*"$/.test(etag), 'It is not strong and quoted', etag)
      },
    ),
    ...Object.entries(ways).map(([way, ask]) =>
      must(
        `give the ETag of GET in ${way} as well`,
        'The entity tag of an object is the same wherever it appears.',
        async (t) => {
          const calendar = await t.calendar()
          const href = await t.object(calendar, simpleEvent(t.name()))
          const found = expectMember(expectMultistatus(await ask(t, calendar, href)), href)
          expectSame(
            textOf(expectProp(found, 'D:getetag')),
            (await t.owner.get(href)).header('etag'),
            'The tags differ',
          )
        },
      ),
    ),
    must(
      'send an ETag with PUT only if GET returns the very octets',
      'A strong ETag in the answer to PUT says that the stored octets are those sent.',
      async (t) => {
        const text = simpleEvent(t.name(), 'Exactly this').replace('PRODID', 'CALSCALE:GREGORIAN\r\nPRODID')
        const href = `${await t.calendar()}exact.ics`
        const etag = (await t.owner.put(href, text)).header('etag')
        if (etag === '') return t.skip('PUT sends no ETag')
        const stored = await t.owner.get(href)
        expectSame(stored.header('etag'), etag, 'The tags differ')
        expectSame(stored.text, text, 'The octets differ')
      },
    ),
    must(
      'give a new ETag to new content and the old one to what stays',
      'Tags change with content, object by object.',
      async (t) => {
        const uid = t.name()
        const calendar = await t.calendar()
        const [one, two] = [
          await t.object(calendar, simpleEvent(uid)),
          await t.object(calendar, simpleEvent(t.name())),
        ]
        const before = [
          await t.owner.propertyText(one, 'D:getetag'),
          await t.owner.propertyText(two, 'D:getetag'),
        ]
        await t.owner.put(one, simpleEvent(uid, 'Changed'))
        expectTrue(
          (await t.owner.propertyText(one, 'D:getetag')) !== before[0],
          'The tag did not change',
          before[0],
        )
        expectSame(await t.owner.propertyText(two, 'D:getetag'), before[1], 'The tag changed')
      },
    ),
    must(
      'give the same ETag when the answer is compressed',
      'The tag names the calendar object, and clients compare it as text.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const plain = expectHeader(await t.owner.get(href), 'etag')
        const packed = await t.owner.get(href, { 'Accept-Encoding': 'gzip' })
        if (packed.header('content-encoding') === '') return t.skip('the answer is not compressed')
        expectSame(packed.header('etag'), plain, 'The tags differ')
      },
    ),
  ],
}
