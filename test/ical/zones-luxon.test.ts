import { expect } from 'chai'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { zoneByName } from '../../src/ical/zones.ts'

/** A second opinion on offsets: luxon asks the runtime each time, ours keeps what it learned. */
describe('zones beside luxon', () => {
  const names = Intl.supportedValuesOf('timeZone')
  const instants = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(3000, 0) })

  it('have the same offset at any instant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), instants, (name, instant) => {
        const ours = zoneByName(name)?.offsetAt(instant)
        const theirs = DateTime.fromMillis(instant, { zone: name }).offset
        // luxon counts in minutes; Liberia's clocks were half a minute off until 1972.
        expect((ours ?? Number.NaN) / 60, `${name} at ${instant}`).to.equal(theirs)
      }),
      { numRuns: 1000 },
    )
  })

  it('mean the same instant by a time of day that is there once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), instants, (name, local) => {
        const theirs = DateTime.fromMillis(local, { zone: 'UTC' }).setZone(name, { keepLocalTime: true })
        fc.pre(theirs.toUTC().plus({ minutes: theirs.offset }).toMillis() === local)
        fc.pre(theirs.getPossibleOffsets().length === 1)
        expect(zoneByName(name)?.toInstant(local), `${name} ${local}`).to.equal(theirs.toMillis())
      }),
      { numRuns: 1000 },
    )
  })
})
