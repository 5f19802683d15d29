import { expect } from 'chai'
import { properties } from '../../src/ical/component.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import { withoutStandardTimezones, withTimezones } from '../../src/ical/timezones-by-reference.ts'
import { vtimezoneFor } from '../../src/ical/vtimezone.ts'

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

  it('keeps a definition that contradicts its name, or has a name of its own', () => {
    for (const definition of [FIXED, BERLIN.replace('Europe/Berlin', 'W. Europe Standard Time')]) {
      const given = calendar('Europe/Berlin', definition)
      expect(withoutStandardTimezones(given)).to.equal(given)
    }
  })

  it('adds what is missing, and nothing else', () => {
    const added = withTimezones(calendar('Europe/Berlin'))
    expect(defined(added)).to.deep.equal(['Europe/Berlin'])
    expect(withTimezones(added)).to.equal(added)
    const unknown = calendar('Mine')
    expect(withTimezones(unknown)).to.equal(unknown)
  })
})
