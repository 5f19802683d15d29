import { expect } from 'chai'
import { RecurrenceLimitError } from '../../src/ical/errors.ts'
import { hasInstance, type Instance, instancesBetween } from '../../src/ical/instances.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { at, event, object, range, UTC } from '../support/calendar-text.ts'
import { cpuMs, HANGS } from '../support/cpu-time.ts'

function found(subject: CalendarObject, from: string, until: string): Instance[] {
  return instancesBetween(subject, range(from, until), { floatingZone: UTC, limit: 1000 })
}

describe('the bounds on an expansion', () => {
  const refused = (rule: string, from = '20200101', until = '20300101') => {
    const expand = () => found(object(event('DTSTART:20200101T090000Z', rule)), from, until)
    expect(cpuMs(() => expect(expand).to.throw(RecurrenceLimitError))).to.be.below(HANGS)
  }

  it('refuse more instances than asked for', () => {
    refused('RRULE:FREQ=SECONDLY')
    refused('RRULE:FREQ=HOURLY')
    refused('RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23')
  })

  it('refuse rules that need too many steps', () => {
    refused('RRULE:FREQ=SECONDLY;BYHOUR=9;COUNT=1000000000', '22000101', '22000102')
  })

  it('end at once for rules that match nothing', () => {
    for (const rule of [
      'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
      'RRULE:FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31',
      'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
      'RRULE:FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30;BYDAY=MO',
      'RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31',
      'RRULE:FREQ=SECONDLY;INTERVAL=3600;BYMINUTE=5',
      'RRULE:FREQ=HOURLY;INTERVAL=24;BYHOUR=5',
      'RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6',
      'RRULE:FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6',
      'RRULE:FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1',
    ]) {
      const subject = object(event('DTSTART:20200101T090000Z', rule))
      const spent = cpuMs(() => {
        expect(found(subject, '20200102', '99990101'), rule).to.deep.equal([])
        expect(hasInstance(subject, { from: at('20200102'), until: Infinity }, UTC), rule).to.equal(false)
      })
      expect(spent, rule).to.be.below(HANGS)
    }
  })
})
