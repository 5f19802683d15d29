import { must, type Section, should } from '../engine/section.ts'
import { expectHeader, expectSame, expectStatus, expectTrue } from '../expect.ts'
import {
  answer,
  arrival,
  attendee,
  eventually,
  invite,
  masterOf,
  meetingText,
  once,
  partstat,
  withPartstat,
} from '../fixtures/scheduling.ts'
import { simpleEvent } from '../ical/build.ts'
import { readCalendar } from '../ical/read.ts'

/** Schedule-Tag and If-Schedule-Tag-Match (RFC 6638 §3.2.10, §8.2, §8.3). */
export const section: Section = {
  cite: 'RFC 6638 §3.2.10',
  title: 'Schedule tags',
  needs: ['dav:calendar-auto-schedule', 'user2', 'address'],
  lane: 'scheduling',
  tests: [
    must(
      'send Schedule-Tag with GET of a meeting',
      'Scheduling objects have a schedule tag besides their entity tag.',
      async (t) => {
        const { href } = await invite(t, [...once, attendee(t.other)])
        expectTrue(
          /^"[^"]*"$/.test(expectHeader(await t.owner.get(href), 'schedule-tag')),
          'It is not quoted',
        )
      },
      { cite: 'RFC 6638 §8.2' },
    ),
    must(
      'send Schedule-Tag with HEAD of a meeting',
      'HEAD has the headers of GET.',
      async (t) => {
        const { href } = await invite(t, [...once, attendee(t.other)])
        expectSame(
          (await t.owner.head(href)).header('schedule-tag'),
          (await t.owner.get(href)).header('schedule-tag'),
          'The tags differ',
        )
      },
      { cite: 'RFC 6638 §8.2' },
    ),
    must(
      'give the tag as the property schedule-tag as well',
      'The property has the value of the header.',
      async (t) => {
        const { href } = await invite(t, [...once, attendee(t.other)])
        expectSame(
          await t.owner.propertyText(href, 'C:schedule-tag'),
          (await t.owner.get(href)).header('schedule-tag'),
          'The tags differ',
        )
      },
      { cite: 'RFC 6638 §9.3' },
    ),
    should(
      'send Schedule-Tag with PUT of a meeting',
      'The answer to PUT tells the new tag.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const response = await t.owner.put(
          href,
          meetingText(t, uid, [...once.map((line) => line.replace('Meeting', 'Renamed')), attendee(t.other)]),
        )
        expectHeader(response, 'schedule-tag')
      },
      { cite: 'RFC 6638 §8.2' },
    ),
    must(
      "keep the organizer's tag when an attendee answers",
      "An answer alone does not change the schedule tag, so that the organizer's edit is not lost.",
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const before = await t.owner.get(href)
        await answer(t.other, copy, 'ACCEPTED')
        await eventually(
          'ACCEPTED',
          async () =>
            partstat(masterOf(readCalendar((await t.owner.get(href)).text)), t.other) === 'ACCEPTED',
        )
        const after = await t.owner.get(href)
        expectSame(after.header('schedule-tag'), before.header('schedule-tag'), 'The schedule tag changed')
        expectTrue(after.header('etag') !== before.header('etag'), 'The entity tag is the same')
      },
    ),
    must(
      "change the attendee's tag when the organizer changes the meeting",
      'An update of the meeting is a change the attendee has to see.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const before = (await t.other.get(copy.href)).header('schedule-tag')
        await t.owner.put(
          href,
          meetingText(t, uid, [
            ...once.map((line) => line.replace('T100000Z', 'T140000Z')),
            'SEQUENCE:1',
            attendee(t.other),
          ]),
        )
        await eventually(
          'Another tag',
          async () => (await t.other.get(copy.href)).header('schedule-tag') !== before,
        )
      },
    ),
    must(
      'change the tag when the user changes the object itself',
      'A PUT of the owner changes the schedule tag.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const before = (await t.owner.get(href)).header('schedule-tag')
        await t.owner.put(
          href,
          meetingText(t, uid, [...once.map((line) => line.replace('Meeting', 'Renamed')), attendee(t.other)]),
        )
        expectTrue((await t.owner.get(href)).header('schedule-tag') !== before, 'It is the same', before)
      },
    ),
    must(
      'store with a current If-Schedule-Tag-Match',
      'A tag that matches lets the PUT through.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const tag = expectHeader(await t.owner.get(href), 'schedule-tag')
        const response = await t.owner.put(href, meetingText(t, uid, [...once, attendee(t.other)]), {
          'If-Schedule-Tag-Match': tag,
        })
        expectStatus(response, 200, 201, 204)
      },
      { cite: 'RFC 6638 §8.3' },
    ),
    must(
      'answer 412 to another If-Schedule-Tag-Match',
      'A tag that does not match stops the PUT.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const response = await t.owner.put(
          href,
          meetingText(t, uid, [...once.map((line) => line.replace('Meeting', 'Renamed')), attendee(t.other)]),
          { 'If-Schedule-Tag-Match': '"something-else"' },
        )
        expectStatus(response, 412)
        expectTrue(!(await t.owner.get(href)).text.includes('Renamed'), 'The refused text was stored')
      },
      { cite: 'RFC 6638 §8.3' },
    ),
    must(
      'obey If-Schedule-Tag-Match on DELETE',
      'The header makes DELETE conditional as well.',
      async (t) => {
        const { href } = await invite(t, [...once, attendee(t.other)])
        expectStatus(await t.owner.delete(href, { 'If-Schedule-Tag-Match': '"something-else"' }), 412)
        expectStatus(await t.owner.get(href), 200)
      },
      { cite: 'RFC 6638 §8.3' },
    ),
    must(
      "let an organizer's edit through that began before an answer came in",
      'The tag still matches, and the answer is kept.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const before = await t.owner.get(href)
        await answer(t.other, copy, 'ACCEPTED')
        await eventually(
          'ACCEPTED',
          async () =>
            partstat(masterOf(readCalendar((await t.owner.get(href)).text)), t.other) === 'ACCEPTED',
        )
        const edited = before.text.replace('SUMMARY:Meeting', 'SUMMARY:Renamed')
        const response = await t.owner.put(href, edited, {
          'If-Schedule-Tag-Match': before.header('schedule-tag'),
        })
        expectStatus(response, 200, 201, 204)
        const stored = masterOf(readCalendar((await t.owner.get(href)).text))
        expectSame(partstat(stored, t.other), 'ACCEPTED', 'The answer was lost')
      },
      {
        why: 'RFC 6638 §3.2.10 exists for this very case: the schedule tag stays when only answers came in, so that the edit need not be repeated.',
      },
    ),
    must(
      "answer an attendee's PUT with a stale tag 412",
      'The attendee has to see the update first.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const stale = await t.other.get(copy.href)
        await t.owner.put(
          href,
          meetingText(t, uid, [
            ...once.map((line) => line.replace('T100000Z', 'T140000Z')),
            'SEQUENCE:1',
            attendee(t.other),
          ]),
        )
        await eventually(
          'Another tag',
          async () => (await t.other.get(copy.href)).header('schedule-tag') !== stale.header('schedule-tag'),
        )
        const text = withPartstat(stale.text, t.other, 'ACCEPTED')
        expectStatus(
          await t.other.put(copy.href, text, { 'If-Schedule-Tag-Match': stale.header('schedule-tag') }),
          412,
        )
      },
      { cite: 'RFC 6638 §8.3' },
    ),
    must(
      'send no Schedule-Tag with what is no meeting',
      'Only scheduling objects have the tag.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectSame((await t.owner.get(href)).header('schedule-tag'), '', 'There is one')
      },
      {
        cite: 'RFC 6638 §8.2',
        why: 'RFC 6638 §8.2 has the header on scheduling object resources; an event without organizer and attendees is none.',
      },
    ),
  ],
}
