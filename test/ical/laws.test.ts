import { expect } from 'chai'
import fc from 'fast-check'
import type { Component } from '../../src/ical/component.ts'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { fromJcal, toJcal } from '../../src/ical/jcal.ts'
import { readComponents } from '../../src/ical/stream.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import { eachContentLine, foldLine } from '../../src/ical/unfold.ts'
import { fromXcal, toXcal } from '../../src/ical/xcal.ts'
import { objectText } from '../support/arbitrary-objects.ts'
import { anyComponent, withoutLines } from '../support/component-trees.ts'

const calendars = anyComponent('VCALENDAR')

describe('laws of iCalendar text', () => {
  it('parse undoes serialize', () => {
    fc.assert(
      fc.property(calendars, (calendar) => {
        const text = serializeCalendar(calendar)
        const parsed = parseCalendar(text)
        expect(withoutLines(parsed)).to.deep.equal(withoutLines(calendar))
        expect(serializeCalendar(parsed)).to.equal(text)
      }),
      { numRuns: 300 },
    )
  })

  it('no line is longer than 75 octets, and unfolding undoes folding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (raw) => {
        const line = `X:${raw.replace(/[\r\n]/g, '')}`
        const folded = foldLine(line)
        for (const part of folded.split('\r\n')) expect(Buffer.byteLength(part)).to.be.at.most(75)
        const unfolded: string[] = []
        eachContentLine(folded, Number.POSITIVE_INFINITY, (text) => unfolded.push(text))
        expect(unfolded).to.deep.equal([line])
      }),
    )
  })

  it('jCal and xCal keep everything', () => {
    fc.assert(
      fc.property(calendars, (calendar) => {
        const jcal = toJcal(calendar)
        const fromJson = fromJcal(JSON.parse(JSON.stringify(jcal)))
        expect(toJcal(fromJson)).to.deep.equal(jcal)
        const xcal = toXcal(calendar)
        expect(toXcal(fromXcal(xcal))).to.deep.equal(xcal)
        expect(serializeCalendar(fromXcal(xcal))).to.equal(serializeCalendar(fromJson))
      }),
      { numRuns: 300 },
    )
  })

  it('jCal and xCal give a calendar object back to the letter', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const written = serializeCalendar(parseCalendar(text))
        const calendar = parseCalendar(written)
        expect(serializeCalendar(fromJcal(JSON.parse(JSON.stringify(toJcal(calendar)))))).to.equal(written)
        expect(serializeCalendar(fromXcal(toXcal(calendar)))).to.equal(written)
      }),
      { numRuns: 300 },
    )
  })

  it('a stream yields what the whole text holds', async () => {
    await fc.assert(
      fc.asyncProperty(calendars, fc.integer({ min: 1, max: 50 }), async (calendar, size) => {
        const octets = Buffer.from(serializeCalendar(calendar))
        async function* source(): AsyncIterable<Uint8Array> {
          for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
        }
        const found: Component[] = []
        for await (const item of readComponents(source())) {
          if (item instanceof InvalidCalendarError) throw item
          if (item.name !== 'VCALENDAR') found.push(item)
        }
        expect(found).to.deep.equal(parseCalendar(octets.toString()).components)
      }),
      { numRuns: 100 },
    )
  })
})
