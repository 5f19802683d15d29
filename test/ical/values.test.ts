import { expect } from 'chai'
import fc from 'fast-check'
import {
  durationDays,
  durationMs,
  durationTimeMs,
  readDuration,
  readText,
  readTextList,
  readUtcOffset,
  splitEscaped,
  writeDuration,
  writeText,
  writeUtcOffset,
} from '../../src/ical/values.ts'

describe('TEXT values', () => {
  it('decodes the escapes of RFC 5545 §3.3.11', () => {
    expect(readText('a\\nb\\Nc\\,d\\;e\\\\n')).to.equal('a\nb\nc,d;e\\n')
  })

  it('is read back as written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const normal = text.replace(/\r\n?/g, '\n')
        expect(readText(writeText(text))).to.equal(normal)
      }),
    )
  })

  it('splits lists where the separator is not escaped', () => {
    expect(readTextList('a\\,b,c\\\\,d')).to.deep.equal(['a,b', 'c\\', 'd'])
    expect(splitEscaped('2.0;Success\\;really;x', ';')).to.deep.equal(['2.0', 'Success\\;really', 'x'])
  })
})

describe('DURATION values', () => {
  it('keeps days apart from exact time', () => {
    const duration = readDuration('-P1DT2H3M4S')
    expect(duration && durationDays(duration)).to.equal(-1)
    expect(duration && durationTimeMs(duration)).to.equal(-(2 * 3600 + 3 * 60 + 4) * 1000)
  })

  for (const [text, seconds] of [
    ['P1W', 7 * 86_400],
    ['PT15M', 900],
    ['-PT15M', -900],
    ['+P1D', 86_400],
    ['P1W2D', 9 * 86_400],
    ['PT0S', 0],
    ['PT1H30S', 3630],
    ['P', undefined],
    ['PT', undefined],
    ['15M', undefined],
    ['PT-15M', undefined],
    ['P1.5D', undefined],
    ['P9999999999W', undefined],
  ] as const) {
    it(`reads ${text} as ${seconds ?? 'nothing'}`, () => {
      const duration = readDuration(text)
      expect(duration && durationMs(duration)).to.equal(seconds === undefined ? undefined : seconds * 1000)
    })
  }

  it('writes what it reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (seconds) => {
        const duration = readDuration(writeDuration(seconds * 1000))
        expect(duration && durationMs(duration)).to.equal(seconds * 1000)
      }),
    )
  })
})

describe('UTC-OFFSET values', () => {
  for (const [text, seconds] of [
    ['+0100', 3600],
    ['-0330', -12_600],
    ['+005328', 3208],
    ['-0000', 0],
    ['+05:30', 19_800],
    ['0100', undefined],
    ['+2400', undefined],
    ['+0160', undefined],
    ['+01', undefined],
  ] as const) {
    it(`reads ${text} as ${seconds ?? 'nothing'}`, () => {
      expect(readUtcOffset(text)).to.equal(seconds)
    })
  }

  it('writes what it reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: -86_399, max: 86_399 }), (seconds) => {
        expect(readUtcOffset(writeUtcOffset(seconds))).to.equal(seconds)
      }),
    )
  })
})
