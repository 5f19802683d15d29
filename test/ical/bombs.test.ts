import { expect } from 'chai'
import { InvalidCalendarError, RecurrenceLimitError } from '../../src/ical/errors.ts'
import { matchesFilter } from '../../src/ical/filter.ts'
import { instancesBetween } from '../../src/ical/instances.ts'
import { toJcal } from '../../src/ical/jcal.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import { project } from '../../src/ical/project.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import { writeUtc } from '../../src/ical/times.ts'
import { withTimezones } from '../../src/ical/timezones-by-reference.ts'
import { UTC } from '../../src/ical/zones.ts'
import { cpuMs, HANGS } from '../support/cpu-time.ts'

/** Processor seconds allowed for a megabyte or so. */
const ALLOWED = 1.5

function calendar(...parts: string[]): string {
  return `BEGIN:VCALENDAR\r\n${parts.join('\r\n')}\r\nEND:VCALENDAR\r\n`
}

function event(lines: readonly string[]): string {
  return `BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20240101T100000Z\r\n${lines.join('\r\n')}\r\nEND:VEVENT`
}

function repeated(text: string, times: number, separator = ''): string {
  return Array<string>(times).fill(text).join(separator)
}

function timezone(tzid: string, ...parts: string[]): string {
  return ['BEGIN:VTIMEZONE', `TZID:${tzid}`, ...parts, 'END:VTIMEZONE'].join('\r\n')
}

function observance(...lines: string[]): string {
  const fixed = ['TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200', 'DTSTART:16010101T000000']
  return ['BEGIN:STANDARD', ...fixed, ...lines, 'END:STANDARD'].join('\r\n')
}

const YEARLY = 'RRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6;BYMONTHDAY=31,-1,30,29'

describe('hostile calendars take time by their length alone:', () => {
  for (const [what, text] of [
    ['nothing but carriage returns', repeated('\r', 1_000_000)],
    ['one folded line', `BEGIN:VCALENDAR${repeated('\n ', 500_000)}`],
    ['an EXDATE of 60,000 dates', calendar(event([`EXDATE:${repeated('20240101T100000Z', 60_000, ',')}`]))],
    [
      '20,000 alarms',
      calendar(event(Array(20_000).fill('BEGIN:VALARM\r\nACTION:X\r\nTRIGGER:PT0S\r\nEND:VALARM'))),
    ],
    ['a parameter of 500,000 values', calendar(event([`X-A;B=${repeated('a', 500_000, ',')}:x`]))],
    ['a million carets', calendar(event([`X-A;B=${repeated('^n', 500_000)}:x`]))],
    ['900 quotes never closed', calendar(event([`X-A${repeated(';B="', 900)}:x`]))],
    ['100,000 names', calendar(event(Array.from({ length: 100_000 }, (_, index) => `X-${index}:a`)))],
    [
      'a time zone of 100 busy rules',
      calendar(timezone('Europe/Berlin', ...Array<string>(100).fill(observance(YEARLY))), event([])),
    ],
    [
      '200 zones counted for centuries',
      calendar(
        ...Array.from({ length: 200 }, (_, index) =>
          timezone(`Z${index}`, observance(`${YEARLY};COUNT=5000`)),
        ),
        event([]),
      ),
    ],
    [
      '1,900 lists of dates',
      calendar(
        timezone(
          'X',
          ...Array<string>(1900).fill(observance(`RDATE:${repeated('19700101T000000', 30, ',')}`)),
        ),
        event([]),
      ),
    ],
  ] as const) {
    it(what, () => {
      const before = process.cpuUsage()
      try {
        readCalendarObject(text)
      } catch (error) {
        if (!(error instanceof InvalidCalendarError)) throw error
      }
      const { user, system } = process.cpuUsage(before)
      expect((user + system) / 1e6).to.be.below(ALLOWED)
    })
  }

  for (const [what, text] of [
    [
      '100,000 zones nobody knows',
      calendar(event(Array.from({ length: 100_000 }, (_, index) => `X-A;TZID=A/B${index}:x`))),
    ],
    ['half a million escapes', calendar(event([`DESCRIPTION:${repeated('\\,', 500_000)}`]))],
    ['half a million slashes', calendar(event([`FREEBUSY:${repeated('/', 500_000)}`]))],
  ] as const) {
    it(`${what}, written in every form`, () => {
      const parsed = parseCalendar(text)
      const before = process.cpuUsage()
      serializeCalendar(withTimezones(parsed))
      toJcal(parsed)
      const { user, system } = process.cpuUsage(before)
      expect((user + system) / 1e6).to.be.below(ALLOWED)
    })
  }

  it('more zones than any object uses', () => {
    const many = Array.from({ length: 201 }, (_, index) => timezone(`Z${index}`, observance()))
    expect(() => readCalendarObject(calendar(...many, event([])))).to.throw(
      InvalidCalendarError,
      '200 time zones',
    )
  })
})

describe('objects of very many overrides', () => {
  const DAY = 86_400_000
  const START = Date.UTC(2024, 0, 1)
  const month = { from: START + 400 * DAY, until: START + 430 * DAY }
  const minutes = Array.from({ length: 20_000 }, (_, minute) => START + 300 * DAY + minute * 60_000)

  it('do not multiply the work on each instance where all have RANGE=THISANDFUTURE', () => {
    const overrides = minutes.map((at) => {
      const moved = writeUtc(at + 36_500 * DAY)
      return `BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:${writeUtc(at)}\r\nDTSTART:${moved}\r\nEND:VEVENT`
    })
    const object = readCalendarObject(calendar(event(['RRULE:FREQ=MINUTELY']), ...overrides))
    const spent = cpuMs(() => {
      const expand = () => instancesBetween(object, month, { floatingZone: UTC, limit: 1000 })
      expect(expand).to.throw(RecurrenceLimitError)
    })
    expect(spent).to.be.below(HANGS)
  })

  it('are each looked at once where none has a date', () => {
    const todos = minutes.map(
      (at) =>
        `BEGIN:VTODO\r\nUID:a\r\nRECURRENCE-ID:${writeUtc(at)}\r\nCOMPLETED:19990101T000000Z\r\nEND:VTODO`,
    )
    const object = readCalendarObject(calendar(...todos))
    const expand = { start: month.from, end: month.until }
    const spent = cpuMs(() => expect(project(object, { expand }, UTC).components).to.deep.equal([]))
    expect(spent).to.be.below(HANGS)
  })

  it('share one bound where each has an alarm that may ring long before', () => {
    const alarm = 'BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-P9000D\r\nEND:VALARM'
    const object = readCalendarObject(calendar(event(['RRULE:FREQ=HOURLY', ...Array(2000).fill(alarm)])))
    const timeRange = { start: START + 600_000, end: START + 1_200_000 }
    const rings = { name: 'VALARM', props: [], comps: [], timeRange }
    const filter = { name: 'VCALENDAR', props: [], comps: [{ name: 'VEVENT', props: [], comps: [rings] }] }
    const spent = cpuMs(() => expect(() => matchesFilter(object, filter, UTC)).to.throw(RecurrenceLimitError))
    expect(spent).to.be.below(HANGS)
  })
})
