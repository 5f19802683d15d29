import { expect } from 'chai'
import fc from 'fast-check'
import { newComponent, newProperty } from '../../src/ical/component.ts'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import {
  localMs,
  localTimeOf,
  readLocalTime,
  readTimeValue,
  readTimeValues,
  timeOf,
  toInstant,
  writeTimeValue,
  writeUtc,
} from '../../src/ical/times.ts'
import { UTC, ZoneTable, zoneByName } from '../../src/ical/zones.ts'

const zones = new ZoneTable([])
const berlin = zoneByName('Europe/Berlin') ?? UTC

function read(text: string, params: Record<string, string> = {}) {
  return readTimeValue(text, newProperty('DTSTART', text, params), zones)
}

describe('DATE and DATE-TIME values', () => {
  it('are dates, floating, UTC or zoned', () => {
    expect(read('20240229', { VALUE: 'DATE' }).kind).to.equal('date')
    expect(read('20240229T101112').kind).to.equal('floating')
    expect(read('20240229T101112Z').kind).to.equal('utc')
    const zoned = read('20240229T101112', { TZID: 'Europe/Berlin' })
    expect(zoned).to.include({ kind: 'zoned', zone: berlin, tzid: 'Europe/Berlin' })
  })

  it('follow the form of the value where VALUE was left out or says otherwise', () => {
    expect(read('20240229').kind).to.equal('date')
    expect(read('20240229T000000', { VALUE: 'DATE' }).kind).to.equal('date')
    expect(read('20240229T100000', { VALUE: 'DATE' }).kind).to.equal('floating')
    expect(read('20240229T100000Z', { TZID: 'Europe/Berlin' }).kind).to.equal('utc')
  })

  it("reads the dates with a Z of Google's birthday calendar", () => {
    expect(read('20131210Z')).to.deep.include({ kind: 'date' })
  })

  for (const text of [
    '20240230',
    '20241301',
    '20240101T240000',
    '2024-01-01',
    '20240101T1000',
    'today',
    '',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => read(text)).to.throw(InvalidCalendarError, 'DTSTART is not a date or date-time')
    })
  }

  it('refuses a zone nobody knows, naming it', () => {
    expect(() => read('20240101T100000', { TZID: 'Nowhere/Land' })).to.throw(
      InvalidCalendarError,
      'Nowhere/Land',
    )
  })

  it('reads lists, leaving out empty values and periods', () => {
    const list = '20240101T100000Z,,20240102T100000Z/PT1H,20240103T100000Z'
    expect(readTimeValues(newProperty('RDATE', list), zones).map(writeTimeValue)).to.deep.equal([
      '20240101T100000Z',
      '20240103T100000Z',
    ])
  })

  it('finds the time of a component', () => {
    const event = newComponent('VEVENT', [newProperty('DTSTART', '20240101T100000Z')])
    expect(timeOf(event, 'DTSTART', zones)?.kind).to.equal('utc')
    expect(timeOf(event, 'DTEND', zones)).to.equal(undefined)
  })

  it('become instants in their own zone, or in the one floating times are read in', () => {
    const instant = Date.UTC(2024, 0, 1, 9)
    expect(toInstant(read('20240101T090000Z'), berlin)).to.equal(instant)
    expect(toInstant(read('20240101T100000', { TZID: 'Europe/Berlin' }), UTC)).to.equal(instant)
    expect(toInstant(read('20240101T100000'), berlin)).to.equal(instant)
    expect(toInstant(read('20240101'), berlin)).to.equal(Date.UTC(2023, 11, 31, 23))
  })

  it('round-trip through milliseconds from year 0 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }), (seconds) => {
        const local = localTimeOf(seconds * 1000)
        expect(localMs(local)).to.equal(seconds * 1000)
        expect(readLocalTime(writeUtc(seconds * 1000))?.local).to.deep.equal(local)
      }),
    )
  })
})
