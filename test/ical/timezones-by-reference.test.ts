import { expect } from 'chai'
import { properties } from '../../src/ical/component.ts'
import { instancesBetween } from '../../src/ical/instances.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import { withoutStandardTimezones, withTimezones } from '../../src/ical/timezones-by-reference.ts'
import { vtimezoneFor } from '../../src/ical/vtimezone.ts'
import { UTC } from '../../src/ical/zones.ts'

function calendar(tzid: string, ...definitions: string[]) {
  const event = `BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=${tzid}:20240101T100000\r\nEND:VEVENT\r\n`
  return parseCalendar(`BEGIN:VCALENDAR\r\n${definitions.join('')}${event}END:VCALENDAR\r\n`)
}

function defined(from: ReturnType<typeof calendar>): string[] {
  return from.components.flatMap((component) => properties(component, 'TZID')).map(({ value }) => value)
}

const BERLIN = serializeCalendar(vtimezoneFor('Europe/Berlin', { from: Date.UTC(2020, 0) }))
const FIXED =
  'BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\n' +
  'DTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n'

describe('time zones by reference (RFC 7809)', () => {
  it('leaves out the definition of an IANA zone', () => {
    expect(defined(withoutStandardTimezones(calendar('Europe/Berlin', BERLIN)))).to.deep.equal([])
  })

  it('keeps a definition with a name of its own', () => {
    const given = calendar('Europe/Berlin', BERLIN.replace('Europe/Berlin', 'W. Europe Standard Time'))
    expect(withoutStandardTimezones(given)).to.equal(given)
  })

  it('gives a definition that contradicts its name another one, and the hours stay', () => {
    const left = withoutStandardTimezones(calendar('Europe/Berlin', FIXED, BERLIN.replace('Berlin', 'Paris')))
    expect(defined(left)).to.deep.equal(['Europe/Berlin (2)'])
    expect(serializeCalendar(left)).to.include('DTSTART;TZID=Europe/Berlin (2):20240101T100000')
    const start = (text: string) => {
      const object = readCalendarObject(text)
      const [first] = instancesBetween(
        object,
        { from: 0, until: Number.POSITIVE_INFINITY },
        { floatingZone: UTC, limit: 9 },
      )
      return first?.start
    }
    expect(start(serializeCalendar(left))).to.equal(Date.UTC(2024, 0, 1, 7))
  })

  it('adds what is missing, and nothing else', () => {
    const added = withTimezones(calendar('Europe/Berlin'))
    expect(defined(added)).to.deep.equal(['Europe/Berlin'])
    expect(withTimezones(added)).to.equal(added)
    const unknown = calendar('Mine')
    expect(withTimezones(unknown)).to.equal(unknown)
  })

  it('knows a definition by its name without the spaces around', () => {
    const padded = calendar('Europe/Berlin', BERLIN.replace('Europe/Berlin', 'Europe/Berlin '))
    expect(withTimezones(padded)).to.equal(padded)
  })
})
