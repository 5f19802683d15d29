import { expect } from 'chai'
import fc from 'fast-check'
import { useApp } from '../../support/app.ts'
import { cpuMsUntil, HANGS } from '../../support/cpu-time.ts'
import { NAMESPACES } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { calendar, event, vevent } from '../../support/ics.ts'

const REPORTS = [
  'C:calendar-query',
  'C:calendar-multiget',
  'C:free-busy-query',
  'D:sync-collection',
  'D:expand-property',
  'D:principal-match',
  'D:principal-property-search',
  'D:principal-search-property-set',
  'D:acl-principal-prop-set',
  'CS:calendarserver-principal-search',
]
const ELEMENTS = [
  ...[
    'prop',
    'href',
    'sync-token',
    'sync-level',
    'limit',
    'nresults',
    'property',
    'property-search',
    'match',
    'self',
  ],
  ...[
    'allprop',
    'propname',
    'getetag',
    'acl',
    'owner',
    'principal-property',
    'apply-to-principal-collection-set',
  ],
]
  .map((name) => `D:${name}`)
  .concat(
    [
      'filter',
      'comp-filter',
      'prop-filter',
      'param-filter',
      'text-match',
      'time-range',
      'is-not-defined',
      'timezone',
    ].map((name) => `C:${name}`),
    [
      'calendar-data',
      'comp',
      'prop',
      'expand',
      'limit-recurrence-set',
      'limit-freebusy-set',
      'timezone-id',
    ].map((name) => `C:${name}`),
  )
const ATTRIBUTES = [
  'name',
  'start',
  'end',
  'collation',
  'negate-condition',
  'match-type',
  'test',
  'content-type',
  'namespace',
]
const VALUES = [
  ...[
    'VCALENDAR',
    'VEVENT',
    'VALARM',
    'SUMMARY',
    'DTSTART',
    '',
    '\u{1f4c5}',
    'x'.repeat(5000),
    '%00',
    '../..',
  ],
  ...[
    '20260101T000000Z',
    '99991231T235959Z',
    '19000101T000000Z',
    '00000000T000000Z',
    'yes',
    'i;octet',
    'anyof',
    '-1',
  ],
  ...[
    '/dav/calendars/alice/calendar/x.ics',
    '/dav/calendars/alice/calendar/%ff',
    '//',
    'urn:uuid:1',
    'infinite',
    '1',
  ],
]

const value = fc.constantFrom(...VALUES)
const attributes = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...ATTRIBUTES), value), { maxLength: 3, selector: ([name]) => name })
  .map((pairs) => pairs.map(([name, text]) => ` ${name}="${text.replaceAll('&', '&amp;')}"`).join(''))
const { tree } = fc.letrec<{ tree: string; element: string }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small' }, value, tie('element')),
  element: fc
    .tuple(fc.constantFrom(...ELEMENTS), attributes, fc.array(tie('tree'), { maxLength: 4 }))
    .map(([name, attrs, children]) => `<${name}${attrs}>${children.join('')}</${name}>`),
}))

describe('reports with bodies that make no sense', function () {
  this.timeout(120_000)
  const app = useApp()
  let alice: DavClient
  let paths: readonly string[] = []
  before(async () => {
    alice = await app().user('alice')
    await alice.put(`${alice.calendar}x.ics`, event({ uid: 'x', lines: ['RRULE:FREQ=DAILY'] }))
    paths = [
      '/dav/',
      '/dav/principals/',
      alice.principal,
      '/dav/calendars/',
      alice.home,
      alice.calendar,
      `${alice.calendar}x.ics`,
    ]
  })

  it('are answered, and never with a 500', async () => {
    const request = fc.tuple(
      fc.constantFrom(...REPORTS),
      fc.nat({ max: 6 }),
      fc.array(tree, { maxLength: 5 }),
      fc.constantFrom('0', '1', 'infinity', undefined),
    )
    await fc.assert(
      fc.asyncProperty(request, async ([report, where, children, depth]) => {
        const body = `<${report} ${NAMESPACES}>${children.join('')}</${report}>`
        const answer = await alice.report(paths[where] as string, body, depth as '0' | undefined)
        expect(answer.status, `${answer.text.slice(0, 300)} to ${body}`).to.be.oneOf([
          200, 207, 400, 403, 404,
        ])
        if (answer.status === 207) expect(answer.xml.name).to.equal('multistatus')
      }),
      { numRuns: 400 },
    )
  })

  it('of each kind, empty, are answered everywhere', async () => {
    for (const path of paths) {
      for (const report of REPORTS) {
        const answer = await alice.report(path, `<${report} ${NAMESPACES}/>`)
        expect(answer.status, `${report} on ${path}`).to.be.oneOf([200, 207, 400, 403])
      }
    }
  })

  it('cannot make one series cost more than its bound', async () => {
    const bomb = calendar(vevent({ uid: 'bomb', lines: ['RRULE:FREQ=MINUTELY'] }))
    const put = await alice.put(`${alice.calendar}bomb.ics`, bomb)
    expect(put.status).to.be.oneOf([201, 403])
    const range = 'start="20260101T000000Z" end="21260101T000000Z"'
    const body =
      `<C:calendar-query ${NAMESPACES}><D:prop><D:getetag/><C:calendar-data><C:expand ${range}/></C:calendar-data></D:prop>` +
      `<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range ${range}/></C:comp-filter>` +
      '</C:comp-filter></C:filter></C:calendar-query>'
    const ask = () => alice.report(alice.calendar, body, '1')
    expect(await cpuMsUntil(ask)).to.be.lessThan(HANGS)
    const answer = await ask()
    expect(answer.status).to.equal(207)
    expect(answer.response(`${alice.calendar}x.ics`).statuses.length).to.be.greaterThan(0)
    if (put.status === 201) {
      expect(answer.response(`${alice.calendar}bomb.ics`).names(403)).to.deep.equal(['calendar-data'])
    }
    const busy = `<C:free-busy-query ${NAMESPACES}><C:time-range ${range}/></C:free-busy-query>`
    expect((await alice.report(alice.calendar, busy, '1')).status).to.be.oneOf([200, 403])
  })
})
