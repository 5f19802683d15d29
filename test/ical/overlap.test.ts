import { expect } from 'chai'
import { matchesFilter, type TimeRange } from '../../src/ical/filter.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { at, component, event, object, UTC, zone } from '../support/calendar-text.ts'

/** Does a time-range on the component (or on what is inside it) match? `-` is an open end. */
function matches(
  subject: CalendarObject,
  name: string,
  from: string,
  until: string,
  inner?: string,
): boolean {
  const timeRange: TimeRange = {
    ...(from !== '-' && { start: at(from) }),
    ...(until !== '-' && { end: at(until) }),
  }
  const leaf = { name: inner ?? name, props: [], comps: [], timeRange }
  const comps = inner === undefined ? [leaf] : [{ name, props: [], comps: [leaf] }]
  return matchesFilter(subject, { name: 'VCALENDAR', props: [], comps }, UTC)
}

/** Checks each `[from, until, expected]` of a component. */
function check(
  name: string,
  subject: CalendarObject,
  cases: readonly (readonly [string, string, boolean])[],
): void {
  for (const [from, until, expected] of cases) {
    expect(matches(subject, name, from, until), `${from} to ${until}`).to.equal(expected)
  }
}

describe('a time-range on VEVENT (RFC 4791 §9.9)', () => {
  it('with DTEND', () => {
    check('VEVENT', object(event('DTSTART:20200110T100000Z', 'DTEND:20200110T110000Z')), [
      ['20200110T090000', '20200110T100000', false],
      ['20200110T090000', '20200110T100001', true],
      ['20200110T103000', '20200110T104000', true],
      ['20200110T105959', '20200110T120000', true],
      ['20200110T110000', '20200110T120000', false],
      ['-', '20200110T100000', false],
      ['-', '20200110T100001', true],
      ['20200110T110000', '-', false],
      ['20200110T105959', '-', true],
    ])
  })

  it('with DURATION, of more than nothing and of nothing', () => {
    check('VEVENT', object(event('DTSTART:20200110T100000Z', 'DURATION:PT1H')), [
      ['20200110T105959', '20200110T120000', true],
      ['20200110T110000', '20200110T120000', false],
    ])
    check('VEVENT', object(event('DTSTART:20200110T100000Z', 'DURATION:PT0S')), [
      ['20200110T100000', '20200110T110000', true],
      ['20200110T090000', '20200110T100000', false],
      ['20200110T100001', '20200110T110000', false],
    ])
  })

  it('with DTSTART alone: a moment, or a day', () => {
    check('VEVENT', object(event('DTSTART:20200110T100000Z')), [
      ['20200110T100000', '20200110T100001', true],
      ['20200110T090000', '20200110T100000', false],
    ])
    check('VEVENT', object(event('DTSTART;VALUE=DATE:20200110')), [
      ['20200109T000000', '20200110T000000', false],
      ['20200110T235959', '20200111T000000', true],
      ['20200111T000000', '20200112T000000', false],
    ])
  })
})

describe('a time-range on VTODO (RFC 4791 §9.9)', () => {
  const todo = (...lines: string[]) => object(component('VTODO', ...lines))

  it('row 1: DTSTART and DURATION', () => {
    check('VTODO', todo('DTSTART:20200110T100000Z', 'DURATION:PT1H'), [
      ['20200110T090000', '20200110T100000', false],
      ['20200110T090000', '20200110T100001', true],
      ['20200110T110000', '20200110T120000', true],
      ['20200110T110001', '20200110T120000', false],
    ])
    check('VTODO', todo('DTSTART:20200110T100000Z', 'DURATION:PT0S'), [
      ['20200110T090000', '20200110T100000', true],
    ])
  })

  it('row 2: DTSTART and DUE', () => {
    check('VTODO', todo('DTSTART:20200110T100000Z', 'DUE:20200110T110000Z'), [
      ['20200110T090000', '20200110T100000', false],
      ['20200110T090000', '20200110T100001', true],
      ['20200110T105959', '20200110T120000', true],
      ['20200110T110000', '20200110T120000', false],
    ])
    check('VTODO', todo('DTSTART:20200110T100000Z', 'DUE:20200110T100000Z'), [
      ['20200110T100000', '20200110T110000', true],
      ['20200110T090000', '20200110T100000', true],
      ['20200110T100001', '20200110T110000', false],
    ])
  })

  it('row 3: DTSTART alone', () => {
    check('VTODO', todo('DTSTART:20200110T100000Z'), [
      ['20200110T100000', '20200110T110000', true],
      ['20200110T090000', '20200110T100000', false],
      ['20200110T100001', '20200110T110000', false],
    ])
  })

  it('row 4: DUE alone', () => {
    check('VTODO', todo('DUE:20200110T100000Z'), [
      ['20200110T090000', '20200110T100000', true],
      ['20200110T090000', '20200110T095959', false],
      ['20200110T100000', '20200110T110000', false],
      ['20200110T095959', '-', true],
    ])
  })

  it('row 5: COMPLETED and CREATED', () => {
    check('VTODO', todo('CREATED:20200110T100000Z', 'COMPLETED:20200112T100000Z'), [
      ['20200109T000000', '20200110T095959', false],
      ['20200109T000000', '20200110T100000', true],
      ['20200111T000000', '20200111T010000', true],
      ['20200112T100000', '20200113T000000', true],
      ['20200112T100001', '20200113T000000', false],
    ])
  })

  it('row 6: COMPLETED', () => {
    check('VTODO', todo('COMPLETED:20200112T100000Z'), [
      ['20200112T100000', '20200112T110000', true],
      ['20200112T090000', '20200112T100000', true],
      ['20200112T090000', '20200112T095959', false],
      ['20200112T100001', '20200113T000000', false],
    ])
  })

  it('row 7: CREATED', () => {
    check('VTODO', todo('CREATED:20200110T100000Z'), [
      ['20200109T000000', '20200110T100000', false],
      ['20200109T000000', '20200110T100001', true],
      ['20300101', '20300102', true],
    ])
  })

  it('row 8: none of them', () => {
    check('VTODO', todo('SUMMARY:some day'), [
      ['19700101', '19700102', true],
      ['-', '19000101', true],
    ])
  })

  it('looks at every instance, of DUE alone too', () => {
    check('VTODO', todo('DUE:20200110T100000Z', 'RRULE:FREQ=WEEKLY'), [
      ['20300614T000000', '20300615T000000', true],
      ['20300615T000000', '20300616T000000', false],
    ])
  })
})

describe('a time-range on VJOURNAL (RFC 4791 §9.9)', () => {
  const journal = (...lines: string[]) => object(component('VJOURNAL', ...lines))

  it('is about DTSTART, a moment or a day, and false without', () => {
    check('VJOURNAL', journal('DTSTART:20200110T100000Z'), [
      ['20200110T100000', '20200110T110000', true],
      ['20200110T090000', '20200110T100000', false],
    ])
    check('VJOURNAL', journal('DTSTART;VALUE=DATE:20200110'), [
      ['20200110T235959', '20200112T000000', true],
      ['20200111T000000', '20200112T000000', false],
    ])
    check('VJOURNAL', journal('SUMMARY:undated'), [['-', '20300101', false]])
  })
})

describe('a time-range on VFREEBUSY (RFC 4791 §9.9)', () => {
  const freeBusy = (...lines: string[]) => object(component('VFREEBUSY', ...lines))

  it('is about DTSTART and DTEND where both are there', () => {
    check(
      'VFREEBUSY',
      freeBusy('DTSTART:20200110T000000Z', 'DTEND:20200111T000000Z', 'FREEBUSY:20200120T000000Z/PT1H'),
      [
        ['20200111T000000', '20200112T000000', true],
        ['20200109T000000', '20200110T000000', false],
        ['20200120T000000', '20200121T000000', false],
      ],
    )
  })

  it('is about each FREEBUSY period otherwise, of any type', () => {
    check(
      'VFREEBUSY',
      freeBusy('FREEBUSY;FBTYPE=FREE:20200120T000000Z/PT1H,20200122T000000Z/20200122T010000Z'),
      [
        ['20200120T003000', '20200121T000000', true],
        ['20200120T010000', '20200122T000000', false],
        ['20200122T005959', '20200123T000000', true],
      ],
    )
  })

  it('is false with neither', () => {
    check('VFREEBUSY', freeBusy(), [['20200101', '20300101', false]])
  })
})

describe('a time-range on VALARM (RFC 4791 §9.9)', () => {
  const alarm = (...lines: string[]) => [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:x',
    ...lines,
    'END:VALARM',
  ]
  const withAlarm = (lines: string[], ...alarmLines: string[]) =>
    object(event(...lines, ...alarm(...alarmLines)))
  const rings = (subject: CalendarObject, from: string, until: string) =>
    matches(subject, 'VEVENT', from, until, 'VALARM')
  const meeting = ['DTSTART:20200110T100000Z', 'DTEND:20200110T110000Z']

  it('is the trigger before the start, not the event', () => {
    const subject = withAlarm(meeting, 'TRIGGER:-PT15M')
    expect(rings(subject, '20200110T094500', '20200110T094501')).to.equal(true)
    expect(rings(subject, '20200110T094000', '20200110T094500')).to.equal(false)
    expect(rings(subject, '20200110T094501', '20200110T120000')).to.equal(false)
  })

  it('counts from the end with RELATED=END', () => {
    const subject = withAlarm(meeting, 'TRIGGER;RELATED=END:PT5M')
    expect(rings(subject, '20200110T110500', '20200110T110600')).to.equal(true)
    expect(rings(subject, '20200110T100000', '20200110T110500')).to.equal(false)
  })

  it('may be an instant of its own', () => {
    const subject = withAlarm(meeting, 'TRIGGER;VALUE=DATE-TIME:20190401T080000Z')
    expect(rings(subject, '20190401T080000', '20190401T080001')).to.equal(true)
    expect(rings(subject, '20200110T000000', '20200111T000000')).to.equal(false)
  })

  it('repeats', () => {
    const subject = withAlarm(meeting, 'TRIGGER:-PT1H', 'REPEAT:3', 'DURATION:PT10M')
    expect(rings(subject, '20200110T092900', '20200110T093100')).to.equal(true)
    expect(rings(subject, '20200110T093100', '20200110T100000')).to.equal(false)
    expect(rings(subject, '20200110T091100', '20200110T091900')).to.equal(false)
  })

  it('goes off for every instance of a series, and days before count on its clock', () => {
    const subject = withAlarm(
      ['DTSTART;TZID=America/New_York:20200101T090000', 'RRULE:FREQ=DAILY'],
      'TRIGGER:-P1D',
    )
    // 9 March 2025 at 09:00 is 13:00Z; one day before, still in winter time, it is 14:00Z.
    expect(rings(subject, '20250308T140000', '20250308T140001')).to.equal(true)
    expect(rings(subject, '20250308T130000', '20250308T130001')).to.equal(false)
  })

  it('of an override goes off for that instance only', () => {
    const subject = object(
      event('DTSTART:20200101T090000Z', 'RRULE:FREQ=DAILY', ...alarm('TRIGGER:-PT1H')),
      event('RECURRENCE-ID:20200105T090000Z', 'DTSTART:20200105T200000Z', ...alarm('TRIGGER:-PT5M')),
    )
    expect(rings(subject, '20200105T195500', '20200105T195600')).to.equal(true)
    expect(rings(subject, '20200105T080000', '20200105T080100')).to.equal(false)
    expect(rings(subject, '20200106T080000', '20200106T080100')).to.equal(true)
  })

  it('counts from DUE in a to-do', () => {
    const subject = object(
      component(
        'VTODO',
        'DTSTART:20200110T100000Z',
        'DUE:20200112T100000Z',
        ...alarm('TRIGGER;RELATED=END:-PT1H'),
      ),
    )
    expect(matches(subject, 'VTODO', '20200112T090000', '20200112T090001', 'VALARM')).to.equal(true)
  })

  it('of an all-day event counts from midnight in the calendar zone', () => {
    const subject = withAlarm(['DTSTART;VALUE=DATE:20200110'], 'TRIGGER:-PT9H')
    const timeRange = { start: at('20200109T093000'), end: at('20200109T093001') }
    const comps = [
      { name: 'VEVENT', props: [], comps: [{ name: 'VALARM', props: [], comps: [], timeRange }] },
    ]
    // Midnight of 10 January in Kolkata is 18:30Z the day before.
    expect(matchesFilter(subject, { name: 'VCALENDAR', props: [], comps }, zone('Asia/Kolkata'))).to.equal(
      true,
    )
    expect(matchesFilter(subject, { name: 'VCALENDAR', props: [], comps }, UTC)).to.equal(false)
  })
})

describe('a time-range on VAVAILABILITY (RFC 7953 §7.2.2)', () => {
  const availability = (...lines: string[]) => object(component('VAVAILABILITY', ...lines))

  it('is open at an end that is not given', () => {
    check('VAVAILABILITY', availability('DTSTART:20200110T000000Z', 'DTEND:20200111T000000Z'), [
      ['20200111T000000', '20200112T000000', false],
      ['20200110T235959', '20200112T000000', true],
    ])
    check('VAVAILABILITY', availability('DTSTART:20200110T000000Z', 'DURATION:PT1H'), [
      ['20200110T010000', '20200112T000000', false],
    ])
    check('VAVAILABILITY', availability('DTSTART:20200110T000000Z'), [
      ['20300101', '20300102', true],
      ['20200109T000000', '20200110T000000', false],
    ])
    check('VAVAILABILITY', availability('DTEND:20200110T000000Z'), [
      ['19990101', '19990102', true],
      ['20200110T000000', '20200111T000000', false],
    ])
    check('VAVAILABILITY', availability(), [['19990101', '19990102', true]])
  })
})
