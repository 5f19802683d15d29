import type { Response } from '../client/response.ts'
import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectCondition, expectRefusal, expectSame, expectStatus, expectTrue } from '../expect.ts'
import { ask, recipientIn, responsesIn, statusIn } from '../fixtures/busy-request.ts'
import { periodsOf } from '../fixtures/free-busy.ts'
import { year } from '../fixtures/scheduling.ts'
import { calendar, calendarWith, component, event } from '../ical/build.ts'
import { readCalendar } from '../ical/read.ts'
import { child } from '../xml/element.ts'

/** A busy hour of the second account, removed at the end. */
async function busyHour(t: TestContext, lines: readonly string[] = []): Promise<string> {
  const href = await t.calendar('', t.other)
  const text = calendar(event(t.name(), [`DTSTART:${year}0310T100000Z`, 'DURATION:PT1H', ...lines]))
  expectStatus(await t.other.put(`${href}busy.ics`, text), 201)
  return href
}

function periods(response: Response, address: string): string[] {
  const found = responsesIn(response).find((each) => recipientIn(each) === address.toLowerCase())
  return periodsOf(readCalendar(child(found, 'C:calendar-data')?.text ?? ''))
}

/** Free-busy information of others by POST to the outbox (RFC 6638 §5). */
export const section: Section = {
  cite: 'RFC 6638 §5',
  title: 'Free-busy of others',
  needs: ['dav:calendar-auto-schedule', 'outbox', 'user2', 'address'],
  lane: 'scheduling',
  tests: [
    must(
      'answer a request with the busy time of the attendee',
      'The answer is a schedule-response with calendar data for each recipient.',
      async (t) => {
        await busyHour(t)
        const response = await ask(t, { attendees: [t.other.address] })
        expectStatus(response, 200)
        expectTrue(
          periods(response, t.other.address).includes(`BUSY ${year}0310T100000Z/${year}0310T110000Z`),
          'The hour is missing',
          response.text,
        )
      },
    ),
    must(
      'say 2.0 for a recipient it answers',
      'request-status tells how the request fared.',
      async (t) => {
        const [found] = responsesIn(await ask(t, { attendees: [t.other.address] }))
        expectTrue(statusIn(found).startsWith('2.0'), 'It is another', statusIn(found))
      },
      { cite: 'RFC 6638 §5.1' },
    ),
    must(
      'answer each of several recipients',
      'There is one response for each attendee.',
      async (t) => {
        const found = responsesIn(await ask(t, { attendees: [t.other.address, t.third.address] }))
        expectSame(
          found.map(recipientIn).sort().join(),
          [t.other.address, t.third.address]
            .map((each) => each.toLowerCase())
            .sort()
            .join(),
          'Other recipients were answered',
        )
      },
      { needs: ['user3'] },
    ),
    must(
      'say 3.7 or 5.x for a recipient nobody knows',
      'An address that is not known is told in its status, not as an error of the request.',
      async (t) => {
        const nobody = `mailto:${t.name('nobody')}@${t.other.address.split('@')[1]}`
        const response = await ask(t, { attendees: [nobody] })
        expectStatus(response, 200)
        expectTrue(
          /^(3\.7|5\.[123])/.test(statusIn(responsesIn(response)[0])),
          'It is another',
          statusIn(responsesIn(response)[0]),
        )
      },
      { cite: 'RFC 6638 §5.1' },
    ),
    must('answer good recipients beside bad ones', 'Each recipient has a status of its own.', async (t) => {
      const nobody = `mailto:${t.name('nobody')}@${t.other.address.split('@')[1]}`
      const found = responsesIn(await ask(t, { attendees: [nobody, t.other.address] }))
      const statuses = found.map(
        (each) => `${recipientIn(each) === t.other.address.toLowerCase()} ${statusIn(each).slice(0, 1)}`,
      )
      expectTrue(statuses.includes('true 2'), 'The good one failed', statuses.join())
      expectSame(found.length, 2, 'Another number of responses')
    }),
    must('leave transparent events out', 'What does not block time is not busy.', async (t) => {
      await busyHour(t, ['TRANSP:TRANSPARENT'])
      const response = await ask(t, { attendees: [t.other.address] })
      expectTrue(
        !periods(response, t.other.address).some((each) => each.includes(`${year}0310T100000Z`)),
        'It is busy',
      )
    }),
    must(
      'leave calendars out that are transparent',
      'schedule-calendar-transp takes a calendar out of free-busy.',
      async (t) => {
        const href = await busyHour(t)
        const set = await t.other.proppatch(href, { 'C:schedule-calendar-transp': '<C:transparent/>' })
        if (set.status !== 207 && set.status !== 200) return t.skip('schedule-calendar-transp cannot be set')
        const response = await ask(t, { attendees: [t.other.address] })
        expectTrue(
          !periods(response, t.other.address).some((each) => each.includes(`${year}0310T100000Z`)),
          'It is busy',
        )
      },
      { cite: 'RFC 6638 §9.1' },
    ),
    must('give tentative time its type', 'Tentative events are BUSY-TENTATIVE.', async (t) => {
      await busyHour(t, ['STATUS:TENTATIVE'])
      const response = await ask(t, { attendees: [t.other.address] })
      expectTrue(
        periods(response, t.other.address).includes(`BUSY-TENTATIVE ${year}0310T100000Z/${year}0310T110000Z`),
        'It is another',
        response.text,
      )
    }),
    must(
      'answer with METHOD:REPLY for the attendee and organizer asked',
      'The data is the REPLY of the attendee.',
      async (t) => {
        const [found] = responsesIn(await ask(t, { attendees: [t.other.address] }))
        const data = readCalendar(child(found, 'C:calendar-data')?.text ?? '')
        expectSame(data.lines.find((line) => line.name === 'METHOD')?.value, 'REPLY', 'METHOD differs')
        const lines = data.components[0]?.lines ?? []
        expectTrue(
          lines.some(
            (line) => line.name === 'ATTENDEE' && line.value.toLowerCase() === t.other.address.toLowerCase(),
          ),
          'ATTENDEE is missing',
        )
        expectTrue(
          lines.some((line) => line.name === 'ORGANIZER'),
          'ORGANIZER is missing',
        )
      },
      { cite: 'RFC 5546 §3.3.3' },
    ),
    must('reveal nothing but times', 'Free-busy information holds no titles.', async (t) => {
      await busyHour(t, ['SUMMARY:Confidential'])
      expectTrue(
        !(await ask(t, { attendees: [t.other.address] })).text.includes('Confidential'),
        'The title was given',
      )
    }),
    must(
      'answer with and without Originator and Recipient headers',
      'The headers of older drafts make no difference.',
      async (t) => {
        const headers = { Originator: t.owner.address, Recipient: t.other.address }
        expectStatus(await ask(t, { attendees: [t.other.address], headers }), 200)
        expectStatus(await ask(t, { attendees: [t.other.address] }), 200)
      },
    ),
    must(
      'name valid-organizer for a request in the name of someone else',
      'The organizer is the owner of the outbox: valid-organizer.',
      async (t) => {
        const response = await ask(t, { organizer: t.other.address, attendees: [t.other.address] })
        expectCondition(response, 'C:valid-organizer')
      },
      { cite: 'RFC 6638 §5.2.2' },
    ),
    must(
      'name valid-scheduling-message for what is no request for free time',
      'The body obeys iTIP: a request for free time has the method REQUEST.',
      async (t) => {
        expectCondition(
          await ask(t, { attendees: [t.other.address], method: 'PUBLISH' }),
          'C:valid-scheduling-message',
          [400, 403, 409],
        )
      },
      {
        cite: 'RFC 6638 §5.2.1',
        why: 'RFC 6638 §5.2.1 names this precondition for a message that breaks the rules of iTIP; the data itself is valid iCalendar.',
      },
    ),
    must(
      'name supported-calendar-data for another media type',
      'The body is iCalendar.',
      async (t) => {
        const response = await t.owner.request('POST', t.owner.outbox, {
          body: 'hello',
          headers: { 'Content-Type': 'text/plain' },
        })
        expectRefusal(response)
      },
      { cite: 'RFC 6638 §5' },
    ),
    must(
      'refuse a POST to the outbox of another',
      'Sending needs a privilege on the outbox.',
      async (t) => {
        const body = calendarWith(
          ['METHOD:REQUEST'],
          component('VFREEBUSY', [
            `UID:${t.name()}`,
            'DTSTAMP:20260101T000000Z',
            `DTSTART:${year}0310T000000Z`,
            `DTEND:${year}0311T000000Z`,
            `ORGANIZER:${t.other.address}`,
            `ATTENDEE:${t.owner.address}`,
          ]),
        )
        const response = await t.owner.request('POST', t.other.outbox, {
          body,
          headers: { 'Content-Type': 'text/calendar' },
        })
        expectTrue(response.status >= 300 && response.status < 500, 'It was sent', response.status)
      },
      { cite: 'RFC 6638 §6.2.3' },
    ),
    must(
      'count the meetings of others it has not answered as they are',
      'An invitation that waits for an answer may be tentative, busy or free, but is not lost.',
      async (t) => {
        await busyHour(t, [`RRULE:FREQ=DAILY;COUNT=3`])
        const response = await ask(t, { attendees: [t.other.address] })
        expectTrue(
          periods(response, t.other.address).some((each) => each.includes(`${year}0310T100000Z`)),
          'The series is missing',
        )
      },
    ),
  ],
}
