import { expect } from 'chai'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { parseRule } from '../../src/ical/recurrence-rule.ts'
import { at } from '../support/calendar-text.ts'

describe('reading a recurrence rule', () => {
  it('takes parts in any order and case, each list sorted and each value once', () => {
    expect(
      parseRule('byday=mo,+2TU,-1su,MO;count=3;interval=2;freq=monthly;bymonthday=5,-1,5;wkst=SU'),
    ).to.deep.include({
      frequency: 'MONTHLY',
      interval: 2,
      count: 3,
      byDay: [
        { weekday: 1, ordinal: 0 },
        { weekday: 2, ordinal: 2 },
        { weekday: 0, ordinal: -1 },
      ],
      byMonthDay: [-1, 5],
      weekStart: 0,
      calendar: undefined,
      skip: 'OMIT',
    })
  })

  it('reads UNTIL as a date, a local time or UTC', () => {
    const until = (text: string) => parseRule(`FREQ=DAILY;UNTIL=${text}`).until
    expect(until('20200131')).to.deep.equal({ kind: 'date', local: at('20200131') })
    expect(until('20200131T235959')).to.deep.equal({ kind: 'local', local: at('20200131T235959') })
    expect(until('20200131T235959Z')).to.deep.equal({ kind: 'utc', local: at('20200131T235959') })
    expect(until('20200231')).to.deep.equal(until('20200229'))
    expect(until('20210431T235959Z')).to.deep.equal(until('20210430T235959Z'))
  })

  it('takes second 60 for 59 (RFC 5545 §3.3.12)', () => {
    expect(parseRule('FREQ=MINUTELY;BYSECOND=59,60').bySecond).to.deep.equal([59])
  })

  it('leaves aside unknown parts and an empty one at the end', () => {
    expect(parseRule('FREQ=DAILY;X-OWN=1;').frequency).to.equal('DAILY')
  })

  it('takes leap months and larger numbers with RSCALE (RFC 7529 §4)', () => {
    expect(parseRule('RSCALE=Hebrew;FREQ=YEARLY;BYMONTH=5L;BYYEARDAY=385;SKIP=FORWARD')).to.deep.include({
      calendar: 'hebrew',
      byMonth: [{ month: 5, isLeap: true }],
      byYearDay: [385],
      skip: 'FORWARD',
    })
  })

  for (const rule of [
    '',
    'COUNT=3',
    'FREQ=FORTNIGHTLY',
    'FREQ=DAILY;FREQ=DAILY',
    'FREQ=DAILY;INTERVAL=0',
    'FREQ=DAILY;INTERVAL=-1',
    'FREQ=DAILY;COUNT=0',
    'FREQ=DAILY;COUNT=many',
    'FREQ=DAILY;BYHOUR=24',
    'FREQ=DAILY;BYMINUTE=-1',
    'FREQ=DAILY;BYSECOND=61',
    'FREQ=MONTHLY;BYMONTHDAY=0',
    'FREQ=MONTHLY;BYMONTHDAY=32',
    'FREQ=MONTHLY;BYDAY=0MO',
    'FREQ=MONTHLY;BYDAY=54MO',
    'FREQ=MONTHLY;BYDAY=XX',
    'FREQ=YEARLY;BYMONTH=13',
    'FREQ=YEARLY;BYMONTH=5L',
    'FREQ=YEARLY;BYYEARDAY=367',
    'FREQ=YEARLY;BYWEEKNO=54',
    'FREQ=YEARLY;BYMONTH=1;BYSETPOS=0',
    'FREQ=DAILY;COUNT=3;UNTIL=20260401',
    'FREQ=DAILY;UNTIL=tomorrow',
    'FREQ=DAILY;UNTIL=20201301',
    'FREQ=DAILY;UNTIL=20200100',
    'FREQ=DAILY;UNTIL=20200101T250000Z',
    'FREQ=DAILY;SKIP=FORWARD',
    'FREQ=DAILY;WKST=1',
    'DAILY',
  ]) {
    it(`refuses ${rule === '' ? 'an empty rule' : rule}`, () => {
      expect(() => parseRule(rule)).to.throw(InvalidCalendarError)
    })
  }
})
