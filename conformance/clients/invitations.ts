import type { TestContext } from '../engine/context.ts'
import { must, type Section, should } from '../engine/section.ts'
import {
  expectHeader,
  expectMember,
  expectMultistatus,
  expectProp,
  expectSame,
  expectStatus,
  expectSuccess,
  expectTrue,
} from '../expect.ts'
import { ask as askBusy, recipientIn, responsesIn, statusIn } from '../fixtures/busy-request.ts'
import { ask } from '../fixtures/replay.ts'
import { multiget } from '../fixtures/reports.ts'
import {
  arrival,
  attendee,
  attendeeLine,
  type Copy,
  copyOf,
  eventually,
  inboxItems,
  invite,
  masterOf,
  meetingText,
  message,
  once,
  partstat,
  withPartstat,
} from '../fixtures/scheduling.ts'
import { requestPath } from '../hrefs.ts'
import { calendar, component } from '../ical/build.ts'
import { readCalendar } from '../ical/read.ts'
import { propOf } from '../multistatus.ts'
import { hrefsIn } from '../xml/element.ts'
import { escapeXml, propNames, xml } from '../xml/write.ts'

const foundPeople = [
  'C:calendar-user-address-set',
  'C:calendar-user-type',
  'D:displayname',
  'D:principal-URL',
  'CS:first-name',
  'CS:last-name',
  'CS:record-type',
  'CS:email-address-set',
]

/** The search macOS and iOS send while a name is typed into the invitees. */
function appleSearch(words: string): string {
  const criterion = (name: string) =>
    `<D:property-search>${propNames([name])}<D:match match-type="starts-with">${escapeXml(words)}</D:match></D:property-search>`
  const criteria = ['D:displayname', 'CS:email-address-set', 'CS:first-name', 'CS:last-name'].map(criterion)
  return xml('D:principal-property-search', criteria.join('') + propNames(foundPeople)).replace(
    '<D:principal-property-search',
    '<D:principal-property-search type="INDIVIDUAL" test="anyof"',
  )
}

/** A copy as multiget fetches it, with its tags. */
async function fetched(t: TestContext, copy: Copy): Promise<{ text: string; etag: string; tag: string }> {
  const properties = '<D:getetag/><C:calendar-data/><C:schedule-tag/>'
  const response = await t.other.report(copy.href.replace(/[^/]*$/, ''), multiget([copy.href], properties))
  const found = expectMember(expectMultistatus(response), copy.href)
  return {
    text: expectProp(found, 'C:calendar-data').text,
    etag: expectProp(found, 'D:getetag').text,
    tag: expectProp(found, 'C:schedule-tag').text,
  }
}

/** Waits until the organizer's copy shows the second account's answer. */
async function answered(t: TestContext, href: string, status: string): Promise<void> {
  await eventually(status, async () => {
    const { text } = await t.owner.get(href)
    return partstat(masterOf(readCalendar(text)), t.other) === status
  })
}

/** What clients send when people are invited and answer: each in its own order and with its own headers. */
export const section: Section = {
  cite: 'Clients that invite',
  title: 'Invitations by Apple Calendar, Thunderbird, DAVx5, Evolution, KOrganizer and Outlook',
  needs: ['dav:calendar-auto-schedule', 'user2', 'address', 'inbox', 'outbox'],
  lane: 'scheduling',
  tests: [
    must(
      'let Apple Calendar find invitees by the beginning of a name',
      'The search joins criteria with anyof and starts-with, some of properties nobody has.',
      async (t) => {
        const name = await t.other.propertyText(t.other.principal, 'D:displayname')
        const [collection = ''] = hrefsIn(
          await t.owner.property(t.owner.principal, 'D:principal-collection-set'),
        )
        const response = await t.owner.report(requestPath(collection), appleSearch(name.slice(0, 3)), {
          depth: '0',
        })
        const found = expectMember(expectMultistatus(response), t.other.principal)
        const addresses = hrefsIn(expectProp(found, 'C:calendar-user-address-set'))
        expectTrue(
          addresses.some((each) => each.toLowerCase() === t.other.address.toLowerCase()),
          'The address is not among them',
          addresses.join(),
        )
      },
    ),
    must(
      'let Apple Calendar ask when several people are free',
      'Originator and Recipient are sent, joined by commas, and the UID of the meeting to leave out.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        const response = await askBusy(t, {
          attendees: [t.owner.address, t.other.address],
          lines: [`X-CALENDARSERVER-MASK-UID:${uid}`],
          headers: {
            Originator: t.owner.address,
            Recipient: `${t.owner.address}, ${t.other.address}`,
          },
        })
        expectStatus(response, 200)
        const found = responsesIn(response)
        expectSame(found.length, 2, 'Another number of people was answered')
        expectTrue(
          found.every((each) => statusIn(each).startsWith('2.')),
          'Somebody was not answered',
          found.map((each) => `${recipientIn(each)} ${statusIn(each)}`).join(),
        )
        expectTrue(!response.text.includes('T100000Z/'), 'The meeting itself is busy time', response.text)
      },
      {
        why: 'RFC 6638 §5 answers each ATTENDEE of the request; Apple sends the older headers as well, and shows everybody as unknown when the request is refused for them.',
      },
    ),
    must(
      'let Apple Calendar answer from the inbox with If-Schedule-Tag-Match',
      'The inbox is listed, the copy changed under its schedule tag, the message deleted; the organizer keeps its tag.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const before = expectHeader(await t.owner.get(href), 'schedule-tag')
        const item = await message(t.other, uid, 'REQUEST')
        const { text, tag } = await fetched(t, await arrival(t.other, uid))
        const copy = await arrival(t.other, uid)
        const stored = await t.other.put(copy.href, withPartstat(text, t.other, 'ACCEPTED'), {
          'If-Schedule-Tag-Match': tag,
        })
        expectStatus(stored, 200, 204)
        expectStatus(await t.other.delete(item.href), 200, 204)
        await answered(t, href, 'ACCEPTED')
        expectSame(
          expectHeader(await t.owner.get(href), 'schedule-tag'),
          before,
          'The organizer’s schedule tag changed',
        )
        await message(t.owner, uid, 'REPLY')
      },
      {
        why: 'RFC 6638 §3.2.10 keeps the organizer’s schedule tag when only answers come in; otherwise each answer costs the organizer an edit in progress.',
      },
    ),
    must(
      'let Apple Calendar save an edit made while an answer came in',
      'The organizer sends the schedule tag it knows; the answer that came meanwhile is kept.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const tag = expectHeader(await t.owner.get(href), 'schedule-tag')
        const known = (await t.owner.get(href)).text
        const copy = await arrival(t.other, uid)
        const text = withPartstat((await t.other.get(copy.href)).text, t.other, 'ACCEPTED')
        expectSuccess(await t.other.put(copy.href, text))
        await answered(t, href, 'ACCEPTED')
        const edited = known.replace('SUMMARY:Meeting', 'SUMMARY:Meeting with cake')
        expectSuccess(await t.owner.put(href, edited, { 'If-Schedule-Tag-Match': tag }))
        const now = (await t.owner.get(href)).text
        expectTrue(now.includes('with cake'), 'The edit is lost', now)
        expectSame(partstat(masterOf(readCalendar(now)), t.other), 'ACCEPTED', 'The answer is lost')
      },
      {
        why: 'RFC 6638 §3.2.10 is made for this: the tag did not change, so the server merges the answers into the edit.',
      },
    ),
    must(
      'let Apple Calendar send an empty If-Schedule-Tag-Match for what has no tag',
      'An empty tag is no condition on an object that nobody is invited to.',
      async (t) => {
        const uid = t.name()
        const lines = [`UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...once]
        const text = calendar(component('VEVENT', lines))
        const href = await t.object(await t.calendar(), text)
        expectStatus(await t.owner.put(href, text, { 'If-Schedule-Tag-Match': '' }), 200, 204)
      },
    ),
    should(
      'supply RSVP=TRUE to those whom a client adds without it',
      'Apple Calendar and Thunderbird add people later without RSVP; whoever has not answered is asked.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other, '')])
        const line = attendeeLine(masterOf((await message(t.other, uid, 'REQUEST')).calendar), t.other)
        expectSame(line?.params.get('RSVP')?.[0], 'TRUE', 'RSVP differs')
      },
      {
        why: 'RFC 5545 §3.2.17 asks for an answer by RSVP=TRUE alone; several programs show no buttons without it, and clients leave it out.',
      },
    ),
    must(
      'let Thunderbird ask when one person is free',
      'Originator and Recipient name one each.',
      async (t) => {
        const response = await askBusy(t, {
          attendees: [t.other.address],
          headers: { Originator: t.owner.address, Recipient: t.other.address },
        })
        expectStatus(response, 200)
        expectTrue(statusIn(responsesIn(response)[0]).startsWith('2.'), 'It failed', response.text)
      },
    ),
    must(
      'let Thunderbird answer with If-Match and fetch again',
      'The copy is stored under its entity tag and fetched by multiget, which shows the new tag.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const { text, etag } = await fetched(t, copy)
        const headers = { 'If-Match': etag }
        expectStatus(
          await t.other.put(copy.href, withPartstat(text, t.other, 'TENTATIVE'), headers),
          200,
          204,
        )
        const again = await fetched(t, copy)
        expectTrue(again.etag !== etag, 'The entity tag is the same')
        expectSame(partstat(masterOf(readCalendar(again.text)), t.other), 'TENTATIVE', 'The answer is lost')
        await answered(t, href, 'TENTATIVE')
        expectStatus(await t.other.put(copy.href, withPartstat(text, t.other, 'DECLINED'), headers), 412)
      },
    ),
    must(
      'let Thunderbird move a meeting without a word to anybody',
      'It stores the meeting in the new calendar, then deletes the old object: nobody is told of a cancellation.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        await arrival(t.other, uid)
        const text = (await t.owner.get(href)).text
        const moved = `${await t.calendar()}${uid}.ics`
        expectStatus(await t.owner.put(moved, text, { 'If-None-Match': '*' }), 201)
        expectStatus(await t.owner.delete(href), 200, 204)
        const copy = await copyOf(t.other, uid)
        expectTrue(copy !== undefined, 'The copy is gone')
        expectTrue(!/^STATUS:CANCELLED/m.test((await t.other.get(copy.href)).text), 'It was cancelled')
        const items = await inboxItems(t.other, uid)
        expectSame(items.length, 1, 'Another message was sent')
        expectSuccess(await t.other.put(copy.href, withPartstat(text, t.other, 'ACCEPTED')))
        await answered(t, moved, 'ACCEPTED')
      },
      {
        why: 'RFC 6638 §3.2.3.4 has a move between calendars send nothing; Thunderbird moves by PUT and DELETE, since it moves between servers too.',
      },
    ),
    must(
      'let DAVx5 answer with If-Schedule-Tag-Match alone, and tell it of a stale tag',
      'No entity tag is sent where a schedule tag is known; 412 makes it fetch again.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const { text, tag } = await fetched(t, copy)
        const moved = once.map((line) => line.replace('T100000Z', 'T140000Z'))
        await t.owner.put(href, meetingText(t, uid, [...moved, 'SEQUENCE:1', attendee(t.other)]))
        const headers = { 'If-Schedule-Tag-Match': tag }
        expectStatus(await t.other.put(copy.href, withPartstat(text, t.other, 'ACCEPTED'), headers), 412)
        const now = await fetched(t, copy)
        const answer = withPartstat(now.text, t.other, 'ACCEPTED')
        expectStatus(await t.other.put(copy.href, answer, { 'If-Schedule-Tag-Match': now.tag }), 200, 204)
        await answered(t, href, 'ACCEPTED')
      },
    ),
    must(
      'let Evolution ask for free time without Originator and Recipient',
      'The body alone says who asks and about whom.',
      async (t) => {
        const response = await askBusy(t, { attendees: [t.other.address] })
        expectStatus(response, 200)
        expectTrue(/^(application|text)\/xml/.test(response.header('content-type')), 'It is no XML')
      },
    ),
    must(
      'let Evolution delete an invitation in silence',
      'Schedule-Reply: F keeps the organizer from being told.',
      async (t) => {
        const { uid, href } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        expectStatus(await t.other.delete(copy.href, { 'Schedule-Reply': 'F' }), 200, 204)
        const { text } = await t.owner.get(href)
        expectSame(partstat(masterOf(readCalendar(text)), t.other), 'NEEDS-ACTION', 'An answer was sent')
        expectSame((await inboxItems(t.owner, uid)).length, 0, 'The organizer was told')
      },
    ),
    must(
      'tell Evolution and Outlook where the invitation is that they store again',
      'An invitation that also came by mail is stored under a name of the client’s own; the answer names the copy there is.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const copy = await arrival(t.other, uid)
        const text = withPartstat((await t.other.get(copy.href)).text, t.other, 'ACCEPTED')
        const headers = { 'If-None-Match': '*' }
        const beside = `${copy.href.replace(/[^/]*$/, '')}${t.name()}.ics`
        const response = await t.other.put(beside, text, headers)
        expectStatus(response, 403, 409)
        expectTrue(
          hrefsIn(response.xml()).length > 0 || response.text.includes(copy.href),
          'The answer does not say where it is',
          response.text,
        )
        expectStatus(await t.other.put(copy.href, text, headers), 412)
      },
    ),
    must(
      'leave it to Outlook and Thunderbird to invite where they say so',
      'SCHEDULE-AGENT=CLIENT: the client sends its own mails, and the server nothing.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other, ';SCHEDULE-AGENT=CLIENT')])
        expectSame(await copyOf(t.other, uid), undefined, 'An invitation was delivered')
        expectSame((await inboxItems(t.other, uid)).length, 0, 'A message was sent')
      },
    ),
    must(
      'answer KOrganizer, which asks for free time at the inbox, or refuse it',
      'It posts to what it takes for the inbox; anything but a server error will do.',
      async (t) => {
        const response = await askBusy(t, { attendees: [t.other.address], href: t.owner.inbox })
        expectTrue(response.status < 500, 'It is a server error', response.status)
      },
    ),
    must(
      'give Thunderbird an inbox it can poll like a calendar',
      'ctag and sync-token of the inbox change when a message comes.',
      async (t) => {
        const names = ['CS:getctag', 'D:sync-token', 'D:resourcetype']
        const read = async () => (await t.other.properties(t.other.inbox, names)) ?? t.skip('no inbox')
        const before = propOf(await read(), 'CS:getctag')?.text
        const { uid } = await invite(t, [...once, attendee(t.other)])
        await message(t.other, uid, 'REQUEST')
        expectTrue(propOf(await read(), 'CS:getctag')?.text !== before, 'getctag is the same', before)
        const [, ...items] = await ask(t, t.owner.inbox, ['D:getetag'], '1')
        expectTrue(
          items.every((each) => propOf(each, 'D:getetag') !== undefined),
          'An item has no tag',
        )
      },
    ),
    must('refuse an organizer’s inbox to its guests', 'Nobody sees the messages of others.', async (t) => {
      const response = await t.other.propfind(t.owner.inbox, ['D:getetag'], '1')
      expectTrue([403, 404].includes(response.status), 'It is shown', response.status)
    }),
  ],
}
