import { must, type Section } from '../engine/section.ts'
import { expectStatus, expectSuccess, expectTrue } from '../expect.ts'
import { periodsOf } from '../fixtures/free-busy.ts'
import { year } from '../fixtures/scheduling.ts'
import { calendar, calendarWith, component } from '../ical/build.ts'
import { readCalendar } from '../ical/read.ts'
import { descend, findAll } from '../xml/element.ts'
import { escapeXml } from '../xml/write.ts'

const office = calendar(
  component('VAVAILABILITY', [
    ...[
      'UID:availability',
      'DTSTAMP:20260101T000000Z',
      `DTSTART:${year}0310T000000Z`,
      `DTEND:${year}0311T000000Z`,
    ],
    ...component('AVAILABLE', [
      'UID:available',
      'DTSTAMP:20260101T000000Z',
      `DTSTART:${year}0310T090000Z`,
      `DTEND:${year}0310T170000Z`,
    ]),
  ]),
)

/** Availability in CalDAV (RFC 7953 §7). */
export const section: Section = {
  cite: 'RFC 7953 §7.1',
  title: 'Availability of users',
  needs: ['dav:calendar-availability'],
  lane: 'scheduling',
  tests: [
    must(
      'announce calendar-availability on the home',
      'A server that supports availability says so in the DAV header.',
      async (t) => {
        expectTrue(
          (await t.owner.options(t.owner.home)).list('dav').includes('calendar-availability'),
          'It is missing',
        )
      },
      { cite: 'RFC 7953 §7.1, §7.2.1' },
    ),
    must(
      'answer a request for free time by the availability of the inbox',
      'Time outside the availability of a user is unavailable to others.',
      async (t) => {
        t.after(() => t.other.proppatch(t.other.inbox, {}, ['C:calendar-availability']))
        expectSuccess(
          await t.other.proppatch(t.other.inbox, { 'C:calendar-availability': escapeXml(office) }),
        )
        const lines = [
          `UID:${t.name()}`,
          'DTSTAMP:20260101T000000Z',
          `DTSTART:${year}0310T000000Z`,
          `DTEND:${year}0311T000000Z`,
          `ORGANIZER:${t.owner.address}`,
          `ATTENDEE:${t.other.address}`,
        ]
        const body = calendarWith(['METHOD:REQUEST'], component('VFREEBUSY', lines))
        const response = await t.owner.request('POST', t.owner.outbox, {
          body,
          headers: { 'Content-Type': 'text/calendar' },
        })
        expectStatus(response, 200)
        const [data] = findAll(response.xml(), 'C:calendar-data')
        const periods = periodsOf(readCalendar(data?.text ?? ''))
        expectTrue(
          periods.some((each) => each === `BUSY-UNAVAILABLE ${year}0310T000000Z/${year}0310T090000Z`),
          'The night is free',
          periods.join(),
        )
      },
      { cite: 'RFC 7953 §7.2.5', needs: ['inbox', 'outbox', 'user2', 'address'] },
    ),
    must(
      'refuse an availability that is none',
      'The property is a valid VCALENDAR of VAVAILABILITY.',
      async (t) => {
        t.after(() => t.owner.proppatch(t.owner.inbox, {}, ['C:calendar-availability']))
        const response = await t.owner.proppatch(t.owner.inbox, { 'C:calendar-availability': 'nine to five' })
        const status =
          descend(
            response.status === 207 ? response.xml() : undefined,
            'D:response',
            'D:propstat',
            'D:status',
          )?.text ?? String(response.status)
        expectTrue(/ 4\d\d|^4\d\d/.test(status), 'It was stored', status)
      },
      { cite: 'RFC 7953 §7.2.4', needs: ['inbox'] },
    ),
  ],
}
