import { expect } from 'chai'
import {
  distributionCapabilities,
  distributionExpand,
  distributionFind,
  distributionGet,
  distributionLeapSeconds,
  distributionList,
} from '../../src/ical/distribution.ts'
import { DistributionError } from '../../src/ical/distribution-error.ts'
import { serializeCalendar } from '../../src/ical/text.ts'
import { zoneByName, zoneFromVtimezone } from '../../src/ical/zones.ts'

interface Listing {
  readonly synctoken: string
  readonly timezones: readonly {
    readonly tzid: string
    readonly aliases?: readonly string[]
    readonly etag: string
  }[]
}

function names(pattern: string): string[] {
  return (distributionFind([pattern]) as Listing).timezones.map(({ tzid }) => tzid)
}

function code(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof DistributionError) return error.code
    throw error
  }
  throw new Error('was not refused')
}

const YEAR = { start: ['2008-01-01T00:00:00Z'], end: ['2009-01-01T00:00:00Z'] }

describe('time zone data distribution (RFC 7808)', () => {
  it('describes itself under its path', () => {
    const { version, actions } = distributionCapabilities('/tz') as {
      version: number
      actions: { name: string; 'uri-template': string }[]
    }
    expect(version).to.equal(1)
    expect(actions.map(({ name }) => name)).to.deep.equal([
      'capabilities',
      'list',
      'get',
      'expand',
      'find',
      'leapseconds',
    ])
    expect(actions[2]?.['uri-template']).to.equal('/tz/zones{/tzid}{?start,end}')
  })

  it('lists every zone with its aliases, and nothing to a client that is up to date', () => {
    const all = distributionList() as Listing
    expect(all.timezones.length).to.be.above(300)
    expect(all.timezones.find(({ tzid }) => tzid === 'America/New_York')?.aliases).to.include('US/Eastern')
    expect((distributionList([all.synctoken]) as Listing).timezones).to.deep.equal([])
    expect((distributionList(['old']) as Listing).timezones).to.have.length(all.timezones.length)
    expect(code(() => distributionList(['a', 'b']))).to.equal('invalid-changedsince')
  })

  it('gets a zone as a calendar', () => {
    const { calendar, etag } = distributionGet('America/New_York')
    expect(etag).to.equal((distributionList() as Listing).timezones[0]?.etag)
    const [vtimezone] = calendar.components
    expect(vtimezone && zoneFromVtimezone(vtimezone)).to.equal(zoneByName('America/New_York'))
  })

  it('gets an alias under its own name, saying what it stands for', () => {
    const text = serializeCalendar(distributionGet('us/eastern').calendar)
    expect(text).to.include('TZID:US/Eastern\r\nTZID-ALIAS-OF:America/New_York\r\n')
  })

  it('gets a zone truncated at both ends', () => {
    const { calendar } = distributionGet('America/New_York', {
      start: ['2010-01-01T00:00:00Z'],
      end: ['2020-01-01T00:00:00Z'],
    })
    const text = serializeCalendar(calendar)
    expect(text).to.include('TZUNTIL:20200101T000000Z')
    expect(text).to.include('DTSTART:20091231T190000')
    expect(text).not.to.match(/DTSTART:200[0-8]/)
  })

  it('expands a year as in RFC 7808 §5.4.1', () => {
    const { body } = distributionExpand('America/New_York', YEAR)
    expect(body).to.deep.equal({
      tzid: 'America/New_York',
      observances: [
        { name: 'EST', onset: '2008-01-01T00:00:00Z', 'utc-offset-from': -18_000, 'utc-offset-to': -18_000 },
        { name: 'EDT', onset: '2008-03-09T07:00:00Z', 'utc-offset-from': -18_000, 'utc-offset-to': -14_400 },
        { name: 'EST', onset: '2008-11-02T06:00:00Z', 'utc-offset-from': -14_400, 'utc-offset-to': -18_000 },
      ],
    })
  })

  it('says where it cuts an expansion off', () => {
    const { body } = distributionExpand('Asia/Tokyo', {
      start: ['0001-01-01T00:00:00Z'],
      end: ['9999-01-01T00:00:00Z'],
    })
    expect(body).to.include({ start: '1800-01-01T00:00:00Z', end: '2200-01-01T00:00:00Z' })
  })

  it('finds names by pattern, ignoring case and underscores', () => {
    expect(names('US/Eastern')).to.deep.equal(['America/New_York'])
    expect(names('*new york*')).to.deep.equal(['America/New_York'])
    expect(names('europe/ber*')).to.deep.equal(['Europe/Berlin'])
    expect(names('*/BERLIN')).to.deep.equal(['Europe/Berlin'])
    expect(names('New York')).to.deep.equal([])
    expect(names('\\*')).to.deep.equal([])
    for (const pattern of ['a*b', '\\a', 'a\\', '**a*', '*', '**', ''])
      expect(code(() => names(pattern))).to.equal('invalid-pattern')
    expect(code(() => distributionFind([]))).to.equal('invalid-pattern')
    expect(code(() => distributionFind(['a', 'b']))).to.equal('invalid-pattern')
  })

  it('refuses unknown zones and bad ranges', () => {
    expect(code(() => distributionGet('Nowhere'))).to.equal('tzid-not-found')
    expect(code(() => distributionExpand('Nowhere', YEAR))).to.equal('tzid-not-found')
    expect(code(() => distributionGet('UTC', { start: ['2008'] }))).to.equal('invalid-start')
    expect(code(() => distributionGet('UTC', { ...YEAR, end: YEAR.start }))).to.equal('invalid-end')
    expect(code(() => distributionExpand('UTC', { ...YEAR, start: [] }))).to.equal('invalid-start')
    expect(code(() => distributionExpand('UTC', { ...YEAR, end: [] }))).to.equal('invalid-end')
    expect(code(() => distributionExpand('UTC', { ...YEAR, end: [...YEAR.end, ...YEAR.end] }))).to.equal(
      'invalid-end',
    )
    expect(new DistributionError('invalid-end', '').type).to.equal('urn:ietf:params:tzdist:error:invalid-end')
  })

  it('lists the leap seconds', () => {
    const { leapseconds } = distributionLeapSeconds() as { leapseconds: object[] }
    expect(leapseconds[0]).to.deep.equal({ 'utc-offset': 10, onset: '1972-01-01' })
    expect(leapseconds.at(-1)).to.deep.equal({ 'utc-offset': 37, onset: '2017-01-01' })
  })
})
