import { expect } from 'chai'
import { el } from '../../../src/dav/xml/element.ts'
import { CALDAV, DAV, XML } from '../../../src/dav/xml/names.ts'
import { parseXml } from '../../../src/dav/xml/parse.ts'
import {
  escapeText,
  serialize,
  serializeDocument,
  serializeStandalone,
} from '../../../src/dav/xml/serialize.ts'

describe('serialize', () => {
  it('chooses prefixes once and declares them on the root', () => {
    const xml = serializeDocument(el(DAV, 'error', [el(CALDAV, 'valid-filter'), el('u:1', 'other')]))
    expect(xml).to.match(/^<\?xml version="1.0" encoding="utf-8"\?>\n<D:error xmlns:D="DAV:"/)
    expect(xml).to.contain('<C:valid-filter/><x:other xmlns:x="u:1"/></D:error>')
  })

  it('keeps CR, which a parser would otherwise turn into LF', () => {
    expect(parseXml(`<a>${escapeText('BEGIN\r\nEND\r\n')}</a>`).children).to.deep.equal(['BEGIN\r\nEND\r\n'])
  })

  it('replaces what XML cannot carry', () => {
    expect(escapeText('a\u0000b\u000bc]]>')).to.equal('a\ufffdb\ufffdc]]&gt;')
    expect(escapeText('again\u0000')).to.equal('again\ufffd')
  })

  it('inserts raw XML as it stands', () => {
    expect(serialize(el(DAV, 'prop', [{ raw: '<x:a xmlns:x="u:1"/>' }]))).to.equal(
      '<D:prop><x:a xmlns:x="u:1"/></D:prop>',
    )
  })

  it('makes a stored element independent of its surroundings', () => {
    const element = el('u:1', 'a', [el(DAV, 'href'), el('u:2', 'b', [], { '{u:3}c': '<"\n' })], {
      [`{${XML}}lang`]: 'de',
    })
    expect(parseXml(serializeStandalone(element))).to.deep.equal(element)
  })
})
