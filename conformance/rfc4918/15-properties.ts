import { must, type Section, should } from '../engine/section.ts'
import {
  expectHeader,
  expectMember,
  expectMultistatus,
  expectPropStatus,
  expectSame,
  expectTrue,
} from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'
import { child, textOf } from '../xml/element.ts'

const protectedProperties: readonly (readonly [name: string, value: string, cite: string])[] = [
  ['D:getetag', '"forged"', 'RFC 4918 §15.6'],
  ['D:lockdiscovery', '', 'RFC 4918 §15.8'],
  ['D:supportedlock', '', 'RFC 4918 §15.10'],
]

/** The live properties of WebDAV (RFC 4918 §15). */
export const section: Section = {
  cite: 'RFC 4918 §15',
  title: 'Live properties',
  tests: [
    should(
      'give creationdate in the form of RFC 3339',
      'creationdate is an Internet date and time.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const date = await t.owner.propertyText(href, 'D:creationdate')
        if (date === '') t.skip('creationdate is not there')
        expectTrue(
          /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(date),
          'The form differs',
          date,
        )
      },
      { cite: 'RFC 4918 §15.1' },
    ),
    must(
      'give getcontentlength as the length GET sends',
      'getcontentlength is the Content-Length of GET.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name(), 'Länge'))
        const length = await t.owner.propertyText(href, 'D:getcontentlength')
        expectSame(Number(length), (await t.owner.get(href)).octets.length, 'The lengths differ')
      },
      { cite: 'RFC 4918 §15.4' },
    ),
    must(
      'give getcontenttype as text/calendar for calendar objects',
      'getcontenttype is the Content-Type of GET.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectTrue(
          /^text\/calendar\b/.test(await t.owner.propertyText(href, 'D:getcontenttype')),
          'The type differs',
        )
        expectTrue(
          /^text\/calendar\b/.test((await t.owner.get(href)).header('content-type')),
          'The type differs',
        )
      },
      { cite: 'RFC 4918 §15.5' },
    ),
    must(
      'give getetag as the ETag of GET',
      'getetag is the entity tag GET would send.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectSame(
          await t.owner.propertyText(href, 'D:getetag'),
          expectHeader(await t.owner.get(href), 'etag'),
          'The tags differ',
        )
      },
      { cite: 'RFC 4918 §15.6' },
    ),
    must(
      'give getlastmodified as an HTTP date',
      'getlastmodified has the form of the Last-Modified header.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const date = await t.owner.propertyText(href, 'D:getlastmodified')
        const form = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/
        expectTrue(form.test(date), 'The form differs', date)
      },
      { cite: 'RFC 4918 §15.7' },
    ),
    must(
      'give getlastmodified as the Last-Modified of GET',
      'The property and the header agree.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const header = (await t.owner.get(href)).header('last-modified')
        if (header === '') t.skip('GET sends no Last-Modified')
        expectSame(await t.owner.propertyText(href, 'D:getlastmodified'), header, 'The dates differ')
      },
      { cite: 'RFC 4918 §15.7' },
    ),
    must(
      'give an object an empty resourcetype',
      'resourcetype of what is not a collection is empty.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const type = await t.owner.property(href, 'D:resourcetype')
        expectTrue(type !== undefined, 'resourcetype is missing')
        expectTrue(
          child(type, 'D:collection') === undefined,
          'The object claims to be a collection',
          type.source,
        )
      },
      { cite: 'RFC 4918 §15.9' },
    ),
    must(
      'give the home the type collection',
      'A collection says so in resourcetype.',
      async (t) => {
        expectTrue(
          child(await t.owner.property(t.owner.home, 'D:resourcetype'), 'D:collection') !== undefined,
          'It is no collection',
        )
      },
      { cite: 'RFC 4918 §15.9' },
    ),
    must(
      'change getetag with the content',
      'Another content has another entity tag.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid, 'One'))
        const before = await t.owner.propertyText(href, 'D:getetag')
        await t.owner.put(href, simpleEvent(uid, 'Two'))
        expectTrue((await t.owner.propertyText(href, 'D:getetag')) !== before, 'The tag is the same', before)
      },
      { cite: 'RFC 4918 §8.6' },
    ),
    should(
      'keep getetag when a property is changed',
      'The entity tag is about the content, not about properties.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const before = await t.owner.propertyText(href, 'D:getetag')
        await t.owner.proppatch(href, { 'X:note': 'x' })
        expectSame(await t.owner.propertyText(href, 'D:getetag'), before, 'The tag changed')
      },
      { cite: 'RFC 4918 §15.6' },
    ),
    ...protectedProperties.map(([name, value, cite]) =>
      must(
        `refuse to set ${name}`,
        'The property is protected.',
        async (t) => {
          const href = await t.calendar()
          const response = await t.owner.proppatch(href, { [name]: value })
          if (response.status === 403) return
          expectPropStatus(expectMember(expectMultistatus(response), href), name, 403)
        },
        { cite },
      ),
    ),
    should(
      'refuse to set D:getlastmodified',
      'Clients cannot make a resource look older or newer.',
      async (t) => {
        const href = await t.calendar()
        const response = await t.owner.proppatch(href, {
          'D:getlastmodified': 'Thu, 01 Jan 1998 00:00:00 GMT',
        })
        if (response.status === 403) return
        expectPropStatus(expectMember(expectMultistatus(response), href), 'D:getlastmodified', 403)
      },
      { cite: 'RFC 4918 §15.7' },
    ),
    should(
      'refuse to turn a calendar into something else by setting D:resourcetype',
      'The type of a resource is decided when it is made.',
      async (t) => {
        const href = await t.calendar()
        await t.owner.proppatch(href, { 'D:resourcetype': '<D:collection/>' })
        expectTrue(
          child(await t.owner.property(href, 'D:resourcetype'), 'C:calendar') !== undefined,
          'The calendar is none any more',
        )
      },
      { cite: 'RFC 4918 §15.9' },
    ),
    must(
      'show a display name with every character it was given',
      'displayname is text for people.',
      async (t) => {
        const href = await t.calendar('<D:displayname>Büro &amp; «Heim» 𝄞</D:displayname>')
        expectSame(
          textOf(await t.owner.property(href, 'D:displayname')),
          'Büro & «Heim» 𝄞',
          'The name differs',
        )
      },
      { cite: 'RFC 4918 §15.2' },
    ),
  ],
}
