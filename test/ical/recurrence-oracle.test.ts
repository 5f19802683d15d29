import { expect } from 'chai'
import { RuleMaker } from '../support/random-rules.ts'
import { expandRule, startOf, writeLike } from '../support/recurrence-table.ts'
import { oracle } from '../support/rule-oracle.ts'

describe('random rules', () => {
  it('expand to what a literal reading of RFC 5545 §3.3.10 gives', function () {
    this.timeout(120_000)
    const maker = new RuleMaker(5545)
    let compared = 0
    for (let index = 0; index < 700; index++) {
      const { rule, start } = maker.next()
      const { local, isDate } = startOf(start)
      const expected = oracle(rule, local, isDate, 12)
      if (expected === undefined) continue
      compared++
      const found = expandRule(rule, start, { max: 12 }).filter((text) => text < '2100')
      expect(found, `${rule} from ${start}`).to.deep.equal(expected.map((at) => writeLike(at, start)))
    }
    expect(compared).to.be.above(550)
  })
})
