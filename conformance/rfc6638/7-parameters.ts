import { must, type Section } from '../engine/section.ts'
import { expectSame, expectStatus, expectSuccess, expectTrue } from '../expect.ts'
import { privilegeTree } from '../fixtures/acl.ts'
import {
  arrival,
  attendee,
  attendeeLine,
  eventually,
  forgetAfterwards,
  inboxItems,
  invite,
  masterOf,
  meetingText,
  message,
  once,
  partstat,
} from '../fixtures/scheduling.ts'
import { simpleEvent } from '../ical/build.ts'
import { paramOf, readCalendar, textValue } from '../ical/read.ts'

/** Scheduling parameters, and methods on scheduling objects (RFC 6638 §7, §3.2.3). */
export const section: Section = {
  cite: 'RFC 6638 §7',
  title: 'Scheduling parameters and methods',
  needs: ['dav:calendar-auto-schedule', 'user2', 'address'],
  lane: 'scheduling',
  tests: [
    must(
      'send the meeting again for SCHEDULE-FORCE-SEND=REQUEST',
      'The parameter has a message sent that would not be.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await message(t.other, uid, 'REQUEST')
        for (const each of await inboxItems(t.other, uid)) await t.other.delete(each.href)
        expectSuccess(
          await t.owner.put(
            href,
            meetingText(t, uid, [
              ...once,
              attendee(t.other, ';PARTSTAT=NEEDS-ACTION;SCHEDULE-FORCE-SEND=REQUEST'),
            ]),
          ),
        )
        await message(t.other, uid, 'REQUEST')
      },
      { cite: 'RFC 6638 §7.2' },
    ),
    must(
      'remove SCHEDULE-FORCE-SEND from what it stores',
      'The parameter is a wish for one message and is not kept.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await t.owner.put(
          href,
          meetingText(t, uid, [
            ...once,
            attendee(t.other, ';PARTSTAT=NEEDS-ACTION;SCHEDULE-FORCE-SEND=REQUEST'),
          ]),
        )
        expectTrue(!(await t.owner.get(href)).text.includes('SCHEDULE-FORCE-SEND'), 'It is still there')
      },
      {
        cite: 'RFC 6638 §7.2',
        why: 'RFC 6638 §7.2: servers do not preserve the parameter in scheduling object resources.',
      },
    ),
    must(
      'replace a SCHEDULE-STATUS the client wrote',
      "The status is the server's to write where the agent is SERVER.",
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await t.owner.put(
          href,
          meetingText(t, uid, [
            ...once.map((line) => line.replace('Meeting', 'Renamed')),
            attendee(t.other, ';PARTSTAT=NEEDS-ACTION;SCHEDULE-STATUS="9.9"'),
          ]),
        )
        await eventually('Another SCHEDULE-STATUS', async () => {
          const line = attendeeLine(masterOf(readCalendar((await t.owner.get(href)).text)), t.other)
          return paramOf(line, 'SCHEDULE-STATUS') !== '9.9'
        })
      },
      { cite: 'RFC 6638 §7.3' },
    ),
    must(
      'keep SCHEDULE-AGENT for the client',
      "The parameter stays on the attendee in the organizer's copy.",
      async (t) => {
        const { href } = await invite(t, [...once, attendee(t.other, ';SCHEDULE-AGENT=CLIENT')])
        const line = attendeeLine(masterOf(readCalendar((await t.owner.get(href)).text)), t.other)
        expectSame(paramOf(line, 'SCHEDULE-AGENT'), 'CLIENT', 'It differs')
      },
      { cite: 'RFC 6638 §7.1' },
    ),
    must(
      'invite when attendees are put on an event that had none',
      'PUT makes a scheduling object of an event, and the invitation goes out.',
      async (t) => {
        const uid = t.name('meeting')
        forgetAfterwards(t, uid)
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        expectSuccess(await t.owner.put(href, meetingText(t, uid, [...once, attendee(t.other)])))
        await arrival(t.other, uid)
      },
      { cite: 'RFC 6638 §3.2.3.1' },
    ),
    must(
      'cancel when all attendees are taken off',
      'PUT makes an event of a meeting, and those who were invited are told.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        expectSuccess(await t.owner.put(href, simpleEvent(uid, 'Alone', once[0]?.replace('DTSTART:', ''))))
        await message(t.other, uid, 'CANCEL')
      },
      {
        cite: 'RFC 6638 §3.2.3.1',
        why: 'The table of RFC 6638 §3.2.3.1 makes a removal of a PUT that turns a scheduling object into a plain event, and §3.2.1.3 tells the attendees of a removal.',
      },
    ),
    must(
      'move a meeting without sending anything, and go on scheduling it',
      'MOVE within the calendars of the user is not a scheduling operation.',
      async (t) => {
        t.need('method:MOVE')
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        const moved = `${await t.calendar()}${uid}.ics`
        expectStatus(await t.owner.move(href, moved), 200, 201, 204)
        expectSuccess(
          await t.owner.put(
            moved,
            meetingText(t, uid, [
              ...once.map((line) => line.replace('Meeting', 'Renamed')),
              attendee(t.other),
            ]),
          ),
        )
        await eventually(
          'The new title',
          async () => textValue(masterOf((await arrival(t.other, uid)).calendar), 'SUMMARY') === 'Renamed',
        )
      },
      { cite: 'RFC 6638 §3.2.3.4' },
    ),
    must(
      'put the parts of schedule-deliver and schedule-send under them',
      'The privileges are aggregates.',
      async (t) => {
        t.need('inbox')
        t.need('outbox')
        const inbox = privilegeTree(await t.owner.property(t.owner.inbox, 'D:supported-privilege-set'))
        const outbox = privilegeTree(await t.owner.property(t.owner.outbox, 'D:supported-privilege-set'))
        for (const name of [
          'C:schedule-deliver-invite',
          'C:schedule-deliver-reply',
          'C:schedule-query-freebusy',
        ]) {
          expectTrue(inbox.get('C:schedule-deliver')?.includes(name) === true, `${name} is elsewhere`)
        }
        for (const name of ['C:schedule-send-invite', 'C:schedule-send-reply', 'C:schedule-send-freebusy']) {
          expectTrue(outbox.get('C:schedule-send')?.includes(name) === true, `${name} is elsewhere`)
        }
      },
      { cite: 'RFC 6638 §6.3' },
    ),
    must(
      'take no answer from one who is not invited',
      'A reply changes the attendee who sent it, and nobody else.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        const forged = meetingText(t, uid, [...once, attendee(t.other, ';PARTSTAT=ACCEPTED')])
        await t.third.put(`${await t.calendar('', t.third)}forged.ics`, forged)
        expectSame(
          partstat(masterOf(readCalendar((await t.owner.get(href)).text)), t.other),
          'NEEDS-ACTION',
          'The answer was taken',
        )
      },
      { cite: 'RFC 6638 §11.2', needs: ['user3'] },
    ),
    must(
      'keep a user from changing the meeting of another by its UID',
      'Knowing a UID is no right to change.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const forged = meetingText(t, uid, [
          ...once.map((line) => line.replace('Meeting', 'Forged')),
          attendee(t.other),
        ]).replaceAll(t.owner.address, t.third.address)
        await t.third.put(`${await t.calendar('', t.third)}forged.ics`, forged)
        expectTrue(!(await t.owner.get(href)).text.includes('Forged'), "The organizer's copy was changed")
        expectTrue(!(await t.other.get(copy.href)).text.includes('Forged'), "The attendee's copy was changed")
      },
      { cite: 'RFC 6638 §11.2', needs: ['user3'] },
    ),
  ],
}
