import { serializeCalendar } from '../../src/ical/text.ts'
import { vtimezoneFor } from '../../src/ical/vtimezone.ts'
import { corpusCalendars } from './corpus-calendars.ts'
import { fuzzOne } from './fuzz-one.ts'
import { calendar, component, vevent } from './ics.ts'

/**
 * What fuzzing begins with: the corpus where it is at hand, and calendars of our own. Calendar object resources
 * come up more often, since more is done with them.
 */
export function fuzzSeeds(): Buffer[] {
  const wrapped = corpusCalendars().map(({ octets }) => {
    const text = octets.toString('latin1').replace(/^METHOD:.*\r?\n/m, '')
    return Buffer.from(/^BEGIN:VCALENDAR/im.test(text) ? text : calendar(text), 'latin1')
  })
  const objects = [...wrapped, ...ownSeeds()].filter((octets) => fuzzOne(octets) === 'object')
  return [...wrapped, ...objects, ...objects, ...objects]
}

function ownSeeds(): Buffer[] {
  const berlin = serializeCalendar(vtimezoneFor('Europe/Berlin', { from: Date.UTC(2015, 0) })).trimEnd()
  const alarm = component('VALARM', [
    'ACTION:DISPLAY',
    'TRIGGER;RELATED=END:-PT15M',
    'DURATION:PT5M',
    'REPEAT:3',
  ])
  const zoned = { start: ';TZID=Europe/Berlin:20160104T090000', end: ';TZID=Europe/Berlin:20160104T100000' }
  return [
    calendar(
      berlin,
      vevent({
        uid: 'series',
        ...zoned,
        lines: [
          'RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=200',
          'EXDATE;TZID=Europe/Berlin:20160106T090000',
          alarm,
        ],
      }),
      vevent({ uid: 'series', ...zoned, lines: ['RECURRENCE-ID;TZID=Europe/Berlin:20160111T090000'] }),
    ),
    calendar(
      component('VTODO', [
        'UID:to-do',
        'DTSTART;VALUE=DATE:20160101',
        'DUE;VALUE=DATE:20160103',
        'RRULE:FREQ=MONTHLY;BYDAY=-1FR',
        'CATEGORIES:one,two',
        'GEO:52.5;13.4',
      ]),
    ),
    calendar(
      component('VAVAILABILITY', [
        'UID:hours',
        'BUSYTYPE:BUSY-UNAVAILABLE',
        component('AVAILABLE', [
          'UID:week',
          'DTSTART;TZID=Eastern Standard Time:20160104T090000',
          'DTEND;TZID=Eastern Standard Time:20160104T170000',
          'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
        ]),
      ]),
    ),
    calendar(
      component('VFREEBUSY', [
        'UID:busy',
        'DTSTART:20160101T000000Z',
        'DTEND:20160201T000000Z',
        'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20160104T090000Z/PT1H,20160105T090000Z/20160105T100000Z',
      ]),
    ),
  ].map((text) => Buffer.from(text))
}
