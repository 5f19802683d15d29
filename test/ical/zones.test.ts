import { expect } from 'chai'
import fc from 'fast-check'
import { ianaTarget, isIanaName, listIanaZones } from '../../src/ical/zone-iana.ts'
import { WINDOWS_ZONE_NAMES } from '../../src/ical/zone-names-windows.ts'
import { UTC, type Zone, zoneByName } from '../../src/ical/zones.ts'

const HOUR = 3_600_000

function zone(name: string): Zone {
  const found = zoneByName(name)
  if (found === undefined) throw new Error(`${name} is not known`)
  return found
}

describe('zones by name', () => {
  it('knows every IANA name, alias and Windows name', () => {
    for (const { name, aliases } of listIanaZones()) {
      for (const each of [name, ...aliases]) expect(zoneByName(each)?.id, each).to.equal(each)
    }
    const windows = WINDOWS_ZONE_NAMES.trim().split('\n')
    for (const [name = '', iana] of windows.map((line) => line.split('='))) {
      expect(zoneByName(name)?.id, name).to.equal(name === 'UTC' ? 'UTC' : iana)
    }
    expect(windows).to.have.length.above(130)
  })

  for (const [written, id] of [
    ['europe/berlin', 'Europe/Berlin'],
    ['  Europe/Berlin ', 'Europe/Berlin'],
    ['"Europe/Berlin"', 'Europe/Berlin'],
    ['Eastern Standard Time', 'America/New_York'],
    ['eastern  standard time ', 'America/New_York'],
    ['/freeassociation.sourceforge.net/Europe/London', 'Europe/London'],
    ['/freeassociation.sourceforge.net/Tzfile/Europe/London', 'Europe/London'],
    ['/mozilla.org/20050126_1/America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['/softwarestudio.org/Olson_20011030_5/America/Chicago', 'America/Chicago'],
    ['/citadel.org/20190914_1/UTC', 'UTC'],
    ['/Europe/Stockholm', 'Europe/Stockholm'],
    ['posix/Europe/Vaduz', 'Europe/Vaduz'],
    ['US/Pacific', 'US/Pacific'],
    ['tzone://Microsoft/Utc', 'UTC'],
    ['Z', 'UTC'],
    ['GMT', 'GMT'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ] as const) {
    it(`takes ${JSON.stringify(written)} for ${id}`, () => {
      expect(zone(written).id).to.equal(id)
    })
  }

  for (const name of [
    '',
    ' ',
    'Nowhere',
    'Customized Time Zone',
    '+05:30',
    'UTC+1',
    '/',
    '//UTC/x',
    'a'.repeat(9999),
  ]) {
    it(`knows no ${JSON.stringify(name.slice(0, 30))}`, () => {
      expect(zoneByName(name)).to.equal(undefined)
    })
  }

  it('gives the same zone each time', () => {
    expect(zone('Asia/Tokyo')).to.equal(zone('Asia/Tokyo'))
    expect(zone('UTC')).to.equal(UTC)
  })

  it('tells aliases from exact names', () => {
    expect(ianaTarget('US/Eastern')).to.equal('America/New_York')
    expect(ianaTarget('Nowhere')).to.equal(undefined)
    expect(isIanaName('Europe/Berlin')).to.equal(true)
    expect(isIanaName('europe/berlin')).to.equal(false)
  })
})

describe('offsets', () => {
  for (const [name, iso, hours] of [
    ['America/New_York', '2024-01-15T12:00:00Z', -5],
    ['America/New_York', '2024-07-15T12:00:00Z', -4],
    ['America/New_York', '2200-07-15T12:00:00Z', -4],
    ['America/New_York', '4200-01-15T12:00:00Z', -5],
    ['America/New_York', '1700-01-15T12:00:00Z', -(4 * 3600 + 56 * 60 + 2) / 3600],
    ['Asia/Kolkata', '2024-07-15T12:00:00Z', 5.5],
    ['Pacific/Apia', '2011-12-30T09:59:59Z', -10],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', 14],
    ['America/Recife', '2000-10-10T12:00:00Z', -2],
    ['America/Recife', '2000-10-16T12:00:00Z', -3],
    ['Europe/Dublin', '2024-01-15T12:00:00Z', 0],
    ['Africa/Casablanca', '2024-03-20T12:00:00Z', 0],
  ] as const) {
    it(`${name} is at ${hours} hours on ${iso}`, () => {
      expect(zone(name).offsetAt(Date.parse(iso))).to.equal(Math.round(hours * 3600))
    })
  }

  it('change to the second', () => {
    const at = Date.UTC(2024, 2, 31, 1)
    expect(zone('Europe/Berlin').offsetAt(at - 1)).to.equal(3600)
    expect(zone('Europe/Berlin').offsetAt(at)).to.equal(7200)
  })

  it('agree with the wall clock that Intl shows', () => {
    const names = listIanaZones().map(({ name }) => name)
    const instants = fc.integer({ min: Date.UTC(1880, 0, 1) / 1000, max: Date.UTC(2100, 0, 1) / 1000 })
    fc.assert(
      fc.property(fc.constantFrom(...names), instants, (name, seconds) => {
        const shown = new Date(seconds * 1000).toLocaleString('sv-SE', { timeZone: name })
        const local = Date.parse(`${shown.replace(' ', 'T')}Z`)
        expect(zone(name).offsetAt(seconds * 1000)).to.equal(local / 1000 - seconds)
      }),
      { numRuns: 300 },
    )
  })
})

describe('instants of wall-clock times (RFC 5545 §3.3.5)', () => {
  it('uses the offset before a gap', () => {
    const local = Date.UTC(2024, 2, 10, 2, 30)
    expect(zone('America/New_York').toInstant(local)).to.equal(local + 5 * HOUR)
  })

  it('takes the first of two repeated times', () => {
    const local = Date.UTC(2024, 10, 3, 1, 30)
    expect(zone('America/New_York').toInstant(local)).to.equal(local + 4 * HOUR)
  })

  it('gets past a day that was left out', () => {
    const apia = zone('Pacific/Apia')
    expect(apia.toInstant(Date.UTC(2011, 11, 29, 23, 59))).to.equal(Date.UTC(2011, 11, 30, 9, 59))
    expect(apia.toInstant(Date.UTC(2011, 11, 30, 12))).to.equal(Date.UTC(2011, 11, 30, 22))
    expect(apia.toInstant(Date.UTC(2011, 11, 31))).to.equal(Date.UTC(2011, 11, 30, 10))
  })

  it('inverts the offset wherever the time exists', () => {
    const names = listIanaZones().map(({ name }) => name)
    const instants = fc.integer({ min: Date.UTC(1950, 0, 1) / 1000, max: Date.UTC(2100, 0, 1) / 1000 })
    fc.assert(
      fc.property(fc.constantFrom(...names), instants, (name, seconds) => {
        const { offsetAt, toInstant } = zone(name)
        const local = seconds * 1000 + offsetAt(seconds * 1000) * 1000
        const found = toInstant(local)
        expect(found).to.be.at.most(seconds * 1000)
        expect(found + offsetAt(found) * 1000).to.equal(local)
      }),
      { numRuns: 500 },
    )
  })
})

describe('years far away', () => {
  it('have the offsets of a year like them', () => {
    for (const [name, at, offset] of [
      ['Europe/Berlin', Date.UTC(2400, 1, 29, 12), 1],
      ['Europe/Berlin', Date.UTC(2400, 2, 26, 0, 59), 1],
      ['Europe/Berlin', Date.UTC(2400, 2, 26, 1), 2],
      ['America/New_York', Date.UTC(9999, 10, 7, 5, 59), -4],
      ['America/New_York', Date.UTC(9999, 10, 7, 6), -5],
      ['Australia/Sydney', Date.UTC(3000, 0, 1), 11],
    ] as const) {
      expect(zone(name).offsetAt(at), `${name} ${new Date(at).toISOString()}`).to.equal(offset * 3600)
    }
  })

  it('cost no more questions than the years that differ', () => {
    const prototype = Intl.DateTimeFormat.prototype
    const original = Object.getOwnPropertyDescriptor(prototype, 'format') ?? {}
    let asked = 0
    Object.defineProperty(prototype, 'format', {
      ...original,
      get() {
        asked += 1
        return original.get?.call(this)
      },
    })
    try {
      const paris = zone('Europe/Paris')
      for (let year = 1; year < 10_000; year++) paris.toInstant(new Date(0).setUTCFullYear(year))
    } finally {
      Object.defineProperty(prototype, 'format', original)
    }
    // Three centuries of history and one of each kind of year, at some sixty questions a year.
    expect(asked).to.be.below(40_000)
  })
})
