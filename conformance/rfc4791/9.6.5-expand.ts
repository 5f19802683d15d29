import { must, type Section, should } from '../engine/section.ts'
import { expectMember, expectMultistatus, expectProp, expectSame, expectTrue } from '../expect.ts'
import { calendarData, calendarQuery, compFilter, timeRange } from '../fixtures/reports.ts'
import { instancesOf, retrieve } from '../fixtures/retrieved.ts'
import { alarm, calendar, event, type Lines, simpleEvent } from '../ical/build.ts'
import { componentsOf, readCalendar, textValue } from '../ical/read.ts'
import { berlin, newYork } from '../ical/zones.ts'

interface Expansion {
  readonly what: string
  readonly text: (uid: string) => string
  readonly start: string
  readonly end: string
  /** `RECURRENCE-ID DTSTART` of each instance; a hyphen where there is none. */
  readonly instances: readonly string[]
  readonly why?: string
}

const daily = ['DTSTART:20260601T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=5']
const week = ['20260601T000000Z', '20260608T000000Z'] as const
const only =
  (lines: Lines) =>
  (uid: string): string =>
    calendar(event(uid, lines))
const same = (...times: string[]): string[] => times.map((time) => `${time} ${time}`)
/** The first instance of a series, where the standard leaves RECURRENCE-ID to the server. */
const first = (time: string): string => `? ${time}`

const expansions: readonly Expansion[] = [
  {
    what: 'a daily series',
    text: only(daily),
    start: '20260602T000000Z',
    end: '20260604T000000Z',
    instances: same('20260602T100000Z', '20260603T100000Z'),
  },
  {
    what: 'a series in New York in UTC, across the change of the clocks',
    text: (uid) =>
      calendar(
        newYork,
        event(uid, [
          'DTSTART;TZID=America/New_York:20260301T093000',
          'DURATION:PT30M',
          'RRULE:FREQ=WEEKLY;COUNT=3',
        ]),
      ),
    start: '20260301T000000Z',
    end: '20260401T000000Z',
    instances: [first('20260301T143000Z'), ...same('20260308T133000Z', '20260315T133000Z')],
  },
  {
    what: 'a series without the instances of EXDATE',
    text: only([...daily, 'EXDATE:20260602T100000Z,20260604T100000Z']),
    start: week[0],
    end: week[1],
    instances: [first('20260601T100000Z'), ...same('20260603T100000Z', '20260605T100000Z')],
  },
  {
    what: 'a series with the instances of RDATE',
    text: only(['DTSTART:20260601T100000Z', 'DURATION:PT1H', 'RDATE:20260603T120000Z,20260605T120000Z']),
    start: week[0],
    end: week[1],
    instances: [first('20260601T100000Z'), ...same('20260603T120000Z', '20260605T120000Z')],
  },
  {
    what: 'a moved instance with the RECURRENCE-ID it replaces',
    text: (uid) =>
      calendar(
        event(uid, daily),
        event(uid, ['RECURRENCE-ID:20260602T100000Z', 'DTSTART:20260602T180000Z', 'DURATION:PT1H']),
      ),
    start: '20260602T000000Z',
    end: '20260603T000000Z',
    instances: ['20260602T100000Z 20260602T180000Z'],
  },
  {
    what: 'an instance moved into the range from outside',
    text: (uid) =>
      calendar(
        event(uid, daily),
        event(uid, ['RECURRENCE-ID:20260602T100000Z', 'DTSTART:20260620T100000Z', 'DURATION:PT1H']),
      ),
    start: '20260620T000000Z',
    end: '20260621T000000Z',
    instances: ['20260602T100000Z 20260620T100000Z'],
  },
  {
    what: 'an instance moved out of the range not at all',
    text: (uid) =>
      calendar(
        event(uid, daily),
        event(uid, ['RECURRENCE-ID:20260602T100000Z', 'DTSTART:20260620T100000Z', 'DURATION:PT1H']),
      ),
    start: '20260601T000000Z',
    end: '20260604T000000Z',
    instances: [first('20260601T100000Z'), ...same('20260603T100000Z')],
  },
  {
    what: 'an instance that begins before the range and reaches into it',
    text: only(daily),
    start: '20260603T103000Z',
    end: '20260603T104500Z',
    instances: same('20260603T100000Z'),
  },
  {
    what: 'a single event without a RECURRENCE-ID',
    text: only(['DTSTART:20260601T100000Z', 'DURATION:PT1H']),
    start: week[0],
    end: week[1],
    instances: ['- 20260601T100000Z'],
  },
  {
    what: 'days as days',
    text: only(['DTSTART;VALUE=DATE:20260601', 'RRULE:FREQ=DAILY;COUNT=3']),
    start: '20260601T120000Z',
    end: '20260602T120000Z',
    instances: [first('20260601'), ...same('20260602')],
  },
  {
    what: 'an endless series far ahead',
    text: only(['DTSTART:20200106T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;BYDAY=MO']),
    start: '20560101T000000Z',
    end: '20560110T000000Z',
    instances: same('20560103T100000Z'),
  },
  {
    what: 'an instance in another zone in UTC',
    text: (uid) =>
      calendar(
        [...newYork, ...berlin],
        event(uid, [
          'DTSTART;TZID=America/New_York:20260601T100000',
          'DURATION:PT1H',
          'RRULE:FREQ=DAILY;COUNT=2',
        ]),
        event(uid, [
          'RECURRENCE-ID;TZID=America/New_York:20260602T100000',
          'DTSTART;TZID=Europe/Berlin:20260602T100000',
          'DURATION:PT1H',
        ]),
      ),
    start: '20260602T000000Z',
    end: '20260603T000000Z',
    instances: ['20260602T140000Z 20260602T080000Z'],
  },
]

/** The expand element of calendar-data (RFC 4791 §9.6.5). */
export const section: Section = {
  cite: 'RFC 4791 §9.6.5',
  title: 'Expansion',
  tests: [
    ...expansions.map(({ what, text, start, end, instances, why }) =>
      must(
        `expand ${what}`,
        'expand gives each instance in the range as a component of its own, in UTC, with a RECURRENCE-ID and without rules.',
        async (t) => {
          const href = await t.object(await t.calendar(), text(t.name()))
          const expanded = await retrieve(t, href, `<C:expand start="${start}" end="${end}"/>`)
          const given = instancesOf(expanded).map((each) => {
            const [, start = ''] = each.split(' ')
            return instances.includes(first(start)) ? first(start) : each
          })
          expectSame(given.sort().join('\n'), [...instances].sort().join('\n'), 'Other instances were given')
        },
        { cite: 'RFC 4791 §9.6.5', ...(why ? { why } : {}) },
      ),
    ),
    must(
      'leave no rule and no time zone in what it expanded',
      'Expanded components hold no RRULE, RDATE, EXDATE, nor references to time zones.',
      async (t) => {
        const text = calendar(
          newYork,
          event(t.name(), [
            'DTSTART;TZID=America/New_York:20260601T100000',
            'DTEND;TZID=America/New_York:20260601T110000',
            'RRULE:FREQ=DAILY;COUNT=3',
            'EXDATE;TZID=America/New_York:20260602T100000',
          ]),
        )
        const href = await t.object(await t.calendar(), text)
        const expanded = await retrieve(t, href, `<C:expand start="${week[0]}" end="${week[1]}"/>`)
        const lines = componentsOf(expanded, 'VEVENT').flatMap((each) => each.lines)
        const left = lines.filter(
          (line) => /^(RRULE|RDATE|EXDATE|EXRULE)$/.test(line.name) || line.params.has('TZID'),
        )
        expectSame(left.map((line) => line.name).join(), '', 'Some are left')
        expectSame(componentsOf(expanded, 'VTIMEZONE').length, 0, 'A time zone is left')
      },
      { cite: 'RFC 4791 §9.6.5' },
    ),
    must(
      'keep everything else in what it expanded',
      'Other properties and alarms belong to each instance.',
      async (t) => {
        const href = await t.object(
          await t.calendar(),
          calendar(event(t.name(), [...daily, 'SUMMARY:Daily', 'X-OWN:kept', ...alarm(['TRIGGER:-PT5M'])])),
        )
        const expanded = componentsOf(
          await retrieve(t, href, `<C:expand start="20260602T000000Z" end="20260604T000000Z"/>`),
          'VEVENT',
        )
        for (const each of expanded) {
          expectSame(textValue(each, 'SUMMARY'), 'Daily', 'The title differs')
          expectSame(textValue(each, 'X-OWN'), 'kept', 'A property differs')
          expectSame(componentsOf(each, 'VALARM').length, 1, 'The alarm is missing')
        }
        expectSame(expanded.length, 2, 'Another number of instances')
      },
      { cite: 'RFC 4791 §9.6.5' },
    ),
    should(
      'refuse to expand over a range that is no range',
      'Start and end of expand are UTC date-times in order.',
      async (t) => {
        const calendarHref = await t.calendar()
        await t.object(calendarHref, calendar(event(t.name(), daily)))
        const data = calendarData('<C:expand start="tomorrow" end="later"/>')
        const response = await t.owner.report(calendarHref, calendarQuery(compFilter('VEVENT'), data))
        expectTrue(response.status >= 400 && response.status < 500, 'It was not refused', response.status)
      },
      {
        cite: 'RFC 4791 §9.6.5',
        why: 'RFC 4791 §9.6.5 requires two UTC date-times in order; guessing returns other instances than were asked for.',
      },
    ),
    must(
      'expand what a query finds by the same range',
      'A query and its data may use one range.',
      async (t) => {
        const calendarHref = await t.calendar()
        const href = await t.object(calendarHref, calendar(event(t.name(), daily)))
        await t.object(calendarHref, simpleEvent(t.name(), 'Elsewhere', '20250101T100000Z'))
        const data = calendarData('<C:expand start="20260602T000000Z" end="20260604T000000Z"/>')
        const body = calendarQuery(
          compFilter('VEVENT', timeRange('20260602T000000Z', '20260604T000000Z')),
          data,
        )
        const found = expectMultistatus(await t.owner.report(calendarHref, body))
        expectSame(found.responses.length, 1, 'Another number of responses')
        const text = expectProp(expectMember(found, href), 'C:calendar-data').text
        expectSame(instancesOf(readCalendar(text)).length, 2, 'Another number of instances')
      },
      { cite: 'RFC 4791 §7.8.3' },
    ),
  ],
}
