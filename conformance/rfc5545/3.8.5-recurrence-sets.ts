import { must, type Section } from '../engine/section.ts'
import { expectSame } from '../expect.ts'
import { instancesOf, retrieve } from '../fixtures/retrieved.ts'
import { calendar, component, event, type Lines, todo } from '../ical/build.ts'
import { componentsOf, textValue } from '../ical/read.ts'
import { berlin, newYork, zoneLikeNewYork } from '../ical/zones.ts'

interface Row {
  readonly what: string
  readonly components: (uid: string) => readonly Lines[]
  /** DTSTART of each instance in 2026, as expanded. */
  readonly starts: readonly string[]
  readonly cite: string
  readonly why?: string
}

const inNewYork =
  (local: string, ...more: Lines) =>
  (uid: string): readonly Lines[] => [
    newYork,
    event(uid, [`DTSTART;TZID=America/New_York:${local}`, 'DURATION:PT1H', ...more]),
  ]
const master = ['DTSTART:20260601T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=4']

const rows: readonly Row[] = [
  {
    what: 'a time the clocks leap over, by the offset before the gap',
    components: inNewYork('20260308T023000'),
    starts: ['20260308T073000Z'],
    cite: 'RFC 5545 §3.3.5',
  },
  {
    what: 'a time the clocks pass twice, the first time',
    components: inNewYork('20261101T013000'),
    starts: ['20261101T053000Z'],
    cite: 'RFC 5545 §3.3.5',
  },
  {
    what: 'a daily series at the same wall-clock time over both changes',
    components: inNewYork('20260307T090000', 'RRULE:FREQ=DAILY;COUNT=3'),
    starts: ['20260307T140000Z', '20260308T130000Z', '20260309T130000Z'],
    cite: 'RFC 5545 §3.3.10',
  },
  {
    what: 'an UNTIL in UTC against local times',
    components: inNewYork('20260601T220000', 'RRULE:FREQ=DAILY;UNTIL=20260604T020000Z'),
    starts: ['20260602T020000Z', '20260603T020000Z', '20260604T020000Z'],
    cite: 'RFC 5545 §3.3.10',
  },
  {
    what: 'an UNTIL that is a date, for days',
    components: (uid) => [event(uid, ['DTSTART;VALUE=DATE:20260601', 'RRULE:FREQ=DAILY;UNTIL=20260603'])],
    starts: ['20260601', '20260602', '20260603'],
    cite: 'RFC 5545 §3.3.10',
  },
  {
    what: 'DTSTART counted by COUNT',
    components: (uid) => [
      event(uid, ['DTSTART:20260601T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=2']),
    ],
    starts: ['20260601T100000Z', '20260608T100000Z'],
    cite: 'RFC 5545 §3.8.5.3',
  },
  {
    what: 'several RDATE, each once',
    components: (uid) => [
      event(uid, [
        'DTSTART:20260601T100000Z',
        'DURATION:PT1H',
        'RDATE:20260603T100000Z,20260605T100000Z',
        'RDATE:20260605T100000Z',
      ]),
    ],
    starts: ['20260601T100000Z', '20260603T100000Z', '20260605T100000Z'],
    cite: 'RFC 5545 §3.8.5.2',
  },
  {
    what: 'an RDATE in another zone',
    components: (uid) => [
      newYork,
      berlin,
      event(uid, [
        'DTSTART;TZID=America/New_York:20260601T100000',
        'DURATION:PT1H',
        'RDATE;TZID=Europe/Berlin:20260603T100000',
      ]),
    ],
    starts: ['20260601T140000Z', '20260603T080000Z'],
    cite: 'RFC 5545 §3.8.5.2',
  },
  {
    what: 'an EXDATE that takes away an RDATE',
    components: (uid) => [
      event(uid, [
        'DTSTART:20260601T100000Z',
        'DURATION:PT1H',
        'RDATE:20260603T100000Z,20260605T100000Z',
        'EXDATE:20260603T100000Z',
      ]),
    ],
    starts: ['20260601T100000Z', '20260605T100000Z'],
    cite: 'RFC 5545 §3.8.5.1',
  },
  {
    what: 'an EXDATE that takes away the first instance',
    components: (uid) => [event(uid, [...master, 'EXDATE:20260601T100000Z'])],
    starts: ['20260602T100000Z', '20260603T100000Z', '20260604T100000Z'],
    cite: 'RFC 5545 §3.8.5.1',
  },
  {
    what: 'an EXDATE in UTC against local times',
    components: inNewYork('20260601T100000', 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20260602T140000Z'),
    starts: ['20260601T140000Z', '20260603T140000Z'],
    cite: 'RFC 5545 §3.8.5.1',
    why: 'RFC 5545 §3.8.5.1 leaves out the instance of that time; the same instant written in UTC names the same time.',
  },
  {
    what: 'an EXDATE that is a date, for days',
    components: (uid) => [
      event(uid, ['DTSTART;VALUE=DATE:20260601', 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE;VALUE=DATE:20260602']),
    ],
    starts: ['20260601', '20260603'],
    cite: 'RFC 5545 §3.8.5.1',
  },
  {
    what: 'an override that moves one instance',
    components: (uid) => [
      event(uid, master),
      event(uid, ['RECURRENCE-ID:20260602T100000Z', 'DTSTART:20260602T150000Z', 'DURATION:PT1H']),
    ],
    starts: ['20260601T100000Z', '20260602T150000Z', '20260603T100000Z', '20260604T100000Z'],
    cite: 'RFC 5545 §3.8.4.4',
  },
  {
    what: 'an override named in UTC for a series in New York',
    components: (uid) => [
      ...inNewYork('20260601T100000', 'RRULE:FREQ=DAILY;COUNT=3')(uid),
      event(uid, ['RECURRENCE-ID:20260602T140000Z', 'DTSTART:20260602T200000Z', 'DURATION:PT1H']),
    ],
    starts: ['20260601T140000Z', '20260602T200000Z', '20260603T140000Z'],
    cite: 'RFC 5545 §3.8.4.4',
  },
  {
    what: 'a zone known only by its definition',
    components: (uid) => [
      zoneLikeNewYork('Example/Somewhere'),
      event(uid, ['DTSTART;TZID=Example/Somewhere:20260701T100000', 'DURATION:PT1H']),
    ],
    starts: ['20260701T140000Z'],
    cite: 'RFC 5545 §3.6.5',
  },
  {
    what: 'a zone whose changes are given by RDATE',
    components: (uid) => [
      component('VTIMEZONE', [
        'TZID:Example/Dated',
        ...component('STANDARD', ['DTSTART:20200101T000000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0100']),
        ...component('DAYLIGHT', [
          'DTSTART:20260401T020000',
          'RDATE:20270401T020000',
          'TZOFFSETFROM:+0100',
          'TZOFFSETTO:+0300',
        ]),
        ...component('STANDARD', ['DTSTART:20261001T030000', 'TZOFFSETFROM:+0300', 'TZOFFSETTO:+0100']),
      ]),
      event(uid, [
        'DTSTART;TZID=Example/Dated:20260301T120000',
        'DURATION:PT1H',
        'RRULE:FREQ=MONTHLY;INTERVAL=4;COUNT=3',
      ]),
    ],
    starts: ['20260301T110000Z', '20260701T090000Z', '20261101T110000Z'],
    cite: 'RFC 5545 §3.6.5',
  },
  {
    what: 'a length in days that keeps the wall-clock time of the end',
    components: (uid) => [
      newYork,
      event(uid, ['DTSTART;TZID=America/New_York:20260307T120000', 'DURATION:P1D']),
    ],
    starts: ['20260307T170000Z'],
    cite: 'RFC 5545 §3.3.6',
  },
]

/** Sets of instances: time zones, dates added and left out, overrides (RFC 5545 §3.8.5, §3.3.5). */
export const section: Section = {
  cite: 'RFC 5545 §3.8.5',
  title: 'Recurrence sets and time zones',
  tests: [
    ...rows.map(({ what, components, starts, cite, why }) =>
      must(
        `count ${what}`,
        'The set of instances is DTSTART, the rule and RDATE, less EXDATE, with overrides in the place of what they name; local times follow the definition of their zone.',
        async (t) => {
          const href = await t.object(await t.calendar(), calendar(...components(t.name())))
          const expanded = await retrieve(
            t,
            href,
            '<C:expand start="20260101T000000Z" end="20270101T000000Z"/>',
          )
          const found = instancesOf(expanded).map((each) => each.split(' ')[1])
          expectSame(found.sort().join(' '), starts.join(' '), 'Other instances were given')
        },
        { cite, ...(why ? { why } : {}) },
      ),
    ),
    must(
      'end a day of 23 hours at the same wall-clock time',
      'A duration in days counts days, one in hours counts hours.',
      async (t) => {
        const lines = (duration: string): Lines => [
          'DTSTART;TZID=America/New_York:20260307T120000',
          `DURATION:${duration}`,
          'RRULE:FREQ=YEARLY;COUNT=1',
        ]
        const calendarHref = await t.calendar()
        const ends: string[] = []
        for (const duration of ['P1D', 'PT24H']) {
          const href = await t.object(calendarHref, calendar(newYork, event(t.name(), lines(duration))))
          const [found] = componentsOf(
            await retrieve(t, href, '<C:expand start="20260101T000000Z" end="20270101T000000Z"/>'),
            'VEVENT',
          )
          ends.push(textValue(found, 'DTEND') || textValue(found, 'DURATION'))
        }
        const expected = ['20260308T160000Z P1D PT23H', '20260308T170000Z PT24H P1D']
        for (const [n, end] of ends.entries()) {
          if (!expected[n]?.split(' ').includes(end))
            expectSame(end, expected[n]?.split(' ')[0], 'The end differs')
        }
      },
      { cite: 'RFC 5545 §3.3.6' },
    ),
    must(
      'repeat tasks like events',
      'Rules mean the same on every component.',
      async (t) => {
        const href = await t.object(
          await t.calendar(),
          calendar(
            todo(t.name(), ['DTSTART:20260601T100000Z', 'DUE:20260601T110000Z', 'RRULE:FREQ=DAILY;COUNT=3']),
          ),
        )
        const expanded = await retrieve(
          t,
          href,
          '<C:expand start="20260101T000000Z" end="20270101T000000Z"/>',
        )
        expectSame(instancesOf(expanded, 'VTODO').length, 3, 'Another number of instances')
      },
      { cite: 'RFC 5545 §3.6.2' },
    ),
  ],
}
