import { must, type Section } from '../engine/section.ts'
import { expectSame } from '../expect.ts'
import {
  arrival,
  attendee,
  daily,
  eventually,
  invite,
  masterOf,
  meetingText,
  overrideOf,
  year,
} from '../fixtures/scheduling.ts'
import { componentsOf, textValue } from '../ical/read.ts'

/** Meetings that repeat, and single instances of them (RFC 6638 §3.2.6). */
export const section: Section = {
  cite: 'RFC 6638 §3.2.6',
  title: 'Recurring meetings',
  needs: ['dav:calendar-auto-schedule', 'user2', 'address'],
  lane: 'scheduling',
  tests: [
    must(
      'invite to one instance alone',
      'An attendee of one instance is sent that instance and not the series.',
      async (t) => {
        const { uid } = await invite(
          t,
          [...daily, attendee(t.third)],
          [
            `RECURRENCE-ID:${year}0312T100000Z`,
            `DTSTART:${year}0312T100000Z`,
            'DURATION:PT1H',
            'SUMMARY:Meeting',
            attendee(t.third),
            attendee(t.other),
          ],
        )
        const copy = await arrival(t.other, uid)
        const events = componentsOf(copy.calendar, 'VEVENT')
        expectSame(
          events.map((each) => textValue(each, 'RECURRENCE-ID')).join(),
          `${year}0312T100000Z`,
          'Other components were sent',
        )
      },
      { cite: 'RFC 6638 §3.2.6', needs: ['user3'] },
    ),
    must(
      'bring a moved instance to the attendee',
      'Overrides are part of the meeting.',
      async (t) => {
        const { uid, href } = await invite(t, [...daily, attendee(t.other)])
        await arrival(t.other, uid)
        const override = [
          `RECURRENCE-ID:${year}0312T100000Z`,
          `DTSTART:${year}0312T150000Z`,
          'DURATION:PT1H',
          'SUMMARY:Meeting',
          attendee(t.other),
        ]
        await t.owner.put(href, meetingText(t, uid, [...daily, attendee(t.other)], override))
        await eventually(
          'The override',
          async () =>
            textValue(
              overrideOf((await arrival(t.other, uid)).calendar, `${year}0312T100000Z`),
              'DTSTART',
            ) === `${year}0312T150000Z`,
        )
      },
      { cite: 'RFC 6638 §3.2.6' },
    ),
    must(
      'cancel one instance for everybody',
      'An instance left out by EXDATE is cancelled for the attendees.',
      async (t) => {
        const { uid, href } = await invite(t, [...daily, attendee(t.other)])
        await arrival(t.other, uid)
        await t.owner.put(
          href,
          meetingText(t, uid, [...daily, `EXDATE:${year}0312T100000Z`, attendee(t.other)]),
        )
        await eventually('The cancelled instance', async () => {
          const copy = (await arrival(t.other, uid)).calendar
          const isExcluded = masterOf(copy)?.lines.some(
            (line) => line.name === 'EXDATE' && line.value.includes(`${year}0312T100000Z`),
          )
          return isExcluded || textValue(overrideOf(copy, `${year}0312T100000Z`), 'STATUS') === 'CANCELLED'
        })
      },
      { cite: 'RFC 6638 §3.2.6' },
    ),
  ],
}
