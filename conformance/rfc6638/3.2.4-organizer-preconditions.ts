import { must, type Section } from '../engine/section.ts'
import { expectCondition, expectStatus, expectTrue } from '../expect.ts'
import { attendee, daily, forgetAfterwards, invite, meetingText, once, year } from '../fixtures/scheduling.ts'

/** What is refused to an organizer (RFC 6638 §3.2.4). */
export const section: Section = {
  cite: 'RFC 6638 §3.2.4',
  title: 'Preconditions of organizers',
  needs: ['dav:calendar-auto-schedule', 'user2', 'address'],
  lane: 'scheduling',
  tests: [
    must(
      'refuse another organizer on a meeting',
      'The organizer of a meeting stays the same.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const text = meetingText(t, uid, [...once, attendee(t.other)]).replace(
          `ORGANIZER:${t.owner.address}`,
          `ORGANIZER:${t.other.address}`,
        )
        const response = await t.owner.put(href, text)
        expectStatus(response, 403, 409)
        const named = response.conditions()
        const isNamed =
          named.includes('C:allowed-organizer-scheduling-object-change') ||
          named.includes('C:allowed-attendee-scheduling-object-change')
        expectTrue(isNamed, 'The condition is not named', named.join() || 'none')
      },
      { cite: 'RFC 6638 §3.2.4.3' },
    ),
    must(
      'name same-organizer-in-all-components for two organizers in one object',
      'All components of an object have one organizer.',
      async (t) => {
        const uid = t.name('meeting')
        forgetAfterwards(t, uid)
        const text = meetingText(
          t,
          uid,
          [...daily, attendee(t.other)],
          [
            `RECURRENCE-ID:${year}0312T100000Z`,
            `DTSTART:${year}0312T150000Z`,
            'DURATION:PT1H',
            attendee(t.other),
          ],
        )
        const last = text.lastIndexOf(`ORGANIZER:${t.owner.address}`)
        const two = `${text.slice(0, last)}ORGANIZER:${t.other.address}${text.slice(last + `ORGANIZER:${t.owner.address}`.length)}`
        expectCondition(
          await t.owner.put(`${await t.calendar()}two.ics`, two),
          'C:same-organizer-in-all-components',
        )
      },
      { cite: 'RFC 6638 §3.2.4.2' },
    ),
    must(
      'name unique-scheduling-object-resource or no-uid-conflict for another meeting with the UID of one that is there',
      "A meeting is in one place of a user's calendars. (The same meeting, unchanged, may be on its way: clients move by PUT, then DELETE.)",
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const response = await t.owner.put(
          `${await t.calendar()}again.ics`,
          meetingText(t, uid, [...daily, attendee(t.other)]),
        )
        expectStatus(response, 403, 409)
        const named = response.conditions()
        expectTrue(
          named.includes('C:unique-scheduling-object-resource') || named.includes('C:no-uid-conflict'),
          'The condition is not named',
          named.join() || 'none',
        )
      },
      { cite: 'RFC 6638 §3.2.4.1' },
    ),
  ],
}
