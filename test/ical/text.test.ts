import { expect } from 'chai'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { DEFAULT_PARSE_LIMITS } from '../../src/ical/limits.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import { cpuMs } from '../support/cpu-time.ts'

function lines(...content: string[]): string {
  return ['BEGIN:VCALENDAR', ...content, 'END:VCALENDAR', ''].join('\r\n')
}

describe('parseCalendar', () => {
  it('builds the tree with line numbers', () => {
    const calendar = parseCalendar(lines('VERSION:2.0', 'BEGIN:VEVENT', 'SUMMARY:a', 'END:VEVENT'))
    expect(calendar.name).to.equal('VCALENDAR')
    expect(calendar.properties.map(({ name, line }) => [name, line])).to.deep.equal([['VERSION', 2]])
    expect(calendar.components.map(({ name, line }) => [name, line])).to.deep.equal([['VEVENT', 3]])
  })

  for (const [name, lineBreak] of [
    ['CRLF', '\r\n'],
    ['LF', '\n'],
    ['CR', '\r'],
  ] as const) {
    it(`unfolds lines that end in ${name}`, () => {
      const text = ['BEGIN:VCALENDAR', 'X-A:one', '  two', '\tthree', 'X-B:b', 'END:VCALENDAR', ''].join(
        lineBreak,
      )
      const [a, b] = parseCalendar(text).properties
      expect(a?.value).to.equal('one twothree')
      expect([a?.line, b?.line]).to.deep.equal([2, 5])
    })
  }

  it('accepts a byte order mark, empty lines and a missing last line break', () => {
    const calendar = parseCalendar('\ufeffBEGIN:VCALENDAR\r\n\r\nX-A:fold\r\n\r\n ed\r\n\nEND:VCALENDAR')
    expect(calendar.properties[0]?.value).to.equal('folded')
    expect(calendar.properties[0]?.line).to.equal(3)
  })

  it('accepts lower-case names and white space around component names', () => {
    expect(parseCalendar('begin:vcalendar \nEnd: VCALENDAR\n').name).to.equal('VCALENDAR')
  })

  for (const [what, text, line] of [
    ['empty text', '', 1],
    ['text before the calendar', 'X-A:b\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n', 1],
    ['another component at the top', 'BEGIN:VEVENT\r\nEND:VEVENT\r\n', 1],
    ['a component never closed', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n', 2],
    ['a component closed by another name', lines('BEGIN:VEVENT', 'END:VTODO'), 3],
    ['a second calendar', lines() + lines(), 3],
    ['a line that is no content line', lines('X-A:a', 'and more'), 3],
    ['a control character', lines('X-A:a', 'X-B:\u0007'), 3],
    ['a character XML cannot hold', lines('X-A:\uffff'), 2],
  ] as const) {
    it(`refuses ${what}, naming line and rule`, () => {
      const fault = refusal(text)
      expect(fault.line).to.equal(line)
      expect(fault.rule).to.match(/^RFC \d+ §/)
    })
  }

  it('refuses components nested too deep', () => {
    const depth = DEFAULT_PARSE_LIMITS.maxDepth + 1
    const text = `BEGIN:VCALENDAR\n${'BEGIN:X-A\n'.repeat(depth)}${'END:X-A\n'.repeat(depth)}END:VCALENDAR\n`
    expect(refusal(text).message).to.match(/nested more than 16 deep/)
  })

  it('refuses too many content lines and too long ones', () => {
    const limits = { ...DEFAULT_PARSE_LIMITS, maxContentLines: 100, maxLineLength: 1000 }
    expect(refusal(lines(...Array(200).fill('X-A:a')), limits).message).to.match(
      /more than 100 content lines/,
    )
    expect(refusal(lines(`X-A:${'a'.repeat(2000)}`), limits)).to.include({ line: 2 })
    expect(refusal(lines('X-A:', ...Array(200).fill(' aaaaaaaaaa')), limits)).to.include({ line: 2 })
  })

  it('is linear in hostile text', () => {
    const folded = (lines: number) => `BEGIN:VCALENDAR\r\nX-A:${'\r\n x'.repeat(lines)}\r\nEND:VCALENDAR\r\n`
    const [short, long] = [folded(50_000), folded(400_000)]
    parseCalendar(short)
    const unit = cpuMs(() => parseCalendar(short))
    // Eight times the text; quadratic time would be 64 times as long.
    expect(cpuMs(() => parseCalendar(long))).to.be.below(30 * Math.max(unit, 1))
  })
})

describe('serializeCalendar', () => {
  it('folds at 75 octets without splitting a character', () => {
    const value = 'ä€😀'.repeat(60)
    const text = serializeCalendar(parseCalendar(lines(`SUMMARY:${value}`)))
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).to.be.at.most(75)
    expect(text).not.to.include('\ufffd')
    expect(parseCalendar(text).properties[0]?.value).to.equal(value)
  })

  it('leaves a line of exactly 75 octets whole', () => {
    const line = `SUMMARY:${'x'.repeat(67)}`
    expect(serializeCalendar(parseCalendar(lines(line)))).to.equal(lines(line))
    expect(serializeCalendar(parseCalendar(lines(`${line}y`)))).to.equal(lines(line, ' y'))
  })
})

function refusal(text: string, limits = DEFAULT_PARSE_LIMITS): InvalidCalendarError {
  try {
    parseCalendar(text, limits)
  } catch (error) {
    if (error instanceof InvalidCalendarError) return error
    throw error
  }
  throw new Error('was not refused')
}
