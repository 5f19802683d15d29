import { must, type Section } from '../engine/section.ts'
import { expectMultistatus, expectSame } from '../expect.ts'
import { componentSet, populated } from '../fixtures/populated.ts'
import { calendarQuery, compFilter, propFilter, timeRange } from '../fixtures/reports.ts'
import { type TimeRangeCase, timeRangeTests } from '../fixtures/time-range-case.ts'
import { nameOf } from '../hrefs.ts'
import { alarm, calendar, component, event, journal, todo } from '../ical/build.ts'

const journals = populated(
  {
    timed: calendar(journal('jr-timed', ['DTSTART:20260310T100000Z'])),
    dated: calendar(journal('jr-dated', ['DTSTART;VALUE=DATE:20260410'])),
    timeless: calendar(journal('jr-timeless', ['SUMMARY:Thoughts'])),
  },
  componentSet('VJOURNAL'),
)

const freeBusy = populated(
  {
    bounded: calendar(
      component('VFREEBUSY', [
        'UID:fb-bounded',
        'DTSTAMP:20260101T000000Z',
        'DTSTART:20260310T000000Z',
        'DTEND:20260311T000000Z',
      ]),
    ),
    periods: calendar(
      component('VFREEBUSY', [
        'UID:fb-periods',
        'DTSTAMP:20260101T000000Z',
        'FREEBUSY:20260410T100000Z/PT1H,20260410T150000Z/20260410T160000Z',
      ]),
    ),
    empty: calendar(component('VFREEBUSY', ['UID:fb-empty', 'DTSTAMP:20260101T000000Z'])),
  },
  componentSet('VFREEBUSY'),
)

const alarms = populated({
  before: calendar(
    event('al-before', ['DTSTART:20260310T100000Z', 'DURATION:PT1H', ...alarm(['TRIGGER:-PT15M'])]),
  ),
  after: calendar(
    event('al-after', ['DTSTART:20260410T100000Z', 'DURATION:PT1H', ...alarm(['TRIGGER;RELATED=END:PT5M'])]),
  ),
  absolute: calendar(
    event('al-absolute', [
      'DTSTART:20260510T100000Z',
      'DURATION:PT1H',
      ...alarm(['TRIGGER;VALUE=DATE-TIME:20260509T180000Z']),
    ]),
  ),
  repeated: calendar(
    event('al-repeated', [
      'DTSTART:20260610T100000Z',
      'DURATION:PT1H',
      ...alarm(['TRIGGER:-PT1H', 'REPEAT:2', 'DURATION:PT10M']),
    ]),
  ),
  series: calendar(
    event('al-series', [
      'DTSTART:20260701T100000Z',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;COUNT=10',
      ...alarm(['TRIGGER:-PT30M']),
    ]),
  ),
  silent: calendar(event('al-silent', ['DTSTART:20260310T100000Z', 'DURATION:PT1H'])),
})

const stamped = populated({
  done: calendar(todo('pr-done', ['COMPLETED:20260310T100000Z', 'STATUS:COMPLETED'])),
  open: calendar(todo('pr-open', ['SUMMARY:Not yet'])),
})

const one = (object: string, what: string, start: string, end: string, matches: boolean): TimeRangeCase => ({
  object,
  what,
  start,
  end,
  matches,
})

const journalCases = [
  one('timed', 'a journal entry at the start of the range', '20260310T100000Z', '20260310T110000Z', true),
  one('timed', 'a journal entry before the range', '20260310T100001Z', '20260310T110000Z', false),
  one('timed', 'a journal entry at the end of the range', '20260310T090000Z', '20260310T100000Z', false),
  {
    ...one(
      'dated',
      'a journal entry of a day in the middle of it',
      '20260410T115900Z',
      '20260410T120100Z',
      true,
    ),
    why: 'RFC 4791 §9.9 gives a journal entry on a date the length of that day: start < DTSTART+P1D AND end > DTSTART.',
  },
  one('dated', 'a journal entry of a day two days later', '20260412T120000Z', '20260412T130000Z', false),
  one('timeless', 'a journal entry without a date', '20200101T000000Z', '20400101T000000Z', false),
]

const freeBusyCases = [
  one('bounded', 'free-busy information that covers the range', '20260310T100000Z', '20260310T110000Z', true),
  one('bounded', 'free-busy information of another day', '20260312T100000Z', '20260312T110000Z', false),
  one(
    'periods',
    'free-busy information with a period in the range',
    '20260410T150000Z',
    '20260410T153000Z',
    true,
  ),
  one(
    'periods',
    'free-busy information without a period in the range',
    '20260410T120000Z',
    '20260410T130000Z',
    false,
  ),
  one('empty', 'free-busy information without times', '20200101T000000Z', '20400101T000000Z', false),
]

const alarmCases: readonly (readonly [
  object: string,
  what: string,
  start: string,
  end: string,
  matches: boolean,
  why?: string,
])[] = [
  ['before', 'an alarm a quarter of an hour before its event', '20260310T094500Z', '20260310T094600Z', true],
  ['before', 'an event whose alarm rings before the range', '20260310T095000Z', '20260310T120000Z', false],
  ['after', 'an alarm after the end of its event', '20260410T110500Z', '20260410T110600Z', true],
  ['after', 'an event whose alarm rings after the range', '20260410T100000Z', '20260410T110500Z', false],
  ['absolute', 'an alarm of its own time', '20260509T180000Z', '20260509T180100Z', true],
  ['repeated', 'an alarm at its second repetition', '20260610T092000Z', '20260610T092100Z', true],
  ['repeated', 'an alarm past its repetitions', '20260610T093000Z', '20260610T110000Z', false],
  ['series', 'an alarm of the fifth instance of a series', '20260705T093000Z', '20260705T093100Z', true],
  ['series', 'a series whose alarms ring outside the range', '20260705T094000Z', '20260705T120000Z', false],
  ['silent', 'an event without an alarm', '20260101T000000Z', '20270101T000000Z', false],
]

const propertyCases: readonly (readonly [
  what: string,
  start: string,
  end: string,
  names: string,
  why?: string,
])[] = [
  ['find a task by a range around its completion', '20260310T000000Z', '20260311T000000Z', 'done.ics'],
  ['find no task by a range after its completion', '20260311T000000Z', '20260312T000000Z', ''],
  [
    'find a task by a range that begins at its completion',
    '20260310T100000Z',
    '',
    'done.ics',
    'RFC 4791 §9.9: start <= date-time AND end > date-time, so the first instant of the range belongs to it.',
  ],
  ['find no task by a range that ends at its completion', '', '20260310T100000Z', ''],
]

/** time-range on journals, free-busy information, alarms and properties (RFC 4791 §9.9). */
export const section: Section = {
  cite: 'RFC 4791 §9.9',
  title: 'time-range on journals, free-busy, alarms and properties',
  tests: [
    ...timeRangeTests(
      journals,
      'VJOURNAL',
      'A journal entry matches by its start: a time lies in the range, a day overlaps it; without a start it never matches.',
      journalCases,
    ),
    ...timeRangeTests(
      freeBusy,
      'VFREEBUSY',
      'Free-busy information matches by its start and end, or else by any of its periods.',
      freeBusyCases,
    ).map((test) => ({
      ...test,
      run: async (t: Parameters<typeof test.run>[0]) => {
        const probe = await t.makeCalendar(`${t.owner.home}${t.name('fb')}/`, componentSet('VFREEBUSY'))
        if (probe.status !== 201) t.skip('calendars hold no VFREEBUSY here')
        await test.run(t)
      },
    })),
    ...alarmCases.map(([object, what, start, end, matches, why]) =>
      must(
        `${matches ? 'find' : 'leave out'} ${what}`,
        'A time-range on VALARM matches the times at which the alarm rings, repetitions and instances included.',
        async (t) => {
          const { calendar: href, need } = await t.use(alarms)
          need(object)
          const body = calendarQuery(compFilter('VEVENT', compFilter('VALARM', timeRange(start, end))))
          const response = await t.owner.report(href, body)
          if (response.conditions().includes('C:supported-filter'))
            return t.skip('filters on alarms are refused as C:supported-filter')
          const { responses } = expectMultistatus(response)
          const isFound = responses.some((each) => nameOf(each.href) === `${object}.ics`)
          expectSame(isFound ? 'found' : 'left out', matches ? 'found' : 'left out', `${object}.ics`)
        },
        why === undefined ? {} : { why },
      ),
    ),
    ...propertyCases.map(([what, start, end, names, why]) =>
      must(
        what,
        'A time-range in a prop-filter matches a date property whose value lies in the half-open range.',
        async (t) => {
          const { calendar: href } = await t.use(stamped)
          const body = calendarQuery(compFilter('VTODO', propFilter('COMPLETED', timeRange(start, end))))
          const { responses } = expectMultistatus(await t.owner.report(href, body))
          expectSame(responses.map((each) => nameOf(each.href)).join(), names, 'Other objects were found')
        },
        why === undefined ? {} : { why },
      ),
    ),
  ],
}
