import { expect } from 'chai'
import fc from 'fast-check'
import { RecurrenceLimitError } from '../../src/ical/errors.ts'
import { factsOf } from '../../src/ical/facts.ts'
import { matchesFilter } from '../../src/ical/filter.ts'
import { busyPeriods, mergeBusy } from '../../src/ical/free-busy.ts'
import { hasInstance, type Instance, instancesBetween } from '../../src/ical/instances.ts'
import { type CalendarObject, calendarObjectOf } from '../../src/ical/object.ts'
import { overlaps, type Range } from '../../src/ical/overlap.ts'
import { project } from '../../src/ical/project.ts'
import type { Zone } from '../../src/ical/zones.ts'
import { objectText, readObject, threeInstants, zone, zoneName } from '../support/arbitrary-objects.ts'

const LIMIT = 20_000

/** Runs a law over random objects, zones and instants; objects past the limits prove nothing. */
function law(
  check: (object: CalendarObject, floatingZone: Zone, instants: [number, number, number]) => void,
): void {
  fc.assert(
    fc.property(objectText, zoneName, threeInstants, (text, name, instants) => {
      try {
        check(readObject(text), zone(name), instants)
      } catch (error) {
        if (!(error instanceof RecurrenceLimitError)) throw error
      }
    }),
    { numRuns: 400, seed: 4791 },
  )
}

function between(object: CalendarObject, from: number, until: number, floatingZone: Zone): Instance[] {
  return instancesBetween(object, { from, until }, { floatingZone, limit: LIMIT })
}

function key({ start, end, recurrenceId, isOverride }: Instance): string {
  return [start, end, recurrenceId, isOverride].join()
}

describe('laws of expansion', function () {
  this.timeout(120_000)

  it('what overlaps [a,c) is what overlaps [a,b) or [b,c)', () => {
    law((object, floatingZone, [a, b, c]) => {
      const whole = between(object, a, c, floatingZone).map(key)
      const parts = [...between(object, a, b, floatingZone), ...between(object, b, c, floatingZone)].map(key)
      expect(new Set(parts)).to.deep.equal(new Set(whole))
      expect(new Set(whole).size).to.equal(whole.length)
    })
  })

  it('a range far away gives what an expansion from the beginning gives there', () => {
    law((object, floatingZone, [a, b]) => {
      const all = between(object, Date.UTC(2000, 0, 1), b, floatingZone)
      const expected = all.filter(({ rule, start, end }) => overlaps(rule, start, end, { from: a, until: b }))
      expect(between(object, a, b, floatingZone).map(key)).to.deep.equal(expected.map(key))
    })
  })

  it('a query finds a range exactly when the expansion has an instance in it', () => {
    law((object, floatingZone, [a, b]) => {
      const timeRange = { start: a, end: b }
      const comps = [{ name: object.component, props: [], comps: [], timeRange }]
      const found = matchesFilter(object, { name: 'VCALENDAR', props: [], comps }, floatingZone)
      expect(found).to.equal(between(object, a, b, floatingZone).length > 0)
      expect(hasInstance(object, { from: a, until: b }, floatingZone)).to.equal(found)
    })
  })
})

describe('laws of the index', function () {
  this.timeout(120_000)

  /** What the store's queries ask of times. */
  const isHit = (start: number, end: number, { from, until }: Range) =>
    start < until && (end > from || start >= from)

  it('never miss what exact matching finds, and decide it where they say so', () => {
    law((object, floatingZone, [a, b, c]) => {
      const window = { from: a, until: c }
      const facts = factsOf(object, {
        floatingZone,
        window,
        maxInstances: LIMIT,
        minTime: -1e15,
        maxTime: 1e15,
      })
      for (const range of [
        { from: a, until: b },
        { from: b, until: c },
        { from: a - 1e10, until: a },
        { from: c, until: c + 1e10 },
      ]) {
        const exact = between(object, range.from, range.until, floatingZone).length > 0
        const start = facts.start?.getTime() ?? -Infinity
        const end = facts.end?.getTime() ?? Infinity
        if (exact) expect(isHit(start, end, range), 'bounds').to.equal(true)
        const isCovered =
          (facts.indexedFrom === undefined || facts.indexedFrom.getTime() <= range.from) &&
          (facts.indexedUntil === undefined || facts.indexedUntil.getTime() >= range.until)
        if (!facts.isExact || (facts.isRecurring && !isCovered)) continue
        const listed = facts.instances.some((one) => isHit(one.start.getTime(), one.end.getTime(), range))
        const decided = facts.isRecurring ? listed : isHit(start, end, range)
        expect(decided, 'decision').to.equal(exact)
      }
    })
  })
})

describe('laws of expand and free-busy', function () {
  this.timeout(120_000)

  it('what expand returns is busy when the series is', () => {
    law((object, floatingZone, [a, b]) => {
      const range = { start: a, end: b }
      const expanded = project(object, { expand: range }, floatingZone)
      const single = expanded.components.map((component) => {
        const alone = component.properties.filter(({ name }) => name !== 'RECURRENCE-ID')
        const copy = { ...component, properties: alone }
        return calendarObjectOf({ ...object.calendar, components: [copy] })
      })
      const together = mergeBusy(single.flatMap((one) => busyPeriods(one, range, floatingZone)))
      expect(together).to.deep.equal(mergeBusy(busyPeriods(object, range, floatingZone)))
      expect(single.length).to.equal(between(object, a, b, floatingZone).length)
    })
  })

  it('merged busy time neither overlaps nor touches within a type, and covers the same moments', () => {
    law((object, floatingZone, [a, b]) => {
      const raw = busyPeriods(object, { start: a, end: b }, floatingZone)
      const merged = mergeBusy(raw)
      for (const type of ['BUSY', 'BUSY-TENTATIVE']) {
        const own = merged.filter((period) => period.type === type)
        for (const [index, period] of own.entries()) {
          expect(period.start).to.be.below(period.end)
          expect(period.start).to.be.above(own[index - 1]?.end ?? -Infinity)
        }
        for (const period of raw.filter((one) => one.type === type)) {
          expect(own.some(({ start, end }) => start <= period.start && end >= period.end)).to.equal(true)
        }
      }
    })
  })
})
