import { expect } from 'chai'
import { HttpError, PreconditionError } from '../../../src/dav/errors.ts'
import {
  readColor,
  readOrder,
  readText,
  readTimezone,
  readTimezoneId,
  readTransparency,
} from '../../../src/dav/properties/values.ts'
import { el } from '../../../src/dav/xml/element.ts'
import { APPLE_ICAL, CALDAV } from '../../../src/dav/xml/names.ts'

const value = (text: string) => el(APPLE_ICAL, 'value', [text])
const vtimezone = (tzid: string) =>
  `BEGIN:VTIMEZONE\r\nTZID:${tzid}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\n` +
  'TZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n'
const calendar = (...components: string[]) =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n${components.join('')}END:VCALENDAR\r\n`

describe('values of settable properties', () => {
  it('takes colours of 6 and 8 digits and makes blank ones none at all', () => {
    expect(readColor(value(' #FF2968FF\n'))).to.equal('#FF2968FF')
    expect(readColor(value('#0a0b0c'))).to.equal('#0a0b0c')
    expect(readColor(value(' '))).to.equal(null)
    for (const bad of ['red', '#abc', '#12345g', 'FF2968', '#1234567']) {
      expect(() => readColor(value(bad)), bad)
        .to.throw(HttpError)
        .with.property('status', 409)
    }
  })

  it('takes whole numbers as order', () => {
    expect(readOrder(value('12'))).to.equal('12')
    expect(readOrder(value(''))).to.equal(null)
    expect(() => readOrder(value('first'))).to.throw(HttpError)
  })

  it('keeps text as it is', () => {
    expect(readText(value(' two words '))).to.equal(' two words ')
    expect(readText(value('\n'))).to.equal(null)
  })

  it('reads one of opaque and transparent', () => {
    expect(readTransparency(el(CALDAV, 't', [el(CALDAV, 'transparent')]))).to.equal(true)
    expect(readTransparency(el(CALDAV, 't', [el(CALDAV, 'opaque')]))).to.equal(false)
    expect(() => readTransparency(el(CALDAV, 't'))).to.throw(HttpError)
    expect(() =>
      readTransparency(el(CALDAV, 't', [el(CALDAV, 'opaque'), el(CALDAV, 'transparent')])),
    ).to.throw(HttpError)
  })

  it('reads exactly one VTIMEZONE (RFC 4791 §5.2.2)', () => {
    const { text, zone } = readTimezone(value(`\n${calendar(vtimezone('Somewhere'))}`))
    expect(text.startsWith('BEGIN:VCALENDAR')).to.equal(true)
    expect(zone.offsetAt(0)).to.equal(3 * 3600)
    for (const bad of [
      'Europe/Berlin',
      calendar(),
      calendar(vtimezone('A'), vtimezone('B')),
      calendar(
        'BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\nDTSTART:20060101T000000Z\r\nEND:VEVENT\r\n',
      ),
    ]) {
      expect(() => readTimezone(value(bad)))
        .to.throw(PreconditionError)
        .with.nested.property('condition.name', 'valid-calendar-data')
    }
  })

  it('knows time zones by name (RFC 7809 §3.1.5)', () => {
    expect(readTimezoneId(value(' Europe/Berlin ')).id).to.equal('Europe/Berlin')
    expect(() => readTimezoneId(value('Middle/Earth')))
      .to.throw(PreconditionError)
      .with.nested.property('condition.name', 'valid-timezone')
  })
})
