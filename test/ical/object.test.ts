import { expect } from 'chai'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { readCalendarObject } from '../../src/ical/object.ts'

function calendar(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')
}

function component(name: string, ...lines: string[]): string {
  return [`BEGIN:${name}`, 'UID:u1', 'DTSTAMP:20240101T000000Z', ...lines, `END:${name}`].join('\r\n')
}

function vevent(...lines: string[]): string {
  return component('VEVENT', 'DTSTART:20240101T100000Z', ...lines)
}

function alarm(...lines: string[]): string {
  return ['BEGIN:VALARM', ...lines, 'END:VALARM'].join('\r\n')
}

function refusal(text: string): InvalidCalendarError {
  try {
    readCalendarObject(text)
  } catch (error) {
    if (error instanceof InvalidCalendarError) return error
    throw error
  }
  throw new Error('was not refused')
}

describe('readCalendarObject', () => {
  it('finds master, overrides, UID and kind', () => {
    const object = readCalendarObject(
      calendar(
        vevent('RECURRENCE-ID:20240108T100000Z'),
        vevent('RRULE:FREQ=WEEKLY'),
        vevent('RECURRENCE-ID:20240115T100000Z'),
      ),
    )
    expect(object).to.include({ uid: 'u1', component: 'VEVENT' })
    expect(object.master?.line).to.equal(10)
    expect(object.overrides.map(({ line }) => line)).to.deep.equal([4, 16])
  })

  it('has no master when only single instances were sent', () => {
    const object = readCalendarObject(calendar(vevent('RECURRENCE-ID:20240108T100000Z')))
    expect(object.master).to.equal(undefined)
    expect(object.overrides).to.have.length(1)
  })

  describe('lets pass what harms nobody:', () => {
    for (const [what, text] of [
      [
        'LF, a byte order mark and no last line break',
        `\ufeff${calendar(vevent()).replaceAll('\r\n', '\n').trim()}`,
      ],
      [
        'no VERSION, PRODID or DTSTAMP',
        'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20240101\nEND:VEVENT\nEND:VCALENDAR',
      ],
      [
        'a known zone without VTIMEZONE',
        calendar(component('VEVENT', 'DTSTART;TZID=Europe/Berlin:20240101T100000')),
      ],
      [
        'a padded Windows zone name',
        calendar(component('VEVENT', 'DTSTART;TZID="W. Europe Standard Time ":20240101T100000')),
      ],
      ['a date without VALUE=DATE', calendar(component('VEVENT', 'DTSTART:20240101', 'DTEND:20240102'))],
      ['DTEND equal to DTSTART, as Evolution sends it', calendar(vevent('DTEND:20240101T100000Z'))],
      ['an empty EXDATE or RDATE', calendar(vevent('EXDATE:', 'RDATE;VALUE=DATE-TIME:'))],
      [
        'several RRULEs and an EXRULE',
        calendar(vevent('RRULE:FREQ=DAILY;COUNT=3', 'RRULE:FREQ=WEEKLY', 'EXRULE:FREQ=YEARLY')),
      ],
      ['a trailing semicolon in RRULE', calendar(vevent('RRULE:FREQ=DAILY;'))],
      ['an alarm without DESCRIPTION', calendar(vevent(alarm('ACTION:DISPLAY', 'TRIGGER:-PT15M')))],
      ['an absolute alarm without VALUE', calendar(vevent(alarm('ACTION:NONE', 'TRIGGER:19760401T005545Z')))],
      [
        'unknown properties, parameters and components',
        calendar(vevent('X-A;X-B=c:d', 'NEW:x', 'BEGIN:X-C\r\nA:b\r\nEND:X-C'), 'BEGIN:X-TOP\r\nEND:X-TOP'),
      ],
      [
        'RFC 9073 components',
        calendar(
          vevent(
            'BEGIN:PARTICIPANT\r\nUID:p\r\nPARTICIPANT-TYPE:SPEAKER\r\nEND:PARTICIPANT',
            'BEGIN:VLOCATION\r\nUID:l\r\nNAME:Hall\r\nEND:VLOCATION',
          ),
        ),
      ],
      [
        'a due date beside a start time',
        calendar(component('VTODO', 'DTSTART:20240101T100000Z', 'DUE;VALUE=DATE:20240102')),
      ],
      [
        'a to-do without any time',
        calendar(component('VTODO', 'SUMMARY:x', 'STATUS:COMPLETED', 'COMPLETED:20240101T000000Z')),
      ],
      [
        'a journal entry with several descriptions',
        calendar(component('VJOURNAL', 'DESCRIPTION:a', 'DESCRIPTION:b')),
      ],
      [
        'free-busy and availability',
        calendar(
          component(
            'VAVAILABILITY',
            'BEGIN:AVAILABLE\r\nUID:a\r\nDTSTART:20240101T090000Z\r\nDTEND:20240101T170000Z\r\nEND:AVAILABLE',
          ),
        ),
      ],
      [
        'a floating start with a zoned end',
        calendar(component('VEVENT', 'DTSTART:20240101T100000', 'DTEND:20240101T090000Z')),
      ],
      [
        'a broken definition of a known zone',
        calendar(
          'BEGIN:VTIMEZONE\r\nTZID:UTC\r\nEND:VTIMEZONE',
          component('VEVENT', 'DTSTART;TZID=UTC:20240101T100000'),
        ),
      ],
    ] as const) {
      it(what, () => {
        expect(readCalendarObject(text).calendar.name).to.equal('VCALENDAR')
      })
    }
  })

  describe('refuses what is no calendar object resource (RFC 4791 §4.1):', () => {
    for (const [what, text, line] of [
      ['METHOD', calendar('METHOD:REQUEST', vevent()), 4],
      ['an empty calendar', calendar(), 1],
      ['only a time zone', calendar('BEGIN:VTIMEZONE\r\nTZID:UTC\r\nEND:VTIMEZONE'), 1],
      ['only an unknown component', calendar('BEGIN:X-A\r\nEND:X-A'), 1],
      ['two kinds of component', calendar(vevent(), component('VTODO')), 9],
      ['two UIDs', calendar(vevent(), vevent().replace('u1', 'u2')), 9],
      ['no UID', calendar(vevent().replace('UID:u1\r\n', '')), 4],
      ['an empty UID', calendar(vevent().replace('u1', ' ')), 4],
      ['two masters', calendar(vevent(), vevent()), 9],
      [
        'one instance twice',
        calendar(vevent('RECURRENCE-ID:20240108T100000Z'), vevent('RECURRENCE-ID:20240108T100000Z')),
        10,
      ],
      ['an alarm at the top', calendar(alarm('ACTION:DISPLAY', 'TRIGGER:PT0S')), 4],
      ['a zone nobody knows', calendar(component('VEVENT', 'DTSTART;TZID=Nowhere:20240101T100000')), 7],
    ] as const) {
      it(what, () => {
        expect(refusal(text)).to.include({ isObjectRule: true, line })
      })
    }
  })

  describe('refuses broken components (RFC 5545 §3.6), naming line, property and rule:', () => {
    for (const [what, text, line, subject] of [
      ['VERSION 1.0', calendar(vevent()).replace('2.0', '1.0'), 2, 'VERSION'],
      ['another calendar scale', calendar('CALSCALE:CHINESE', vevent()), 4, 'CALSCALE'],
      ['an event without DTSTART', calendar(component('VEVENT')), 4, 'DTSTART'],
      ['two SUMMARYs', calendar(vevent('SUMMARY:a', 'SUMMARY:b')), 9, 'SUMMARY'],
      ['DTEND and DURATION', calendar(vevent('DTEND:20240101T110000Z', 'DURATION:PT1H')), 4, 'DTEND'],
      ['DURATION of a to-do without DTSTART', calendar(component('VTODO', 'DURATION:PT1H')), 4, 'DURATION'],
      ['DTEND before DTSTART', calendar(vevent('DTEND:20240101T090000Z')), 8, 'DTEND'],
      ['DUE before DTSTART', calendar(component('VTODO', 'DTSTART:20240102', 'DUE:20240101')), 8, 'DUE'],
      ['a date for DTEND of a timed event', calendar(vevent('DTEND;VALUE=DATE:20240102')), 8, 'DTEND'],
      ['a negative duration', calendar(vevent('DURATION:-PT1H')), 8, 'DURATION'],
      ['an impossible date', calendar(component('VEVENT', 'DTSTART:20240230')), 7, 'DTSTART'],
      ['a bad EXDATE', calendar(vevent('EXDATE:20240101T100000Z,x')), 8, 'EXDATE'],
      ['a bad period', calendar(vevent('RDATE;VALUE=PERIOD:20240101T100000Z/-PT1H')), 8, 'RDATE'],
      ['a bad RRULE', calendar(vevent('RRULE:FREQ=SOMETIMES')), 8, 'RRULE'],
      ['a bad SEQUENCE', calendar(vevent('SEQUENCE:one')), 8, 'SEQUENCE'],
      ['a bad RECURRENCE-ID', calendar(vevent('RECURRENCE-ID:now')), 8, 'RECURRENCE-ID'],
      ['an alarm without TRIGGER', calendar(vevent(alarm('ACTION:DISPLAY'))), 8, 'TRIGGER'],
      ['an alarm without ACTION', calendar(vevent(alarm('TRIGGER:PT0S'))), 8, 'ACTION'],
      ['a bad TRIGGER', calendar(vevent(alarm('ACTION:DISPLAY', 'TRIGGER:PT-2H'))), 10, 'TRIGGER'],
      ['an event in an event', calendar(vevent(component('VTODO'))), 8, 'VTODO'],
      ['a VTIMEZONE without TZID', calendar('BEGIN:VTIMEZONE\r\nEND:VTIMEZONE', vevent()), 4, 'TZID'],
      [
        'a definition that says nothing of an unknown zone',
        calendar('BEGIN:VTIMEZONE\r\nTZID:Mine\r\nEND:VTIMEZONE', vevent()),
        4,
        'VTIMEZONE',
      ],
    ] as const) {
      it(what, () => {
        const fault = refusal(text)
        expect(fault).to.include({ line, subject })
        expect(fault.rule).to.match(/^RFC \d+ §\d/)
        expect(fault.message).to.match(new RegExp(`Line ${line}\\b`))
      })
    }
  })
})
