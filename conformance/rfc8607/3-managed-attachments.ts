import type { Response } from '../client/response.ts'
import type { TestContext } from '../engine/context.ts'
import { must, type Section, should } from '../engine/section.ts'
import { expectHeader, expectRefusal, expectSame, expectStatus, expectTrue } from '../expect.ts'
import { requestPath } from '../hrefs.ts'
import { calendar, event, simpleEvent } from '../ical/build.ts'
import { componentsOf, type Line, lineOf, paramOf, readCalendar, textValue } from '../ical/read.ts'

/** Adds a text attachment to an object. */
function add(t: TestContext, href: string, body = 'Agenda', query = ''): Promise<Response> {
  return t.owner.request('POST', `${href}?action=attachment-add${query}`, {
    body,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': 'attachment; filename="agenda.txt"',
      Prefer: 'return=representation',
    },
  })
}

async function attachLine(t: TestContext, href: string): Promise<Line | undefined> {
  return lineOf(componentsOf(readCalendar((await t.owner.get(href)).text), 'VEVENT')[0], 'ATTACH')
}

async function attached(t: TestContext): Promise<{ href: string; id: string }> {
  const href = await t.object(await t.calendar(), simpleEvent(t.name()))
  const response = await add(t, href)
  expectStatus(response, 201, 200, 204)
  return { href, id: expectHeader(response, 'cal-managed-id') }
}

/** Managed attachments (RFC 8607 §3). */
export const section: Section = {
  cite: 'RFC 8607 §3.3',
  title: 'Managed attachments',
  needs: ['dav:calendar-managed-attachments'],
  tests: [
    must(
      'take an attachment and give it an identifier',
      'attachment-add is answered with Cal-Managed-ID.',
      async (t) => {
        expectTrue((await attached(t)).id !== '', 'It is empty')
      },
    ),
    must(
      'write the attachment into the object',
      'The object has an ATTACH with MANAGED-ID.',
      async (t) => {
        const { href, id } = await attached(t)
        expectSame(paramOf(await attachLine(t, href), 'MANAGED-ID'), id, 'MANAGED-ID differs')
      },
      { cite: 'RFC 8607 §3.4' },
    ),
    should(
      'write name, size and type of the attachment into the object',
      'ATTACH has FILENAME, SIZE and FMTTYPE.',
      async (t) => {
        const line = await attachLine(t, (await attached(t)).href)
        expectSame(paramOf(line, 'FILENAME'), 'agenda.txt', 'FILENAME differs')
        expectSame(paramOf(line, 'SIZE'), '6', 'SIZE differs')
        expectTrue(
          paramOf(line, 'FMTTYPE')?.startsWith('text/plain') === true,
          'FMTTYPE differs',
          paramOf(line, 'FMTTYPE'),
        )
      },
      { cite: 'RFC 8607 §4.2' },
    ),
    must(
      'give the attachment back',
      'The URI of ATTACH is where the attachment is.',
      async (t) => {
        const line = await attachLine(t, (await attached(t)).href)
        const response = await t.owner.get(requestPath(line?.value ?? ''))
        expectStatus(response, 200)
        expectSame(response.text, 'Agenda', 'The content differs')
      },
      { cite: 'RFC 8607 §3.4' },
    ),
    must(
      'replace an attachment',
      'attachment-update puts new content in its place, under a new identifier.',
      async (t) => {
        const { href, id } = await attached(t)
        const response = await t.owner.request(
          'POST',
          `${href}?action=attachment-update&managed-id=${encodeURIComponent(id)}`,
          {
            body: 'New agenda',
            headers: {
              'Content-Type': 'text/plain',
              'Content-Disposition': 'attachment; filename="agenda.txt"',
            },
          },
        )
        expectStatus(response, 200, 201, 204)
        const line = await attachLine(t, href)
        expectSame(
          (await t.owner.get(requestPath(line?.value ?? ''))).text,
          'New agenda',
          'The content differs',
        )
      },
      { cite: 'RFC 8607 §3.5' },
    ),
    must(
      'remove an attachment',
      'attachment-remove takes the ATTACH away.',
      async (t) => {
        const { href, id } = await attached(t)
        expectStatus(
          await t.owner.request(
            'POST',
            `${href}?action=attachment-remove&managed-id=${encodeURIComponent(id)}`,
          ),
          200,
          204,
        )
        expectSame(await attachLine(t, href), undefined, 'It is still there')
      },
      { cite: 'RFC 8607 §3.6' },
    ),
    must(
      'attach to one instance of a series',
      'rid names the instances the attachment is for.',
      async (t) => {
        const text = calendar(
          event(t.name(), ['DTSTART:20260310T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3']),
        )
        const href = await t.object(await t.calendar(), text)
        expectStatus(await add(t, href, 'Agenda', '&rid=20260311T100000Z'), 200, 201, 204)
        const events = componentsOf(readCalendar((await t.owner.get(href)).text), 'VEVENT')
        const override = events.find((each) => textValue(each, 'RECURRENCE-ID') === '20260311T100000Z')
        expectTrue(lineOf(override, 'ATTACH') !== undefined, 'The instance has none')
      },
      { cite: 'RFC 8607 §3.3' },
    ),
    must(
      'name valid-action for an action it does not know',
      'The action is one of add, update and remove.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await t.owner.request('POST', `${href}?action=attachment-eat`, {
          body: 'x',
          headers: { 'Content-Type': 'text/plain' },
        })
        expectRefusal(response)
        expectTrue(
          response.conditions().includes('C:valid-action'),
          'The condition is not named',
          response.conditions().join() || 'none',
        )
      },
      { cite: 'RFC 8607 §3.11' },
    ),
    must(
      'name valid-managed-id for an attachment that is not there',
      'The identifier is one of the object.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await t.owner.request('POST', `${href}?action=attachment-remove&managed-id=nothing`)
        expectRefusal(response)
        expectTrue(
          /valid-managed-id/.test(response.text),
          'The condition is not named',
          response.conditions().join() || 'none',
        )
      },
      { cite: 'RFC 8607 §3.11' },
    ),
    must(
      'keep others from attaching',
      'Adding an attachment is a change of the object.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await t.other.request('POST', `${href}?action=attachment-add`, {
          body: 'x',
          headers: { 'Content-Type': 'text/plain' },
        })
        expectTrue(response.status >= 300, 'It was attached', response.status)
      },
      { needs: ['user2'] },
    ),
    must(
      'keep the attachment when the object is stored again with its ATTACH',
      'A PUT that keeps MANAGED-ID keeps the attachment.',
      async (t) => {
        const { href } = await attached(t)
        const text = (await t.owner.get(href)).text
        expectStatus(
          await t.owner.put(href, text.replace('SUMMARY:Simple', 'SUMMARY:Renamed')),
          200,
          201,
          204,
        )
        const line = await attachLine(t, href)
        expectStatus(await t.owner.get(requestPath(line?.value ?? '')), 200)
      },
      { cite: 'RFC 8607 §3.12' },
    ),
    must(
      'give max-attachment-size as a number, where there is a limit',
      'The property is the size in octets.',
      async (t) => {
        const value = await t.owner.propertyText(await t.calendar(), 'C:max-attachment-size')
        if (value === '') return t.skip('max-attachment-size is not there')
        expectTrue(/^[1-9]\d*$/.test(value), 'It is no such number', value)
      },
      { cite: 'RFC 8607 §6.1' },
    ),
  ],
}
