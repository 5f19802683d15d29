import { must, type Section, should } from '../engine/section.ts'
import { expectSame, expectStatus, expectTrue } from '../expect.ts'
import {
  arrival,
  attendee,
  attendeeLine,
  copyOf,
  eventually,
  forgetAfterwards,
  inboxItems,
  invite,
  masterOf,
  meetingText,
  message,
  once,
  partstat,
  settled,
  year,
} from '../fixtures/scheduling.ts'
import { alarm } from '../ical/build.ts'
import { componentsOf, paramOf, readCalendar, textValue } from '../ical/read.ts'

/** What an organizer's changes do (RFC 6638 §3.2.1). */
export const section: Section = {
  cite: 'RFC 6638 §3.2.1',
  title: 'Organizer',
  needs: ['dav:calendar-auto-schedule', 'user2', 'address'],
  lane: 'scheduling',
  tests: [
    must(
      "deliver an invitation to the attendee's calendar",
      'Creating a meeting sends it to its attendees, and the server of an attendee files it.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        expectSame(textValue(masterOf(copy.calendar), 'SUMMARY'), 'Meeting', 'The title differs')
        expectSame(partstat(masterOf(copy.calendar), t.other), 'NEEDS-ACTION', 'PARTSTAT differs')
      },
      { cite: 'RFC 6638 §3.2.1.1' },
    ),
    must(
      "put a REQUEST into the attendee's inbox",
      'The message is left in the inbox for the client to see.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const found = await message(t.other, uid, 'REQUEST')
        expectTrue(masterOf(found.calendar) !== undefined, 'There is no event in it')
      },
      { cite: 'RFC 6638 §4' },
    ),
    must(
      'store the copy without a METHOD',
      'A calendar object has no METHOD, the message has.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        expectSame(textValue((await arrival(t.other, uid)).calendar, 'METHOD'), '', 'It has one')
      },
      { cite: 'RFC 4791 §4.1' },
    ),
    must(
      'tell the organizer by SCHEDULE-STATUS that it was delivered',
      "The status of delivery is written on the attendee in the organizer's copy.",
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        const status = await eventually('SCHEDULE-STATUS', async () => {
          const line = attendeeLine(masterOf(readCalendar((await t.owner.get(href)).text)), t.other)
          return paramOf(line, 'SCHEDULE-STATUS')
        })
        expectTrue(/^1\.[012]/.test(status), 'It is another', status)
      },
      { cite: 'RFC 6638 §3.2.9' },
    ),
    must(
      'send no ETag with a PUT whose object it rewrote',
      'An ETag in the answer says that the object was stored as it was sent.',
      async (t) => {
        const uid = t.name('meeting')
        const href = `${await t.calendar()}${uid}.ics`
        forgetAfterwards(t, uid)
        const text = meetingText(t, uid, [...once, attendee(t.other)])
        const etag = (await t.owner.put(href, text)).header('etag')
        const stored = await t.owner.get(href)
        expectTrue(
          etag === '' || (etag === stored.header('etag') && stored.text === text),
          'The object differs from what was sent',
          etag,
        )
      },
      { cite: 'RFC 6638 §3.2' },
    ),
    must(
      'bring a change of time to the attendee',
      'Changing a meeting sends an update.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        const later = once.map((line) => line.replace('T100000Z', 'T140000Z'))
        expectStatus(
          await t.owner.put(href, meetingText(t, uid, [...later, 'SEQUENCE:1', attendee(t.other)])),
          204,
          200,
          201,
        )
        await eventually(
          'The new time',
          async () =>
            textValue(masterOf((await arrival(t.other, uid)).calendar), 'DTSTART') === `${year}0310T140000Z`,
        )
      },
      { cite: 'RFC 6638 §3.2.1.2' },
    ),
    should(
      'ask again for an answer when the time changed',
      'A change of time makes earlier answers void.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other, ';PARTSTAT=ACCEPTED')])
        await arrival(t.other, uid)
        const later = once.map((line) => line.replace('T100000Z', 'T140000Z'))
        await t.owner.put(
          href,
          meetingText(t, uid, [...later, 'SEQUENCE:1', attendee(t.other, ';PARTSTAT=NEEDS-ACTION')]),
        )
        await eventually(
          'NEEDS-ACTION',
          async () => partstat(masterOf((await arrival(t.other, uid)).calendar), t.other) === 'NEEDS-ACTION',
        )
      },
      { cite: 'RFC 6638 §3.2.8' },
    ),
    must(
      'bring a change of title to the attendee',
      'Every change of the meeting is brought to the attendees.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        await t.owner.put(
          href,
          meetingText(t, uid, [...once.map((line) => line.replace('Meeting', 'Renamed')), attendee(t.other)]),
        )
        await eventually(
          'The new title',
          async () => textValue(masterOf((await arrival(t.other, uid)).calendar), 'SUMMARY') === 'Renamed',
        )
      },
      { cite: 'RFC 6638 §3.2.1.2' },
    ),
    must(
      'cancel the meeting for an attendee that is taken off',
      'An attendee that is removed is sent a CANCEL.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other), attendee(t.third)])
        await arrival(t.other, uid)
        await t.owner.put(href, meetingText(t, uid, [...once, attendee(t.third)]))
        await message(t.other, uid, 'CANCEL')
      },
      { cite: 'RFC 6638 §3.2.1.2', needs: ['user3'] },
    ),
    must(
      'invite an attendee that is added',
      'An attendee that is new is sent the meeting.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        await t.owner.put(href, meetingText(t, uid, [...once, attendee(t.other), attendee(t.third)]))
        await arrival(t.third, uid)
      },
      { cite: 'RFC 6638 §3.2.1.2', needs: ['user3'] },
    ),
    must(
      'cancel the meeting when it is deleted',
      'Deleting a meeting sends a CANCEL to its attendees.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        expectStatus(await t.owner.delete(href), 204, 200)
        await message(t.other, uid, 'CANCEL')
        const copy = await copyOf(t.other, uid)
        const status = copy === undefined ? 'CANCELLED' : textValue(masterOf(copy.calendar), 'STATUS')
        expectSame(status, 'CANCELLED', 'The copy is neither gone nor cancelled')
      },
      { cite: 'RFC 6638 §3.2.1.3' },
    ),
    must(
      'tell everybody who attends',
      'All attendees are sent the meeting, with the whole list.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other), attendee(t.third)])
        for (const actor of [t.other, t.third]) {
          const master = masterOf((await arrival(actor, uid)).calendar)
          expectTrue(
            attendeeLine(master, t.other) !== undefined && attendeeLine(master, t.third) !== undefined,
            'The list differs',
          )
        }
      },
      { needs: ['user3'] },
    ),
    should(
      "keep the organizer's alarms to itself",
      'Alarms are personal and not sent.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other), ...alarm(['TRIGGER:-PT15M'])])
        const master = masterOf((await message(t.other, uid, 'REQUEST')).calendar)
        expectSame(
          componentsOf(master ?? { name: '', lines: [], components: [] }, 'VALARM').length,
          0,
          'An alarm was sent',
        )
      },
      { cite: 'RFC 5546 §3.2.2' },
    ),
    must(
      'say by SCHEDULE-STATUS that an address is not known',
      'What could not be delivered is told on the attendee.',
      async (t) => {
        const nobody = `mailto:${t.name('nobody')}@${t.other.address.split('@')[1]}`
        const { href } = await invite(t, [...once, `ATTENDEE;RSVP=TRUE:${nobody}`])
        const status = await eventually('SCHEDULE-STATUS', async () => {
          const master = masterOf(readCalendar((await t.owner.get(href)).text))
          const line = master?.lines.find((each) => each.value.toLowerCase() === nobody)
          return paramOf(line, 'SCHEDULE-STATUS')
        })
        expectTrue(/^[135]\./.test(status), 'It is another', status)
      },
      { cite: 'RFC 6638 §3.2.9' },
    ),
    must(
      'send nothing for a change that concerns nobody else',
      'What only the organizer sees is not sent.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await message(t.other, uid, 'REQUEST')
        const before = (await inboxItems(t.other, uid)).length
        const copy = await arrival(t.other, uid)
        const etag = (await t.other.get(copy.href)).header('etag')
        await t.owner.put(
          href,
          meetingText(t, uid, [...once, attendee(t.other), ...alarm(['TRIGGER:-PT5M'])]),
        )
        await settled(t)
        expectSame((await inboxItems(t.other, uid)).length, before, 'A message was sent')
        expectSame((await t.other.get(copy.href)).header('etag'), etag, 'The copy was changed')
      },
      { cite: 'RFC 6638 §3.2.1.2' },
    ),
    must(
      'move a meeting between calendars without telling anybody',
      "A move within the organizer's calendars is nothing to the attendees.",
      async (t) => {
        t.need('method:MOVE')
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await message(t.other, uid, 'REQUEST')
        const before = (await inboxItems(t.other, uid)).length
        expectStatus(await t.owner.move(href, `${await t.calendar()}moved.ics`), 201, 200, 204)
        await settled(t)
        expectSame((await inboxItems(t.other, uid)).length, before, 'A message was sent')
        expectSame((await copyOf(t.other, uid)) !== undefined, true, 'The copy is gone')
      },
      { cite: 'RFC 6638 §3.2.3.3' },
    ),
  ],
}
