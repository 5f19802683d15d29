import { must, type Section, should } from '../engine/section.ts'
import {
  expectCondition,
  expectMember,
  expectMultistatus,
  expectNames,
  expectPropStatus,
  expectSame,
  expectStatus,
  expectSuccess,
  expectTrue,
} from '../expect.ts'
import { calendarQuery, compFilter, timeRange } from '../fixtures/reports.ts'
import { requestPath } from '../hrefs.ts'
import { calendar, event } from '../ical/build.ts'
import { componentsOf, readCalendar } from '../ical/read.ts'
import { newYork } from '../ical/zones.ts'
import { hrefsIn } from '../xml/element.ts'
import { xml } from '../xml/write.ts'

const without = { 'CalDAV-Timezones': 'F' }
const floating = ['DTSTART:20260115T100000', 'DURATION:PT1H']

/** Standard time zones without their definitions (RFC 7809). */
export const section: Section = {
  cite: 'RFC 7809 §3.1',
  title: 'Time zones by reference',
  needs: ['dav:calendar-no-timezone'],
  tests: [
    must(
      'accept an object with a standard zone and no definition',
      'A TZID the server knows needs no VTIMEZONE.',
      async (t) => {
        const text = calendar(
          event(t.name(), ['DTSTART;TZID=America/New_York:20260115T100000', 'DURATION:PT1H']),
        )
        expectStatus(await t.owner.put(`${await t.calendar()}ref.ics`, text), 201)
      },
      { cite: 'RFC 7809 §3.1.4' },
    ),
    must(
      'query such an object at its right time',
      'The definition the server has is used.',
      async (t) => {
        const href = await t.calendar()
        await t.object(
          href,
          calendar(event(t.name(), ['DTSTART;TZID=America/New_York:20260715T100000', 'DURATION:PT1H'])),
          'ref.ics',
        )
        const query = calendarQuery(compFilter('VEVENT', timeRange('20260715T140000Z', '20260715T143000Z')))
        expectNames(expectMultistatus(await t.owner.report(href, query)), ['ref.ics'])
      },
      { cite: 'RFC 7809 §3.1.4' },
    ),
    must(
      'leave definitions of standard zones out for CalDAV-Timezones: F',
      'The header tells the server that the client has them.',
      async (t) => {
        const href = await t.object(
          await t.calendar(),
          calendar(
            newYork,
            event(t.name(), ['DTSTART;TZID=America/New_York:20260115T100000', 'DURATION:PT1H']),
          ),
        )
        expectSame(
          componentsOf(readCalendar((await t.owner.get(href, without)).text), 'VTIMEZONE').length,
          0,
          'A definition was sent',
        )
      },
      { cite: 'RFC 7809 §3.1.3, §7.1' },
    ),
    must(
      'send definitions for CalDAV-Timezones: T',
      'T asks for the definitions.',
      async (t) => {
        const href = await t.object(
          await t.calendar(),
          calendar(event(t.name(), ['DTSTART;TZID=America/New_York:20260115T100000', 'DURATION:PT1H'])),
        )
        const response = await t.owner.get(href, { 'CalDAV-Timezones': 'T' })
        expectSame(
          componentsOf(readCalendar(response.text), 'VTIMEZONE').length,
          1,
          'The definition was not sent',
        )
      },
      { cite: 'RFC 7809 §3.1.3, §7.1' },
    ),
    should(
      'say with Vary that the answer depends on CalDAV-Timezones',
      'An answer that the header shaped varies by it.',
      async (t) => {
        const href = await t.object(
          await t.calendar(),
          calendar(
            newYork,
            event(t.name(), ['DTSTART;TZID=America/New_York:20260115T100000', 'DURATION:PT1H']),
          ),
        )
        expectTrue(
          /caldav-timezones/i.test((await t.owner.get(href, without)).header('vary')),
          'It is not named',
        )
      },
      { cite: 'RFC 7809 §3.1.3, §7.1' },
    ),
    must(
      'keep calendar-timezone-id and let it define floating times',
      'The property names the zone of floating times of the calendar.',
      async (t) => {
        const href = await t.calendar()
        expectSuccess(await t.owner.proppatch(href, { 'C:calendar-timezone-id': 'America/New_York' }))
        expectSame(
          await t.owner.propertyText(href, 'C:calendar-timezone-id'),
          'America/New_York',
          'The value differs',
        )
        await t.object(href, calendar(event(t.name(), floating)), 'floating.ics')
        const query = calendarQuery(compFilter('VEVENT', timeRange('20260115T150000Z', '20260115T160000Z')))
        expectNames(expectMultistatus(await t.owner.report(href, query)), ['floating.ics'])
      },
      { cite: 'RFC 7809 §5.2' },
    ),
    must(
      'keep calendar-timezone and calendar-timezone-id the same',
      'Setting one changes the other.',
      async (t) => {
        const href = await t.calendar()
        await t.owner.proppatch(href, { 'C:calendar-timezone-id': 'America/New_York' })
        expectTrue(
          (await t.owner.propertyText(href, 'C:calendar-timezone')).includes('TZID:America/New_York'),
          'calendar-timezone differs',
        )
      },
      { cite: 'RFC 7809 §5.2' },
    ),
    must(
      'name valid-timezone for a zone it does not know',
      'calendar-timezone-id takes zones the server has.',
      async (t) => {
        const href = await t.calendar()
        const response = await t.owner.proppatch(href, { 'C:calendar-timezone-id': 'Mars/Olympus' })
        expectTrue(
          response.text.includes('valid-timezone'),
          'The condition is not named',
          response.text.slice(0, 300),
        )
        if (response.status === 207)
          expectPropStatus(expectMember(response.multistatus(), href), 'C:calendar-timezone-id', 403, 409)
      },
      { cite: 'RFC 7809 §3.1.5' },
    ),
    must(
      'use timezone-id of a query for floating times',
      'The element names the zone in place of a definition.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, calendar(event(t.name(), floating)), 'floating.ics')
        const ask = (zone: string) => {
          const filter = compFilter(
            'VCALENDAR',
            compFilter('VEVENT', timeRange('20260115T150000Z', '20260115T160000Z')),
          )
          return t.owner.report(
            href,
            xml(
              'C:calendar-query',
              `<D:prop><D:getetag/></D:prop><C:filter>${filter}</C:filter><C:timezone-id>${zone}</C:timezone-id>`,
            ),
          )
        }
        expectNames(expectMultistatus(await ask('America/New_York')), ['floating.ics'])
        expectNames(expectMultistatus(await ask('Europe/Berlin')), [])
        expectCondition(await ask('Mars/Olympus'), 'C:valid-timezone')
      },
      { cite: 'RFC 7809 §3.1.6' },
    ),
    must(
      'name where definitions can be had',
      'timezone-service-set leads to a time zone distribution service.',
      async (t) => {
        const hrefs = hrefsIn(await t.owner.property(t.owner.home, 'C:timezone-service-set'))
        expectTrue(hrefs.length > 0, 'There is none')
        const [href = ''] = hrefs
        if (!href.startsWith('/')) return t.skip('the service is on another server')
        expectStatus(await t.owner.get(`${requestPath(href).replace(/\/$/, '')}/capabilities`), 200)
      },
      { cite: 'RFC 7809 §3.1.2, §5.1' },
    ),
  ],
}
