import { must, type Section, should } from '../engine/section.ts'
import { expectProp, expectTrue } from '../expect.ts'
import { propOf } from '../multistatus.ts'
import { findAll, hrefsIn } from '../xml/element.ts'
import { qualified } from '../xml/names.ts'

const required = ['C:calendar-query', 'C:calendar-multiget', 'C:free-busy-query']

/** What a CalDAV server announces and offers (RFC 4791 §2, §5.1, §7). */
export const section: Section = {
  cite: 'RFC 4791 §5.1',
  title: 'The calendar-access feature',
  tests: [
    must(
      'announce calendar-access in OPTIONS of a calendar',
      'Resources of a CalDAV server say calendar-access in the DAV header.',
      async (t) => {
        const tokens = (await t.owner.options(await t.calendar())).list('dav')
        expectTrue(tokens.includes('calendar-access'), 'calendar-access is missing', tokens.join())
      },
    ),
    must(
      'announce calendar-access in OPTIONS of the calendar home',
      'Resources of a CalDAV server say calendar-access in the DAV header.',
      async (t) => {
        const tokens = (await t.owner.options(t.owner.home)).list('dav')
        expectTrue(tokens.includes('calendar-access'), 'calendar-access is missing', tokens.join())
      },
    ),
    must(
      'announce access-control as well',
      'A CalDAV server supports WebDAV access control.',
      async (t) => {
        const tokens = (await t.owner.options(await t.calendar())).list('dav')
        expectTrue(tokens.includes('access-control'), 'access-control is missing', tokens.join())
      },
      { cite: 'RFC 4791 §2' },
    ),
    should(
      'offer MKCALENDAR',
      'A CalDAV server should let clients make calendars by MKCALENDAR.',
      async (t) => {
        const allowed = (await t.owner.options(t.owner.home)).list('allow')
        expectTrue(allowed.includes('MKCALENDAR'), 'Allow of the home lacks MKCALENDAR', allowed.join())
      },
      { cite: 'RFC 4791 §5.3.1' },
    ),
    ...required.map((name) =>
      must(
        `list ${name} in supported-report-set of a calendar`,
        'Calendars say which reports they answer; the three of CalDAV are required.',
        async (t) => {
          const set = expectProp(
            await t.owner.properties(await t.calendar(), ['D:supported-report-set']),
            'D:supported-report-set',
          )
          const names = findAll(set, 'D:report').flatMap((each) =>
            each.children.map((report) => qualified(report.name)),
          )
          expectTrue(names.includes(name), `${name} is missing`, names.join())
        },
        { cite: 'RFC 4791 §7' },
      ),
    ),
    should(
      'have calendar-home-set on the principal',
      'The property leads from a principal to its calendars.',
      async (t) => {
        expectTrue(
          hrefsIn(await t.owner.property(t.owner.principal, 'C:calendar-home-set')).length > 0,
          'There is no href',
        )
      },
      { cite: 'RFC 4791 §6.2.1' },
    ),
    should(
      'leave calendar-home-set out of allprop',
      'The property is returned only when asked for.',
      async (t) => {
        const response = await t.owner.request('PROPFIND', t.owner.principal, { depth: '0' })
        expectTrue(
          propOf(response.multistatus().responses[0], 'C:calendar-home-set') === undefined,
          'allprop returned it',
        )
      },
      { cite: 'RFC 4791 §6.2.1' },
    ),
  ],
}
