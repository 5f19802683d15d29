/**
 * Reading and writing calendar text, against ical.js in the same run:
 *
 *     node --import tsx bench/ical/parse.ts
 *
 * ical.js parses to jCal and validates nothing; `object` also validates the whole object and resolves its zones.
 */
import ICAL from 'ical.js'
import { readCalendarObject } from '../../src/ical/object.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import { vtimezoneFor } from '../../src/ical/vtimezone.ts'

const ROUNDS = 5

/** Processor microseconds of one call: the best of a few rounds, after warming up. */
function measure(act: () => unknown, calls: number): number {
  for (let call = 0; call < calls; call++) act()
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage()
    for (let call = 0; call < calls; call++) act()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / calls
  })
  return Math.min(...rounds)
}

function eventText(attendees: number, withZone: boolean): string {
  const zone = withZone ? serializeCalendar(vtimezoneFor('Europe/Berlin', { from: Date.UTC(2024, 0) })) : ''
  const people = Array.from(
    { length: attendees },
    (_, index) =>
      `ATTENDEE;CN="Person, ${index}";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:person${index}@example.test`,
  )
  const event = [
    'BEGIN:VEVENT',
    'UID:3d0f7a2c-0000-4000-8000-0123456789ab',
    'DTSTAMP:20240101T120000Z',
    'CREATED:20240101T120000Z',
    'LAST-MODIFIED:20240101T120000Z',
    'DTSTART;TZID=Europe/Berlin:20240108T100000',
    'DTEND;TZID=Europe/Berlin:20240108T110000',
    'RRULE:FREQ=WEEKLY;BYDAY=MO',
    'SUMMARY:Weekly planning with the whole team and a title that is folded',
    `DESCRIPTION:${'Agenda\\, minutes and links.\\n'.repeat(8)}`,
    'LOCATION:Room 1',
    'ORGANIZER;CN=Alice:mailto:alice@example.test',
    ...people,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'TRIGGER:-PT15M',
    'DESCRIPTION:Reminder',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
  const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Kalends//Bench//EN', '']
  const text = head.join('\r\n') + zone + event.join('\r\n')
  return serializeCalendar(parseCalendar(text))
}

function report(name: string, text: string, calls: number): void {
  const theirs = measure(() => ICAL.parse(text), calls)
  const parse = measure(() => parseCalendar(text), calls)
  const object = measure(() => readCalendarObject(text), calls)
  const calendar = parseCalendar(text)
  const write = measure(() => serializeCalendar(calendar), calls)
  const jcal = ICAL.parse(text) as unknown[]
  const theirWrite = measure(() => ICAL.stringify(jcal), calls)
  console.log(
    JSON.stringify({
      name,
      octets: Buffer.byteLength(text),
      us: { parse: round(parse), object: round(object), write: round(write) },
      icalJsUs: { parse: round(theirs), write: round(theirWrite) },
      timesFaster: {
        parse: round(theirs / parse),
        object: round(theirs / object),
        write: round(theirWrite / write),
      },
    }),
  )
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

report('event of 25 lines', eventText(3, false), 3000)
report('event with VTIMEZONE', eventText(3, true), 3000)
report('event with 100 attendees', eventText(100, true), 500)
