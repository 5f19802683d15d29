import { must, type Section } from '../engine/section.ts'
import { expectCondition, expectRefusal, expectStatus, expectTrue } from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'
import { child } from '../xml/element.ts'

/** Calendar collections (RFC 4791 §4.2). */
export const section: Section = {
  cite: 'RFC 4791 §4.2',
  title: 'Calendar collections',
  tests: [
    must(
      'give calendars the types collection and calendar',
      'resourcetype of a calendar holds DAV:collection and CALDAV:calendar.',
      async (t) => {
        const type = await t.owner.property(await t.calendar(), 'D:resourcetype')
        expectTrue(child(type, 'D:collection') !== undefined, 'DAV:collection is missing', type?.source)
        expectTrue(child(type, 'C:calendar') !== undefined, 'CALDAV:calendar is missing', type?.source)
      },
    ),
    must(
      'refuse a calendar inside a calendar',
      'Calendars do not hold calendars, at any depth.',
      async (t) => {
        const response = await t.makeCalendar(`${await t.calendar()}inner/`, '')
        expectCondition(response, 'C:calendar-collection-location-ok')
      },
      { cite: 'RFC 4791 §5.3.1.1' },
    ),
    must(
      'refuse anything that is no calendar object',
      'A calendar holds calendar objects and nothing else.',
      async (t) => {
        const href = `${await t.calendar()}readme.txt`
        expectRefusal(await t.owner.put(href, 'just text', { 'Content-Type': 'text/plain' }))
        expectStatus(await t.owner.get(href), 404)
      },
    ),
    must(
      'refuse to move a calendar into a calendar',
      'calendar-collection-location-ok holds for MOVE as well.',
      async (t) => {
        t.need('method:MOVE')
        const [one, two] = [await t.calendar(), await t.calendar()]
        expectRefusal(await t.owner.move(one, `${two}inner/`))
        expectStatus(await t.owner.propfind(one, ['D:resourcetype']), 207)
      },
      { cite: 'RFC 4791 §5.3.2.1' },
    ),
    must(
      'keep calendars apart',
      'An object is in the calendar it was put into and in no other.',
      async (t) => {
        const [one, two] = [await t.calendar(), await t.calendar()]
        await t.object(one, simpleEvent(t.name()), 'here.ics')
        expectStatus(await t.owner.get(`${two}here.ics`), 404)
      },
    ),
  ],
}
