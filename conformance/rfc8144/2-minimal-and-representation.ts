import type { OutgoingHttpHeaders } from 'node:http'
import { must, type Section, should } from '../engine/section.ts'
import {
  expectHeader,
  expectMember,
  expectMultistatus,
  expectNoMember,
  expectProp,
  expectSame,
  expectStatus,
  expectSuccess,
  expectTrue,
} from '../expect.ts'
import { calendarQuery, compFilter, syncCollection } from '../fixtures/reports.ts'
import { simpleEvent } from '../ical/build.ts'
import { propStatus } from '../multistatus.ts'
import { child } from '../xml/element.ts'

const minimal = { Prefer: 'return=minimal' }
const representation = { Prefer: 'return=representation' }
const spellings: readonly (readonly [string, OutgoingHttpHeaders])[] = [
  ['Prefer: return=minimal', minimal],
  ['Prefer: return-minimal', { Prefer: 'return-minimal' }],
  ['Brief: t', { Brief: 't' }],
]

/** return=minimal, return=representation and depth-noroot (RFC 8144 §2, §3). */
export const section: Section = {
  cite: 'RFC 8144 §2.1',
  title: 'Prefer in WebDAV',
  tests: [
    ...spellings.map(([spelling, headers]) =>
      should(
        `leave properties that are not there out for ${spelling}`,
        'With return=minimal a PROPFIND answer has no 404 propstats.',
        async (t) => {
          const href = await t.calendar()
          const found = expectMember(
            expectMultistatus(await t.owner.propfind(href, ['X:none', 'D:resourcetype'], '0', headers)),
            href,
          )
          expectSame(propStatus(found, 'X:none'), undefined, 'It is mentioned')
          expectProp(found, 'D:resourcetype')
        },
      ),
    ),
    must(
      'keep a response for a resource that has none of the properties',
      'Such a response holds an empty propstat of 200, so that the member is still told.',
      async (t) => {
        const href = await t.calendar()
        const found = expectMember(
          expectMultistatus(await t.owner.propfind(href, ['X:none'], '0', minimal)),
          href,
        )
        expectTrue(
          found.propstats.length > 0 || found.status !== undefined,
          'The response is neither of a status nor of properties',
        )
      },
    ),
    should(
      'answer a PROPPATCH that worked with 200 and no body',
      'With return=minimal success needs no body.',
      async (t) => {
        const response = await t.owner.proppatch(
          await t.calendar(),
          { 'D:displayname': 'Short' },
          [],
          minimal,
        )
        expectStatus(response, 200, 204)
        expectSame(response.octets.length, 0, 'There is a body')
      },
      { cite: 'RFC 8144 §2.2' },
    ),
    should(
      'answer a MKCALENDAR that worked with an empty body',
      'With return=minimal success needs no body.',
      async (t) => {
        t.need('method:MKCALENDAR')
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        const response = await t.owner.request('MKCALENDAR', href, { headers: minimal })
        expectStatus(response, 201)
        expectSame(response.octets.length, 0, 'There is a body')
      },
      { cite: 'RFC 8144 §2.3' },
    ),
    should(
      'leave properties that are not there out of a calendar-query',
      'return=minimal holds for reports too.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const body = calendarQuery(compFilter('VEVENT'), '<D:getetag/><X:none/>')
        const found = expectMember(
          expectMultistatus(await t.owner.report(href, body, { headers: minimal })),
          object,
        )
        expectSame(propStatus(found, 'X:none'), undefined, 'It is mentioned')
      },
    ),
    should(
      'leave properties that are not there out of a sync-collection',
      'return=minimal holds for reports too.',
      async (t) => {
        t.need('report:D:sync-collection')
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const body = syncCollection('', { names: ['D:getetag', 'X:none'] })
        const found = expectMember(
          expectMultistatus(await t.owner.report(href, body, { depth: '0', headers: minimal })),
          object,
        )
        expectSame(propStatus(found, 'X:none'), undefined, 'It is mentioned')
      },
    ),
    should(
      'return the object with its ETag from a PUT that asks for it',
      'return=representation saves the client a GET.',
      async (t) => {
        const href = `${await t.calendar()}new.ics`
        const response = await t.owner.put(href, simpleEvent(t.name(), 'Returned'), representation)
        expectStatus(response, 201, 200)
        expectTrue(response.text.includes('Returned'), 'The object is not in the answer')
        expectSame(response.header('etag'), expectHeader(await t.owner.get(href), 'etag'), 'The tags differ')
      },
      { cite: 'RFC 8144 §3.1' },
    ),
    should(
      'return the current object with a 412 that asks for it',
      'A client that lost a race gets what it needs to try again.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid, 'Current'))
        const response = await t.owner.put(href, simpleEvent(uid, 'Late'), {
          ...representation,
          'If-Match': '"stale"',
        })
        expectStatus(response, 412)
        expectTrue(response.text.includes('Current'), 'The object is not in the answer')
      },
      { cite: 'RFC 8144 §3.2' },
    ),
    should(
      'leave the collection itself out for depth-noroot',
      'With depth-noroot only the members are answered.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const found = expectMultistatus(
          await t.owner.propfind(href, ['D:resourcetype'], '1', { Prefer: 'depth-noroot' }),
        )
        expectNoMember(found, href)
        expectTrue(
          child(expectProp(expectMember(found, object), 'D:resourcetype'), 'D:collection') === undefined,
          'It is a collection',
        )
      },
      { cite: 'RFC 8144 §3.3' },
    ),
    must(
      'fail as always for return=minimal when something is wrong',
      'A preference does not hide errors.',
      async (t) => {
        const href = await t.calendar()
        const response = await t.owner.proppatch(href, { 'D:getetag': '"forged"' }, [], minimal)
        expectStatus(response, 207, 403)
        expectSuccess(await t.owner.propfind(href, ['D:resourcetype'], '0', minimal))
      },
      { cite: 'RFC 8144 §2.2' },
    ),
  ],
}
