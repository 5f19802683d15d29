import { expect } from 'chai'
import { readComponents } from '../../src/ical/stream.ts'
import { fuzzOne } from '../support/fuzz-one.ts'
import { fuzzSeeds } from '../support/fuzz-seeds.ts'
import { mutated, randomFrom } from '../support/mutations.ts'

const RUNS = 1500

/** What a stream yields, faults as their lines: which octets a message shows depends on the chunk. */
async function streamed(octets: Buffer, size: number): Promise<unknown[]> {
  async function* source(): AsyncIterable<Uint8Array> {
    for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
  }
  const items: unknown[] = []
  for await (const item of readComponents(source())) items.push(item instanceof Error ? item.line : item)
  return items
}

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

  it('read the same as a stream, however it is cut', async function () {
    this.timeout(60_000)
    const files = fuzzSeeds()
    for (let seed = 1; seed <= RUNS / 5; seed++) {
      const random = randomFrom(seed)
      const octets = mutated(files, random)
      const size = 1 + Math.floor(random() * 100)
      expect(await streamed(octets, size), `seed ${seed}`).to.deep.equal(
        await streamed(octets, octets.length + 1),
      )
    }
  })
})
