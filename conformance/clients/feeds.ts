import type { Response } from '../client/response.ts'
import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectHeader, expectSame, expectStatus, expectTrue } from '../expect.ts'
import { calendar, component } from '../ical/build.ts'
import { componentsOf, readCalendar } from '../ical/read.ts'

/** What reads calendars as files from time to time, by the names they give themselves. */
const readers = {
  'Google Calendar': 'Google-Calendar-Importer',
  'Outlook on the web': 'Microsoft.Exchange/15.20 (CalendarSharing)',
}

function read(t: TestContext, method: string, href: string, reader: string, more = {}): Promise<Response> {
  const headers = { 'User-Agent': reader, Accept: 'text/calendar, */*;q=0.1', ...more }
  return t.owner.request(method, href, { headers })
}

/** A calendar with an event in a zone and one with a long title, or a skip where calendars are no files. */
async function feed(t: TestContext, reader: string): Promise<{ href: string; response: Response }> {
  const href = await t.calendar()
  const stamp = 'DTSTAMP:20260101T000000Z'
  const zoned = ['DTSTART;TZID=Europe/Berlin:20260310T100000', 'DTEND;TZID=Europe/Berlin:20260310T110000']
  await t.object(href, calendar(component('VEVENT', [`UID:${t.name()}`, stamp, ...zoned, 'SUMMARY:Zoned'])))
  const title = `SUMMARY:${'Ä long title that must be folded '.repeat(8)}`
  const lines = [`UID:${t.name()}`, stamp, 'DTSTART:20260311T100000Z', title]
  await t.object(href, calendar(component('VEVENT', lines)))
  const response = await read(t, 'GET', href, reader)
  if (response.status !== 200 || !response.header('content-type').startsWith('text/calendar'))
    t.skip('a calendar is not read as one file here')
  return { href, response }
}

/** Programs that read a whole calendar as one file, again and again. */
export const section: Section = {
  cite: 'Readers of feeds',
  title: 'A calendar as one file, for Google Calendar and Outlook on the web',
  tests: [
    ...Object.entries(readers).flatMap(([name, reader]) => [
      must(
        `give ${name} the whole calendar, and its headers to HEAD`,
        'HEAD comes first, then GET.',
        async (t) => {
          const { href, response } = await feed(t, reader)
          const events = componentsOf(readCalendar(response.text), 'VEVENT')
          expectSame(events.length, 2, 'Events are missing or doubled')
          const head = await read(t, 'HEAD', href, reader)
          expectStatus(head, 200)
          expectSame(head.text, '', 'HEAD has a body')
          for (const header of ['content-type', 'etag'])
            expectSame(head.header(header), response.header(header), `${header} differs`)
        },
      ),
      must(
        `answer 304 to ${name} until something changes`,
        'If-None-Match and If-Modified-Since are sent with what the last answer said.',
        async (t) => {
          const { href, response } = await feed(t, reader)
          const tag = { 'If-None-Match': expectHeader(response, 'etag') }
          const since = { 'If-Modified-Since': expectHeader(response, 'last-modified') }
          expectStatus(await read(t, 'GET', href, reader, tag), 304)
          expectStatus(await read(t, 'GET', href, reader, since), 304)
          await t.object(href, calendar(component('VEVENT', event(t))))
          expectStatus(await read(t, 'GET', href, reader, tag), 200)
        },
      ),
    ]),
    must('fold the lines of a feed', 'Lines end in CRLF and have at most 75 octets.', async (t) => {
      const { response } = await feed(t, readers['Google Calendar'])
      const lines = response.text.split('\r\n')
      expectTrue(!/[^\r]\n|\r[^\n]/.test(response.text), 'A line ends otherwise')
      const long = lines.filter((line) => Buffer.byteLength(line) > 75)
      expectSame(long.join(), '', 'Lines are too long')
    }),
    must('define the zones a feed uses', 'Every TZID has one VTIMEZONE.', async (t) => {
      const { response } = await feed(t, readers['Outlook on the web'])
      const zones = componentsOf(readCalendar(response.text), 'VTIMEZONE').map(
        ({ lines }) => lines.find((line) => line.name === 'TZID')?.value,
      )
      expectSame(zones.join(), 'Europe/Berlin', 'The definitions differ')
    }),
  ],
}

function event(t: TestContext): string[] {
  return [`UID:${t.name()}`, 'DTSTAMP:20260101T000000Z', 'DTSTART:20260312T100000Z', 'SUMMARY:New']
}
