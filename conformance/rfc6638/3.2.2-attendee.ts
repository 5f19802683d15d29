import { may, must, type Section, should } from '../engine/section.ts'
import { expectCondition, expectSame, expectStatus, expectSuccess, expectTrue } from '../expect.ts'
import {
  answer,
  arrival,
  attendee,
  attendeeLine,
  copyOf,
  daily,
  eventually,
  inboxItems,
  invite,
  masterOf,
  message,
  once,
  overrideOf,
  partstat,
  settled,
  withPartstat,
  year,
} from '../fixtures/scheduling.ts'
import { alarm } from '../ical/build.ts'
import { componentsOf, readCalendar, textValue } from '../ical/read.ts'

const allowed = 'C:allowed-attendee-scheduling-object-change'

/** What an attendee's changes do (RFC 6638 §3.2.2). */
export const section: Section = {
  cite: 'RFC 6638 §3.2.2',
  title: 'Attendee',
  needs: ['dav:calendar-auto-schedule', 'user2', 'address'],
  lane: 'scheduling',
  tests: [
    ...['ACCEPTED', 'DECLINED', 'TENTATIVE'].map((status) =>
      must(
        `bring the answer ${status} to the organizer`,
        "A change of the attendee's PARTSTAT is sent as a REPLY and put into the organizer's copy.",
        async (t) => {
          const { uid, href } = await invite(t, [...once, attendee(t.other)])
          await answer(t.other, await arrival(t.other, uid), status)
          await eventually(
            status,
            async () => partstat(masterOf(readCalendar((await t.owner.get(href)).text)), t.other) === status,
          )
        },
        { cite: 'RFC 6638 §3.2.2.3' },
      ),
    ),
    must(
      "put a REPLY into the organizer's inbox",
      'The message is left in the inbox for the client to see.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        await answer(t.other, await arrival(t.other, uid), 'ACCEPTED')
        const reply = masterOf((await message(t.owner, uid, 'REPLY')).calendar)
        expectSame(partstat(reply, t.other), 'ACCEPTED', 'PARTSTAT differs')
      },
      { cite: 'RFC 6638 §4' },
    ),
    must(
      'keep a change of the answer',
      'An attendee may change its mind.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        for (const status of ['ACCEPTED', 'DECLINED']) {
          await answer(t.other, await arrival(t.other, uid), status)
          await eventually(
            status,
            async () => partstat(masterOf(readCalendar((await t.owner.get(href)).text)), t.other) === status,
          )
        }
      },
      { cite: 'RFC 6638 §3.2.2.3' },
    ),
    must(
      'bring the answer to the other attendees',
      "The organizer's copy goes out again with the answer.",
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other), attendee(t.third)])
        await arrival(t.third, uid)
        await answer(t.other, await arrival(t.other, uid), 'ACCEPTED')
        await eventually(
          'ACCEPTED',
          async () => partstat(masterOf((await arrival(t.third, uid)).calendar), t.other) === 'ACCEPTED',
        )
      },
      { cite: 'RFC 6638 §4.2', needs: ['user3'] },
    ),
    must(
      'keep the answers of two attendees apart',
      'Each REPLY changes the attendee who sent it.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other), attendee(t.third)])
        await answer(t.other, await arrival(t.other, uid), 'ACCEPTED')
        await answer(t.third, await arrival(t.third, uid), 'DECLINED')
        await eventually('Both answers', async () => {
          const master = masterOf(readCalendar((await t.owner.get(href)).text))
          return partstat(master, t.other) === 'ACCEPTED' && partstat(master, t.third) === 'DECLINED'
        })
      },
      { cite: 'RFC 6638 §3.2.2.3', needs: ['user3'] },
    ),
    must(
      'bring the answer for one instance to the organizer',
      'An answer in an override is a REPLY for that instance.',
      async (t) => {
        const { uid, href } = await invite(t, [...daily, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = (await t.other.get(copy.href)).text.replace(/\r?\n[ \t]/g, '')
        const body = text.slice(text.indexOf('BEGIN:VEVENT'), text.indexOf('END:VEVENT'))
        const override = body
          .replace(/RRULE:.*\r?\n/, '')
          .replace(/DTSTART:.*\r?\n/, `DTSTART:${year}0312T100000Z\r\nRECURRENCE-ID:${year}0312T100000Z\r\n`)
        const changed = text.replace(
          'END:VCALENDAR',
          `${withPartstat(override, t.other, 'DECLINED')}END:VEVENT\r\nEND:VCALENDAR`,
        )
        expectSuccess(await t.other.put(copy.href, changed))
        await eventually('The answer for the instance', async () => {
          const found = readCalendar((await t.owner.get(href)).text)
          return (
            partstat(overrideOf(found, `${year}0312T100000Z`), t.other) === 'DECLINED' &&
            partstat(masterOf(found), t.other) === 'NEEDS-ACTION'
          )
        })
      },
      {
        cite: 'RFC 6638 §3.2.6',
        why: 'RFC 6638 §3.2.2.1 lets an attendee add an override with its own answer, and §3.2.2.3 has the server send a reply for it.',
      },
    ),
    must(
      'take an instance left out by an attendee for declined',
      'An EXDATE of an attendee declines that instance.',
      async (t) => {
        const { uid, href } = await invite(t, [...daily, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = (await t.other.get(copy.href)).text
        expectSuccess(
          await t.other.put(copy.href, text.replace(/(RRULE:)/, `EXDATE:${year}0312T100000Z\r\n$1`)),
        )
        await eventually(
          'The declined instance',
          async () =>
            partstat(
              overrideOf(readCalendar((await t.owner.get(href)).text), `${year}0312T100000Z`),
              t.other,
            ) === 'DECLINED',
        )
      },
      {
        cite: 'RFC 6638 §3.2.2.1',
        why: 'RFC 6638 §3.2.2.1: an EXDATE of the attendee means that it declines that instance, and the server sends the reply.',
      },
    ),
    must(
      'take a deleted copy for declined',
      'Deleting the copy sends a REPLY with DECLINED.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        expectStatus(await t.other.delete((await arrival(t.other, uid)).href), 204, 200)
        await eventually(
          'DECLINED',
          async () =>
            partstat(masterOf(readCalendar((await t.owner.get(href)).text)), t.other) === 'DECLINED',
        )
      },
      { cite: 'RFC 6638 §3.2.2.4' },
    ),
    must(
      'send nothing when the copy is deleted with Schedule-Reply: F',
      'The header keeps the server from replying.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        expectStatus(
          await t.other.delete((await arrival(t.other, uid)).href, { 'Schedule-Reply': 'F' }),
          204,
          200,
        )
        await settled(t)
        expectSame(
          partstat(masterOf(readCalendar((await t.owner.get(href)).text)), t.other),
          'NEEDS-ACTION',
          'A reply was sent',
        )
        expectSame((await inboxItems(t.owner, uid)).length, 0, 'A reply was sent')
      },
      { cite: 'RFC 6638 §8.1' },
    ),
    must(
      'reply when the copy is deleted with Schedule-Reply: T',
      'T is the default.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await t.other.delete((await arrival(t.other, uid)).href, { 'Schedule-Reply': 'T' })
        await eventually(
          'DECLINED',
          async () =>
            partstat(masterOf(readCalendar((await t.owner.get(href)).text)), t.other) === 'DECLINED',
        )
      },
      { cite: 'RFC 6638 §8.1' },
    ),
    must(
      'name allowed-attendee-scheduling-object-change for another time',
      'An attendee cannot change the time of the meeting.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = (await t.other.get(copy.href)).text
        expectCondition(await t.other.put(copy.href, text.replace('T100000Z', 'T120000Z')), allowed)
      },
      {
        cite: 'RFC 6638 §3.2.4.4',
        why: 'RFC 6638 §3.2.2.1 lists what an attendee may change; the start is not among it, and the server must refuse with this condition.',
      },
    ),
    must(
      'name allowed-attendee-scheduling-object-change for another rule',
      'An attendee cannot change when the meeting repeats.',
      async (t) => {
        const { uid } = await invite(t, [...daily, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = (await t.other.get(copy.href)).text
        expectCondition(await t.other.put(copy.href, text.replace('COUNT=5', 'COUNT=9')), allowed)
      },
      {
        cite: 'RFC 6638 §3.2.4.4',
        why: 'RFC 6638 §3.2.2.1 lists what an attendee may change; the rule is not among it, and the server must refuse with this condition.',
      },
    ),
    must(
      'refuse to have an attendee change the answer of another',
      'An attendee speaks for itself alone.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other), attendee(t.third)])
        const copy = await arrival(t.other, uid)
        const response = await t.other.put(
          copy.href,
          withPartstat((await t.other.get(copy.href)).text, t.third, 'ACCEPTED'),
        )
        const after = partstat(masterOf(readCalendar((await t.owner.get(href)).text)), t.third)
        expectTrue(
          response.status >= 400 || after === 'NEEDS-ACTION',
          'The answer of another was changed',
          after,
        )
      },
      { cite: 'RFC 6638 §3.2.2.1', needs: ['user3'] },
    ),
    must(
      'refuse to have an attendee name another organizer',
      'The organizer cannot be changed by an attendee.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = (await t.other.get(copy.href)).text.replace(/\r?\n[ \t]/g, '')
        const response = await t.other.put(
          copy.href,
          text.replace(/ORGANIZER([^:]*):.*/i, `ORGANIZER:${t.other.address}`),
        )
        expectTrue(response.status >= 400 && response.status < 500, 'It was stored', response.status)
      },
      { cite: 'RFC 6638 §3.2.2.1' },
    ),
    must(
      'let an attendee set an alarm, and tell nobody',
      "Alarms are the attendee's own.",
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = (await t.other.get(copy.href)).text
        const withAlarm = text.replace('END:VEVENT', `${alarm(['TRIGGER:-PT7M']).join('\r\n')}\r\nEND:VEVENT`)
        expectSuccess(await t.other.put(copy.href, withAlarm))
        expectTrue((await t.other.get(copy.href)).text.includes('TRIGGER:-PT7M'), 'The alarm is missing')
        expectSame((await inboxItems(t.owner, uid)).length, 0, 'A message was sent')
      },
      { cite: 'RFC 6638 §3.2.2.1' },
    ),
    ...(
      [
        ['PRODID', (text: string) => text.replace(/PRODID:.*/, 'PRODID:-//Another//Client//EN')],
        [
          'LAST-MODIFIED and DTSTAMP',
          (text: string) =>
            text
              .replace('END:VEVENT', `LAST-MODIFIED:${year}0101T000000Z\r\nEND:VEVENT`)
              .replace(/DTSTAMP:.*/, `DTSTAMP:${year}0101T000000Z`),
        ],
        [
          'properties of its own client',
          (text: string) => text.replace('END:VEVENT', 'X-MOZ-LASTACK:20260101T000000Z\r\nEND:VEVENT'),
        ],
      ] as const
    ).map(([what, change]) =>
      must(
        `let an attendee change ${what}`,
        "What concerns the attendee alone is the attendee's to change.",
        async (t) => {
          const { uid } = await invite(t, [...once, attendee(t.other)])
          const copy = await arrival(t.other, uid)
          expectSuccess(await t.other.put(copy.href, change((await t.other.get(copy.href)).text)))
        },
        { cite: 'RFC 6638 §3.2.2.1' },
      ),
    ),
    must(
      'let an attendee choose TRANSP',
      "Whether the meeting blocks time is the attendee's own.",
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = (await t.other.get(copy.href)).text.replace(/TRANSP:.*\r?\n/, '')
        expectSuccess(
          await t.other.put(copy.href, text.replace('END:VEVENT', 'TRANSP:TRANSPARENT\r\nEND:VEVENT')),
        )
      },
      { cite: 'RFC 6638 §3.2.2.1' },
    ),
    must(
      "keep an attendee's own alarm through an update of the organizer",
      "Updates leave what is the attendee's own.",
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = (await t.other.get(copy.href)).text
        expectSuccess(
          await t.other.put(
            copy.href,
            text.replace('END:VEVENT', `${alarm(['TRIGGER:-PT7M']).join('\r\n')}\r\nEND:VEVENT`),
          ),
        )
        const organizers = (await t.owner.get(href)).text
        expectSuccess(await t.owner.put(href, organizers.replace('SUMMARY:Meeting', 'SUMMARY:Renamed')))
        const updated = await eventually('The new title', async () => {
          const found = await copyOf(t.other, uid)
          return textValue(masterOf(found?.calendar ?? copy.calendar), 'SUMMARY') === 'Renamed' && found
        })
        const master = masterOf(updated.calendar)
        expectSame(componentsOf(master ?? updated.calendar, 'VALARM').length, 1, 'The alarm is gone')
      },
      { cite: 'RFC 6638 §4.1' },
    ),
    should(
      "write on the organizer in the attendee's copy that the reply was sent",
      'SCHEDULE-STATUS of ORGANIZER tells how the reply fared.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        await answer(t.other, copy, 'ACCEPTED')
        await eventually('SCHEDULE-STATUS on ORGANIZER', async () => {
          const line = masterOf(readCalendar((await t.other.get(copy.href)).text))?.lines.find(
            (each) => each.name === 'ORGANIZER',
          )
          return /^[12]\./.test(line?.params.get('SCHEDULE-STATUS')?.[0] ?? '')
        })
      },
      { cite: 'RFC 6638 §3.2.9' },
    ),
    may(
      'keep comments of the reply for the organizer',
      'A COMMENT in the reply reaches the organizer.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = withPartstat((await t.other.get(copy.href)).text, t.other, 'DECLINED')
        const response = await t.other.put(
          copy.href,
          text.replace('END:VEVENT', 'COMMENT:Away that week\r\nEND:VEVENT'),
        )
        if (response.status >= 400)
          return t.skip(`a COMMENT of an attendee is refused with ${response.status}`)
        const reply = masterOf((await message(t.owner, uid, 'REPLY')).calendar)
        expectTrue(textValue(reply, 'COMMENT').includes('Away that week'), 'It is missing')
        expectTrue(attendeeLine(reply, t.other) !== undefined, 'The attendee is missing')
      },
      { cite: 'RFC 5546 §3.2.3' },
    ),
  ],
}
