import { expect } from 'chai'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { factsOf } from '../../src/ical/facts.ts'
import { type CalendarObject, readCalendarObject } from '../../src/ical/object.ts'
import { UTC } from '../../src/ical/zones.ts'
import { calendar, component } from '../support/ics.ts'

const START = 'DTSTART:20240101T100000Z'

function read(...lines: readonly string[]): CalendarObject {
  return readCalendarObject(calendar(component('VEVENT', ['UID:a', ...lines])))
}

function fault(...lines: readonly string[]): InvalidCalendarError {
  try {
    read(...lines)
  } catch (error) {
    if (error instanceof InvalidCalendarError) return error
    throw error
  }
  throw new Error('was not refused')
}

function alarm(...lines: readonly string[]): string {
  return component('VALARM', ['ACTION:DISPLAY', 'DESCRIPTION:x', ...lines])
}

describe('durations and dates that lead past all calendars', () => {
  for (const duration of ['P100000000W', 'P999999999D', 'PT999999999H']) {
    it(`refuses ${duration} wherever a duration stands`, () => {
      expect(fault(START, `DURATION:${duration}`)).to.include({
        subject: 'DURATION',
        rule: 'RFC 5545 §3.3.6',
      })
      expect(fault(START, alarm(`TRIGGER:-${duration}`))).to.include({
        subject: 'TRIGGER',
        rule: 'RFC 5545 §3.3.6',
      })
      const repeated = alarm('TRIGGER:-PT5M', 'REPEAT:2', `DURATION:${duration}`)
      expect(fault(START, repeated).subject).to.equal('DURATION')
      expect(fault(START, `RDATE;VALUE=PERIOD:20240101T100000Z/${duration}`)).to.include({
        subject: 'RDATE',
        rule: 'RFC 5545 §3.3.9',
      })
    })
  }

  it('refuses an end after the last year there is', () => {
    expect(fault('DTSTART:99991231T235959Z', 'DURATION:PT1S')).to.include({
      subject: 'DURATION',
      rule: 'RFC 5545 §3.3.4',
    })
    expect(() => read('DTSTART:99991231T235958Z', 'DURATION:PT1S')).not.to.throw()
  })

  it('takes what no Date holds for endless', () => {
    const object = read(START, 'DURATION:PT1H', 'RRULE:FREQ=YEARLY;INTERVAL=2147483647;COUNT=2')
    const { end } = factsOf(object, {
      floatingZone: UTC,
      window: { from: Date.UTC(2023, 0), until: Date.UTC(2026, 0) },
      maxInstances: 100,
      minTime: Date.UTC(1900, 0),
      maxTime: Date.UTC(2100, 0),
    })
    expect(end?.getTime()).not.to.be.NaN
  })
})
