import { must, type Section } from '../engine/section.ts'
import { expectTrue } from '../expect.ts'
import { expectHandledAndAlive, expectRefusedAndAlive } from '../fixtures/alive.ts'
import { calendarQuery, compFilter } from '../fixtures/reports.ts'

const head = '<?xml version="1.0" encoding="utf-8"?>'
const ask = (inside: string): string =>
  `${head}<D:propfind xmlns:D="DAV:"><D:prop>${inside}</D:prop></D:propfind>`

const bomb = `${head}<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, n) => `<!ENTITY ${String.fromCharCode(98 + n)} "${`&${String.fromCharCode(97 + n)};`.repeat(10)}">`).join('')}]><D:propfind xmlns:D="DAV:"><D:prop><D:displayname>&j;</D:displayname></D:prop></D:propfind>`

const refused: readonly (readonly [what: string, body: string | Buffer])[] = [
  ['entities that grow a thousandfold', bomb],
  [
    'an entity that names a file',
    `${head}<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><D:propfind xmlns:D="DAV:"><D:prop><D:displayname>&f;</D:displayname></D:prop></D:propfind>`,
  ],
  ['an entity nobody declared', ask('<D:displayname>&nothing;</D:displayname>')],
  ['a tag that is never closed', `${head}<D:propfind xmlns:D="DAV:"><D:prop>`],
  ['tags closed in the wrong order', `${head}<D:propfind xmlns:D="DAV:"><D:prop></D:propfind></D:prop>`],
  ['two root elements', `${ask('<D:getetag/>')}<again/>`],
  ['an attribute given twice', ask('<D:getetag a="1" a="2"/>')],
  ['a prefix nobody declared', ask('<Z:getetag/>')],
  ['a character XML does not have', ask('<D:getetag>\u0001</D:getetag>')],
  ['a character reference XML does not have', ask('<D:getetag>&#0;</D:getetag>')],
  [
    'octets that are not UTF-8',
    Buffer.concat([
      Buffer.from(`${head}<D:propfind xmlns:D="DAV:"><D:prop><D:x>`),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('</D:x></D:prop></D:propfind>'),
    ]),
  ],
  ['text before the root element', `hello ${ask('<D:getetag/>')}`],
  ['JSON', '{"propfind": true}'],
]

const handled: readonly (readonly [what: string, body: string])[] = [
  [
    'elements nested ten thousand deep',
    `${head}<D:propfind xmlns:D="DAV:"><D:prop>${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}</D:prop></D:propfind>`,
  ],
  [
    'five thousand properties',
    ask(Array.from({ length: 5000 }, (_, n) => `<p${n} xmlns="urn:x"/>`).join('')),
  ],
  ['a name of ten thousand letters', ask(`<${'n'.repeat(10_000)} xmlns="urn:x"/>`)],
  ['a property of the XML namespace', ask('<xml:lang/>')],
  [
    'comments and instructions everywhere',
    `${head}<!-- a --><?pi b?><D:propfind xmlns:D="DAV:"><!-- c --><D:prop><?pi d?><D:getetag/></D:prop></D:propfind><!-- e -->`,
  ],
  [
    'a thousand namespaces',
    `<D:propfind xmlns:D="DAV:" ${Array.from({ length: 1000 }, (_, n) => `xmlns:n${n}="urn:${n}"`).join(' ')}><D:prop><D:getetag/></D:prop></D:propfind>`,
  ],
]

const entitiesAreHostile =
  'RFC 4918 §20.6 has servers distrust entities: a server may refuse them, and none may read files or grow without bound for them.'

/** Hostile XML: a clear 4xx, and the server goes on. */
export const section: Section = {
  cite: 'RFC 4918 §20',
  title: 'Hostile XML',
  tests: [
    ...refused.map(([what, body]) =>
      must(
        `refuse ${what}`,
        'XML that is not well-formed, or uses entities of its own, is refused without harm.',
        async (t) => {
          const headers = { 'Content-Type': 'application/xml; charset=utf-8' }
          const response = await t.owner.request('PROPFIND', t.owner.home, { depth: '0', body, headers })
          expectTrue(!response.text.includes('root:'), 'A file was read')
          await expectRefusedAndAlive(t, response)
        },
        body.includes('<!ENTITY') ? { why: entitiesAreHostile } : {},
      ),
    ),
    ...handled.map(([what, body]) =>
      must(`survive ${what}`, 'Unusual XML is answered or refused, never a reason to fail.', async (t) => {
        await expectHandledAndAlive(t, await t.owner.request('PROPFIND', t.owner.home, { depth: '0', body }))
      }),
    ),
    must('survive filters nested a thousand deep', 'A query that is too deep is refused.', async (t) => {
      let filter = ''
      for (let n = 0; n < 1000; n++) filter = compFilter('VEVENT', filter)
      await expectHandledAndAlive(t, await t.owner.report(await t.calendar(), calendarQuery(filter)))
    }),
    must('survive ten thousand hrefs', 'A multiget of many hrefs is answered or refused.', async (t) => {
      const calendar = await t.calendar()
      const hrefs = Array.from({ length: 10_000 }, (_, n) => `<D:href>${calendar}${n}.ics</D:href>`).join('')
      const body = `<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/></D:prop>${hrefs}</C:calendar-multiget>`
      await expectHandledAndAlive(t, await t.owner.report(calendar, body))
    }),
    must('survive a free-busy-query without a range', 'A report that lacks a part is refused.', async (t) => {
      const body = '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"/>'
      await expectHandledAndAlive(t, await t.owner.report(await t.calendar(), body))
    }),
    must('understand UTF-16', 'XML processors read UTF-8 and UTF-16.', async (t) => {
      const body = Buffer.from(`\ufeff${ask('<D:resourcetype/>').replace('utf-8', 'utf-16')}`, 'utf16le')
      const response = await t.owner.request('PROPFIND', t.owner.home, {
        depth: '0',
        body,
        headers: { 'Content-Type': 'application/xml' },
      })
      await expectHandledAndAlive(t, response)
    }),
  ],
}
