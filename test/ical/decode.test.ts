import { expect } from 'chai'
import { decodeCalendar } from '../../src/ical/decode.ts'
import { InvalidCalendarError } from '../../src/ical/errors.ts'

describe('decodeCalendar', () => {
  it('decodes UTF-8 verbatim, byte order mark included', () => {
    const text = '\ufeffSUMMARY:Zürich 😀\r\n'
    expect(decodeCalendar(Buffer.from(text))).to.deep.equal({ text, isVerbatim: true })
  })

  for (const lineBreak of ['\r\n', '\n']) {
    it(`joins a character that a fold of ${JSON.stringify(lineBreak)} cut apart`, () => {
      const octets = Buffer.from('SUMMARY:a😀b\r\n c\r\n')
      const at = octets.indexOf(0xf0) + 2
      const cut = Buffer.concat([octets.subarray(0, at), Buffer.from(`${lineBreak} `), octets.subarray(at)])
      expect(decodeCalendar(cut)).to.deep.equal({ text: 'SUMMARY:a😀b\r\n c\r\n', isVerbatim: false })
    })
  }

  it('names the first line that is not UTF-8', () => {
    const octets = Buffer.from('A:1\r\nB:2\r\nC:\xe9\r\n', 'latin1')
    expect(() => decodeCalendar(octets))
      .to.throw(InvalidCalendarError, 'Line 3')
      .with.property('line', 3)
  })
})
