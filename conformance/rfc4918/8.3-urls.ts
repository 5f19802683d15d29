import { must, type Section, should } from '../engine/section.ts'
import { expectMultistatus, expectStatus, expectTrue } from '../expect.ts'
import { requestPath, sameHref } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'

/** How hrefs are written and understood (RFC 4918 §5.2, §8.3). */
export const section: Section = {
  cite: 'RFC 4918 §8.3',
  title: 'URLs in requests and answers',
  tests: [
    should(
      'end the hrefs of collections with a slash',
      'Collections are named with a slash at the end.',
      async (t) => {
        const href = await t.calendar()
        const { responses } = expectMultistatus(await t.owner.propfind(t.owner.home, ['D:resourcetype'], '1'))
        const found = responses.find((each) => sameHref(each.href, href))
        expectTrue(found?.href.endsWith('/') === true, 'The slash is missing', found?.href)
      },
      { cite: 'RFC 4918 §5.2' },
    ),
    must(
      'serve a collection asked for without its slash, or redirect',
      "The URL without the slash is treated as the collection's.",
      async (t) => {
        const href = (await t.calendar()).replace(/\/$/, '')
        const response = await t.owner.propfind(href, ['D:resourcetype'])
        expectStatus(response, 207, 301, 302, 307, 308)
        if (response.status !== 207)
          expectTrue(
            requestPath(response.header('location')).endsWith('/'),
            'It redirects elsewhere',
            response.header('location'),
          )
      },
      { cite: 'RFC 4918 §5.2' },
    ),
    must(
      'give hrefs a client can use again as they are',
      'Each href of an answer is a valid reference to the resource.',
      async (t) => {
        const calendar = await t.calendar()
        for (const name of ['with space.ics', 'per%cent.ics', 'semi;colon,comma.ics', 'ünï.ics']) {
          await t.object(calendar, simpleEvent(t.name()), encodeURIComponent(name))
        }
        const { responses } = expectMultistatus(await t.owner.propfind(calendar, ['D:getetag'], '1'))
        expectTrue(responses.length === 5, 'Another number of responses was expected', responses.length)
        for (const each of responses) {
          if (!sameHref(each.href, calendar)) expectStatus(await t.owner.get(requestPath(each.href)), 200)
        }
      },
    ),
    must(
      'write hrefs without characters a URI cannot have',
      'Hrefs are URI references; other characters are escaped.',
      async (t) => {
        const calendar = await t.calendar()
        await t.object(calendar, simpleEvent(t.name()), encodeURIComponent('a b"<ü>.ics'))
        const { responses } = expectMultistatus(await t.owner.propfind(calendar, ['D:getetag'], '1'))
        for (const each of responses)
          expectTrue(/^[\x21-\x7e]+$/.test(each.href) && !/[<>" ]/.test(each.href), 'Not a URI', each.href)
      },
    ),
    must(
      'name resources of its own by absolute paths or whole URLs only',
      'hrefs are absolute or start with a slash.',
      async (t) => {
        const calendar = await t.calendar()
        await t.object(calendar, simpleEvent(t.name()))
        const { responses } = expectMultistatus(await t.owner.propfind(calendar, ['D:getetag'], '1'))
        for (const each of responses)
          expectTrue(/^(\/[^/]|https?:\/\/)/.test(each.href), 'A relative reference', each.href)
      },
    ),
  ],
}
