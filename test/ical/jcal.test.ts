import { expect } from 'chai'
import ICAL from 'ical.js'
import { readContentLine, writeContentLine } from '../../src/ical/content-line.ts'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { fromJcal, toJcal } from '../../src/ical/jcal.ts'
import { fromJcalProperty, toJcalProperty } from '../../src/ical/jcal-property.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'

/** Content lines with their jCal form; each way. */
const PAIRS: readonly (readonly [string, unknown])[] = [
  ['SUMMARY:a\\, b\\nc', ['summary', {}, 'text', 'a, b\nc']],
  ['SUMMARY;LANGUAGE=de:x', ['summary', { language: 'de' }, 'text', 'x']],
  ['CATEGORIES:a\\,b,c', ['categories', {}, 'text', 'a,b', 'c']],
  ['DTSTART;VALUE=DATE:20240101', ['dtstart', {}, 'date', '2024-01-01']],
  [
    'DTSTART;TZID=Europe/Berlin:20240101T100000',
    ['dtstart', { tzid: 'Europe/Berlin' }, 'date-time', '2024-01-01T10:00:00'],
  ],
  ['DTSTAMP:20240101T100000Z', ['dtstamp', {}, 'date-time', '2024-01-01T10:00:00Z']],
  [
    'EXDATE:20240101T100000Z,20240102T100000Z',
    ['exdate', {}, 'date-time', '2024-01-01T10:00:00Z', '2024-01-02T10:00:00Z'],
  ],
  ['RDATE;VALUE=PERIOD:20240101T100000Z/PT1H', ['rdate', {}, 'period', ['2024-01-01T10:00:00Z', 'PT1H']]],
  [
    'FREEBUSY;FBTYPE=BUSY:20240101T100000Z/20240101T110000Z',
    ['freebusy', { fbtype: 'BUSY' }, 'period', ['2024-01-01T10:00:00Z', '2024-01-01T11:00:00Z']],
  ],
  ['DURATION:PT1H', ['duration', {}, 'duration', 'PT1H']],
  ['TRIGGER:-PT15M', ['trigger', {}, 'duration', '-PT15M']],
  ['TRIGGER;VALUE=DATE-TIME:20240101T100000Z', ['trigger', {}, 'date-time', '2024-01-01T10:00:00Z']],
  ['SEQUENCE:3', ['sequence', {}, 'integer', 3]],
  ['GEO:37.5;-12', ['geo', {}, 'float', [37.5, -12]]],
  ['REQUEST-STATUS:2.0;Success\\;x;y', ['request-status', {}, 'text', ['2.0', 'Success;x', 'y']]],
  ['TZOFFSETTO:-0330', ['tzoffsetto', {}, 'utc-offset', '-03:30']],
  [
    'RRULE:FREQ=YEARLY;UNTIL=20300101T000000Z;BYMONTH=1,2;BYDAY=-1SU;WKST=MO',
    [
      'rrule',
      {},
      'recur',
      { freq: 'YEARLY', until: '2030-01-01T00:00:00Z', bymonth: [1, 2], byday: '-1SU', wkst: 'MO' },
    ],
  ],
  [
    'RRULE:RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;SKIP=FORWARD',
    ['rrule', {}, 'recur', { rscale: 'HEBREW', freq: 'YEARLY', bymonth: '5L', skip: 'FORWARD' }],
  ],
  [
    'ATTENDEE;MEMBER="mailto:a@b","mailto:c@d":mailto:e@f',
    ['attendee', { member: ['mailto:a@b', 'mailto:c@d'] }, 'cal-address', 'mailto:e@f'],
  ],
  [
    'ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:aGk=',
    ['attach', { fmttype: 'text/plain', encoding: 'BASE64' }, 'binary', 'aGk='],
  ],
  ['X-ANY;A=b:raw\\,value;1', ['x-any', { a: 'b' }, 'unknown', 'raw\\,value;1']],
  ['X-ANY;VALUE=BOOLEAN:TRUE', ['x-any', {}, 'boolean', true]],
  ['X-ANY;VALUE=TIME:101112Z', ['x-any', {}, 'time', '10:11:12Z']],
  ['X-ANY;VALUE=X-TYPE:odd', ['x-any', {}, 'x-type', 'odd']],
  // RFC 7986, 9073, 9074 and 9253
  ['REFRESH-INTERVAL:P1W', ['refresh-interval', {}, 'duration', 'P1W']],
  [
    'CONFERENCE;FEATURE=PHONE,AUDIO;VALUE=URI:tel:1',
    ['conference', { feature: ['PHONE', 'AUDIO'] }, 'uri', 'tel:1'],
  ],
  ['STYLED-DESCRIPTION;VALUE=TEXT:a\\,b', ['styled-description', {}, 'text', 'a,b']],
  ['ACKNOWLEDGED:20240101T100000Z', ['acknowledged', {}, 'date-time', '2024-01-01T10:00:00Z']],
  ['LINK;LINKREL=SOURCE;VALUE=URI:https://a', ['link', { linkrel: 'SOURCE' }, 'uri', 'https://a']],
  // Values that are not of their type are carried as written, with the VALUE they claim.
  ['DTSTART:soon', ['dtstart', {}, 'unknown', 'soon']],
  ['EXDATE;VALUE=DATE:', ['exdate', { value: 'DATE' }, 'unknown', '']],
  ['SEQUENCE:99999999999999999999', ['sequence', {}, 'unknown', '99999999999999999999']],
]

describe('jCal (RFC 7265)', () => {
  for (const [line, jcal] of PAIRS) {
    it(`carries ${line}`, () => {
      expect(toJcalProperty(readContentLine(line, 1))).to.deep.equal(jcal)
      expect(writeContentLine(fromJcalProperty(jcal))).to.equal(line)
    })
  }

  it('says the type that a value without VALUE evidently has', () => {
    expect(toJcalProperty(readContentLine('DTSTART:20240101', 1))).to.deep.equal([
      'dtstart',
      {},
      'date',
      '2024-01-01',
    ])
  })

  it('nests components', () => {
    const text = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
    const jcal = ['vcalendar', [['version', {}, 'text', '2.0']], [['vevent', [['uid', {}, 'text', 'a']], []]]]
    expect(toJcal(parseCalendar(text))).to.deep.equal(jcal)
    expect(serializeCalendar(fromJcal(jcal))).to.equal(text)
  })

  for (const [what, data] of [
    ['no array', { vcalendar: [] }],
    ['a component of two', ['vcalendar', []]],
    ['a component without name', ['', [], []]],
    ['a property that is text', ['vcalendar', ['version'], []]],
    ['a property without value', ['vcalendar', [['version', {}, 'text']], []]],
    ['a property named BEGIN', ['vcalendar', [['begin', {}, 'text', 'x']], []]],
    ['a name with a colon', ['vcalendar', [['a:b', {}, 'text', 'x']], []]],
    ['a bad type', ['vcalendar', [['x-a', {}, 'te xt', 'x']], []]],
    ['parameters that are a list', ['vcalendar', [['x-a', [], 'text', 'x']], []]],
    ['a parameter that is an object', ['vcalendar', [['x-a', { a: {} }, 'text', 'x']], []]],
    ['a parameter name with a line break', ['vcalendar', [['x-a', { 'a\r\nb': 'c' }, 'text', 'x']], []]],
    ['a date that is none', ['vcalendar', [['dtstart', {}, 'date', '20240101']], []]],
    ['a number for text', ['vcalendar', [['summary', {}, 'text', 5]], []]],
    ['two values of one-valued SUMMARY', ['vcalendar', [['summary', {}, 'text', 'a', 'b']], []]],
    ['a rule that is text', ['vcalendar', [['rrule', {}, 'recur', 'FREQ=DAILY']], []]],
    ['a rule part with a line break', ['vcalendar', [['rrule', {}, 'recur', { freq: 'A\r\nB' }]], []]],
    ['a raw value with a line break', ['vcalendar', [['x-a', {}, 'unknown', 'a\r\nEND:VCALENDAR']], []]],
    ['a control character', ['vcalendar', [['summary', {}, 'text', 'a\u0000']], []]],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => fromJcal(data)).to.throw(InvalidCalendarError)
    })
  }

  it('refuses components nested too deep', () => {
    let data: unknown = ['x-a', [], []]
    for (let depth = 0; depth < 100; depth++) data = ['x-a', [], [data]]
    expect(() => fromJcal(data)).to.throw(InvalidCalendarError, 'too deep')
  })
})

describe('where ical.js goes astray (docs/icalendar.md)', () => {
  function both(line: string): [unknown, unknown] {
    const text = `BEGIN:VCALENDAR\r\n${line}\r\nEND:VCALENDAR\r\n`
    const theirs = ICAL.parse(text) as unknown as [string, unknown[]]
    return [theirs[1][0], toJcal(parseCalendar(text))[1][0]]
  }

  for (const [what, line] of [
    ['makes a number of WKST', 'RRULE:FREQ=WEEKLY;WKST=MO'],
    ['cuts a date without VALUE=DATE into a broken time', 'DTSTART:20240101'],
    ['makes up a date from an empty list', 'EXDATE:'],
    ['makes up a date from any text', 'DTSTART:INVALID-DATE'],
    ['breaks dates in periods', 'RDATE;VALUE=PERIOD:20240101/20240102'],
    [
      'joins the values of parameters it does not know to be lists',
      'CONFERENCE;VALUE=URI;FEATURE=PHONE,AUDIO:tel:1',
    ],
    ['does not know RFC 7986', 'REFRESH-INTERVAL:P1D'],
    ['takes a backslash in a parameter for an escape', 'ATTENDEE;CN=back\\\\slash:mailto:a@b'],
    ['does not know RFC 9074', 'ACKNOWLEDGED:20240101T000000Z'],
  ] as const) {
    it(`ical.js ${what}`, () => {
      const [theirs, ours] = both(line)
      expect(ours).not.to.deep.equal(theirs)
      expect(writeContentLine(fromJcalProperty(ours))).to.match(/^[A-Z-]+/)
    })
  }

  it('ical.js keeps a lone carriage return as part of the value', () => {
    const text = 'BEGIN:VCALENDAR\rX-A:a\rEND:VCALENDAR\r'
    expect(() => ICAL.parse(text)).to.throw()
    expect(parseCalendar(text).properties[0]?.value).to.equal('a')
  })
})
