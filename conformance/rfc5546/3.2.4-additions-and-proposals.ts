import type { Response } from '../client/response.ts'
import type { TestContext } from '../engine/context.ts'
import { may, must, type Section } from '../engine/section.ts'
import { expectSame, expectStatus, expectTrue } from '../expect.ts'
import { recipientIn, responsesIn, statusIn } from '../fixtures/busy-request.ts'
import {
  answer,
  arrival,
  attendee,
  copyOf,
  daily,
  eventually,
  forgetAfterwards,
  inboxItems,
  invite,
  masterOf,
  meetingText,
  message,
  once,
  overrideOf,
  partstat,
  year,
} from '../fixtures/scheduling.ts'
import { calendar, event } from '../ical/build.ts'
import { componentsOf, readCalendar, textValue } from '../ical/read.ts'
import type { Actor } from '../target/actor.ts'

const later = (text: string) => text.replaceAll(`${year}0310T100000Z`, `${year}0310T150000Z`)

/** Posts a message to the sender's own outbox; skips the test where only free-busy requests are taken there. */
async function post(t: TestContext, actor: Actor, method: string, text: string): Promise<Response> {
  const body = text.replace('VERSION:2.0', `VERSION:2.0\r\nMETHOD:${method}`)
  const headers = { 'Content-Type': 'text/calendar; charset=utf-8' }
  const response = await actor.request('POST', actor.outbox, { body, headers })
  if (response.status !== 200) t.skip(`the outbox answers ${response.status} to ${method}`)
  return response
}

/** The methods of the messages about a meeting in an inbox, and how often each came. */
async function methodsTo(actor: Actor, uid: string): Promise<string[]> {
  return (await inboxItems(actor, uid)).map((each) => textValue(each.calendar, 'METHOD')).sort()
}

/** The rarer messages of iTIP, as far as CalDAV clients meet them (RFC 5546 §3.2.1, §3.2.4, §3.2.6 to §3.2.8). */
export const section: Section = {
  cite: 'RFC 5546 §3.2.4',
  title: 'Instances added, proposals, what is asked for again',
  needs: ['dav:calendar-auto-schedule', 'user2', 'address', 'inbox', 'outbox'],
  lane: 'scheduling',
  tests: [
    must(
      'bring an instance that the organizer adds to those invited',
      'Instances are added by ADD, or by a REQUEST of the whole; the attendee has all of them then.',
      async (t) => {
        const { uid, href } = await invite(t, [...daily, attendee(t.other)])
        await answer(t.other, await arrival(t.other, uid), 'ACCEPTED')
        const more = [...daily, `RDATE:${year}0320T100000Z`, attendee(t.other)]
        expectStatus(await t.owner.put(href, meetingText(t, uid, more)), 200, 204)
        const copy = await eventually('The added instance', async () => {
          const held = await copyOf(t.other, uid)
          return held && (await t.other.get(held.href)).text.includes(`${year}0320T100000Z`)
            ? held
            : undefined
        })
        expectSame(componentsOf(copy.calendar, 'VEVENT').length > 0, true, 'The series is gone')
        expectTrue((await t.other.get(copy.href)).text.includes('RRULE'), 'The rest of the series is gone')
      },
    ),
    must(
      'keep the series of somebody who is sent one changed instance',
      'A message that names some instances says nothing of the others.',
      async (t) => {
        const { uid, href } = await invite(t, [...daily, attendee(t.other)])
        await arrival(t.other, uid)
        const id = `${year}0312T100000Z`
        const changed = [
          `RECURRENCE-ID:${id}`,
          `DTSTART:${year}0312T160000Z`,
          'DURATION:PT1H',
          'SUMMARY:Meeting',
          'SEQUENCE:1',
          attendee(t.other),
        ]
        expectStatus(
          await t.owner.put(href, meetingText(t, uid, [...daily, attendee(t.other)], changed)),
          200,
          204,
        )
        const copy = await eventually('The changed instance', async () => {
          const held = await copyOf(t.other, uid)
          return held && overrideOf(held.calendar, id) ? held : undefined
        })
        expectTrue((await t.other.get(copy.href)).text.includes('RRULE'), 'The series is gone')
      },
      { cite: 'RFC 5546 §3.2.2' },
    ),
    must(
      'tell nobody of an event that has an organizer and invites nobody',
      'What is published has no attendees, and is sent to none.',
      async (t) => {
        const uid = t.name('meeting')
        forgetAfterwards(t, uid)
        const lines = [...once, `ORGANIZER:${t.owner.address}`]
        await t.object(await t.calendar(), calendar(event(uid, lines)))
        expectSame(await copyOf(t.other, uid), undefined, 'It was delivered')
        expectSame((await inboxItems(t.other, uid)).length, 0, 'A message was sent')
      },
      { cite: 'RFC 5546 §3.2.1' },
    ),
    may(
      'send the meeting again to an attendee who asks',
      'REFRESH is answered with a REQUEST of the meeting as it is.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        const asking = event(uid, [`ORGANIZER:${t.owner.address}`, `ATTENDEE:${t.other.address}`])
        const [found] = responsesIn(await post(t, t.other, 'REFRESH', calendar(asking)))
        expectSame(recipientIn(found), t.owner.address.toLowerCase(), 'Somebody else was asked')
        expectTrue(statusIn(found).startsWith('2.'), 'It was not delivered', statusIn(found))
        await message(t.other, uid, 'REQUEST')
        const kept = masterOf((await arrival(t.other, uid)).calendar)
        expectSame(textValue(kept, 'DTSTART'), `${year}0310T100000Z`, 'The copy is another')
      },
      { cite: 'RFC 5546 §3.2.6' },
    ),
    may(
      'show the organizer what an attendee proposes, and change nothing',
      'A COUNTER is a proposal with ATTENDEE, ORGANIZER, UID and the new time; the meeting stays as it is.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const { text } = await t.other.get(copy.href)
        await post(t, t.other, 'COUNTER', later(text))
        const counter = masterOf((await message(t.owner, uid, 'COUNTER')).calendar)
        expectSame(textValue(counter, 'DTSTART'), `${year}0310T150000Z`, 'The proposed time is another')
        for (const name of ['ATTENDEE', 'DTSTAMP', 'ORGANIZER', 'SUMMARY', 'UID'])
          expectTrue(textValue(counter, name) !== '', `${name} is missing`)
        const master = masterOf(readCalendar((await t.owner.get(href)).text))
        expectSame(textValue(master, 'DTSTART'), `${year}0310T100000Z`, 'The meeting was moved')
        expectSame(partstat(master, t.other), 'NEEDS-ACTION', 'It counts as an answer')
      },
      { cite: 'RFC 5546 §3.2.7' },
    ),
    may(
      'show the attendee that a proposal is declined, and change nothing',
      'DECLINECOUNTER says no to a proposal; the attendee is still invited to the meeting as it was.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        await post(t, t.other, 'COUNTER', later((await t.other.get(copy.href)).text))
        await message(t.owner, uid, 'COUNTER')
        const held = (await t.owner.get(href)).text
        await post(t, t.owner, 'DECLINECOUNTER', held)
        await message(t.other, uid, 'DECLINECOUNTER')
        const kept = await arrival(t.other, uid)
        expectSame(
          textValue(masterOf(kept.calendar), 'DTSTART'),
          `${year}0310T100000Z`,
          'The attendee’s copy was moved',
        )
        expectTrue(!(await methodsTo(t.other, uid)).includes('CANCEL'), 'It was cancelled')
      },
      { cite: 'RFC 5546 §3.2.8' },
    ),
    may(
      'refuse a proposal in the name of somebody else',
      'A COUNTER comes from an attendee of the meeting.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = later((await t.other.get(copy.href)).text)
        await post(t, t.other, 'COUNTER', text)
        await message(t.owner, uid, 'COUNTER')
        const forged = await t.third.request('POST', t.third.outbox, {
          body: text.replace('VERSION:2.0', 'VERSION:2.0\r\nMETHOD:COUNTER'),
          headers: { 'Content-Type': 'text/calendar; charset=utf-8' },
        })
        expectTrue(forged.status >= 400 && forged.status < 500, 'It was taken', forged.status)
        expectSame(
          (await methodsTo(t.owner, uid)).filter((each) => each === 'COUNTER').length,
          1,
          'It was delivered',
        )
        expectStatus(await t.owner.get(href), 200)
      },
      { cite: 'RFC 5546 §3.2.7', needs: ['user3'] },
    ),
  ],
}
