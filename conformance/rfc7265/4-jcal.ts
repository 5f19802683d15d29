import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectSame, expectStatus, expectTrue } from '../expect.ts'
import { calendar, event, simpleEvent } from '../ical/build.ts'
import { newYork } from '../ical/zones.ts'
import { clark } from '../xml/names.ts'

const type = 'application/calendar+json'

/** Whether the calendar says it offers the media type in supported-calendar-data. */
async function needType(t: TestContext, href: string): Promise<void> {
  const data = await t.owner.property(href, 'C:supported-calendar-data')
  const types = data?.children
    .filter((each) => each.name === clark('C:calendar-data'))
    .map((each) => each.attributes.get('content-type'))
  if (!types?.includes(type)) t.skip(`supported-calendar-data lacks ${type}`)
}

/** jCal by content negotiation (RFC 7265). */
export const section: Section = {
  cite: 'RFC 7265 §4',
  title: 'jCal',
  tests: [
    must(
      'answer GET in jCal when Accept asks for it',
      'A format the calendar supports is chosen by Accept.',
      async (t) => {
        const href = await t.calendar()
        await needType(t, href)
        const object = await t.object(href, simpleEvent(t.name(), 'As jCal'))
        const response = await t.owner.get(object, { Accept: type })
        expectStatus(response, 200)
        expectTrue(
          response.header('content-type').startsWith(type),
          'The media type differs',
          response.header('content-type'),
        )
        const [name, , components] = JSON.parse(response.text) as [
          string,
          unknown,
          [string, [string, object, string, unknown][]][],
        ]
        expectSame(name, 'vcalendar', 'The root differs')
        const summary = components[0]?.[1].find(([property]) => property === 'summary')
        expectSame(summary?.[3], 'As jCal', 'The title differs')
      },
      { cite: 'RFC 7265 §3.3' },
    ),
    must(
      'write dates with zones and rules the way of jCal',
      'Times are in extended form with tzid as a parameter, rules are objects.',
      async (t) => {
        const href = await t.calendar()
        await needType(t, href)
        const text = calendar(
          newYork,
          event(t.name(), [
            'DTSTART;TZID=America/New_York:20260310T100000',
            'DURATION:PT1H',
            'RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4',
          ]),
        )
        const response = await t.owner.get(await t.object(href, text), { Accept: type })
        const found = JSON.parse(response.text) as [
          string,
          unknown,
          [string, [string, Record<string, string>, string, unknown][]][],
        ]
        const lines = found[2].find(([name]) => name === 'vevent')?.[1] ?? []
        const start = lines.find(([name]) => name === 'dtstart')
        expectSame(
          JSON.stringify(start),
          JSON.stringify(['dtstart', { tzid: 'America/New_York' }, 'date-time', '2026-03-10T10:00:00']),
          'DTSTART differs',
        )
        const rule = lines.find(([name]) => name === 'rrule')?.[3] as {
          freq?: string
          byday?: unknown
          count?: unknown
        }
        expectSame(
          `${rule.freq} ${JSON.stringify(rule.byday)} ${rule.count}`,
          'WEEKLY ["TU","TH"] 4',
          'RRULE differs',
        )
      },
      { cite: 'RFC 7265 §3.6.10' },
    ),
    must(
      'store jCal and give it back as iCalendar',
      'A PUT in jCal is the same object.',
      async (t) => {
        const href = await t.calendar()
        await needType(t, href)
        const uid = t.name()
        const properties = [
          ['uid', {}, 'text', uid],
          ['dtstamp', {}, 'date-time', '2026-01-01T00:00:00Z'],
          ['dtstart', {}, 'date-time', '2026-03-10T10:00:00Z'],
          ['duration', {}, 'duration', 'PT1H'],
          ['summary', {}, 'text', 'From jCal; with, marks'],
        ]
        const body = JSON.stringify([
          'vcalendar',
          [
            ['version', {}, 'text', '2.0'],
            ['prodid', {}, 'text', '-//Example//EN'],
          ],
          [['vevent', properties, []]],
        ])
        expectStatus(await t.owner.put(`${href}j.ics`, body, { 'Content-Type': type }), 201)
        const stored = (await t.owner.get(`${href}j.ics`, { Accept: 'text/calendar' })).text
        expectTrue(stored.includes('DTSTART:20260310T100000Z'), 'DTSTART differs', stored)
        expectTrue(stored.includes('SUMMARY:From jCal\\; with\\, marks'), 'SUMMARY differs', stored)
      },
      { cite: 'RFC 7265 §4.1' },
    ),
    must(
      'give jCal in reports that ask for it',
      'calendar-data with content-type chooses the format.',
      async (t) => {
        const href = await t.calendar()
        await needType(t, href)
        const object = await t.object(href, simpleEvent(t.name(), 'In a report'))
        const body = `<C:calendar-multiget xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><C:calendar-data content-type="${type}"/></D:prop><D:href>${object}</D:href></C:calendar-multiget>`
        const response = await t.owner.report(href, body)
        expectStatus(response, 207)
        expectTrue(
          response.text.includes('vcalendar') && response.text.includes('In a report'),
          'It is not jCal',
        )
      },
      { cite: 'RFC 4791 §9.6' },
    ),
    must('refuse jCal that is not JSON', 'What is not the format it says it is is refused.', async (t) => {
      const href = await t.calendar()
      await needType(t, href)
      expectStatus(
        await t.owner.put(`${href}j.ics`, '["vcalendar",', { 'Content-Type': type }),
        400,
        403,
        409,
      )
    }),
    must(
      'answer iCalendar when Accept says nothing',
      'text/calendar is what calendar objects are by default.',
      async (t) => {
        const object = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectTrue(
          (await t.owner.get(object)).header('content-type').startsWith('text/calendar'),
          'The media type differs',
        )
        expectTrue(
          (await t.owner.get(object, { Accept: '*/*' })).header('content-type').startsWith('text/calendar'),
          'The media type differs',
        )
      },
      { cite: 'RFC 4791 §5.3.2' },
    ),
  ],
}
