import { expect } from 'chai'
import { cpuMs } from '../support/cpu-time.ts'
import { expandRule, startOf, writeLike } from '../support/recurrence-table.ts'
import { RRule } from '../support/rrule.ts'

/** The first instances as the package rrule gives them, with no zone so that it cannot get that wrong too. */
function expandWithRrule(rule: string, start: string, max: number): string[] {
  const options = RRule.parseString(rule)
  const found: string[] = []
  new RRule({ ...options, dtstart: new Date(startOf(start).local) }).all((date) => {
    found.push(writeLike(date.getTime(), start))
    return found.length < max
  })
  return found
}

describe('the package rrule', () => {
  for (const [rule, start] of [
    ['FREQ=DAILY;COUNT=10', '20200101T090000'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;WKST=SU', '20200101T090000'],
    ['FREQ=MONTHLY;BYDAY=2TU', '20200101T090000'],
    ['FREQ=MONTHLY;BYMONTHDAY=15,31', '20200101T090000'],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '20200101T090000'],
    ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', '20200101T090000'],
    ['FREQ=HOURLY;INTERVAL=5', '20200101T090000'],
  ] as const) {
    it(`agrees on ${rule}`, () => {
      expect(expandWithRrule(rule, start, 10)).to.deep.equal(expandRule(rule, start, { max: 10 }))
    })
  }

  // Each case is explained in docs/recurrence.md; when one of these fails, rrule has been repaired.
  for (const [rule, start, ours] of [
    ['FREQ=DAILY;BYHOUR=20,6', '20200101T030000', '20200101T060000,20200101T200000,20200102T060000'],
    ['FREQ=MONTHLY;BYDAY=SA,5TU', '20200101T090000', '20200104T090000,20200111T090000,20200118T090000'],
    ['FREQ=YEARLY;BYMONTHDAY=29', '20240229T090000', '20240229T090000,20280229T090000,20320229T090000'],
    ['FREQ=YEARLY;BYWEEKNO=20', '20200101T090000', '20200513T090000,20210519T090000,20220518T090000'],
    [
      'FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,TU;INTERVAL=3',
      '20241231T090000',
      '20241231T090000,20280103T090000,20280104T090000',
    ],
    ['FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=-3', '20200101T090000', ''],
  ] as const) {
    it(`is wrong about ${rule}`, () => {
      expect(expandRule(rule, start, { max: 3 }).join()).to.equal(ours)
      expect(expandWithRrule(rule, start, 3).join()).to.not.equal(ours)
    })
  }

  it('walks from DTSTART: a month far away takes it more than ten times as long', () => {
    const rule = 'FREQ=DAILY'
    const start = '19700101T090000'
    const series = new RRule({
      ...RRule.parseString(rule),
      dtstart: new Date(startOf(start).local),
    })
    const theirs = cpuMs(() => series.between(new Date(Date.UTC(2200, 0, 1)), new Date(Date.UTC(2200, 1, 1))))
    const ours = cpuMs(() => expandRule(rule, start, { from: '22000101T000000', max: 31 }))
    expect(theirs).to.be.above(ours * 10)
  })
})
