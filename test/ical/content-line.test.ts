import { expect } from 'chai'
import { newProperty } from '../../src/ical/component.ts'
import { readContentLine, writeContentLine } from '../../src/ical/content-line.ts'
import { InvalidCalendarError } from '../../src/ical/errors.ts'

function params(text: string): Record<string, readonly string[]> {
  return Object.fromEntries(readContentLine(text, 1).params)
}

describe('content lines', () => {
  it('reads name, parameters and value', () => {
    const line = readContentLine('dtstart;tzid=Europe/Berlin;VALUE=DATE-TIME:20240101T100000', 7)
    expect(line.name).to.equal('DTSTART')
    expect(line.value).to.equal('20240101T100000')
    expect(line.line).to.equal(7)
    expect(Object.fromEntries(line.params)).to.deep.equal({ TZID: ['Europe/Berlin'], VALUE: ['DATE-TIME'] })
  })

  it('reads quoted values, lists and values with delimiters', () => {
    expect(params('ATTENDEE;MEMBER="mailto:a@b","mailto:c@d";CN="X; Y: Z, W":mailto:e@f')).to.deep.equal({
      MEMBER: ['mailto:a@b', 'mailto:c@d'],
      CN: ['X; Y: Z, W'],
    })
    expect(readContentLine('X;A="b:c;d":e:f', 1).value).to.equal('e:f')
  })

  it('joins the values of a parameter given twice', () => {
    expect(params('X;A=1;A=2,3:v')).to.deep.equal({ A: ['1', '2', '3'] })
  })

  it('decodes RFC 6868 carets, leaving a caret before anything else', () => {
    expect(params("X;A=a^nb^^c^'d^e:v")).to.deep.equal({ A: ['a\nb^c"d^e'] })
  })

  it('writes what it reads', () => {
    for (const text of [
      'SUMMARY:Lunch: soup; bread',
      'ATTENDEE;CN="Doe, John";RSVP=TRUE:mailto:j@example.test',
      'X-P;A=^n^^:v',
      "X-P;A=^'quoted^':v",
      'X-EMPTY;A=;B=x:',
    ]) {
      expect(writeContentLine(readContentLine(text, 1))).to.equal(text)
    }
  })

  it('quotes and escapes what needs it', () => {
    expect(writeContentLine(newProperty('X', 'v', { A: 'say "hi"\nthere', B: ['a:b', 'c'] }))).to.equal(
      `X;A=say ^'hi^'^nthere;B="a:b",c:v`,
    )
  })

  for (const [what, text] of [
    ['no colon', 'SUMMARY'],
    ['a bad name', 'SUM MARY:x'],
    ['no name', ':x'],
    ['a parameter without value', 'DTSTART;VALUE:20240101'],
    ['a quote never closed', 'X;A="b:c'],
    ['text after a quoted value', 'X;A="b"c:d'],
    ['only parameters', 'X;A=b'],
    ['a name of 300 characters', `${'X'.repeat(300)}:v`],
  ] as const) {
    it(`refuses ${what}, naming the line`, () => {
      expect(() => readContentLine(text, 42))
        .to.throw(InvalidCalendarError, /Line 42/)
        .with.property('line', 42)
    })
  }

  it('refuses more parameters than any line can need', () => {
    const text = `X${';A=b'.repeat(1001)}:v`
    expect(() => readContentLine(text, 1)).to.throw(InvalidCalendarError, /1000 parameters/)
  })
})
