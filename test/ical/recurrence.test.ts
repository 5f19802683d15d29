import { expect } from 'chai'
import { RecurrenceLimitError } from '../../src/ical/errors.ts'
import { Recurrence } from '../../src/ical/recurrence.ts'
import { Budget } from '../../src/ical/recurrence-budget.ts'
import { parseRule } from '../../src/ical/recurrence-rule.ts'
import { RuleMaker, randomNumbers } from '../support/random-rules.ts'
import { expandRule, startOf } from '../support/recurrence-table.ts'

function last(rule: string, start: string): string | undefined {
  const found = new Recurrence(parseRule(rule), startOf(start)).last(new Budget(100_000))
  return found === undefined ? undefined : new Date(found).toISOString()
}

describe('recurrence rules', () => {
  it('give the examples of RFC 5545 §3.8.5.3 that the table of libical lacks', () => {
    expect(
      expandRule('FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '19970930T090000', { max: 4 }),
    ).to.deep.equal(['19970930T090000', '19971031T090000', '19971128T090000', '19971231T090000'])
    expect(
      expandRule('FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYDAY=SU;BYHOUR=8,9;BYMINUTE=30', '19970105T083000', {
        max: 6,
      }),
    ).to.deep.equal([
      '19970105T083000',
      '19970105T093000',
      '19970112T083000',
      '19970112T093000',
      '19970119T083000',
      '19970119T093000',
    ])
  })

  it('skip dates that do not exist (RFC 5545 §3.3.10)', () => {
    expect(expandRule('FREQ=YEARLY', '18960229', { max: 3 })).to.deep.equal([
      '18960229',
      '19040229',
      '19080229',
    ])
    expect(expandRule('FREQ=MONTHLY', '20200130', { from: '20210101', max: 2 })).to.deep.equal([
      '20210130',
      '20210330',
    ])
  })

  it('with DATE values fall on midnight only, whatever the frequency', () => {
    expect(expandRule('FREQ=HOURLY;INTERVAL=36', '20200101', { max: 3 })).to.deep.equal([
      '20200101',
      '20200104',
      '20200107',
    ])
    expect(expandRule('FREQ=DAILY;BYHOUR=9,10', '20200101', { max: 2 })).to.deep.equal([
      '20200101',
      '20200102',
    ])
  })

  it('let parts the frequency does not allow limit it', () => {
    expect(expandRule('FREQ=WEEKLY;BYMONTHDAY=1', '20200101', { max: 3 })).to.deep.equal([
      '20200101',
      '20200201',
      '20200301',
    ])
    expect(expandRule('FREQ=DAILY;BYYEARDAY=1,-1', '20200101', { max: 3 })).to.deep.equal([
      '20200101',
      '20201231',
      '20210101',
    ])
    expect(expandRule('FREQ=MONTHLY;BYWEEKNO=1', '20200101', { max: 3 })).to.deep.equal([
      '20200101',
      '20200102',
      '20200103',
    ])
    expect(expandRule('FREQ=WEEKLY;BYDAY=2MO', '20200106', { max: 3 })).to.deep.equal([
      '20200106',
      '20200113',
      '20200120',
    ])
  })

  it('end before the year 10000, which no date can be written in', () => {
    expect(expandRule('FREQ=YEARLY', '99970101')).to.deep.equal(['99970101', '99980101', '99990101'])
    expect(expandRule('FREQ=DAILY', '99991230')).to.deep.equal(['99991230', '99991231'])
    expect(expandRule('FREQ=HOURLY', '99991231T220000')).to.deep.equal(['99991231T220000', '99991231T230000'])
    expect(expandRule('FREQ=MONTHLY;BYDAY=-1FR', '99991101')).to.deep.equal(['99991126', '99991231'])
  })

  it('opened anywhere continue as if walked from DTSTART', function () {
    this.timeout(60_000)
    const maker = new RuleMaker(42)
    const random = randomNumbers(43)
    for (let index = 0; index < 400; index++) {
      const { rule, start } = maker.next()
      const all = expandRule(rule, start, { max: 60 })
      const from = all[Math.floor(random() * all.length)]
      if (from === undefined) continue
      const rest = all.slice(all.indexOf(from))
      expect(
        expandRule(rule, start, { from, max: rest.length }),
        `${rule} from ${start} at ${from}`,
      ).to.deep.equal(rest)
    }
  })

  it('know the last instance COUNT allows', () => {
    expect(last('FREQ=DAILY;COUNT=3', '20200101T090000')).to.equal('2020-01-03T09:00:00.000Z')
    expect(last('FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=2000000', '20200101T090000')).to.equal(undefined)
    expect(last('FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=1000', '20200101T090000')).to.equal(
      '2026-05-20T09:00:00.000Z',
    )
    expect(last('FREQ=MONTHLY;BYDAY=5MO;COUNT=3', '20200330T090000')).to.equal('2020-08-31T09:00:00.000Z')
    expect(last('FREQ=DAILY;COUNT=1', '20200101T090000')).to.equal('2020-01-01T09:00:00.000Z')
    expect(last('FREQ=DAILY', '20200101T090000')).to.equal(undefined)
  })

  it('know it for random rules as their expansion does', () => {
    const maker = new RuleMaker(44)
    for (let index = 0; index < 300; index++) {
      const { rule, start } = maker.next()
      if (!rule.includes('COUNT')) continue
      const all = expandRule(rule, start)
      const recurrence = new Recurrence(parseRule(rule), startOf(start))
      const count = recurrence.isStartProduced() ? all.length : all.length - 1
      const expected = all.length < (recurrence.rule.count ?? 0) ? all.at(-1) : all[count - 1]
      const found = recurrence.last(new Budget(1_000_000))
      const wanted = expected === undefined ? recurrence.start.local : startOf(expected).local
      expect(found, `${rule} from ${start}`).to.equal(wanted)
    }
  })

  it('give up when the budget is spent', () => {
    const cursor = new Recurrence(parseRule('FREQ=SECONDLY'), startOf('20200101T000000')).open(
      0,
      new Budget(100),
    )
    expect(() => {
      for (;;) cursor.next()
    }).to.throw(RecurrenceLimitError)
  })
})
