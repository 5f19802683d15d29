import { expect } from 'chai'
import { decodeXml } from '../../../src/dav/xml/decode.ts'
import { InvalidXmlError, UnsupportedEncodingError } from '../../../src/dav/xml/errors.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()

describe('decodeXml', () => {
  it('reads UTF-8 with and without a byte order mark', () => {
    expect(decodeXml(bytes('<ä/>'))).to.equal('<ä/>')
    expect(decodeXml(bytes('\ufeff<ä/>'))).to.equal('<ä/>')
  })

  it('reads UTF-16 by its mark, by the charset, and by the look of its declaration', () => {
    expect(decodeXml(Buffer.from('\ufeff<ä/>', 'utf16le'))).to.equal('<ä/>')
    expect(decodeXml(utf16be('\ufeff<ä/>'))).to.equal('<ä/>')
    expect(decodeXml(utf16be('<ä/>'), 'UTF-16')).to.equal('<ä/>')
    const declared = '<?xml version="1.0" encoding="UTF-16"?><ä/>'
    expect(decodeXml(Buffer.from(declared, 'utf16le'))).to.equal(declared)
    expect(decodeXml(utf16be(declared))).to.equal(declared)
  })

  it('lets the charset of the Content-Type win over the declaration', () => {
    const text = '<?xml version="1.0" encoding="ISO-8859-1"?><ä/>'
    expect(decodeXml(bytes(text), 'utf-8')).to.equal(text)
  })

  it('refuses other encodings by name', () => {
    const declared = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><\xe4/>', 'latin1')
    expect(() => decodeXml(declared)).to.throw(UnsupportedEncodingError, 'ISO-8859-1')
    expect(() => decodeXml(bytes('<a/>'), 'shift_jis')).to.throw(UnsupportedEncodingError, 'shift_jis')
  })

  it('refuses octets that are not in the encoding', () => {
    expect(() => decodeXml(Buffer.from([0x3c, 0x61, 0xff, 0x2f, 0x3e]))).to.throw(InvalidXmlError)
    expect(() => decodeXml(Buffer.from([0xff, 0xfe, 0x3c]))).to.throw(InvalidXmlError)
  })
})
