import { expect } from 'chai'
import { readCalendarObject } from '../../src/ical/object.ts'
import { serializeCalendar } from '../../src/ical/text.ts'
import { type Member, withMembers } from '../../src/scheduling/groups.ts'

const TEAM = 'mailto:team@example.test'
const MEMBERS: readonly Member[] = ['alice', 'bob', 'carol'].map((name) => ({
  address: `mailto:${name}@example.test`,
  name,
}))

const invited = (...lines: readonly string[]): string => {
  const event = ['BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20260101T000000Z', 'DTSTART:20260102T090000Z', ...lines]
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//t//t//EN',
    ...event,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  const object = withMembers(readCalendarObject(`${text.join('\r\n')}\r\n`), new Map([[TEAM, MEMBERS]]))
  return serializeCalendar(object.calendar).replace(/\r\n /g, '')
}

describe('a group among the attendees', () => {
  it('brings who is not named yet', () => {
    const text = invited(
      'ORGANIZER:mailto:dave@example.test',
      `ATTENDEE:${TEAM}`,
      `ATTENDEE:${MEMBERS[1]?.address}`,
    )
    expect(text).to.include(`ATTENDEE;CUTYPE=GROUP:${TEAM}`)
    for (const { address, name } of MEMBERS.filter(({ name }) => name !== 'bob')) {
      expect(text).to.include(`ATTENDEE;MEMBER="${TEAM}";CN=${name};RSVP=TRUE:${address}`)
    }
    expect(text.match(/bob/g)).to.have.length(1)
  })

  it('does not ask the organizer, who is a member of it', () => {
    const text = invited('ORGANIZER:mailto:Alice@example.test', `ATTENDEE:${TEAM}`)
    expect(text.match(/alice/gi)).to.have.length(1)
    expect(text).to.include('carol')
  })
})
