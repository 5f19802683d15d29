import { must, type Section, should } from '../engine/section.ts'
import { expectCondition, expectSame, expectStatus, expectSuccess, expectTrue, fail } from '../expect.ts'
import { componentSet } from '../fixtures/populated.ts'
import { sameHref } from '../hrefs.ts'
import { calendar, event, type Lines, simpleEvent, todo } from '../ical/build.ts'
import { hrefsIn } from '../xml/element.ts'

interface Row {
  readonly what: string
  readonly text: (uid: string) => string
  readonly why?: string
  readonly cite?: string
}

const at =
  (...lines: Lines) =>
  (uid: string): string =>
    calendar(event(uid, lines))
const start = 'DTSTART:20260310T100000Z'

const broken: readonly Row[] = [
  { what: 'text that is not iCalendar', text: () => 'Tomorrow at ten, in the office.' },
  { what: 'an empty body', text: () => '' },
  {
    what: 'a calendar that is never ended',
    why: 'RFC 5545 §3.4 ends an iCalendar object with END:VCALENDAR; without it nobody knows what was lost on the way.',
    text: (uid) => simpleEvent(uid).replace('END:VCALENDAR\r\n', ''),
  },
  {
    what: 'components that end in the wrong order',
    why: 'RFC 5545 §3.6 ends each component with its own name; otherwise properties belong to nobody.',
    text: (uid) => simpleEvent(uid).replace('END:VEVENT', 'END:VTODO'),
  },
  {
    cite: 'RFC 4791 §5.3.2.1, RFC 5545 §3.8.2.4',
    what: 'an event without a start',
    why: 'RFC 5545 §3.6.1 requires DTSTART in an object without METHOD; such an event has no place in time.',
    text: at('SUMMARY:When?'),
  },
  { what: 'a start that is no date', text: at('DTSTART:next week') },
  { what: 'the thirtieth of February', text: at('DTSTART:20260230T100000Z') },
  {
    cite: 'RFC 4791 §5.3.2.1, RFC 5545 §3.8.2.2',
    what: 'an end before the start',
    text: at(start, 'DTEND:20260309T100000Z'),
    why: 'RFC 5545 §3.8.2.2 requires DTEND to be later than DTSTART; an event that ends before it begins has no place in time.',
  },
  {
    cite: 'RFC 4791 §5.3.2.1, RFC 5545 §3.8.2.5',
    what: 'both an end and a duration',
    text: at(start, 'DTEND:20260310T110000Z', 'DURATION:PT1H'),
  },
  {
    what: 'a date as the start and a time as the end',
    text: at('DTSTART;VALUE=DATE:20260310', 'DTEND:20260311T110000Z'),
    why: 'RFC 5545 §3.6.1 requires both of one value type; readers disagree about when such an event ends.',
  },
  {
    cite: 'RFC 4791 §5.3.2.1, RFC 5545 §3.3.10',
    what: 'a rule without a frequency',
    text: at(start, 'RRULE:COUNT=3'),
  },
  { what: 'a rule of an unknown frequency', text: at(start, 'RRULE:FREQ=SOMETIMES;COUNT=3') },
  {
    what: 'a rule with both COUNT and UNTIL',
    text: at(start, 'RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260401T000000Z'),
  },
  {
    cite: 'RFC 4791 §5.3.2.1, RFC 5545 §3.8.4.7',
    what: 'two UIDs in one event',
    text: (uid) => calendar(event(uid, [start, 'UID:another'])),
    why: 'RFC 5545 §3.6.1 allows one UID; with two nobody can say which object this is.',
  },
]

const kinds = [
  ['an event', 'VTODO', (uid: string) => simpleEvent(uid)],
  ['a task', 'VEVENT', (uid: string) => calendar(todo(uid, ['SUMMARY:Task']))],
] as const

/** The preconditions of PUT into a calendar (RFC 4791 §5.3.2.1). */
export const section: Section = {
  cite: 'RFC 4791 §5.3.2.1',
  title: 'PUT of calendar objects',
  tests: [
    ...broken.map(({ what, text, ...options }) =>
      must(
        `name valid-calendar-data for ${what}`,
        'What is stored is valid iCalendar of the media type submitted.',
        async (t) => {
          const href = `${await t.calendar()}bad.ics`
          const response = await t.owner.put(href, text(t.name()))
          expectStatus(response, 403, 409)
          const named = response.conditions()
          if (
            !named.includes('C:valid-calendar-data') &&
            !named.includes('C:valid-calendar-object-resource')
          ) {
            fail('The condition is not named', 'C:valid-calendar-data', named.join(' ') || 'none')
          }
          expectStatus(await t.owner.get(href), 404)
        },
        options,
      ),
    ),
    ...['text/plain', 'application/octet-stream', 'text/vcard'].map((type) =>
      must(
        `name supported-calendar-data for ${type}`,
        'The media type is one the calendar supports.',
        async (t) => {
          const href = `${await t.calendar()}bad.ics`
          expectCondition(
            await t.owner.put(href, simpleEvent(t.name()), { 'Content-Type': type }),
            'C:supported-calendar-data',
            [403, 409, 415],
          )
        },
      ),
    ),
    ...kinds.map(([what, only, text]) =>
      must(
        `name supported-calendar-component for ${what} in a calendar of ${only}`,
        'The component is one the calendar supports.',
        async (t) => {
          const href = await t.calendar(componentSet(only))
          expectCondition(
            await t.owner.put(`${href}bad.ics`, text(t.name())),
            'C:supported-calendar-component',
          )
        },
      ),
    ),
    must(
      'name no-uid-conflict for a UID another object has',
      'A UID appears once in a calendar.',
      async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        await t.object(href, simpleEvent(uid), 'first.ics')
        expectCondition(await t.owner.put(`${href}second.ics`, simpleEvent(uid)), 'C:no-uid-conflict')
        expectStatus(await t.owner.get(`${href}second.ics`), 404)
      },
      {
        why: 'RFC 4791 §5.3.2.1 has this condition for a UID in use in the same calendar; RFC 6638 §3.2.4.1 has its own for scheduling objects only.',
      },
    ),
    should(
      'say which object has the UID',
      'no-uid-conflict holds the href of the object in the way.',
      async (t) => {
        const uid = t.name()
        const calendarHref = await t.calendar()
        const first = await t.object(calendarHref, simpleEvent(uid), 'first.ics')
        const response = await t.owner.put(`${calendarHref}second.ics`, simpleEvent(uid))
        const [named] = response.conditionElements().flatMap(hrefsIn)
        expectTrue(named !== undefined && sameHref(named, first), 'Another href came', named ?? 'none')
      },
    ),
    must('refuse to change the UID of an object', 'A PUT over an object keeps its UID.', async (t) => {
      const href = await t.object(await t.calendar(), simpleEvent(t.name()))
      expectCondition(await t.owner.put(href, simpleEvent(t.name(), 'Other')), 'C:no-uid-conflict')
      expectTrue(!(await t.owner.get(href)).text.includes('Other'), 'The object was changed')
    }),
    must('accept a UID again once its object is gone', 'A removed object holds no UID.', async (t) => {
      const uid = t.name()
      const href = await t.calendar()
      await t.owner.delete(await t.object(href, simpleEvent(uid), 'first.ics'))
      expectStatus(await t.owner.put(`${href}second.ics`, simpleEvent(uid)), 201)
    }),
    must(
      'keep apart UIDs that differ only in case',
      'A UID is compared octet by octet.',
      async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        await t.object(href, simpleEvent(uid), 'first.ics')
        expectStatus(await t.owner.put(`${href}second.ics`, simpleEvent(uid.toUpperCase())), 201)
      },
      { cite: 'RFC 5545 §3.8.4.7' },
    ),
    must(
      'name max-resource-size for an object above the limit it announces',
      'An object larger than max-resource-size is refused.',
      async (t) => {
        const href = await t.calendar()
        const limit = Number(await t.owner.propertyText(href, 'C:max-resource-size'))
        if (!(limit > 0 && limit <= 32_000_000))
          return t.skip('max-resource-size is not there or too large to try')
        const text = calendar(event(t.name(), [start, `DESCRIPTION:${'x'.repeat(limit)}`]))
        expectCondition(await t.owner.put(`${href}large.ics`, text), 'C:max-resource-size', [403, 409, 413])
      },
    ),
    ...(['min-date-time', 'max-date-time'] as const).map((name) =>
      must(
        `name ${name} for an event beyond it`,
        'Dates before the first or after the last date announced are refused.',
        async (t) => {
          const href = await t.calendar()
          const limit = await t.owner.propertyText(href, `C:${name}`)
          const year = Number(limit.slice(0, 4)) + (name === 'min-date-time' ? -2 : 2)
          if (limit === '' || year < 1 || year > 9999)
            return t.skip(`${name} is not there, or leaves nothing beyond`)
          const text = calendar(
            event(t.name(), [`DTSTART:${String(year).padStart(4, '0')}0601T120000Z`, 'DURATION:PT1H']),
          )
          expectCondition(await t.owner.put(`${href}beyond.ics`, text), `C:${name}`)
        },
      ),
    ),
    must(
      'name max-instances for a series above the limit it announces',
      'A series of more instances than max-instances is refused.',
      async (t) => {
        const href = await t.calendar()
        const limit = Number(await t.owner.propertyText(href, 'C:max-instances'))
        if (!(limit > 0 && limit < 1_000_000)) return t.skip('max-instances is not there')
        const text = calendar(
          event(t.name(), [start, 'DURATION:PT1M', `RRULE:FREQ=HOURLY;COUNT=${limit + 1}`]),
        )
        expectCondition(await t.owner.put(`${href}many.ics`, text), 'C:max-instances')
      },
    ),
    must(
      'name max-attendees-per-instance for more attendees than it announces',
      'An instance of more attendees than the limit is refused.',
      async (t) => {
        const href = await t.calendar()
        const limit = Number(await t.owner.propertyText(href, 'C:max-attendees-per-instance'))
        if (!(limit > 0 && limit < 20_000)) return t.skip('max-attendees-per-instance is not there')
        const people = Array.from(
          { length: limit + 1 },
          (_, n) => `ATTENDEE;SCHEDULE-AGENT=NONE:mailto:a${n}@elsewhere.example`,
        )
        const text = calendar(
          event(t.name(), [
            start,
            'DURATION:PT1H',
            'ORGANIZER;SCHEDULE-AGENT=NONE:mailto:o@elsewhere.example',
            ...people,
          ]),
        )
        expectCondition(await t.owner.put(`${href}crowd.ics`, text), 'C:max-attendees-per-instance')
      },
    ),
    must('change nothing when it refuses', 'A refused PUT leaves the object as it was.', async (t) => {
      const uid = t.name()
      const href = await t.object(await t.calendar(), simpleEvent(uid))
      const before = await t.owner.get(href)
      await t.owner.put(href, simpleEvent(uid).replace('DTSTART:', 'DTSTART:not'))
      const after = await t.owner.get(href)
      expectSame(after.text, before.text, 'The text differs')
      expectSame(after.header('etag'), before.header('etag'), 'The entity tag differs')
    }),
    must(
      'store text with bare line feeds',
      'Clients with plain line ends are common; what they mean is clear.',
      async (t) => {
        const href = `${await t.calendar()}lf.ics`
        expectSuccess(await t.owner.put(href, simpleEvent(t.name()).replaceAll('\r\n', '\n')))
      },
      { cite: 'RFC 5545 §3.1' },
    ),
  ],
}
