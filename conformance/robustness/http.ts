import { gzipSync } from 'node:zlib'
import { must, type Section, should } from '../engine/section.ts'
import { expectSame, expectStatus, expectTrue } from '../expect.ts'
import { expectAlive, expectHandledAndAlive } from '../fixtures/alive.ts'
import { simpleEvent } from '../ical/build.ts'

const paths: readonly (readonly [what: string, path: string])[] = [
  ['a path that climbs', '../../../../etc/passwd'],
  ['an escaped path that climbs', '%2e%2e/%2e%2e/%2e%2e/etc/passwd'],
  ['an escaped slash', 'a%2Fb.ics'],
  ['a zero octet', 'a%00b.ics'],
  ['an escape that is cut', 'a%2'],
  ['an escape that is none', 'a%zz.ics'],
  ['escapes that are not UTF-8', 'a%ff%fe.ics'],
  ['two slashes', '/double.ics'],
  ['a name of two thousand letters', `${'n'.repeat(2000)}.ics`],
  ['a hundred folders', `${'d/'.repeat(100)}x.ics`],
  ['a query', 'x.ics?a=b&c=d'],
  ['a backslash', 'a%5Cb.ics'],
  ['a semicolon with parameters', 'x.ics;v=1'],
  ['line ends', 'a%0d%0aSet-Cookie:%20x.ics'],
]

const headers: readonly (readonly [what: string, method: string, headers: Record<string, string>])[] = [
  ['a Depth of nonsense', 'PROPFIND', { Depth: 'bottomless' }],
  ['a Destination of nonsense', 'MOVE', { Destination: ':::' }],
  ['a Destination outside', 'COPY', { Destination: '/../../etc/passwd' }],
  ['an Overwrite of nonsense', 'COPY', { Destination: '/x', Overwrite: 'maybe' }],
  ['an If-Match of nonsense', 'PUT', { 'If-Match': '"unfinished' }],
  ['an If header of a thousand lists', 'PUT', { If: '(["x"]) '.repeat(1000) }],
  ['an If-Schedule-Tag-Match of nonsense', 'PUT', { 'If-Schedule-Tag-Match': '""""' }],
  ['a Timeout of nonsense', 'LOCK', { Timeout: 'Second-99999999999999999999' }],
  ['a Lock-Token of nonsense', 'UNLOCK', { 'Lock-Token': '<<<>>>' }],
  ['a Range of nonsense', 'GET', { Range: 'bytes=9999-1' }],
  ['an Accept of nonsense', 'GET', { Accept: ';;;,,,q=' }],
  ['an If-Modified-Since of nonsense', 'GET', { 'If-Modified-Since': 'yesterday' }],
  ['a Content-Type of nonsense', 'PUT', { 'Content-Type': '/;=' }],
  ['a charset nobody has', 'PUT', { 'Content-Type': 'text/calendar; charset=klingon' }],
  ['a Host of someone else', 'PROPFIND', { Host: 'elsewhere.example' }],
]

/** Odd HTTP: clear answers, and the server goes on. */
export const section: Section = {
  cite: 'RFC 9110 §17',
  title: 'Odd HTTP',
  tests: [
    ...paths.flatMap(([what, path]) =>
      ['GET', 'PUT'].map((method) =>
        must(
          `survive ${method} of ${what}`,
          'A strange path is a path of something, or refused.',
          async (t) => {
            const href = `${await t.calendar()}${path}`
            const body =
              method === 'PUT'
                ? { body: simpleEvent(t.name()), headers: { 'Content-Type': 'text/calendar' } }
                : {}
            const response = await t.owner.request(method, href, body)
            expectTrue(
              !response.text.includes('root:') && response.header('set-cookie') !== 'x.ics',
              'It reached what it should not',
            )
            await expectHandledAndAlive(t, response)
          },
        ),
      ),
    ),
    ...headers.map(([what, method, extra]) =>
      must(`survive ${what}`, 'A header that makes no sense is refused or ignored.', async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const body = method === 'PUT' ? { body: simpleEvent(t.name()) } : {}
        const type = method === 'PUT' ? { 'Content-Type': 'text/calendar' } : {}
        await expectHandledAndAlive(
          t,
          await t.owner.request(method, href, { ...body, headers: { ...type, ...extra } }),
        )
      }),
    ),
    should(
      'accept Expect: 100-continue',
      'A client may wait for 100 before it sends the body.',
      async (t) => {
        const href = `${await t.calendar()}expect.ics`
        const response = await t.owner.put(href, simpleEvent(t.name()), { Expect: '100-continue' })
        expectStatus(response, 201)
      },
      { cite: 'RFC 9110 §10.1.1' },
    ),
    must(
      'handle a compressed body, or refuse it with 415',
      'Content-Encoding is undone or refused, never stored as it is.',
      async (t) => {
        const href = `${await t.calendar()}packed.ics`
        const response = await t.owner.put(href, gzipSync(simpleEvent(t.name(), 'Unpacked')), {
          'Content-Encoding': 'gzip',
        })
        expectStatus(response, 201, 400, 403, 409, 415)
        if (response.status === 201)
          expectTrue(
            (await t.owner.get(href)).text.includes('Unpacked'),
            'The octets were stored as they are',
          )
        await expectAlive(t)
      },
      { cite: 'RFC 9110 §8.4' },
    ),
    must(
      'survive a body that unpacks a thousandfold',
      'What is compressed is bounded when it is unpacked.',
      async (t) => {
        const href = `${await t.calendar()}bomb.ics`
        const bomb = gzipSync(Buffer.alloc(50_000_000, 'x'))
        await expectHandledAndAlive(t, await t.owner.put(href, bomb, { 'Content-Encoding': 'gzip' }))
      },
      {
        why: 'RFC 9110 §17.5 warns of protocol elements that need unbounded work; a request of a few kilobytes is not to stop a server for everybody.',
      },
    ),
    must(
      'challenge credentials that are no Basic credentials',
      'What cannot be read as credentials is answered 401.',
      async (t) => {
        const odd = [
          'Basic !!!',
          'Basic',
          `Basic ${Buffer.from('no colon').toString('base64')}`,
          'Bearer x',
          'Digest x',
        ]
        for (const value of odd) {
          const response = await t.anonymous.request('PROPFIND', t.owner.home, {
            depth: '0',
            headers: { Authorization: value },
          })
          expectTrue(
            response.status === 401 || response.status === 400,
            `${value} is answered in another way`,
            response.status,
          )
        }
        await expectAlive(t)
      },
      { cite: 'RFC 7617 §2' },
    ),
    must(
      'give the same answer to a request sent twice',
      'Requests that only read are repeatable.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name()))
        const [one, two] = [
          await t.owner.propfind(href, ['D:getetag', 'D:sync-token'], '1'),
          await t.owner.propfind(href, ['D:getetag', 'D:sync-token'], '1'),
        ]
        expectSame(one.text, two.text, 'The answers differ')
      },
    ),
  ],
}
