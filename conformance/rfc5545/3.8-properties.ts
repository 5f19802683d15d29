import { must, type Section } from '../engine/section.ts'
import { expectSame } from '../expect.ts'
import { expectHolds, type RoundTrip, roundTripTests } from '../fixtures/round-trip.ts'
import { alarm, calendar, component, event, journal, todo } from '../ical/build.ts'
import { canonical, readCalendar } from '../ical/read.ts'

const person = 'mailto:someone@elsewhere.example'
/** Keeps a server that schedules from sending anything. */
const client = 'SCHEDULE-AGENT=CLIENT'

const trips: readonly RoundTrip[] = [
  {
    what: 'ATTACH by reference',
    lines: ['ATTACH;FMTTYPE=application/pdf:http://example.com/agenda.pdf'],
    cite: 'RFC 5545 §3.8.1.1, §3.3.13',
  },
  {
    what: 'ATTACH inline',
    lines: ['ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:TG9yZW0gaXBzdW0gZG9sb3I='],
    cite: 'RFC 5545 §3.8.1.1, §3.3.1',
  },
  {
    what: 'CATEGORIES with several values',
    lines: ['CATEGORIES:APPOINTMENT,EDUCATION'],
    cite: 'RFC 5545 §3.8.1.2',
  },
  { what: 'CLASS', lines: ['CLASS:CONFIDENTIAL'], cite: 'RFC 5545 §3.8.1.3' },
  { what: 'several COMMENT', lines: ['COMMENT:one', 'COMMENT;LANGUAGE=en:two'], cite: 'RFC 5545 §3.8.1.4' },
  {
    what: 'DESCRIPTION and LOCATION with language and alternative',
    lines: [
      'DESCRIPTION;LANGUAGE=en;ALTREP="CID:part1@example.com":Long',
      'LOCATION;LANGUAGE=de;ALTREP="http://example.com/raum":Raum 5',
    ],
    cite: 'RFC 5545 §3.8.1.5, §3.8.1.7, §3.8.1.12',
  },
  { what: 'GEO', lines: ['GEO:37.386013;-122.082932'], cite: 'RFC 5545 §3.8.1.6' },
  { what: 'PRIORITY', lines: ['PRIORITY:3'], cite: 'RFC 5545 §3.8.1.9' },
  { what: 'RESOURCES', lines: ['RESOURCES:EASEL,PROJECTOR,VCR'], cite: 'RFC 5545 §3.8.1.10' },
  { what: 'STATUS', lines: ['STATUS:TENTATIVE'], cite: 'RFC 5545 §3.8.1.11' },
  { what: 'TRANSP', lines: ['TRANSP:TRANSPARENT'], cite: 'RFC 5545 §3.8.2.7' },
  {
    what: 'CONTACT',
    lines: ['CONTACT;ALTREP="http://example.com/jim.vcf":Jim Dolittle\\, +1-919-555-1234'],
    cite: 'RFC 5545 §3.8.4.2',
  },
  { what: 'RELATED-TO', lines: ['RELATED-TO;RELTYPE=PARENT:parent@example.com'], cite: 'RFC 5545 §3.8.4.5' },
  {
    what: 'URL',
    lines: ['URL:http://example.com/pub/calendars/jsmith/mytime.ics'],
    cite: 'RFC 5545 §3.8.4.6',
  },
  {
    what: 'CREATED and LAST-MODIFIED',
    lines: ['CREATED:20260101T120000Z', 'LAST-MODIFIED:20260102T120000Z'],
    cite: 'RFC 5545 §3.8.7.1, §3.8.7.3',
  },
  { what: 'SEQUENCE', lines: ['SEQUENCE:2'], cite: 'RFC 5545 §3.8.7.4' },
  {
    what: 'REQUEST-STATUS',
    lines: ['REQUEST-STATUS:2.8;Success\\, repeating event ignored'],
    cite: 'RFC 5545 §3.8.8.3',
  },
  {
    what: 'ATTENDEE with all its parameters',
    lines: [
      `ORGANIZER;${client};CN=Boss:mailto:boss@elsewhere.example`,
      `ATTENDEE;${client};CN="Doe, Jane";CUTYPE=INDIVIDUAL;ROLE=CHAIR;PARTSTAT=ACCEPTED;RSVP=TRUE;DIR="ldap://example.com:6666/o=ABC":${person}`,
    ],
    cite: 'RFC 5545 §3.8.4.1, §3.8.4.3, §3.3.3',
  },
  {
    what: 'ATTENDEE with delegation',
    lines: [
      `ORGANIZER;${client}:mailto:boss@elsewhere.example`,
      `ATTENDEE;${client};PARTSTAT=DELEGATED;DELEGATED-TO="mailto:b@elsewhere.example":${person}`,
    ],
    cite: 'RFC 5545 §3.2.5',
  },
  {
    what: 'a display alarm',
    lines: alarm(['TRIGGER:-PT30M', 'UID:alarm-1', 'X-WR-ALARMUID:alarm-1']),
    cite: 'RFC 5545 §3.6.6, §3.8.6.3',
  },
  {
    what: 'an e-mail alarm',
    lines: component('VALARM', [
      'ACTION:EMAIL',
      'TRIGGER:-P2D',
      'SUMMARY:Soon',
      'DESCRIPTION:Very',
      `ATTENDEE:${person}`,
    ]),
    cite: 'RFC 5545 §3.6.6',
  },
  {
    what: 'an audio alarm that repeats',
    lines: component('VALARM', [
      'ACTION:AUDIO',
      'TRIGGER;VALUE=DATE-TIME:20260310T093000Z',
      'REPEAT:4',
      'DURATION:PT15M',
      'ATTACH;FMTTYPE=audio/basic:http://example.com/bell.aud',
    ]),
    cite: 'RFC 5545 §3.6.6, §3.8.6.2',
  },
  {
    what: 'an alarm of an action nobody knows',
    lines: component('VALARM', ['ACTION:X-FIREWORKS', 'TRIGGER:PT0S']),
    cite: 'RFC 5545 §3.8.6.1',
  },
  {
    what: 'properties nobody has registered',
    lines: [
      'X-ABC-MMSUBJ;VALUE=URI;FMTTYPE=audio/basic:http://www.example.org/mysubj.au',
      'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="Café":geo:1,2',
    ],
    cite: 'RFC 4791 §5.3.3',
  },
  {
    what: 'registered properties it may not know',
    lines: ['NEXT-BIG-THING;FOO=bar:yes'],
    cite: 'RFC 4791 §5.3.3',
  },
  {
    what: 'components nobody has registered',
    lines: component('X-ROOM', ['X-SEATS:12', ...component('X-INNER', ['X-DEEP:1'])]),
    cite: 'RFC 4791 §5.3.3',
  },
  { what: 'COLOR', lines: ['COLOR:turquoise'], cite: 'RFC 7986 §5.9' },
  {
    what: 'IMAGE',
    lines: ['IMAGE;VALUE=URI;DISPLAY=BADGE;FMTTYPE=image/png:http://example.com/images/party.png'],
    cite: 'RFC 7986 §5.10, §6.1',
  },
  {
    what: 'CONFERENCE',
    lines: ['CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Attendee dial-in:tel:+1-412-555-0123,,,654321'],
    cite: 'RFC 7986 §5.11, §6.4',
  },
  {
    what: 'EMAIL on an attendee',
    lines: [
      `ORGANIZER;${client}:mailto:boss@elsewhere.example`,
      `ATTENDEE;${client};EMAIL=jane@elsewhere.example:${person}`,
    ],
    cite: 'RFC 7986 §6.2',
  },
  {
    what: 'what Outlook adds',
    lines: [
      'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
      'X-MICROSOFT-CDO-ALLDAYEVENT:FALSE',
      'X-ALT-DESC;FMTTYPE=text/html:<b>Bold</b>',
    ],
    cite: 'RFC 4791 §5.3.3',
  },
]

const whole: readonly (readonly [what: string, text: (uid: string) => string, cite?: string])[] = [
  [
    'a completed task with its dates',
    (uid) =>
      calendar(
        todo(uid, [
          'DTSTART;VALUE=DATE:20260310',
          'DUE;VALUE=DATE:20260312',
          'COMPLETED:20260311T100000Z',
          'STATUS:COMPLETED',
          'SUMMARY:Done',
        ]),
      ),
    'RFC 5545 §3.8.2.1, §3.8.2.3, §3.8.7.2',
  ],
  [
    'a time zone with names and comments',
    (uid) =>
      calendar(
        component('VTIMEZONE', [
          'TZID:Example/Named',
          'LAST-MODIFIED:20260101T000000Z',
          ...component('STANDARD', [
            'DTSTART:19700101T000000',
            'TZOFFSETFROM:+0500',
            'TZOFFSETTO:+0545',
            'TZNAME;LANGUAGE=en:EXT',
            'COMMENT:Made up',
          ]),
        ]),
        event(uid, ['DTSTART;TZID=Example/Named:20260310T100000', 'DURATION:PT1H']),
      ),
    'RFC 5545 §3.8.3.1, §3.8.3.2, §3.8.3.3, §3.8.3.4, §3.3.14',
  ],
  [
    'a task with its progress',
    (uid) =>
      calendar(
        todo(uid, [
          'DTSTART:20260310T100000Z',
          'DUE:20260312T100000Z',
          'PERCENT-COMPLETE:40',
          'STATUS:IN-PROCESS',
          'PRIORITY:1',
          'SUMMARY:Task',
        ]),
      ),
  ],
  [
    'a journal entry with several descriptions',
    (uid) =>
      calendar(
        journal(uid, [
          'DTSTART;VALUE=DATE:20260310',
          'SUMMARY:Minutes',
          'DESCRIPTION:First',
          'DESCRIPTION:Second',
          'STATUS:FINAL',
        ]),
      ),
  ],
  [
    'properties of the calendar itself',
    (uid) =>
      calendar(
        ['CALSCALE:GREGORIAN', 'X-WR-CALNAME:Named', 'NAME:Named', 'REFRESH-INTERVAL;VALUE=DURATION:P1W'],
        event(uid, ['DTSTART:20260310T100000Z', 'DURATION:PT1H']),
      ),
    'RFC 5545 §3.7.3, §3.7.4, RFC 7986 §5.1, §5.2, §5.7',
  ],
]

/** Properties, components and parameters come back as they went in (RFC 5545 §3.8). */
export const section: Section = {
  cite: 'RFC 5545 §3.8',
  title: 'Properties and components',
  tests: [
    ...roundTripTests(
      'A calendar object is stored with every property, parameter and component it has, known or not.',
      trips,
    ),
    ...whole.map(([what, text, cite = 'RFC 4791 §5.3.3']) =>
      must(
        `keep ${what}`,
        'A calendar object is stored whole.',
        async (t) => {
          const sent = text(t.name())
          const href = await t.object(await t.calendar(), sent)
          expectSame(
            canonical(readCalendar((await t.owner.get(href)).text)),
            canonical(readCalendar(sent)),
            'The object differs',
          )
        },
        { cite },
      ),
    ),
    must(
      'keep what was set after the object was changed',
      'A PUT replaces the whole object by the new one.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(
          await t.calendar(),
          calendar(event(uid, ['DTSTART:20260310T100000Z', 'DURATION:PT1H', 'LOCATION:Old'])),
        )
        const text = calendar(event(uid, ['DTSTART:20260310T100000Z', 'DURATION:PT1H', 'DESCRIPTION:New']))
        await t.owner.put(href, text)
        const stored = (await t.owner.get(href)).text
        expectHolds(readCalendar(stored), readCalendar(text))
        expectSame(stored.includes('LOCATION'), false, 'An old property is left')
      },
      { cite: 'RFC 9110 §9.3.4' },
    ),
  ],
}
