import { type MailSink, openMailSink } from '../client/mail-sink.ts'
import { shared, type TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectSame, expectTrue } from '../expect.ts'
import { eventually, meetingText, once, withPartstat } from '../fixtures/scheduling.ts'
import { type Component, componentsOf, readCalendar, textValue } from '../ical/read.ts'

const sink = shared(async (t): Promise<MailSink> => {
  const opened = await openMailSink(t.target.mailSink ?? '')
  t.after(() => opened.close())
  return opened
})

interface Mail {
  readonly text: string
  /** The calendar part, decoded, with its Content-Type. */
  readonly type: string
  readonly calendar: Component
}

/** Invites someone elsewhere and waits for the mail. */
async function mailed(t: TestContext): Promise<Mail & { guest: string; href: string; uid: string }> {
  const { messages } = await t.use(sink)
  const guest = `${t.name('guest')}@elsewhere.example`
  const uid = t.name('meeting')
  const href = `${await t.calendar()}${uid}.ics`
  await t.owner.put(
    href,
    meetingText(t, uid, [...once, `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${guest}`]),
  )
  return { ...(await mailFor(messages, guest, 'REQUEST')), guest, href, uid }
}

function mailFor(messages: readonly string[], guest: string, method: string): Promise<Mail> {
  return eventually(`A mail of method ${method}`, async () => {
    const found = messages.filter((each) => each.includes(guest)).map(readMail)
    return found.find((each) => each !== undefined && textValue(each.calendar, 'METHOD') === method)
  })
}

function readMail(text: string): Mail | undefined {
  const part =
    /Content-Type: (text\/calendar[^\r\n]*(?:\r\n[ \t][^\r\n]*)*)((?:\r\n[^\r\n]+)*)\r\n\r\n([\s\S]*?)(?=\r\n--|$)/i.exec(
      text,
    )
  if (part === null) return undefined
  const [, type = '', , body = ''] = part
  const isBase64 = /Content-Transfer-Encoding: base64/i.test(part[0])
  const plain = isBase64 ? Buffer.from(body, 'base64').toString('utf8') : unquote(body)
  return { text, type: type.replace(/\r\n[ \t]+/g, ' '), calendar: readCalendar(plain) }
}

function unquote(body: string): string {
  const joined = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(joined, 'latin1').toString('utf8')
}

/** Invitations by e-mail, seen by the one who gets the mail (RFC 6047 §2). */
export const section: Section = {
  cite: 'RFC 6047 §2',
  title: 'iMIP',
  needs: ['dav:calendar-auto-schedule', 'address', 'mail-sink'],
  lane: 'scheduling',
  tests: [
    must(
      'mail an invitation to someone elsewhere',
      'Attendees of other systems are invited by e-mail.',
      async (t) => {
        expectSame(textValue((await mailed(t)).calendar, 'METHOD'), 'REQUEST', 'METHOD differs')
      },
    ),
    must(
      'give the media type with the method of the body',
      'Content-Type is text/calendar with method and charset.',
      async (t) => {
        const { type } = await mailed(t)
        expectTrue(/method="?REQUEST"?/i.test(type), 'method is missing', type)
        expectTrue(/charset="?utf-8"?/i.test(type), 'charset is missing', type)
      },
      { cite: 'RFC 6047 §2.4' },
    ),
    must(
      'send the event with organizer and attendee',
      'The message is a whole REQUEST.',
      async (t) => {
        const { calendar, guest } = await mailed(t)
        const [event] = componentsOf(calendar, 'VEVENT')
        expectTrue(
          textValue(event, 'ORGANIZER').toLowerCase() === t.owner.address.toLowerCase(),
          'ORGANIZER differs',
          textValue(event, 'ORGANIZER'),
        )
        expectTrue(
          event?.lines.some((line) => line.name === 'ATTENDEE' && line.value.includes(guest)) === true,
          'ATTENDEE is missing',
        )
      },
      { cite: 'RFC 6047 §2.3' },
    ),
    must(
      'send no scheduling parameters along',
      'SCHEDULE-AGENT and the like are not for others.',
      async (t) => {
        expectTrue(!/SCHEDULE-(AGENT|STATUS|FORCE)/.test((await mailed(t)).text), 'Some were sent')
      },
      { cite: 'RFC 6638 §7.1' },
    ),
    must(
      'write a part people can read',
      'The mail has a text part besides the calendar part.',
      async (t) => {
        expectTrue(/Content-Type: text\/plain/i.test((await mailed(t)).text), 'It is missing')
      },
      { cite: 'RFC 6047 §2.5' },
    ),
    must(
      'mail a cancellation when the meeting is deleted',
      'A CANCEL goes to attendees elsewhere.',
      async (t) => {
        const { guest, href } = await mailed(t)
        await t.owner.delete(href)
        await mailFor((await t.use(sink)).messages, guest, 'CANCEL')
      },
    ),
    must(
      'mail nothing when only the answer of someone changes',
      "Answers written into the organizer's copy are no new invitation.",
      async (t) => {
        const { guest, href } = await mailed(t)
        const { messages } = await t.use(sink)
        const before = messages.filter((each) => each.includes(guest)).length
        await t.owner.put(href, withPartstat((await t.owner.get(href)).text, t.owner, 'ACCEPTED'))
        expectSame(messages.filter((each) => each.includes(guest)).length, before, 'A mail was sent')
      },
    ),
  ],
}
