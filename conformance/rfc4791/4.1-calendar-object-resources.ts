import { must, type Section } from '../engine/section.ts'
import { expectStatus, fail } from '../expect.ts'
import { calendar, calendarWith, component, event, type Lines, todo } from '../ical/build.ts'
import { newYork } from '../ical/zones.ts'

interface Row {
  readonly what: string
  readonly text: (uid: string, other: string) => string
  readonly why?: string
  readonly cite?: string
}

const times = ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z']
const daily = [...times, 'RRULE:FREQ=DAILY;COUNT=5']
const moved = (id: string): Lines => [
  `RECURRENCE-ID:${id}`,
  'DTSTART:20260312T120000Z',
  'DTEND:20260312T130000Z',
]

const refused: readonly Row[] = [
  {
    cite: 'RFC 4791 §4.1, RFC 5545 §3.7.2',
    what: 'a METHOD property',
    text: (uid) => calendarWith(['METHOD:PUBLISH'], event(uid, times)),
  },
  {
    what: 'two events with different UIDs',
    text: (uid, other) => calendar(event(uid, times), event(other, times)),
  },
  {
    what: 'an event and a task',
    why: 'RFC 4791 §4.1 allows one kind of component in an object; with two, the calendar-component filters and the component set of a calendar lose their meaning.',
    text: (uid) => calendar(event(uid, times), todo(uid, ['SUMMARY:Task'])),
  },
  { what: 'nothing but a time zone', text: () => calendar(newYork) },
  { what: 'no component at all', text: () => calendar() },
  {
    what: 'an event without UID',
    text: () => calendar(component('VEVENT', ['DTSTAMP:20260101T000000Z', ...times])),
  },
  {
    what: 'two masters of one UID',
    why: 'RFC 4791 §4.1 ties the components of an object together by UID and RECURRENCE-ID; two masters are two events a client cannot tell apart.',
    text: (uid) => calendar(event(uid, times), event(uid, ['DTSTART:20260311T100000Z', 'DURATION:PT1H'])),
  },
  {
    what: 'two overrides of one instance',
    text: (uid) =>
      calendar(
        event(uid, daily),
        event(uid, moved('20260312T100000Z')),
        event(uid, moved('20260312T100000Z')),
      ),
    why: 'RFC 4791 §4.1 ties the components of an object together by UID and RECURRENCE-ID; two with the same pair leave the instance undecided.',
  },
  {
    cite: 'RFC 4791 §4.1, RFC 5545 §3.4',
    what: 'two iCalendar objects one after the other',
    text: (uid) => calendar(event(uid, times)) + calendar(event(uid, times)),
  },
]

const accepted: readonly Row[] = [
  {
    what: 'a recurring event with a changed instance',
    text: (uid) => calendar(event(uid, daily), event(uid, moved('20260312T100000Z'))),
  },
  {
    what: 'two instances of a series without its master',
    text: (uid) =>
      calendar(
        event(uid, moved('20260312T100000Z')),
        event(uid, ['RECURRENCE-ID:20260313T100000Z', 'DTSTART:20260313T120000Z', 'DURATION:PT1H']),
      ),
  },
  {
    what: 'an event with the time zones it needs',
    text: (uid) =>
      calendar(newYork, event(uid, ['DTSTART;TZID=America/New_York:20260310T100000', 'DURATION:PT1H'])),
  },
  { what: 'a time zone nothing refers to', text: (uid) => calendar(newYork, event(uid, times)) },
]

const rule =
  'An object holds one kind of component besides time zones, all of one UID, and no METHOD; it has at least one component.'

/** What may be stored in a calendar (RFC 4791 §4.1). */
export const section: Section = {
  cite: 'RFC 4791 §4.1',
  title: 'Calendar object resources',
  tests: [
    ...refused.map(({ what, text, ...options }) =>
      must(
        `refuse ${what} as no valid calendar object resource`,
        rule,
        async (t) => {
          const href = `${await t.calendar()}bad.ics`
          const response = await t.owner.put(href, text(t.name(), t.name()))
          expectStatus(response, 403, 409, 415)
          const named = response.conditions()
          if (
            !named.includes('C:valid-calendar-object-resource') &&
            !named.includes('C:valid-calendar-data')
          ) {
            fail(
              'The condition is not named',
              'C:valid-calendar-object-resource or C:valid-calendar-data',
              named.join(' ') || 'none',
            )
          }
          expectStatus(await t.owner.get(href), 404)
        },
        options,
      ),
    ),
    ...accepted.map(({ what, text }) =>
      must(`store ${what}`, rule, async (t) => {
        expectStatus(await t.owner.put(`${await t.calendar()}good.ics`, text(t.name(), t.name())), 201)
      }),
    ),
    must(
      'accept the UID of an object in another calendar',
      'A UID is unique within one calendar, not beyond it.',
      async (t) => {
        const text = calendar(event(t.name(), times))
        await t.object(await t.calendar(), text)
        expectStatus(await t.owner.put(`${await t.calendar()}same.ics`, text), 201)
      },
    ),
    must(
      'accept names that have nothing to do with the UID',
      'The name of an object is the choice of the client.',
      async (t) => {
        expectStatus(
          await t.owner.put(`${await t.calendar()}${t.name('unrelated')}`, calendar(event(t.name(), times))),
          201,
        )
      },
    ),
  ],
}
