import { must, type Section } from '../engine/section.ts'
import { expectTrue } from '../expect.ts'
import { expectAlive, expectHandledAndAlive } from '../fixtures/alive.ts'
import { calendarQuery, compFilter, freeBusyQuery, timeRange } from '../fixtures/reports.ts'
import { retrieve } from '../fixtures/retrieved.ts'
import { calendar, component, event, type Lines } from '../ical/build.ts'

const start = 'DTSTART:20260310T100000Z'
const at =
  (...lines: Lines) =>
  (uid: string): string =>
    calendar(event(uid, lines))

const bombs: readonly (readonly [what: string, text: (uid: string) => string])[] = [
  ['an event every second for ever', at(start, 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY')],
  ['a rule that never matches', at(start, 'DURATION:PT1H', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30')],
  [
    'a rule of every second of two days a year',
    at(start, 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY;BYMONTH=3;BYMONTHDAY=10'),
  ],
  [
    'a rule with every part full',
    at(
      start,
      'DURATION:PT1S',
      `RRULE:FREQ=YEARLY;BYHOUR=${range(24)};BYMINUTE=${range(60)};BYSECOND=${range(60)}`,
    ),
  ],
  ['an interval beyond all time', at(start, 'RRULE:FREQ=YEARLY;INTERVAL=99999999')],
  ['a count of two thousand million', at(start, 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=2000000000')],
  ['a number too large for any machine', at(start, `RRULE:FREQ=DAILY;COUNT=${'9'.repeat(40)}`)],
  [
    'five thousand added dates',
    at(start, 'DURATION:PT1M', `RDATE:${Array.from({ length: 5000 }, (_, n) => stamp(n)).join(',')}`),
  ],
  ['a duration of a hundred million weeks', at(start, 'DURATION:P100000000W')],
  ['a start in the year one', at('DTSTART:00010101T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY')],
  ['a start in the year nine thousand', at('DTSTART:90000101T000000Z', 'DURATION:PT1H')],
  ['a line of a million letters', at(start, 'DURATION:PT1H', `DESCRIPTION:${'x'.repeat(1_000_000)}`)],
  ['ten thousand parameters', at(start, 'DURATION:PT1H', `X-MANY${';X-P=1'.repeat(10_000)}:y`)],
  [
    'components nested a thousand deep',
    (uid) => calendar(event(uid, [start, 'DURATION:PT1H', ...nested(1000)])),
  ],
  [
    'five hundred overrides',
    (uid) =>
      calendar(
        event(uid, [start, 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=600']),
        ...Array.from({ length: 500 }, (_, n) =>
          event(uid, [`RECURRENCE-ID:${stamp(n)}`, `DTSTART:${stamp(n)}`, 'DURATION:PT2H']),
        ),
      ),
  ],
  [
    'a zone with a rule of its own for every second',
    (uid) =>
      calendar(
        component('VTIMEZONE', [
          'TZID:Bomb',
          ...component('STANDARD', [
            'DTSTART:19700101T000000',
            'TZOFFSETFROM:+0000',
            'TZOFFSETTO:+0100',
            'RRULE:FREQ=SECONDLY',
          ]),
        ]),
        event(uid, ['DTSTART;TZID=Bomb:20260310T100000', 'DURATION:PT1H']),
      ),
  ],
  [
    'an offset of ninety-nine hours',
    (uid) =>
      calendar(
        component('VTIMEZONE', [
          'TZID:Far',
          ...component('STANDARD', ['DTSTART:19700101T000000', 'TZOFFSETFROM:+9900', 'TZOFFSETTO:+9900']),
        ]),
        event(uid, ['DTSTART;TZID=Far:20260310T100000', 'DURATION:PT1H']),
      ),
  ],
  [
    'a zone that is defined by itself',
    (uid) =>
      calendar(
        component('VTIMEZONE', [
          'TZID:Self',
          ...component('STANDARD', [
            'DTSTART;TZID=Self:19700101T000000',
            'TZOFFSETFROM:+0000',
            'TZOFFSETTO:+0000',
          ]),
        ]),
        event(uid, ['DTSTART;TZID=Self:20260310T100000', 'DURATION:PT1H']),
      ),
  ],
  [
    'an alarm repeated a million times',
    at(
      start,
      'DURATION:PT1H',
      ...component('VALARM', [
        'ACTION:DISPLAY',
        'DESCRIPTION:x',
        'TRIGGER:-PT1H',
        'REPEAT:1000000',
        'DURATION:PT1S',
      ]),
    ),
  ],
  [
    'a UID of ten thousand letters',
    (uid) => calendar(event(uid + 'u'.repeat(10_000), [start, 'DURATION:PT1H'])),
  ],
  ['zero octets in a value', at(start, 'DURATION:PT1H', 'SUMMARY:a\u0000b')],
  ['control characters in a value', at(start, 'DURATION:PT1H', 'SUMMARY:a\u0007\u001bb')],
  ['text that looks like another line', at(start, 'DURATION:PT1H', 'SUMMARY:a\\nEND:VEVENT\\nBEGIN:VEVENT')],
  ['a rule of a negative interval', at(start, 'RRULE:FREQ=DAILY;INTERVAL=-1')],
  ['a rule of an interval of zero', at(start, 'DURATION:PT1H', 'RRULE:FREQ=DAILY;INTERVAL=0')],
]

function range(count: number): string {
  return Array.from({ length: count }, (_, n) => n).join(',')
}

function stamp(n: number): string {
  return `${new Date(Date.UTC(2026, 2, 10, 10) + n * 86_400_000).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`
}

function nested(depth: number): Lines {
  let lines: Lines = []
  for (let n = 0; n < depth; n++) lines = component('X-DEEP', lines)
  return lines
}

/** iCalendar made to cost: stored or refused clearly, and every report goes on. */
export const section: Section = {
  cite: 'RFC 5545 §7',
  title: 'Costly iCalendar',
  // A server that is stopped by one of these is no longer there for other tests.
  lane: 'alone',
  tests: [
    ...bombs.map(([what, text]) =>
      must(
        `survive ${what}`,
        'What is stored is bounded in cost, or refused with a clear 4xx.',
        async (t) => {
          const href = await t.calendar()
          const object = `${href}bomb.ics`
          const started = Date.now()
          const response = await t.owner.put(object, text(t.name()))
          expectTrue(response.status < 500 || response.status === 507, 'The server failed', response.status)
          const query = calendarQuery(compFilter('VEVENT', timeRange('20260310T000000Z', '20260311T000000Z')))
          for (const body of [query, freeBusyQuery('20260310T000000Z', '20260311T000000Z')]) {
            const { status } = await t.owner.report(href, body)
            expectTrue(status < 500 || status === 507 || status === 501, 'A report failed', status)
          }
          expectTrue(Date.now() - started < 20_000, 'It took too long', `${Date.now() - started} ms`)
          await expectAlive(t)
        },
      ),
    ),
    must(
      'expand an endless rule over a wide range with an end to it',
      'Expansion is bounded: an answer, or a refusal that says so.',
      async (t) => {
        const href = `${await t.calendar()}endless.ics`
        const stored = await t.owner.put(href, at(start, 'DURATION:PT1M', 'RRULE:FREQ=MINUTELY')(t.name()))
        if (stored.status !== 201) return expectAlive(t)
        const calendarHref = href.replace(/[^/]*$/, '')
        const query = calendarQuery(
          compFilter('VEVENT'),
          '<C:calendar-data><C:expand start="20260101T000000Z" end="20460101T000000Z"/></C:calendar-data>',
        )
        await expectHandledAndAlive(t, await t.owner.report(calendarHref, query))
      },
    ),
    must('answer free-busy over a hundred years', 'A wide range is answered or refused.', async (t) => {
      const href = await t.calendar()
      await t.object(href, at(start, 'DURATION:PT1H', 'RRULE:FREQ=DAILY')(t.name()))
      await expectHandledAndAlive(
        t,
        await t.owner.report(href, freeBusyQuery('20000101T000000Z', '21000101T000000Z')),
      )
    }),
    must('keep good objects readable beside a costly one', 'One object does not hide others.', async (t) => {
      const href = await t.calendar()
      const good = await t.object(href, at(start, 'DURATION:PT1H')(t.name()), 'good.ics')
      await t.owner.put(`${href}bomb.ics`, at(start, 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY')(t.name()))
      const found = await retrieve(t, good, '<C:expand start="20260310T000000Z" end="20260311T000000Z"/>')
      expectTrue(found.components.length === 1, 'The good one is missing')
    }),
  ],
}
