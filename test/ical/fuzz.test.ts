import { expect } from 'chai'
import { fuzzOne } from '../support/fuzz-one.ts'
import { fuzzSeeds } from '../support/fuzz-seeds.ts'
import { mutated, randomFrom } from '../support/mutations.ts'

const RUNS = 1500

describe('mutated calendars', () => {
  it(`fail in no way but the typed ones, and quickly (${RUNS} runs; scripts/fuzz-ical.ts does more)`, function () {
    this.timeout(60_000)
    const files = fuzzSeeds()
    const outcomes = { refused: 0, parsed: 0, object: 0 }
    for (let seed = 1; seed <= RUNS; seed++) {
      const octets = mutated(files, randomFrom(seed))
      const before = process.cpuUsage()
      outcomes[fuzzOne(octets)]++
      const { user, system } = process.cpuUsage(before)
      expect((user + system) / 1e6, `seconds of seed ${seed}`).to.be.below(1)
    }
    // Only a run that reaches every stage has shown anything.
    for (const count of Object.values(outcomes)) expect(count).to.be.above(RUNS / 20)
  })
})
