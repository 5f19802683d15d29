import { expect } from 'chai'
import type { Component } from '../../src/ical/component.ts'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { DEFAULT_PARSE_LIMITS } from '../../src/ical/limits.ts'
import { readComponents } from '../../src/ical/stream.ts'

type Item = Component | InvalidCalendarError

async function* pieces(octets: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
}

async function readAll(
  source: AsyncIterable<string | Uint8Array>,
  limits = DEFAULT_PARSE_LIMITS,
): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of readComponents(source, limits)) items.push(item)
  return items
}

function read(text: string | Uint8Array, size = 1 << 16): Promise<Item[]> {
  return readAll(pieces(typeof text === 'string' ? Buffer.from(text) : text, size))
}

function outline(items: readonly Item[]): string[] {
  return items.map((item) => {
    return item instanceof InvalidCalendarError ? `fault at ${item.line}` : `${item.name} at ${item.line}`
  })
}

function event(uid: string, ...more: string[]): string {
  return ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTART:20240101T100000Z', ...more, 'END:VEVENT', ''].join('\r\n')
}

const TWO = `BEGIN:VCALENDAR\r\nX-WR-CALNAME:Home\r\n${event('a')}${event('b')}END:VCALENDAR\r\n`

describe('readComponents', () => {
  it('yields the calendar properties, then each component with its line', async () => {
    const items = await read(TWO)
    expect(outline(items)).to.deep.equal(['VCALENDAR at 1', 'VEVENT at 3', 'VEVENT at 7'])
    expect((items[0] as Component).properties[0]).to.include({ name: 'X-WR-CALNAME', value: 'Home' })
  })

  it('gives the same for every size of chunk', async () => {
    const text = Buffer.from(`\ufeff${TWO.replace('Home', 'Zürich\r\n  und 😀\r\n\r\n Umgebung')}`)
    const whole = await read(text)
    for (const size of [1, 2, 3, 5, 17, 64]) expect(await read(text, size)).to.deep.equal(whole)
  })

  it('reads strings cut inside a surrogate pair', async () => {
    async function* source(): AsyncIterable<string> {
      yield 'BEGIN:VEVENT\nSUMMARY:\ud83d'
      yield '\ude00\nEND:VEVENT\n'
    }
    const [item] = await readAll(source())
    expect((item as Component).properties[0]?.value).to.equal('😀')
  })

  it('reads any number of calendars, and components outside one', async () => {
    expect(outline(await read(`${TWO}${event('c')}${TWO}`))).to.deep.equal([
      'VCALENDAR at 1',
      'VEVENT at 3',
      'VEVENT at 7',
      'VEVENT at 12',
      'VCALENDAR at 16',
      'VEVENT at 18',
      'VEVENT at 22',
    ])
  })

  for (const [what, broken, at] of [
    ['a line that is no content line', event('bad', 'not a line'), 4],
    ['two faults, of which the first counts', event('bad', 'not a line', 'nor this'), 4],
    ['a wrong END', event('bad', 'BEGIN:VALARM', 'END:VEVENT'), 5],
    ['a control character', event('bad', 'X-A:\u0001'), 4],
    ['a missing END', event('bad').replace('END:VEVENT\r\n', ''), 1],
  ] as const) {
    it(`reports ${what} and goes on with the next component`, async () => {
      const items = await read(`${broken}${event('good')}`)
      expect(outline(items)[0]).to.equal(`fault at ${at}`)
      expect(items).to.have.length(2)
      expect(items[1]).to.have.property('name', 'VEVENT')
    })
  }

  it('reports octets that are not UTF-8 and goes on', async () => {
    const items = await read(
      Buffer.concat([Buffer.from(event('bad', 'X-A:\xe9'), 'latin1'), Buffer.from(event('good'))]),
    )
    expect(outline(items)).to.deep.equal(['fault at 4', 'VEVENT at 6'])
  })

  it('reports a run of stray lines once', async () => {
    const items = await read(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n<html>\r\n${event('a')}`)
    expect(outline(items)).to.deep.equal(['fault at 1', 'VEVENT at 5'])
  })

  it('reports a component over the limits and goes on', async () => {
    const limits = { ...DEFAULT_PARSE_LIMITS, maxContentLines: 10, maxLineLength: 500 }
    const many = event('many', ...Array<string>(20).fill('X-A:a'))
    const long = event('long', `X-A:${'a'.repeat(5000)}`)
    const text = Buffer.from(`${many}${event('a')}${long}${event('b')}`)
    for (const size of [100, 100_000]) {
      const items = await readAll(pieces(text, size), limits)
      const names = items.map((item) => (item instanceof InvalidCalendarError ? 'fault' : item.name))
      expect(names).to.deep.equal(['fault', 'VEVENT', 'fault', 'VEVENT'])
      expect((items[3] as Component).line).to.equal(
        text.toString().split('\r\n').lastIndexOf('BEGIN:VEVENT') + 1,
      )
    }
  })

  it('holds no more than one component of a long stream', async function () {
    this.timeout(30_000)
    const chunk = Buffer.from(Array.from({ length: 200 }, (_, index) => event(`u${index}`)).join(''))
    async function* source(): AsyncIterable<Uint8Array> {
      for (let index = 0; index < 1000; index++) yield chunk
    }
    let count = 0
    let peak = 0
    const before = process.memoryUsage().heapUsed
    for await (const item of readComponents(source())) {
      if (!(item instanceof InvalidCalendarError)) count++
      if (count % 20_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed - before)
    }
    expect(count).to.equal(200_000)
    expect(peak).to.be.below(150 * 1024 * 1024)
  })
})
