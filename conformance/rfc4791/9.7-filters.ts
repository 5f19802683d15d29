import { must, type Section } from '../engine/section.ts'
import { expectCondition, expectMultistatus, expectNames, expectRefusal } from '../expect.ts'
import { populated } from '../fixtures/populated.ts'
import { type QueryCase, queryTests } from '../fixtures/query-case.ts'
import { calendarQuery, compFilter, propFilter, textMatch, timeRange } from '../fixtures/reports.ts'
import { alarm, calendar, component, event, todo } from '../ical/build.ts'
import { xml } from '../xml/write.ts'

const march = ['DTSTART:20260310T100000Z', 'DURATION:PT1H']

const fixture = populated({
  plain: calendar(event('fi-plain', [...march, 'SUMMARY:Budget Review', 'CATEGORIES:WORK,Finance'])),
  alarmed: calendar(
    event('fi-alarmed', [
      'DTSTART:20260410T100000Z',
      'DURATION:PT1H',
      'SUMMARY:Dentist',
      'LOCATION:Main Street 5',
      ...alarm(['TRIGGER:-PT15M']),
    ]),
  ),
  meeting: calendar(
    event('fi-meeting', [
      ...[
        'DTSTART:20260510T100000Z',
        'DURATION:PT1H',
        'SUMMARY;LANGUAGE=de:Prüfung der Bücher',
        'STATUS:TENTATIVE',
      ],
      ...['ORGANIZER;SCHEDULE-AGENT=CLIENT:mailto:boss@elsewhere.example'],
      ...['ATTENDEE;SCHEDULE-AGENT=CLIENT;PARTSTAT=ACCEPTED;CN=Ann:mailto:ann@elsewhere.example'],
      ...['ATTENDEE;SCHEDULE-AGENT=CLIENT;PARTSTAT=DECLINED;CN=Ben:mailto:ben@elsewhere.example'],
    ]),
  ),
  series: calendar(
    event('fi-series', [
      'DTSTART:20260601T100000Z',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;COUNT=5',
      'SUMMARY:Standup',
    ]),
    event('fi-series', [
      'RECURRENCE-ID:20260603T100000Z',
      'DTSTART:20260603T120000Z',
      'DURATION:PT1H',
      'SUMMARY:Standup with guests',
    ]),
  ),
  task: calendar(todo('fi-task', ['DUE:20260310T180000Z', 'SUMMARY:File the report', 'PRIORITY:1'])),
  done: calendar(
    todo('fi-done', [
      'DUE:20260311T180000Z',
      'SUMMARY:Water plants',
      'STATUS:COMPLETED',
      'COMPLETED:20260311T120000Z',
    ]),
  ),
  custom: calendar(
    event('fi-custom', [
      'DTSTART:20260710T100000Z',
      'DURATION:PT1H',
      'SUMMARY:Custom',
      'X-MOOD;X-WHY=rain:gloomy',
      ...component('X-EXTRA', ['X-INSIDE:1']),
    ]),
  ),
})

const events = ['plain', 'alarmed', 'meeting', 'series', 'custom']
const inEvent = (inside: string): string => compFilter('VEVENT', inside)
const paramFilter = (name: string, inside: string): string =>
  `<C:param-filter name="${name}">${inside}</C:param-filter>`
const absent = '<C:is-not-defined/>'

const cases: readonly QueryCase[] = [
  {
    what: 'every object by an empty filter on VCALENDAR',
    filter: '',
    finds: [...events, 'task', 'done'],
    cite: 'RFC 4791 §9.7.1',
  },
  { what: 'all events by component', filter: compFilter('VEVENT'), finds: events, cite: 'RFC 4791 §9.7.1' },
  {
    what: 'all tasks by component',
    filter: compFilter('VTODO'),
    finds: ['task', 'done'],
    cite: 'RFC 4791 §9.7.1',
  },
  {
    what: 'nothing by a component no object has',
    filter: compFilter('VJOURNAL'),
    finds: [],
    cite: 'RFC 4791 §9.7.1',
  },
  {
    why: 'RFC 4791 §9.7.1: an empty comp-filter holds if a component of that name is there; taking it for no condition returns events without alarms.',
    what: 'events with an alarm',
    filter: inEvent(compFilter('VALARM')),
    finds: ['alarmed'],
    cite: 'RFC 4791 §9.7.1',
  },
  {
    what: 'events without an alarm',
    filter: inEvent(compFilter('VALARM', absent)),
    finds: ['plain', 'meeting', 'series', 'custom'],
    cite: 'RFC 4791 §9.7.4',
  },
  {
    what: 'objects without an event',
    filter: compFilter('VEVENT', absent),
    finds: ['task', 'done'],
    cite: 'RFC 4791 §9.7.4',
  },
  {
    what: 'events with a location',
    filter: inEvent(propFilter('LOCATION')),
    finds: ['alarmed'],
    cite: 'RFC 4791 §9.7.2',
  },
  {
    what: 'events without a location',
    filter: inEvent(propFilter('LOCATION', absent)),
    finds: ['plain', 'meeting', 'series', 'custom'],
    cite: 'RFC 4791 §9.7.4',
  },
  {
    what: 'tasks that are not completed',
    filter: compFilter('VTODO', propFilter('COMPLETED', absent)),
    finds: ['task'],
    cite: 'RFC 4791 §9.7.4',
  },
  {
    what: 'objects by a property of the calendar itself',
    filter: propFilter('VERSION', textMatch('2.0')),
    finds: [...events, 'task', 'done'],
    cite: 'RFC 4791 §9.7.2',
  },
  {
    what: 'an event by a property nobody has registered',
    filter: inEvent(propFilter('X-MOOD')),
    finds: ['custom'],
    cite: 'RFC 4791 §9.7.2',
  },
  {
    what: 'an event by part of its title',
    filter: inEvent(propFilter('SUMMARY', textMatch('udget'))),
    finds: ['plain'],
    cite: 'RFC 4791 §9.7.5',
  },
  {
    what: 'an event by its title in other case',
    filter: inEvent(propFilter('SUMMARY', textMatch('BUDGET review'))),
    finds: ['plain'],
    cite: 'RFC 4791 §9.7.5',
  },
  {
    what: 'an event by i;ascii-casemap named as such',
    filter: inEvent(propFilter('SUMMARY', textMatch('DENTIST', 'collation="i;ascii-casemap"'))),
    finds: ['alarmed'],
    cite: 'RFC 4791 §7.5',
  },
  {
    what: 'an event by i;octet in the right case',
    filter: inEvent(propFilter('SUMMARY', textMatch('Dentist', 'collation="i;octet"'))),
    finds: ['alarmed'],
    cite: 'RFC 4791 §7.5',
  },
  {
    what: 'nothing by i;octet in the wrong case',
    filter: inEvent(propFilter('SUMMARY', textMatch('dentist', 'collation="i;octet"'))),
    finds: [],
    cite: 'RFC 4791 §7.5',
  },
  {
    what: 'an event by the default collation of the standard',
    filter: inEvent(propFilter('SUMMARY', textMatch('dentist', 'collation="default"'))),
    finds: ['alarmed'],
    cite: 'RFC 4791 §7.5',
  },
  {
    what: 'nothing by letters beyond ASCII in other case under i;ascii-casemap',
    filter: inEvent(propFilter('SUMMARY', textMatch('PRÜFUNG'))),
    finds: [],
    cite: 'RFC 4791 §7.5',
  },
  {
    what: 'an event by letters beyond ASCII as they are',
    filter: inEvent(propFilter('SUMMARY', textMatch('Bücher'))),
    finds: ['meeting'],
    cite: 'RFC 4791 §9.7.5',
  },
  {
    what: 'events whose title does not hold a text',
    filter: inEvent(propFilter('SUMMARY', textMatch('standup', 'negate-condition="yes"'))),
    finds: ['plain', 'alarmed', 'meeting', 'custom'],
    cite: 'RFC 4791 §9.7.5',
  },
  {
    what: 'an event by one of several categories',
    filter: inEvent(propFilter('CATEGORIES', textMatch('finance'))),
    finds: ['plain'],
    cite: 'RFC 4791 §9.7.5',
  },
  {
    what: 'a series by the title of a changed instance',
    filter: inEvent(propFilter('SUMMARY', textMatch('guests'))),
    finds: ['series'],
    cite: 'RFC 4791 §9.7.1',
  },
  {
    what: 'an event by any of its attendees',
    filter: inEvent(propFilter('ATTENDEE', textMatch('ben@elsewhere'))),
    finds: ['meeting'],
    cite: 'RFC 4791 §9.7.2',
  },
  {
    what: 'an event by a parameter',
    filter: inEvent(propFilter('ATTENDEE', paramFilter('PARTSTAT', textMatch('DECLINED')))),
    finds: ['meeting'],
    cite: 'RFC 4791 §9.7.3',
  },
  {
    what: 'an event by text and parameter of the same attendee',
    filter: inEvent(
      propFilter('ATTENDEE', textMatch('ann@') + paramFilter('PARTSTAT', textMatch('ACCEPTED'))),
    ),
    finds: ['meeting'],
    cite: 'RFC 4791 §9.7.2',
  },
  {
    what: 'nothing by text and parameter of different attendees',
    filter: inEvent(
      propFilter('ATTENDEE', textMatch('ann@') + paramFilter('PARTSTAT', textMatch('DECLINED'))),
    ),
    finds: [],
    cite: 'RFC 4791 §9.7.2',
  },
  {
    what: 'an event by a parameter that is there',
    filter: inEvent(propFilter('SUMMARY', paramFilter('LANGUAGE', ''))),
    finds: ['meeting'],
    cite: 'RFC 4791 §9.7.3',
  },
  {
    what: 'events by a parameter that is not there',
    filter: inEvent(propFilter('SUMMARY', paramFilter('LANGUAGE', absent))),
    finds: ['plain', 'alarmed', 'series', 'custom'],
    cite: 'RFC 4791 §9.7.3',
  },
  {
    what: 'an event by two properties at once',
    filter: inEvent(propFilter('SUMMARY', textMatch('dentist')) + propFilter('LOCATION', textMatch('main'))),
    finds: ['alarmed'],
    cite: 'RFC 4791 §9.7.1',
  },
  {
    what: 'nothing when one of two properties differs',
    filter: inEvent(propFilter('SUMMARY', textMatch('dentist')) + propFilter('LOCATION', textMatch('side'))),
    finds: [],
    cite: 'RFC 4791 §9.7.1',
  },
  {
    what: 'an event by time and title together',
    filter: inEvent(
      timeRange('20260301T000000Z', '20260401T000000Z') + propFilter('SUMMARY', textMatch('budget')),
    ),
    finds: ['plain'],
    cite: 'RFC 4791 §9.7.1',
  },
  {
    what: 'nothing by the time of one event and the title of another',
    filter: inEvent(
      timeRange('20260301T000000Z', '20260401T000000Z') + propFilter('SUMMARY', textMatch('dentist')),
    ),
    finds: [],
    cite: 'RFC 4791 §9.7.1',
  },
  {
    what: 'an event by its UID',
    filter: inEvent(propFilter('UID', textMatch('fi-custom', 'collation="i;octet"'))),
    finds: ['custom'],
    cite: 'RFC 4791 §7.8.6',
  },
  {
    what: 'an event by its state',
    filter: inEvent(propFilter('STATUS', textMatch('TENTATIVE'))),
    finds: ['meeting'],
    cite: 'RFC 4791 §9.7.5',
  },
  {
    what: 'nothing by a negated text on a property the task does not have',
    filter: compFilter(
      'VTODO',
      propFilter('COMPLETED', absent) +
        propFilter('STATUS', textMatch('CANCELLED', 'negate-condition="yes"')),
    ),
    finds: [],
    cite: 'RFC 4791 §7.8.9',
  },
  {
    what: 'objects by names of components and properties in any case',
    filter: compFilter('vevent', propFilter('location')),
    finds: ['alarmed'],
    cite: 'RFC 5545 §2',
  },
]

/** Filters of calendar-query (RFC 4791 §9.7). */
export const section: Section = {
  cite: 'RFC 4791 §9.7',
  title: 'Filters',
  tests: [
    ...queryTests(
      fixture,
      'A filter holds when the component is there and all conditions in it hold for one and the same component or property.',
      cases,
    ),
    must(
      'name supported-collation for a collation it does not have',
      'A collation the server does not support is refused.',
      async (t) => {
        const { calendar: href } = await t.use(fixture)
        const filter = inEvent(propFilter('SUMMARY', textMatch('x', 'collation="i;no-such-collation"')))
        expectCondition(await t.owner.report(href, calendarQuery(filter)), 'C:supported-collation')
      },
      { cite: 'RFC 4791 §7.8' },
    ),
    must(
      'name valid-filter for a filter that is not about VCALENDAR',
      'The outermost comp-filter is for VCALENDAR.',
      async (t) => {
        const { calendar: href } = await t.use(fixture)
        const body = xml(
          'C:calendar-query',
          `<D:prop><D:getetag/></D:prop><C:filter>${compFilter('VEVENT')}</C:filter>`,
        )
        const response = await t.owner.report(href, body)
        if (response.status === 207) expectNames(expectMultistatus(response), [])
        else expectRefusal(response)
      },
      { cite: 'RFC 4791 §7.8' },
    ),
    ...(
      [
        ['a time that is not in UTC', timeRange('20260301T000000', '20260401T000000')],
        ['a time that is no time', timeRange('march', 'april')],
        ['an end before the start', timeRange('20260401T000000Z', '20260301T000000Z')],
        ['neither start nor end', '<C:time-range/>'],
      ] as const
    ).map(([what, range]) =>
      must(
        `name valid-filter for a time-range with ${what}`,
        'Start and end are UTC date-times in order, at least one of them.',
        async (t) => {
          const { calendar: href } = await t.use(fixture)
          expectCondition(
            await t.owner.report(href, calendarQuery(inEvent(range))),
            'C:valid-filter',
            [400, 403, 409],
          )
        },
        {
          cite: 'RFC 4791 §7.8',
          why: 'RFC 4791 §9.9 requires end to be later than start and both in UTC; a query that cannot match anything is a mistake the client should hear of.',
        },
      ),
    ),
    must(
      'name valid-filter for a comp-filter without a name',
      'name is required.',
      async (t) => {
        const { calendar: href } = await t.use(fixture)
        expectRefusal(await t.owner.report(href, calendarQuery('<C:comp-filter/>')))
      },
      { cite: 'RFC 4791 §9.7.1' },
    ),
    must(
      'refuse a calendar-query without a filter',
      'filter is a required part of calendar-query.',
      async (t) => {
        const { calendar: href } = await t.use(fixture)
        expectRefusal(await t.owner.report(href, xml('C:calendar-query', '<D:prop><D:getetag/></D:prop>')))
      },
      {
        cite: 'RFC 4791 §9.5',
        why: 'RFC 4791 §9.5 makes filter a required child of calendar-query; answering with everything hides the mistake and may be very large.',
      },
    ),
  ],
}
