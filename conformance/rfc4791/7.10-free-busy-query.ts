import { must, type Section } from '../engine/section.ts'
import { expectSame, expectStatus, expectTrue } from '../expect.ts'
import { periodsOf } from '../fixtures/free-busy.ts'
import { freeBusyQuery } from '../fixtures/reports.ts'
import { calendar, calendarWith, event, journal, type Lines, simpleEvent, todo } from '../ical/build.ts'
import { componentsOf, readCalendar, textValue } from '../ical/read.ts'
import { newYork } from '../ical/zones.ts'

interface Row {
  readonly what: string
  readonly objects: readonly Lines[]
  readonly busy: readonly string[]
  readonly why?: string
}

const at = (hour: string, ...more: Lines): Lines => [
  `DTSTART:20260310T${hour}0000Z`,
  'DURATION:PT1H',
  ...more,
]
const ten = 'BUSY 20260310T100000Z/20260310T110000Z'

const rows: readonly Row[] = [
  { what: 'an event as busy', objects: [event('a', at('10'))], busy: [ten] },
  { what: 'a confirmed event as busy', objects: [event('a', at('10', 'STATUS:CONFIRMED'))], busy: [ten] },
  {
    what: 'a tentative event as busy-tentative',
    objects: [event('a', at('10', 'STATUS:TENTATIVE'))],
    busy: ['BUSY-TENTATIVE 20260310T100000Z/20260310T110000Z'],
  },
  { what: 'a cancelled event as free', objects: [event('a', at('10', 'STATUS:CANCELLED'))], busy: [] },
  { what: 'a transparent event as free', objects: [event('a', at('10', 'TRANSP:TRANSPARENT'))], busy: [] },
  { what: 'an opaque event as busy', objects: [event('a', at('10', 'TRANSP:OPAQUE'))], busy: [ten] },
  {
    what: 'a task as free',
    objects: [todo('a', ['DTSTART:20260310T100000Z', 'DUE:20260310T110000Z'])],
    busy: [],
  },
  { what: 'a journal entry as free', objects: [journal('a', ['DTSTART:20260310T100000Z'])], busy: [] },
  {
    what: 'two events apart as two periods',
    objects: [event('a', at('10')), event('b', at('14'))],
    busy: [ten, 'BUSY 20260310T140000Z/20260310T150000Z'],
  },
  {
    what: 'two events that overlap as one period',
    objects: [event('a', at('10')), event('b', ['DTSTART:20260310T103000Z', 'DURATION:PT1H'])],
    busy: ['BUSY 20260310T100000Z/20260310T113000Z'],
  },
  {
    what: 'two events of the same time as one period',
    objects: [event('a', at('10')), event('b', at('10'))],
    busy: [ten],
  },
  {
    what: 'each instance of a series',
    objects: [event('a', at('10', 'RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=3'))],
    busy: [ten, 'BUSY 20260310T120000Z/20260310T130000Z', 'BUSY 20260310T140000Z/20260310T150000Z'],
  },
  {
    what: 'a series without the instance it leaves out',
    objects: [event('a', at('10', 'RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=3', 'EXDATE:20260310T120000Z'))],
    busy: [ten, 'BUSY 20260310T140000Z/20260310T150000Z'],
  },
  {
    what: 'a moved instance at its new time',
    objects: [
      [
        ...event('a', at('10', 'RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=2')),
        ...event('a', ['RECURRENCE-ID:20260310T120000Z', 'DTSTART:20260310T160000Z', 'DURATION:PT1H']),
      ],
    ],
    busy: [ten, 'BUSY 20260310T160000Z/20260310T170000Z'],
  },
  {
    what: 'a cancelled instance as free',
    objects: [
      [
        ...event('a', at('10', 'RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=2')),
        ...event('a', [
          'RECURRENCE-ID:20260310T120000Z',
          'DTSTART:20260310T120000Z',
          'DURATION:PT1H',
          'STATUS:CANCELLED',
        ]),
      ],
    ],
    busy: [ten],
  },
  {
    what: 'an event in New York at its time in UTC',
    objects: [
      [...newYork, ...event('a', ['DTSTART;TZID=America/New_York:20260310T100000', 'DURATION:PT1H'])],
    ],
    busy: ['BUSY 20260310T140000Z/20260310T150000Z'],
  },
  { what: 'an event of no length as free', objects: [event('a', ['DTSTART:20260310T100000Z'])], busy: [] },
  {
    what: 'an event that began the day before, from the start of the range at the latest',
    objects: [event('a', ['DTSTART:20260309T220000Z', 'DTEND:20260310T030000Z'])],
    busy: ['20260310T030000Z'],
  },
  {
    what: 'nothing of an event outside the range',
    objects: [event('a', ['DTSTART:20260312T100000Z', 'DURATION:PT1H'])],
    busy: [],
  },
]

const rule =
  'Events are busy unless transparent or cancelled, tentative ones busy-tentative; tasks and journal entries are free. Periods are in UTC, in order and do not overlap.'

/** The free-busy-query report (RFC 4791 §7.10). */
export const section: Section = {
  cite: 'RFC 4791 §7.10',
  title: 'free-busy-query',
  needs: ['report:C:free-busy-query'],
  tests: [
    ...rows.map(({ what, objects, busy, why }) =>
      must(
        `count ${what}`,
        rule,
        async (t) => {
          const href = await t.calendar()
          const ending = t.name('fb')
          for (const object of objects)
            await t.object(href, calendar(object).replace(/^UID:.*$/gm, `$&-${ending}`))
          const response = await t.owner.report(href, freeBusyQuery('20260310T000000Z', '20260311T000000Z'))
          expectStatus(response, 200)
          const periods = periodsOf(readCalendar(response.text))
          const [only = ''] = busy
          // Where the start of a period is the server's choice, its end is what counts.
          const seen =
            busy.length === 1 && !only.includes('/') ? periods.map((each) => each.split('/')[1]) : periods
          expectSame(seen.join('\n'), busy.join('\n'), 'Other periods were given')
        },
        why === undefined ? {} : { why },
      ),
    ),
    must(
      'answer with a VFREEBUSY over the range asked for',
      'The answer is one VFREEBUSY whose DTSTART and DTEND are the range.',
      async (t) => {
        const href = await t.calendar()
        const response = await t.owner.report(href, freeBusyQuery('20260310T000000Z', '20260311T000000Z'))
        expectStatus(response, 200)
        const [component] = componentsOf(readCalendar(response.text), 'VFREEBUSY')
        expectSame(textValue(component, 'DTSTART'), '20260310T000000Z', 'DTSTART differs')
        expectSame(textValue(component, 'DTEND'), '20260311T000000Z', 'DTEND differs')
        expectTrue(textValue(component, 'DTSTAMP') !== '', 'DTSTAMP is missing')
      },
    ),
    must('send it as text/calendar', 'The body of the answer is iCalendar.', async (t) => {
      const response = await t.owner.report(
        await t.calendar(),
        freeBusyQuery('20260310T000000Z', '20260311T000000Z'),
      )
      expectTrue(
        /^text\/calendar\b/.test(response.header('content-type')),
        'The media type differs',
        response.header('content-type'),
      )
    }),
    must('count stored free-busy information', 'VFREEBUSY objects add their periods.', async (t) => {
      const href = `${t.owner.home}${t.name('cal')}/`
      const made = await t.makeCalendar(
        href,
        '<C:supported-calendar-component-set><C:comp name="VEVENT"/><C:comp name="VFREEBUSY"/></C:supported-calendar-component-set>',
      )
      const text = calendarWith(
        [],
        [
          'BEGIN:VFREEBUSY',
          `UID:${t.name()}`,
          'DTSTAMP:20260101T000000Z',
          'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260310T100000Z/20260310T110000Z',
          'END:VFREEBUSY',
        ],
      )
      if (made.status !== 201 || (await t.owner.put(`${href}fb.ics`, text)).status !== 201)
        return t.skip('calendars hold no VFREEBUSY here')
      const response = await t.owner.report(href, freeBusyQuery('20260310T000000Z', '20260311T000000Z'))
      expectSame(
        periodsOf(readCalendar(response.text)).join(),
        'BUSY-UNAVAILABLE 20260310T100000Z/20260310T110000Z',
        'Other periods were given',
      )
    }),
    must(
      'reveal nothing but times',
      'Free-busy information holds no titles, places or people.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name(), 'Confidential'))
        const response = await t.owner.report(href, freeBusyQuery('20260310T000000Z', '20260311T000000Z'))
        expectTrue(!response.text.includes('Confidential'), 'The title was given')
      },
      { cite: 'RFC 4791 §7.10, RFC 5545 §3.8.2.6' },
    ),
  ],
}
