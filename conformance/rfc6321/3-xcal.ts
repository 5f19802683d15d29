import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectSame, expectStatus, expectTrue } from '../expect.ts'
import { calendar, event, simpleEvent } from '../ical/build.ts'
import type { XmlElement } from '../xml/element.ts'
import { clark } from '../xml/names.ts'

const type = 'application/calendar+xml'
const namespace = 'urn:ietf:params:xml:ns:icalendar-2.0'

async function needType(t: TestContext, href: string): Promise<void> {
  const data = await t.owner.property(href, 'C:supported-calendar-data')
  const types = data?.children
    .filter((each) => each.name === clark('C:calendar-data'))
    .map((each) => each.attributes.get('content-type'))
  if (!types?.includes(type)) t.skip(`supported-calendar-data lacks ${type}`)
}

function find(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === `{${namespace}}${name}`) return element
  for (const each of element.children) {
    const found = find(each, name)
    if (found) return found
  }
  return undefined
}

/** xCal by content negotiation (RFC 6321). */
export const section: Section = {
  cite: 'RFC 6321 §3',
  title: 'xCal',
  tests: [
    must(
      'answer GET in xCal when Accept asks for it',
      'A format the calendar supports is chosen by Accept.',
      async (t) => {
        const href = await t.calendar()
        await needType(t, href)
        const object = await t.object(href, simpleEvent(t.name(), 'As <xCal>'))
        const response = await t.owner.get(object, { Accept: type })
        expectStatus(response, 200)
        expectTrue(
          response.header('content-type').startsWith(type),
          'The media type differs',
          response.header('content-type'),
        )
        const root = response.xml()
        expectSame(root.name, `{${namespace}}icalendar`, 'The root differs')
        const summary = find(root, 'summary')
        expectSame(summary && find(summary, 'text')?.text, 'As <xCal>', 'The title differs')
      },
    ),
    must(
      'write rules as elements',
      'A recur value has an element for each part.',
      async (t) => {
        const href = await t.calendar()
        await needType(t, href)
        const object = await t.object(
          href,
          calendar(
            event(t.name(), [
              'DTSTART:20260310T100000Z',
              'DURATION:PT1H',
              'RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4',
            ]),
          ),
        )
        const rule = find((await t.owner.get(object, { Accept: type })).xml(), 'recur')
        expectTrue(rule !== undefined, 'There is no recur element')
        expectSame(find(rule, 'freq')?.text, 'WEEKLY', 'FREQ differs')
        expectSame(
          rule.children
            .filter((each) => each.name === `{${namespace}}byday`)
            .map((each) => each.text)
            .join(),
          'TU,TH',
          'BYDAY differs',
        )
      },
      { cite: 'RFC 6321 §3.6.10' },
    ),
    must(
      'store xCal and give it back as iCalendar',
      'A PUT in xCal is the same object.',
      async (t) => {
        const href = await t.calendar()
        await needType(t, href)
        const text = (name: string, value: string): string => `<${name}><text>${value}</text></${name}>`
        const properties = `${text('uid', t.name())}<dtstamp><date-time>2026-01-01T00:00:00Z</date-time></dtstamp><dtstart><date-time>2026-03-10T10:00:00Z</date-time></dtstart><duration><duration>PT1H</duration></duration>${text('summary', 'From xCal, with marks')}`
        const body = `<icalendar xmlns="${namespace}"><vcalendar><properties>${text('version', '2.0')}${text('prodid', '-//Example//EN')}</properties><components><vevent><properties>${properties}</properties></vevent></components></vcalendar></icalendar>`
        expectStatus(await t.owner.put(`${href}x.ics`, body, { 'Content-Type': type }), 201)
        const stored = (await t.owner.get(`${href}x.ics`, { Accept: 'text/calendar' })).text
        expectTrue(
          stored.includes('DTSTART:20260310T100000Z') && stored.includes('SUMMARY:From xCal\\, with marks'),
          'The object differs',
          stored,
        )
      },
      { cite: 'RFC 6321 §5' },
    ),
    must(
      'refuse xCal that is not well-formed',
      'What is not the format it says it is is refused.',
      async (t) => {
        const href = await t.calendar()
        await needType(t, href)
        expectStatus(
          await t.owner.put(`${href}x.ics`, '<icalendar><vcalendar>', { 'Content-Type': type }),
          400,
          403,
          409,
        )
      },
    ),
  ],
}
