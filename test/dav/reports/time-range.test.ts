import { expect } from 'chai'
import { HttpError, PreconditionError } from '../../../src/dav/errors.ts'
import { formatUtc, parseUtc, readClosedRange, readTimeRange } from '../../../src/dav/reports/time-range.ts'
import { el } from '../../../src/dav/xml/element.ts'
import { CALDAV } from '../../../src/dav/xml/names.ts'

const LIMITS = {
  minDateTime: new Date('1900-01-01T00:00:00Z'),
  maxDateTime: new Date('2200-01-01T00:00:00Z'),
}
const complain = (detail: string) => new HttpError(400, detail)
const range = (attributes: Record<string, string>) => el(CALDAV, 'time-range', [], attributes)

describe('time ranges of reports (RFC 4791 §9.9)', () => {
  it('reads dates with UTC time, either end open', () => {
    const start = Date.UTC(2006, 0, 4)
    expect(readTimeRange(range({ start: '20060104T000000Z' }), LIMITS, complain)).to.deep.equal({ start })
    expect(readTimeRange(range({ end: '20060104T000000Z' }), LIMITS, complain)).to.deep.equal({ end: start })
  })

  it('refuses a range without ends, with an end not after its start, or with a time of another form', () => {
    for (const attributes of [
      {},
      { start: '20060104T000000Z', end: '20060104T000000Z' },
      { start: '20060105T000000Z', end: '20060104T000000Z' },
      { start: '20060104' },
      { start: '20060104T000000' },
      { start: '20060230T000000Z' },
      { start: '20060104T250000Z' },
      { start: '2006-01-04T00:00:00Z' },
    ] as Record<string, string>[]) {
      expect(() => readTimeRange(range(attributes), LIMITS, complain), JSON.stringify(attributes)).to.throw(
        HttpError,
      )
    }
  })

  it('needs both ends where the element says so', () => {
    expect(() => readClosedRange(range({ start: '20060104T000000Z' }), LIMITS, complain)).to.throw(HttpError)
  })

  it('refuses dates outside the limits with their own preconditions', () => {
    const early = () => readTimeRange(range({ start: '18991231T235959Z' }), LIMITS, complain)
    const late = () => readTimeRange(range({ end: '22000101T000001Z' }), LIMITS, complain)
    expect(early).to.throw(PreconditionError).with.nested.property('condition.name', 'min-date-time')
    expect(late).to.throw(PreconditionError).with.nested.property('condition.name', 'max-date-time')
  })

  it('writes what it reads', () => {
    const instant = Date.UTC(2026, 10, 22, 13, 5, 9)
    expect(parseUtc(formatUtc(new Date(instant)))).to.equal(instant)
    expect(formatUtc(new Date(instant))).to.equal('20261122T130509Z')
  })
})
