import { expect } from 'chai'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import { truncatedVtimezone, vtimezoneFor } from '../../src/ical/vtimezone.ts'
import { listIanaZones } from '../../src/ical/zone-iana.ts'
import { readVtimezone } from '../../src/ical/zone-vtimezone.ts'
import { UTC, zoneByName, zoneFromVtimezone } from '../../src/ical/zones.ts'

const FROM = Date.UTC(2015, 0, 1)
const UNTIL = Date.UTC(2027, 0, 1)
const STEP = 86_400_000 * 2.7

/** The first instant at which a generated definition and the zone itself differ. */
function firstDifference(name: string, from: number, until: number, sampleUntil: number): string | undefined {
  const zone = zoneByName(name) ?? UTC
  const defined = readVtimezone(vtimezoneFor(name, { from, until })).zone
  for (let at = from; at < sampleUntil; at += STEP) {
    if (zone.offsetAt(at) !== defined.offsetAt(at)) return `${name} on ${new Date(at).toISOString()}`
  }
  return undefined
}

describe('vtimezoneFor', () => {
  it('describes every zone exactly over the range asked for', function () {
    this.timeout(60_000)
    for (const { name } of listIanaZones()) {
      expect(firstDifference(name, FROM, UNTIL, UNTIL)).to.equal(undefined)
    }
  })

  for (const name of [
    'America/New_York',
    'Europe/Berlin',
    'Africa/Casablanca',
    'Asia/Gaza',
    'America/Sao_Paulo',
  ]) {
    it(`describes ${name} from 1900 to 2100`, () => {
      const [from, until] = [Date.UTC(1900, 0, 1), Date.UTC(2100, 0, 1)]
      expect(firstDifference(name, from, until, until)).to.equal(undefined)
    })
  }

  it('uses one endless rule each way where the zone follows one', () => {
    const text = serializeCalendar(vtimezoneFor('America/New_York', { from: FROM, until: UNTIL }))
    expect(text).to.equal(
      [
        'BEGIN:VTIMEZONE',
        'TZID:America/New_York',
        'BEGIN:STANDARD',
        'TZOFFSETFROM:-0400',
        'TZOFFSETTO:-0500',
        'TZNAME:EST',
        'DTSTART:20141102T020000',
        'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
        'END:STANDARD',
        'BEGIN:DAYLIGHT',
        'TZOFFSETFROM:-0500',
        'TZOFFSETTO:-0400',
        'TZNAME:EDT',
        'DTSTART:20150308T020000',
        'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
        'END:DAYLIGHT',
        'END:VTIMEZONE',
        '',
      ].join('\r\n'),
    )
  })

  it('ends a rule that the zone gave up', () => {
    const text = serializeCalendar(vtimezoneFor('Europe/Istanbul', { from: Date.UTC(2008, 0), until: UNTIL }))
    expect(text).not.to.match(/RRULE(?!.*UNTIL)/)
    expect(text).to.include('TZOFFSETTO:+0300')
  })

  it('has one part for a zone without changes', () => {
    expect(vtimezoneFor('UTC', { from: FROM }).components).to.have.length(1)
    expect(vtimezoneFor('Asia/Kolkata', { from: FROM, until: UNTIL }).components).to.have.length(1)
  })

  it('writes the name it was asked for, and is recognised as that zone', () => {
    const made = vtimezoneFor('Eastern Standard Time', { from: FROM, until: UNTIL })
    expect(made.properties[0]).to.include({ name: 'TZID', value: 'Eastern Standard Time' })
    expect(zoneFromVtimezone(made)).to.equal(zoneByName('America/New_York'))
  })

  it('is valid text', () => {
    const text = `BEGIN:VCALENDAR\r\n${serializeCalendar(vtimezoneFor('Asia/Gaza', { from: FROM }))}END:VCALENDAR\r\n`
    expect(serializeCalendar(parseCalendar(text))).to.equal(text)
  })

  it('refuses a name it does not know', () => {
    expect(() => vtimezoneFor('Nowhere', { from: FROM })).to.throw(RangeError, 'Nowhere')
  })
})

describe('truncatedVtimezone', () => {
  it('begins exactly where it was cut (RFC 7808 §3.9)', () => {
    const [first] = truncatedVtimezone('America/New_York', Date.UTC(2010, 0, 1), UNTIL).components
    const values = Object.fromEntries((first?.properties ?? []).map(({ name, value }) => [name, value]))
    expect(values).to.deep.equal({
      TZOFFSETFROM: '-0500',
      TZOFFSETTO: '-0500',
      TZNAME: 'EST',
      DTSTART: '20091231T190000',
    })
  })
})
