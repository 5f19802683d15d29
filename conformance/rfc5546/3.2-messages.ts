import { must, type Section } from '../engine/section.ts'
import { expectSame, expectTrue } from '../expect.ts'
import {
  answer,
  arrival,
  attendee,
  daily,
  eventually,
  forgetAfterwards,
  inboxItems,
  invite,
  masterOf,
  meetingText,
  message,
  once,
  organizer,
  year,
} from '../fixtures/scheduling.ts'
import { calendar, event } from '../ical/build.ts'
import { componentsOf, textValue } from '../ical/read.ts'
import { newYork } from '../ical/zones.ts'

/** The messages of iTIP as they lie in inboxes (RFC 5546 §3.2). */
export const section: Section = {
  cite: 'RFC 5546 §3.2',
  title: 'iTIP messages',
  needs: ['dav:calendar-auto-schedule', 'user2', 'address'],
  lane: 'scheduling',
  tests: [
    must(
      'write a REQUEST with all it needs',
      'A REQUEST has ATTENDEE, DTSTAMP, DTSTART, ORGANIZER, SEQUENCE if not 0, SUMMARY and UID.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const master = masterOf((await message(t.other, uid, 'REQUEST')).calendar)
        for (const name of ['ATTENDEE', 'DTSTAMP', 'DTSTART', 'ORGANIZER', 'SUMMARY', 'UID']) {
          expectTrue(textValue(master, name) !== '', `${name} is missing`)
        }
      },
      { cite: 'RFC 5546 §3.2.2' },
    ),
    must(
      'write a REPLY with the one attendee who answers',
      'A REPLY has exactly one ATTENDEE, and ORGANIZER and UID of the meeting.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other), attendee(t.third)])
        await answer(t.other, await arrival(t.other, uid), 'ACCEPTED')
        const reply = masterOf((await message(t.owner, uid, 'REPLY')).calendar)
        const people = reply?.lines.filter((line) => line.name === 'ATTENDEE') ?? []
        expectSame(
          people.map((line) => line.value.toLowerCase()).join(),
          t.other.address.toLowerCase(),
          'Other attendees are in it',
        )
        for (const name of ['DTSTAMP', 'ORGANIZER', 'UID'])
          expectTrue(textValue(reply, name) !== '', `${name} is missing`)
      },
      { cite: 'RFC 5546 §3.2.3', needs: ['user3'] },
    ),
    must(
      'write a CANCEL with the UID, the organizer and the attendee',
      'A CANCEL has ATTENDEE, DTSTAMP, ORGANIZER, SEQUENCE and UID.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        await t.owner.delete(href)
        const cancel = masterOf((await message(t.other, uid, 'CANCEL')).calendar)
        for (const name of ['DTSTAMP', 'ORGANIZER', 'UID', 'SEQUENCE'])
          expectTrue(textValue(cancel, name) !== '', `${name} is missing`)
      },
      {
        cite: 'RFC 5546 §3.2.5',
        why: 'The table of RFC 5546 §3.2.5 has DTSTAMP, ORGANIZER, UID and SEQUENCE in every CANCEL; without them a recipient cannot order messages.',
      },
    ),
    must(
      'raise SEQUENCE of a CANCEL above that of the meeting',
      'The cancellation is a new revision.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, 'SEQUENCE:3', attendee(t.other)])
        await arrival(t.other, uid)
        await t.owner.delete(href)
        const cancel = masterOf((await message(t.other, uid, 'CANCEL')).calendar)
        expectTrue(
          Number(textValue(cancel, 'SEQUENCE')) > 3,
          'It was not raised',
          textValue(cancel, 'SEQUENCE'),
        )
      },
      {
        cite: 'RFC 5546 §2.1.4',
        why: 'RFC 5546 §2.1.4: SEQUENCE MUST be incremented each time the organizer uses CANCEL.',
      },
    ),
    must(
      'name the instance in a CANCEL of one',
      'A CANCEL of an instance has its RECURRENCE-ID and no rule.',
      async (t) => {
        const { uid, href } = await invite(t, [...daily, attendee(t.other)])
        await arrival(t.other, uid)
        await t.owner.put(
          href,
          meetingText(t, uid, [...daily, `EXDATE:${year}0312T100000Z`, attendee(t.other)]),
        )
        const found = await eventually('A message about the instance', async () =>
          (await inboxItems(t.other, uid)).find((each) => {
            const text = componentsOf(each.calendar, 'VEVENT').map(
              (one) => textValue(one, 'RECURRENCE-ID') + textValue(one, 'EXDATE'),
            )
            return text.join().includes(`${year}0312T100000Z`)
          }),
        )
        expectTrue(
          ['CANCEL', 'REQUEST'].includes(textValue(found.calendar, 'METHOD')),
          'The method is another',
          textValue(found.calendar, 'METHOD'),
        )
      },
      {
        cite: 'RFC 5546 §3.2.5',
        why: 'RFC 6638 §3.2.6.1 and RFC 5546 §3.2.5: an instance taken out of a series is cancelled for those who were invited to it.',
      },
    ),
    must(
      "keep SEQUENCE of an update that an attendee's answer causes",
      'An answer does not make a new revision of the meeting.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, 'SEQUENCE:2', attendee(t.other)])
        await answer(t.other, await arrival(t.other, uid), 'ACCEPTED')
        await message(t.owner, uid, 'REPLY')
        const text = (await t.owner.get(href)).text
        expectTrue(text.includes('SEQUENCE:2'), 'It changed', /SEQUENCE:.*/.exec(text)?.[0])
      },
      { cite: 'RFC 5546 §2.1.4' },
    ),
    must(
      'send messages of one UID with one METHOD',
      'A message is about one meeting.',
      async (t) => {
        const { uid } = await invite(
          t,
          [...daily, attendee(t.other)],
          [
            `RECURRENCE-ID:${year}0312T100000Z`,
            `DTSTART:${year}0312T150000Z`,
            'DURATION:PT1H',
            'SUMMARY:Meeting',
            attendee(t.other),
          ],
        )
        const found = await message(t.other, uid, 'REQUEST')
        const uids = new Set(componentsOf(found.calendar, 'VEVENT').map((each) => textValue(each, 'UID')))
        expectSame([...uids].join(), uid, 'Other meetings are in it')
      },
      { cite: 'RFC 5546 §1.4' },
    ),
    must(
      'send the time zones a message needs',
      'A message is complete: every TZID has its VTIMEZONE.',
      async (t) => {
        const lines = [
          `DTSTART;TZID=America/New_York:${year}0310T100000`,
          'DURATION:PT1H',
          'SUMMARY:Meeting',
          attendee(t.other),
        ]
        const uid = t.name('meeting')
        forgetAfterwards(t, uid)
        await t.object(await t.calendar(), calendar(newYork, event(uid, [...organizer(t.owner), ...lines])))
        const found = await message(t.other, uid, 'REQUEST')
        const zones = componentsOf(found.calendar, 'VTIMEZONE').map((each) => textValue(each, 'TZID'))
        expectSame(zones.join(), 'America/New_York', 'The time zone is missing')
      },
      { cite: 'RFC 5545 §3.6.5' },
    ),
  ],
}
