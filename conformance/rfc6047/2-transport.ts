import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectSame, expectStatus, expectTrue } from '../expect.ts'
import { eventually, meetingText, once } from '../fixtures/scheduling.ts'
import { type Component, componentsOf, readCalendar, textValue } from '../ical/read.ts'

/** What came so far; grows as more comes. */
function inbox(t: TestContext): readonly string[] {
  return t.target.mailSink?.messages ?? []
}

interface Mail {
  readonly text: string
  /** The calendar part, decoded, with its Content-Type. */
  readonly type: string
  readonly calendar: Component
}

/** Invites someone elsewhere and waits for the mail. */
async function mailed(t: TestContext): Promise<Mail & { guest: string; href: string; uid: string }> {
  const guest = `${t.name('guest')}@elsewhere.example`
  const uid = t.name('meeting')
  const href = `${await t.calendar()}${uid}.ics`
  await t.owner.put(
    href,
    meetingText(t, uid, [...once, `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${guest}`]),
  )
  return { ...(await mailFor(t, guest, 'REQUEST')), guest, href, uid }
}

function mailFor(t: TestContext, guest: string, method: string): Promise<Mail> {
  return eventually(`A mail of method ${method}`, async () => {
    const found = mailsTo(t, guest).map(readMail)
    return found.find((each) => each !== undefined && textValue(each.calendar, 'METHOD') === method)
  })
}

function mailsTo(t: TestContext, guest: string): readonly string[] {
  return inbox(t).filter((each) => each.includes(guest))
}

function readMail(text: string): Mail | undefined {
  for (const part of text.split(/\r\n--[^\r\n]+\r\n/)) {
    const end = part.indexOf('\r\n\r\n')
    const headers = part.slice(0, end).replace(/\r\n[ \t]+/g, ' ')
    const [, type] = /^Content-Type: (text\/calendar[^\r\n]*)/im.exec(headers) ?? []
    if (type !== undefined)
      return { text, type, calendar: readCalendar(decoded(headers, part.slice(end + 4))) }
  }
  return undefined
}

function decoded(headers: string, body: string): string {
  const [, encoding = '7bit'] = /^Content-Transfer-Encoding: *([\w-]+)/im.exec(headers) ?? []
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString('utf8')
    case 'quoted-printable':
      return unquote(body)
    default:
      return body
  }
}

function unquote(body: string): string {
  const joined = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(joined, 'latin1').toString('utf8')
}

/** The organizer notes the answer of a guest, got by telephone. */
async function answerFor(t: TestContext, href: string, guest: string): Promise<void> {
  const text = (await t.owner.get(href)).text.replace(/\r?\n[ \t]/g, '')
  const noted = text
    .split(/\r?\n/)
    .map((line) =>
      line.startsWith('ATTENDEE') && line.endsWith(guest) ? line.replace('NEEDS-ACTION', 'ACCEPTED') : line,
    )
  expectStatus(await t.owner.put(href, noted.join('\r\n')), 204)
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
      'mail no scheduling parameters along',
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
        await mailFor(t, guest, 'CANCEL')
      },
    ),
    must(
      'mail nothing when only the answer of someone changes',
      "Answers written into the organizer's copy are no new invitation.",
      async (t) => {
        const { guest, href } = await mailed(t)
        const before = mailsTo(t, guest).length
        await answerFor(t, href, guest)
        // A later invitation has come: what the change caused would have come before it.
        await mailed(t)
        expectSame(mailsTo(t, guest).length, before, 'A mail was sent')
      },
    ),
  ],
}
