import { expect } from 'chai'
import { overlayBusy, readAvailabilities, unavailablePeriods } from '../../src/ical/availability.ts'
import { subtract, union } from '../../src/ical/availability-spans.ts'
import type { BusyPeriod } from '../../src/ical/free-busy.ts'
import { parseCalendar } from '../../src/ical/text.ts'
import { at, calendarText, UTC, written, zone } from '../support/calendar-text.ts'

const MONTREAL = 'TZID=America/Montreal'

function availability(lines: readonly string[], ...available: (readonly string[])[]): string[] {
  return [
    'BEGIN:VAVAILABILITY',
    `UID:${lines.join('')}`,
    'DTSTAMP:20111005T133225Z',
    ...lines,
    ...available.flatMap((inner, index) => [
      'BEGIN:AVAILABLE',
      `UID:available-${inner.find((line) => line.startsWith('RECURRENCE-ID')) === undefined ? index : 0}`,
      'DTSTAMP:20111005T133225Z',
      ...inner,
      'END:AVAILABLE',
    ]),
    'END:VAVAILABILITY',
  ]
}

function unavailable(from: string, until: string, ...components: (readonly string[])[]): string[] {
  const calendar = parseCalendar(calendarText(...components))
  return show(unavailablePeriods(readAvailabilities(calendar, { start: at(from), end: at(until) }, UTC)))
}

function show(periods: readonly BusyPeriod[]): string[] {
  return periods.map((period) => `${period.type} ${written(period)}`)
}

const office = [`DTSTART;${MONTREAL}:20111003T080000`, `DTEND;${MONTREAL}:20111003T180000`]
const weekdays = 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'

describe('unavailable time (RFC 7953)', () => {
  it('is all of a VAVAILABILITY but what its AVAILABLE components leave (RFC 7953 §5.1.1)', () => {
    const lines = availability([`DTSTART;${MONTREAL}:20111002T000000`], [...office, weekdays])
    expect(unavailable('20111107T050000', '20111108T050000', lines)).to.deep.equal([
      'BUSY-UNAVAILABLE 20111107T050000Z/20111107T130000Z',
      'BUSY-UNAVAILABLE 20111107T230000Z/20111108T050000Z',
    ])
  })

  it('follows the higher priority wherever it applies (RFC 7953 §5.1.2)', () => {
    const base = availability([`DTSTART;${MONTREAL}:20111002T000000`], [...office, weekdays])
    const denver = availability(
      [
        'DTSTART;TZID=America/Denver:20111023T000000',
        'DTEND;TZID=America/Denver:20111030T000000',
        'PRIORITY:1',
      ],
      ['DTSTART;TZID=America/Denver:20111024T080000', 'DTEND;TZID=America/Denver:20111024T180000', weekdays],
    )
    expect(unavailable('20111024T040000', '20111025T040000', base, denver)).to.deep.equal([
      'BUSY-UNAVAILABLE 20111024T040000Z/20111024T140000Z',
      'BUSY-UNAVAILABLE 20111025T000000Z/20111025T040000Z',
    ])
  })

  it('lets an available period of a higher priority free what a lower one blocks, not the other way', () => {
    const low = availability(
      ['DTSTART:20200101T000000Z', 'DTEND:20200102T000000Z'],
      ['DTSTART:20200101T100000Z', 'DTEND:20200101T120000Z'],
    )
    const high = availability(
      ['DTSTART:20200101T110000Z', 'DTEND:20200101T140000Z', 'PRIORITY:5', 'BUSYTYPE:BUSY'],
      ['DTSTART:20200101T130000Z', 'DTEND:20200101T140000Z'],
    )
    expect(unavailable('20200101', '20200102', low, high)).to.deep.equal([
      'BUSY-UNAVAILABLE 20200101T000000Z/20200101T100000Z',
      'BUSY 20200101T110000Z/20200101T130000Z',
      'BUSY-UNAVAILABLE 20200101T140000Z/20200102T000000Z',
    ])
  })

  it('takes the stronger busy type where two of one priority overlap (RFC 7953 §4)', () => {
    const one = availability([
      'DTSTART:20200101T000000Z',
      'DTEND:20200101T120000Z',
      'BUSYTYPE:BUSY-TENTATIVE',
    ])
    const two = availability(['DTSTART:20200101T060000Z', 'DTEND:20200101T180000Z', 'BUSYTYPE:BUSY'])
    expect(unavailable('20200101', '20200102', one, two)).to.deep.equal([
      'BUSY-TENTATIVE 20200101T000000Z/20200101T060000Z',
      'BUSY 20200101T060000Z/20200101T180000Z',
    ])
  })

  it('is everything when a VAVAILABILITY has neither start nor AVAILABLE', () => {
    expect(unavailable('20200101', '20200102', availability(['BUSYTYPE:BUSY']))).to.deep.equal([
      'BUSY 20200101T000000Z/20200102T000000Z',
    ])
  })

  it('applies overrides of an AVAILABLE series', () => {
    const lines = availability(
      [],
      ['DTSTART:20200101T080000Z', 'DURATION:PT8H', 'RRULE:FREQ=DAILY'],
      ['RECURRENCE-ID:20200102T080000Z', 'DTSTART:20200102T120000Z', 'DURATION:PT1H'],
    )
    expect(unavailable('20200102', '20200103', lines)).to.deep.equal([
      'BUSY-UNAVAILABLE 20200102T000000Z/20200102T120000Z',
      'BUSY-UNAVAILABLE 20200102T130000Z/20200103T000000Z',
    ])
  })

  it('reads floating values in the zone given', () => {
    const lines = availability(['DTSTART:20200101T000000', 'DTEND:20200102T000000'])
    const calendar = parseCalendar(calendarText(lines))
    const range = { start: at('20191231'), end: at('20200103') }
    expect(show(unavailablePeriods(readAvailabilities(calendar, range, zone('Asia/Kolkata'))))).to.deep.equal(
      ['BUSY-UNAVAILABLE 20191231T183000Z/20200101T183000Z'],
    )
  })
})

describe('overlayBusy', () => {
  it('gives events the time they take (RFC 7953 §5, step 4)', () => {
    const periods = overlayBusy(
      [{ start: 0, end: 100, type: 'BUSY-UNAVAILABLE' }],
      [{ start: 40, end: 60, type: 'BUSY' }],
    )
    expect(periods.map(({ start, end, type }) => [start, end, type])).to.deep.equal([
      [0, 40, 'BUSY-UNAVAILABLE'],
      [40, 60, 'BUSY'],
      [60, 100, 'BUSY-UNAVAILABLE'],
    ])
  })
})

describe('sets of ranges', () => {
  const range = (from: number, until: number) => ({ from, until })

  it('joins what touches', () => {
    expect(union([range(5, 7), range(0, 2), range(2, 3), range(6, 9), range(4, 4)])).to.deep.equal([
      range(0, 3),
      range(5, 9),
    ])
  })

  it('subtracts', () => {
    expect(subtract([range(0, 10), range(20, 30)], [range(-5, 1), range(3, 4), range(9, 22)])).to.deep.equal([
      range(1, 3),
      range(4, 9),
      range(22, 30),
    ])
  })
})
