import { expect } from 'chai'
import { instancesBetween } from '../../src/ical/instances.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import type { Zone } from '../../src/ical/zones.ts'
import { at, component, event, object, range, UTC, written, zone } from '../support/calendar-text.ts'

const NEW_YORK = 'TZID=America/New_York'

function instances(subject: CalendarObject, from: string, until: string, floatingZone: Zone = UTC): string[] {
  return instancesBetween(subject, range(from, until), { floatingZone, limit: 1000 }).map(written)
}

describe('the instances of a series', () => {
  it('keep their wall-clock time over a change of offset', () => {
    const subject = object(event(`DTSTART;${NEW_YORK}:20200101T090000`, 'DURATION:PT1H', 'RRULE:FREQ=DAILY'))
    expect(instances(subject, '20200307', '20200310')).to.deep.equal([
      '20200307T140000Z/20200307T150000Z',
      '20200308T130000Z/20200308T140000Z',
      '20200309T130000Z/20200309T140000Z',
    ])
  })

  it('are found at any distance from DTSTART, the year 2200 included', () => {
    const subject = object(event(`DTSTART;${NEW_YORK}:20100104T090000`, 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY'))
    expect(instances(subject, '22000101', '22000115')).to.deep.equal([
      '22000106T140000Z/22000106T150000Z',
      '22000113T140000Z/22000113T150000Z',
    ])
  })

  it('do not vanish years after the start of a long COUNT', () => {
    const subject = object(event('DTSTART:20000101T090000Z', 'RRULE:FREQ=DAILY;COUNT=20000'))
    expect(instances(subject, '20541003', '20541010')).to.deep.equal(['20541003T090000Z'])
  })

  it('that take an hour the clock skips use the offset before the gap (RFC 5545 §3.3.5)', () => {
    const subject = object(event(`DTSTART;${NEW_YORK}:20200306T023000`, 'RRULE:FREQ=DAILY'))
    expect(instances(subject, '20200307', '20200310')).to.deep.equal([
      '20200307T073000Z',
      '20200308T073000Z',
      '20200309T063000Z',
    ])
  })

  it('that take a repeated hour are its first (RFC 5545 §3.3.5)', () => {
    const subject = object(event(`DTSTART;${NEW_YORK}:20201031T013000`, 'RRULE:FREQ=DAILY'))
    expect(instances(subject, '20201101', '20201102')).to.deep.equal(['20201101T053000Z'])
  })

  it('of an hourly rule over a gap are each instant once', () => {
    const subject = object(
      event(`DTSTART;${NEW_YORK}:20200308T000000`, 'RRULE:FREQ=MINUTELY;INTERVAL=30;COUNT=10'),
    )
    expect(instances(subject, '20200308', '20200309')).to.deep.equal([
      '20200308T050000Z',
      '20200308T053000Z',
      '20200308T060000Z',
      '20200308T063000Z',
      '20200308T070000Z',
      '20200308T073000Z',
      '20200308T080000Z',
      '20200308T083000Z',
    ])
  })

  it('end with UNTIL as an instant: late on a month’s last day does not leak into the next month', () => {
    const subject = object(
      event(
        `DTSTART;${NEW_YORK}:20240129T200000`,
        'DURATION:PT1H',
        'RRULE:FREQ=DAILY;UNTIL=20240201T010000Z',
      ),
    )
    // 20:00 on 31 January in New York is 01:00Z of 1 February: the last one.
    expect(instances(subject, '20240131', '20240301')).to.deep.equal([
      '20240131T010000Z/20240131T020000Z',
      '20240201T010000Z/20240201T020000Z',
    ])
    const dates = object(event('DTSTART;VALUE=DATE:20240129', 'RRULE:FREQ=DAILY;UNTIL=20240131T235959Z'))
    expect(instances(dates, '20240131', '20240301', zone('Asia/Tokyo'))).to.deep.equal([
      '20240130T150000Z/20240131T150000Z',
    ])
  })

  it('with floating times end by the clock of the calendar’s zone where UNTIL is in UTC', () => {
    const series = object(event('DTSTART:20240101T200000', 'RRULE:FREQ=DAILY;UNTIL=20240102T120000Z'))
    const within = { from: at('20240101'), until: at('20240201') }
    const counted = (name: string) =>
      instancesBetween(series, within, { floatingZone: zone(name), limit: 99 }).length
    expect(['UTC', 'America/New_York', 'Asia/Tokyo'].map(counted)).to.deep.equal([1, 1, 2])
  })

  it('take a DATE in UNTIL beside a DATE-TIME as the whole day, and read a floating one in DTSTART’s zone', () => {
    const day = object(event('DTSTART:20240101T200000Z', 'RRULE:FREQ=DAILY;UNTIL=20240103'))
    expect(instances(day, '20240102', '20240201')).to.deep.equal(['20240102T200000Z', '20240103T200000Z'])
    const local = object(
      event(`DTSTART;${NEW_YORK}:20240101T200000`, 'RRULE:FREQ=DAILY;UNTIL=20240103T200000'),
    )
    expect(instances(local, '20240103T000000', '20240201')).to.deep.equal([
      '20240103T010000Z',
      '20240104T010000Z',
    ])
  })

  it('always include DTSTART, which COUNT counts, even if the rule does not produce it', () => {
    const subject = object(event('DTSTART:20200101T090000Z', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=15;COUNT=3'))
    expect(instances(subject, '20200101', '20210101')).to.deep.equal([
      '20200101T090000Z',
      '20200115T090000Z',
      '20200215T090000Z',
    ])
    const over = object(event('DTSTART:20200101T090000Z', 'RRULE:FREQ=DAILY;UNTIL=20190101T000000Z'))
    expect(instances(over, '20180101', '20210101')).to.deep.equal(['20200101T090000Z'])
  })

  it('join several RRULEs, each instant once', () => {
    const subject = object(
      event('DTSTART:20200106T090000Z', 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU', 'RRULE:FREQ=WEEKLY;BYDAY=TU,WE'),
    )
    expect(instances(subject, '20200113', '20200118')).to.deep.equal([
      '20200113T090000Z',
      '20200114T090000Z',
      '20200115T090000Z',
    ])
  })

  it('include RDATE, as DATE-TIME in any zone and as PERIOD with a duration of its own', () => {
    const subject = object(
      event(
        `DTSTART;${NEW_YORK}:20200101T090000`,
        'DURATION:PT1H',
        'RDATE:20200102T120000Z',
        'RDATE;VALUE=PERIOD:20200103T120000Z/PT3H,20200104T120000Z/20200104T123000Z',
      ),
    )
    expect(instances(subject, '20200101', '20200201')).to.deep.equal([
      '20200101T140000Z/20200101T150000Z',
      '20200102T120000Z/20200102T130000Z',
      '20200103T120000Z/20200103T150000Z',
      '20200104T120000Z/20200104T123000Z',
    ])
  })

  it('let a PERIOD change the duration of an instance the rule produces too', () => {
    const subject = object(
      event(
        'DTSTART:20200101T090000Z',
        'DURATION:PT1H',
        'RRULE:FREQ=DAILY',
        'RDATE;VALUE=PERIOD:20200102T090000Z/PT5H',
      ),
    )
    expect(instances(subject, '20200102', '20200103')).to.deep.equal(['20200102T090000Z/20200102T140000Z'])
  })

  it('leave out EXDATE by instant, in any form; by day when either side is a DATE', () => {
    const subject = object(
      event(
        `DTSTART;${NEW_YORK}:20200101T200000`,
        'RRULE:FREQ=DAILY;COUNT=7',
        `EXDATE;${NEW_YORK}:20200102T200000`,
        'EXDATE:20200104T010000Z',
        'EXDATE:20200104T200000',
        'EXDATE;VALUE=DATE:20200105',
      ),
    )
    expect(instances(subject, '20200101', '20200201')).to.deep.equal([
      '20200102T010000Z',
      '20200107T010000Z',
      '20200108T010000Z',
    ])
    const days = object(
      event('DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20200102T000000Z'),
    )
    expect(instances(days, '20200101', '20200201', zone('America/New_York'))).to.deep.equal([
      '20200101T050000Z/20200102T050000Z',
      '20200103T050000Z/20200104T050000Z',
    ])
  })

  it('leave out what an EXRULE produces', () => {
    const subject = object(
      event('DTSTART:20200106T090000Z', 'RRULE:FREQ=DAILY', 'EXRULE:FREQ=WEEKLY;BYDAY=SA,SU'),
    )
    expect(instances(subject, '20300104', '20300108')).to.deep.equal(['20300104T090000Z', '20300107T090000Z'])
  })

  it('may leave out DTSTART itself', () => {
    const subject = object(
      event('DTSTART:20200101T090000Z', 'RRULE:FREQ=DAILY;COUNT=2', 'EXDATE:20200101T090000Z'),
    )
    expect(instances(subject, '20200101', '20200201')).to.deep.equal(['20200102T090000Z'])
  })

  it('do not leave out what does not recur', () => {
    const subject = object(event('DTSTART:20200101T090000Z', 'EXDATE:20200101T090000Z'))
    expect(instances(subject, '20200101', '20200102')).to.deep.equal(['20200101T090000Z'])
  })
})

describe('how long an instance lasts (RFC 5545 §3.8.5.3)', () => {
  it('is the same exact time for all with DTEND, and follows the clock with DURATION in days', () => {
    const exact = object(
      event(`DTSTART;${NEW_YORK}:20200301T090000`, `DTEND;${NEW_YORK}:20200302T090000`, 'RRULE:FREQ=WEEKLY'),
    )
    const nominal = object(event(`DTSTART;${NEW_YORK}:20200301T090000`, 'DURATION:P1D', 'RRULE:FREQ=WEEKLY'))
    expect(instances(exact, '20200307T200000', '20200308T200000')).to.deep.equal([
      '20200308T130000Z/20200309T130000Z',
    ])
    const saturday = (length: string) =>
      object(event(`DTSTART;${NEW_YORK}:20200229T120000`, length, 'RRULE:FREQ=WEEKLY'))
    expect(instances(saturday('DURATION:P1D'), '20200307T120000', '20200307T180000')).to.deep.equal([
      '20200307T170000Z/20200308T160000Z',
    ])
    expect(
      instances(saturday(`DTEND;${NEW_YORK}:20200301T120000`), '20200307T120000', '20200307T180000'),
    ).to.deep.equal(['20200307T170000Z/20200308T170000Z'])
    expect(instances(nominal, '20200309T120000', '20200309T125959')).to.deep.equal([
      '20200308T130000Z/20200309T130000Z',
    ])
  })

  it('is whole days for DATE values, 23 hours or 25 included', () => {
    const subject = object(
      event('DTSTART;VALUE=DATE:20200301', 'DTEND;VALUE=DATE:20200302', 'RRULE:FREQ=WEEKLY'),
    )
    expect(instances(subject, '20200308', '20200309', zone('America/New_York'))).to.deep.equal([
      '20200308T050000Z/20200309T040000Z',
    ])
  })

  it('reaches into a range that starts long after the instance', () => {
    const subject = object(event('DTSTART:20200101T000000Z', 'DURATION:P40D', 'RRULE:FREQ=MONTHLY;COUNT=2'))
    expect(instances(subject, '20200209', '20200210')).to.deep.equal([
      '20200101T000000Z/20200210T000000Z',
      '20200201T000000Z/20200312T000000Z',
    ])
  })
})

describe('floating and all-day series', () => {
  it('are read in the zone given', () => {
    const floating = object(event('DTSTART:20200101T090000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'))
    expect(instances(floating, '20200601', '20200602', zone('America/New_York'))).to.deep.equal([
      '20200601T130000Z/20200601T140000Z',
    ])
    expect(instances(floating, '20200601', '20200602', zone('Asia/Kolkata'))).to.deep.equal([
      '20200601T033000Z/20200601T043000Z',
    ])
    const day = object(event('DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=YEARLY'))
    expect(instances(day, '20210101', '20210102', zone('Pacific/Apia'))).to.deep.equal([
      '20201231T100000Z/20210101T100000Z',
    ])
  })

  it('do not touch the months beside them', () => {
    const subject = object(event('DTSTART;VALUE=DATE:20200131', 'RRULE:FREQ=MONTHLY'))
    expect(instances(subject, '20200201', '20200301')).to.deep.equal([])
    expect(instances(subject, '20200301', '20200401')).to.deep.equal(['20200331T000000Z/20200401T000000Z'])
  })
})

describe('overrides', () => {
  const series = [`DTSTART;${NEW_YORK}:20200106T090000`, 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY']

  for (const id of [
    'RECURRENCE-ID;TZID=America/New_York:20200113T090000',
    'RECURRENCE-ID:20200113T140000Z',
    'RECURRENCE-ID;TZID=Europe/Berlin:20200113T150000',
    'RECURRENCE-ID:20200113T090000',
    'RECURRENCE-ID;VALUE=DATE:20200113',
  ]) {
    it(`are matched by instant: ${id}`, () => {
      const subject = object(event(...series), event(id, 'DTSTART:20200114T100000Z', 'DURATION:PT2H'))
      const found = instancesBetween(subject, range('20200107', '20200121'), { floatingZone: UTC, limit: 10 })
      expect(found.map(written)).to.deep.equal([
        '20200114T100000Z/20200114T120000Z',
        '20200120T140000Z/20200120T150000Z',
      ])
      expect(found.map(({ isOverride }) => isOverride)).to.deep.equal([true, false])
      expect(found.map(({ recurrenceId }) => recurrenceId)).to.deep.equal([
        at('20200113T140000'),
        at('20200120T140000'),
      ])
    })
  }

  it('of an all-day series are matched by date, whatever time is written', () => {
    const subject = object(
      event('DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=DAILY;COUNT=3'),
      event('RECURRENCE-ID:20200102T000000Z', 'DTSTART;VALUE=DATE:20200110'),
    )
    expect(instances(subject, '20200101', '20200201', zone('America/New_York'))).to.deep.equal([
      '20200101T050000Z/20200102T050000Z',
      '20200103T050000Z/20200104T050000Z',
      '20200110T050000Z/20200111T050000Z',
    ])
  })

  it('may move an instance out of a range, or into it from years away', () => {
    const subject = object(
      event(...series),
      event('RECURRENCE-ID:20200113T140000Z', 'DTSTART:20250115T100000Z'),
    )
    expect(instances(subject, '20200112', '20200119')).to.deep.equal([])
    expect(instances(subject, '20250114', '20250116')).to.deep.equal(['20250115T100000Z'])
  })

  it('without a master stand for themselves (an attendee of one instance)', () => {
    const subject = object(
      event('RECURRENCE-ID:20200113T140000Z', 'DTSTART:20200113T150000Z', 'DURATION:PT1H'),
      event('RECURRENCE-ID:20200120T140000Z', 'DTSTART:20200120T140000Z', 'DURATION:PT1H'),
    )
    expect(instances(subject, '20200101', '20200201')).to.deep.equal([
      '20200113T150000Z/20200113T160000Z',
      '20200120T140000Z/20200120T150000Z',
    ])
  })

  it('with RANGE=THISANDFUTURE move and resize every later instance, single overrides excepted', () => {
    const subject = object(
      event(...series),
      event(
        `RECURRENCE-ID;RANGE=THISANDFUTURE;${NEW_YORK}:20200120T090000`,
        `DTSTART;${NEW_YORK}:20200121T100000`,
        'DURATION:PT30M',
      ),
      event(
        `RECURRENCE-ID;${NEW_YORK}:20200203T090000`,
        `DTSTART;${NEW_YORK}:20200203T120000`,
        'DURATION:PT2H',
      ),
    )
    expect(instances(subject, '20200112', '20200212')).to.deep.equal([
      '20200113T140000Z/20200113T150000Z',
      '20200121T150000Z/20200121T153000Z',
      '20200128T150000Z/20200128T153000Z',
      '20200203T170000Z/20200203T190000Z',
      '20200211T150000Z/20200211T153000Z',
    ])
    // Ten o'clock in New York after the clocks change, and years on.
    expect(instances(subject, '20300708', '20300715')).to.deep.equal(['20300709T140000Z/20300709T143000Z'])
  })

  it('with RANGE govern until the next such override', () => {
    const subject = object(
      event('DTSTART:20200101T090000Z', 'RRULE:FREQ=DAILY'),
      event('RECURRENCE-ID;RANGE=THISANDFUTURE:20200103T090000Z', 'DTSTART:20200103T100000Z'),
      event('RECURRENCE-ID;RANGE=THISANDFUTURE:20200105T090000Z', 'DTSTART:20200105T110000Z'),
    )
    expect(instances(subject, '20200102', '20200107')).to.deep.equal([
      '20200102T090000Z',
      '20200103T100000Z',
      '20200104T100000Z',
      '20200105T110000Z',
      '20200106T110000Z',
    ])
  })
})

describe('to-dos and journals', () => {
  it('recur by DTSTART with DUE or DURATION, or by DUE alone', () => {
    const due = object(
      component('VTODO', 'DTSTART:20200101T090000Z', 'DUE:20200101T170000Z', 'RRULE:FREQ=DAILY'),
    )
    expect(instances(due, '20200105T120000', '20200105T130000')).to.deep.equal([
      '20200105T090000Z/20200105T170000Z',
    ])
    const alone = object(component('VTODO', 'DUE:20200101T170000Z', 'RRULE:FREQ=DAILY'))
    expect(instances(alone, '20200105T120000', '20200105T180000')).to.deep.equal(['20200105T170000Z'])
    const day = object(
      component('VTODO', 'DTSTART;VALUE=DATE:20200101', 'DUE;VALUE=DATE:20200103', 'RRULE:FREQ=WEEKLY'),
    )
    expect(instances(day, '20200109', '20200110')).to.deep.equal(['20200108T000000Z/20200110T000000Z'])
  })

  it('without any date have no instances', () => {
    expect(instances(object(component('VTODO', 'SUMMARY:x')), '20200101', '20300101')).to.deep.equal([])
    expect(instances(object(component('VJOURNAL', 'SUMMARY:x')), '20200101', '20300101')).to.deep.equal([])
  })

  it('as journals are moments or days', () => {
    const journal = object(component('VJOURNAL', 'DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=DAILY;COUNT=2'))
    expect(instances(journal, '20200101', '20210101')).to.deep.equal([
      '20200101T000000Z/20200102T000000Z',
      '20200102T000000Z/20200103T000000Z',
    ])
  })
})
