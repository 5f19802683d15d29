import { expect } from 'chai'
import { readContentLine, writeContentLine } from '../../src/ical/content-line.ts'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import { fromXcal, toXcal, type XcalElement } from '../../src/ical/xcal.ts'
import { fromXcalProperty, toXcalProperty } from '../../src/ical/xcal-property.ts'

/** A tree in short: `name(children…)`, texts quoted. */
function outline({ name, children }: XcalElement): string {
  const inner = children.map((child) => (typeof child === 'string' ? JSON.stringify(child) : outline(child)))
  return `${name}(${inner.join(' ')})`
}

const PAIRS: readonly (readonly [string, string])[] = [
  ['SUMMARY:a\\, b\\nc', 'summary(text("a, b\\nc"))'],
  ['CATEGORIES:a\\,b,c', 'categories(text("a,b") text("c"))'],
  [
    'DTSTART;TZID=Europe/Berlin:20240101T100000',
    'dtstart(parameters(tzid(text("Europe/Berlin"))) date-time("2024-01-01T10:00:00"))',
  ],
  ['DTSTART;VALUE=DATE:20240101', 'dtstart(date("2024-01-01"))'],
  ['GEO:37.5;-12', 'geo(latitude("37.5") longitude("-12"))'],
  ['REQUEST-STATUS:2.0;Success', 'request-status(code("2.0") description("Success"))'],
  ['REQUEST-STATUS:2.0', 'request-status(code("2.0"))'],
  [
    'RRULE:FREQ=YEARLY;COUNT=5;BYMONTH=1,2;BYDAY=MO',
    'rrule(recur(freq("YEARLY") count("5") bymonth("1") bymonth("2") byday("MO")))',
  ],
  [
    'FREEBUSY:20240101T100000Z/PT1H,20240102T100000Z/20240102T110000Z',
    'freebusy(period(start("2024-01-01T10:00:00Z") duration("PT1H")) ' +
      'period(start("2024-01-02T10:00:00Z") end("2024-01-02T11:00:00Z")))',
  ],
  [
    'ATTENDEE;RSVP=TRUE;MEMBER="mailto:a@b","mailto:c@d":mailto:e@f',
    'attendee(parameters(rsvp(boolean("true")) member(cal-address("mailto:a@b") cal-address("mailto:c@d"))) ' +
      'cal-address("mailto:e@f"))',
  ],
  ['SEQUENCE:3', 'sequence(integer("3"))'],
  ['TZOFFSETTO:-0330', 'tzoffsetto(utc-offset("-03:30"))'],
  ['X-ANY;X-P=q:raw\\,value', 'x-any(parameters(x-p(unknown("q"))) unknown("raw\\\\,value"))'],
  ['X-ANY;VALUE=BOOLEAN:FALSE', 'x-any(boolean("false"))'],
  ['ATTENDEE;RSVP=maybe:mailto:a@b', 'attendee(parameters(rsvp(text("maybe"))) cal-address("mailto:a@b"))'],
  ['X-EMPTY:', 'x-empty(unknown())'],
  ['X-ANY;CONSTRUCTOR=a;VALUE=CONSTRUCTOR:b', 'x-any(parameters(constructor(text("a"))) constructor("b"))'],
]

describe('xCal (RFC 6321)', () => {
  for (const [line, tree] of PAIRS) {
    it(`carries ${line}`, () => {
      const xcal = toXcalProperty(readContentLine(line, 1))
      expect(outline(xcal)).to.equal(tree)
      expect(writeContentLine(fromXcalProperty(xcal))).to.equal(line)
    })
  }

  it('wraps a calendar in an icalendar document', () => {
    const text = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
    const xcal = toXcal(parseCalendar(text))
    expect(outline(xcal)).to.equal(
      'icalendar(vcalendar(properties(version(text("2.0"))) components(vevent())))',
    )
    expect(serializeCalendar(fromXcal(xcal))).to.equal(text)
  })

  it('ignores the white space of an indented document', () => {
    const start = { name: 'start', children: ['\n 2024-01-01T10:00:00Z\n'] }
    const duration = { name: 'duration', children: [' PT1H '] }
    const period = { name: 'period', children: ['\n  ', start, '\n  ', duration, '\n'] }
    const property = { name: 'freebusy', children: ['\n ', period, '\n'] }
    expect(writeContentLine(fromXcalProperty(property))).to.equal('FREEBUSY:20240101T100000Z/PT1H')
  })

  const el = (name: string, ...children: (XcalElement | string)[]): XcalElement => ({ name, children })
  const calendarOf = (...properties: XcalElement[]) =>
    el('icalendar', el('vcalendar', el('properties', ...properties)))

  for (const [what, root] of [
    ['another root', el('vcalendar')],
    ['no calendar', el('icalendar')],
    ['two calendars', el('icalendar', el('vcalendar'), el('vcalendar'))],
    ['a property without value', calendarOf(el('summary'))],
    ['values of two types', calendarOf(el('exdate', el('date', '2024-01-01'), el('text', 'x')))],
    ['a value that is not of its type', calendarOf(el('dtstart', el('date', 'today')))],
    ['an integer that is none', calendarOf(el('sequence', el('integer', '')))],
    ['a rule part that cannot be', calendarOf(el('rrule', el('recur', el('freq', 'A;B'))))],
    ['a property name that cannot be', calendarOf(el('a_:', el('text', 'x')))],
    ['a line break in a raw value', calendarOf(el('x-a', el('unknown', 'a\nEND:VCALENDAR')))],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => fromXcal(root)).to.throw(InvalidCalendarError)
    })
  }
})
