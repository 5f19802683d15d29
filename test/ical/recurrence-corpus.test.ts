import { expect } from 'chai'
import { expandRule, readTable, startOf } from '../support/recurrence-table.ts'

for (const name of ['icalrecur_test.txt', 'icalrecur_test_rscale.txt']) {
  const table = readTable(name)
  const group = table === undefined ? describe.skip : describe
  group(`the rules of ${name}`, () => {
    for (const { rule, start, startAt, instances } of table ?? []) {
      if (instances === undefined) continue
      it(`${rule} from ${start}`, () => {
        expect(expandRule(rule, start)).to.deep.equal(instances)
      })
      if (startAt === undefined) continue
      it(`${rule} from ${start}, opened at ${startAt}`, () => {
        const expected = instances.filter((text) => startOf(text).local >= startOf(startAt).local)
        expect(expandRule(rule, start, { from: startAt })).to.deep.equal(expected)
      })
    }
  })
}
