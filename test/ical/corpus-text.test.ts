import { expect } from 'chai'
import type { Component } from '../../src/ical/component.ts'
import { decodeCalendar } from '../../src/ical/decode.ts'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { fromJcal, toJcal } from '../../src/ical/jcal.ts'
import { calendarObjectOf } from '../../src/ical/object.ts'
import { readComponents } from '../../src/ical/stream.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import { fromXcal, toXcal } from '../../src/ical/xcal.ts'
import { withoutLines } from '../support/component-trees.ts'
import { corpusCalendars } from '../support/corpus-calendars.ts'

/** The file as a calendar; bare components, as many test files are, get a VCALENDAR around them. */
function parse(octets: Buffer): Component {
  const { text } = decodeCalendar(octets)
  try {
    return parseCalendar(text)
  } catch (error) {
    if (!(error instanceof InvalidCalendarError)) throw error
    return parseCalendar(`BEGIN:VCALENDAR\r\n${text.replace(/^\ufeff/, '')}\r\nEND:VCALENDAR\r\n`)
  }
}

function parsed(octets: Buffer): Component | undefined {
  try {
    return parse(octets)
  } catch (error) {
    if (error instanceof InvalidCalendarError) return undefined
    throw error
  }
}

describe('calendar files of other projects', () => {
  const files = corpusCalendars()
  before(function () {
    if (files.length === 0) this.skip()
  })

  it('are read, or refused with a line and a reason', () => {
    let read = 0
    for (const { name, octets } of files) {
      try {
        calendarObjectOf(parse(octets))
        read++
      } catch (error) {
        if (!(error instanceof InvalidCalendarError)) throw error
        expect(error.message, name).to.match(/\w{3}/)
        expect(error.line, name).to.be.a('number')
      }
    }
    expect(read).to.be.above(100)
  })

  it('are a fixed point of reading and writing', () => {
    let count = 0
    for (const { name, octets } of files) {
      const calendar = parsed(octets)
      if (calendar === undefined) continue
      const text = serializeCalendar(calendar)
      const again = parseCalendar(text)
      expect(withoutLines(again), name).to.deep.equal(withoutLines(calendar))
      expect(serializeCalendar(again), name).to.equal(text)
      count++
    }
    expect(count).to.be.above(200)
  })

  it('survive jCal and xCal', () => {
    for (const { name, octets } of files) {
      const calendar = parsed(octets)
      if (calendar === undefined) continue
      const jcal = toJcal(calendar)
      const fromJson = fromJcal(JSON.parse(JSON.stringify(jcal)))
      expect(toJcal(fromJson), name).to.deep.equal(jcal)
      const fromXml = fromXcal(toXcal(calendar))
      expect(serializeCalendar(fromXml), name).to.equal(serializeCalendar(fromJson))
    }
  })

  it('give a stream the same components, in chunks of any size', async () => {
    for (const { name, octets } of files) {
      const whole = await streamed(octets, octets.length)
      expect(await streamed(octets, 13), name).to.deep.equal(whole)
      const calendar = parsed(octets)
      // A stream reads any number of calendars, a text is one.
      if (calendar === undefined || calendar.components.some((inner) => inner.name === 'VCALENDAR')) continue
      const components = whole.filter(
        (item) => !(item instanceof InvalidCalendarError) && item.name !== 'VCALENDAR',
      )
      expect(components.map(withoutLinesOf), name).to.deep.equal(calendar.components.map(withoutLines))
    }
  })
})

function withoutLinesOf(item: Component | InvalidCalendarError): unknown {
  return item instanceof InvalidCalendarError ? item : withoutLines(item)
}

async function streamed(octets: Buffer, size: number): Promise<(Component | InvalidCalendarError)[]> {
  async function* source(): AsyncIterable<Uint8Array> {
    for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
  }
  const items: (Component | InvalidCalendarError)[] = []
  for await (const item of readComponents(source())) items.push(item)
  return items
}
