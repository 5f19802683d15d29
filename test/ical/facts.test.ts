import { expect } from 'chai'
import { RecurrenceLimitError } from '../../src/ical/errors.ts'
import { factsOf, type ObjectFacts } from '../../src/ical/facts.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { at, component, event, object, range, zone } from '../support/calendar-text.ts'

function facts(subject: CalendarObject, options: { zone?: string; max?: number } = {}): ObjectFacts {
  return factsOf(subject, {
    floatingZone: zone(options.zone ?? 'UTC'),
    window: range('20200101', '20210101'),
    maxInstances: options.max ?? 500,
    minTime: at('19000101'),
    maxTime: at('21000101'),
  })
}

const iso = (date: Date | undefined) => date?.toISOString()

describe('the facts of an object', () => {
  it('are its text, times and busy type', () => {
    const found = facts(
      object(
        event(
          'DTSTART:20200110T100000Z',
          'DURATION:PT1H',
          'SUMMARY:a\\, b',
          'DESCRIPTION:c\\nd',
          'LOCATION:e',
          'ATTENDEE:mailto:a@b.c',
          'ATTENDEE:mailto:d@e.f',
        ),
      ),
    )
    expect(found).to.include({
      title: 'a, b',
      description: 'c\nd',
      location: 'e',
      isAllDay: false,
      isFloating: false,
      isRecurring: false,
      isExact: true,
      busy: 'BUSY',
      instanceCount: 1,
      recurrenceRule: undefined,
    })
    expect([iso(found.start), iso(found.end)]).to.deep.equal([
      '2020-01-10T10:00:00.000Z',
      '2020-01-10T11:00:00.000Z',
    ])
    expect(found.instances).to.deep.equal([])
  })

  it('of a day depend on the zone of the calendar', () => {
    const found = facts(object(event('DTSTART;VALUE=DATE:20200110')), { zone: 'Asia/Kolkata' })
    expect(found).to.include({ isAllDay: true, isFloating: true, isExact: true })
    expect([iso(found.start), iso(found.end)]).to.deep.equal([
      '2020-01-09T18:30:00.000Z',
      '2020-01-10T18:30:00.000Z',
    ])
  })

  it('of a finite series inside the window are all its instances', () => {
    const found = facts(
      object(
        event('DTSTART:20200110T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3', 'STATUS:TENTATIVE'),
      ),
    )
    expect(found).to.include({
      isRecurring: true,
      instanceCount: 3,
      indexedFrom: undefined,
      indexedUntil: undefined,
      recurrenceRule: 'FREQ=DAILY;COUNT=3',
    })
    expect(found.instances.map(({ start, busy }) => `${iso(start)} ${busy}`)).to.deep.equal([
      '2020-01-10T10:00:00.000Z BUSY-TENTATIVE',
      '2020-01-11T10:00:00.000Z BUSY-TENTATIVE',
      '2020-01-12T10:00:00.000Z BUSY-TENTATIVE',
    ])
    expect(iso(found.end)).to.equal('2020-01-12T11:00:00.000Z')
  })

  it('of an endless series are what overlaps the window, which bounds what is indexed', () => {
    const found = facts(object(event('DTSTART:20191230T220000Z', 'DURATION:PT4H', 'RRULE:FREQ=WEEKLY')))
    expect(found.instances).to.have.length(52)
    expect(found.end).to.equal(undefined)
    expect(found.instanceCount).to.equal(undefined)
    expect([iso(found.indexedFrom), iso(found.indexedUntil)]).to.deep.equal([
      '2020-01-01T00:00:00.000Z',
      '2021-01-01T00:00:00.000Z',
    ])
  })

  it('count a finite series that goes beyond the window, up to the limit', () => {
    expect(
      facts(object(event('DTSTART:20201230T100000Z', 'RRULE:FREQ=DAILY;COUNT=40'))).instanceCount,
    ).to.equal(40)
    expect(
      facts(object(event('DTSTART:20201230T100000Z', 'RRULE:FREQ=DAILY;COUNT=2000000'))).instanceCount,
    ).to.equal(501)
    expect(
      facts(object(event('DTSTART:20201230T100000Z', 'RRULE:FREQ=DAILY;UNTIL=99991231T000000Z')))
        .instanceCount,
    ).to.equal(501)
  })

  it('end after a last instance without duration, which a range that begins with it holds', () => {
    const ofRule = facts(object(event('DTSTART:20200110T100000Z', 'RRULE:FREQ=DAILY;COUNT=3')))
    expect(at('20200112T100000')).to.be.below(ofRule.end?.getTime() ?? 0)
    const moved = facts(
      object(
        event('DTSTART:20200110T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3'),
        event('RECURRENCE-ID:20200111T100000Z', 'DTSTART:20200301T100000Z'),
      ),
    )
    expect(at('20200301T100000')).to.be.below(moved.end?.getTime() ?? 0)
  })

  it('refuse an object with too many instances in the window', () => {
    for (const rule of ['FREQ=SECONDLY', 'FREQ=MINUTELY;COUNT=100000', 'FREQ=HOURLY']) {
      expect(() => facts(object(event('DTSTART:20200101T100000Z', `RRULE:${rule}`))), rule).to.throw(
        RecurrenceLimitError,
      )
    }
  })

  it('bound overrides, also those moved far away', () => {
    const found = facts(
      object(
        event('DTSTART:20200110T100000Z', 'RRULE:FREQ=DAILY;COUNT=3'),
        event(
          'RECURRENCE-ID:20200111T100000Z',
          'DTSTART:20300111T100000Z',
          'DURATION:PT1H',
          'ATTENDEE:mailto:a@b.c',
        ),
        event('RECURRENCE-ID:20200112T100000Z', 'DTSTART:20100111T100000Z'),
      ),
    )
    expect([iso(found.start), iso(found.end)]).to.deep.equal([
      '2010-01-11T10:00:00.000Z',
      '2030-01-11T11:00:00.000Z',
    ])
    expect(found.instances).to.have.length(1)
    expect(found).to.include({ instanceCount: 3 })
    expect([found.earliest, found.latest]).to.deep.equal([at('20100111T100000'), at('20300111T100000')])
  })

  it('of single instances without a master are theirs', () => {
    const one = facts(
      object(event('RECURRENCE-ID:20200111T100000Z', 'DTSTART:20200111T100000Z', 'DURATION:PT1H')),
    )
    expect(one).to.include({ isRecurring: false, isExact: true, instanceCount: 1 })
    expect(iso(one.end)).to.equal('2020-01-11T11:00:00.000Z')
    const two = facts(
      object(
        event('RECURRENCE-ID:20200111T100000Z', 'DTSTART:20200111T100000Z'),
        event('RECURRENCE-ID:20200112T100000Z', 'DTSTART:20200112T100000Z'),
      ),
    )
    expect(two).to.include({ isRecurring: true, instanceCount: 2 })
    expect(two.instances).to.have.length(2)
  })

  it('of to-dos say when times alone do not decide', () => {
    const todo = (...lines: string[]) => facts(object(component('VTODO', ...lines)))
    expect(todo('DTSTART:20200110T100000Z', 'DUE:20200111T100000Z').isExact).to.equal(true)
    expect(todo('DTSTART:20200110T100000Z').isExact).to.equal(true)
    expect(todo('DTSTART:20200110T100000Z', 'DURATION:PT1H').isExact).to.equal(false)
    expect(todo('DUE:20200110T100000Z').isExact).to.equal(false)
    expect(todo('SUMMARY:x')).to.include({ isExact: false, start: undefined, end: undefined })
    const created = todo('CREATED:20200110T100000Z')
    expect(iso(created.start)).to.equal('2020-01-10T09:59:59.999Z')
    expect(created.end).to.equal(undefined)
  })

  it('take VFREEBUSY and VAVAILABILITY too', () => {
    const availability = facts(object(component('VAVAILABILITY', 'DTSTART:20200110T100000Z')))
    expect([iso(availability.start), availability.end]).to.deep.equal(['2020-01-10T10:00:00.000Z', undefined])
    const busy = facts(object(component('VFREEBUSY', 'FREEBUSY:20200110T100000Z/PT1H')))
    expect([iso(busy.start), iso(busy.end)]).to.deep.equal([
      '2020-01-10T10:00:00.000Z',
      '2020-01-10T11:00:00.000Z',
    ])
  })

  it('do not take the far trigger of an alarm or UNTIL for a time of the object', () => {
    const found = facts(
      object(
        event(
          'DTSTART:20200110T100000Z',
          'RRULE:FREQ=YEARLY;UNTIL=99991231T000000Z',
          'BEGIN:VALARM',
          'ACTION:NONE',
          'TRIGGER;VALUE=DATE-TIME:19760401T005545Z',
          'END:VALARM',
        ),
      ),
    )
    expect([found.earliest, found.latest]).to.deep.equal([at('20200110T100000'), at('20200110T100000')])
  })
})
