import { expect } from 'chai'
import fc from 'fast-check'
import { el } from '../../../src/dav/xml/element.ts'
import { InvalidXmlError } from '../../../src/dav/xml/errors.ts'
import { MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS } from '../../../src/dav/xml/limits.ts'
import { DAV, XML } from '../../../src/dav/xml/names.ts'
import { parseXml } from '../../../src/dav/xml/parse.ts'
import { serializeDocument, serializeStandalone } from '../../../src/dav/xml/serialize.ts'
import { cpuMs, HANGS } from '../../support/cpu-time.ts'

function refused(text: string): void {
  expect(() => parseXml(text), text.slice(0, 80)).to.throw(InvalidXmlError)
}

describe('parseXml', () => {
  it('resolves prefixes, default namespaces and their scopes', () => {
    const parsed = parseXml(
      '<a xmlns="u:1" xmlns:p="u:2"><p:b><c xmlns=""/></p:b><d xmlns:p="u:3" p:e="1"/></a>',
    )
    expect(parsed).to.deep.equal(
      el('u:1', 'a', [el('u:2', 'b', [el('', 'c')]), el('u:1', 'd', [], { '{u:3}e': '1' })]),
    )
  })

  it('keeps white space, joins text with CDATA and resolves references', () => {
    expect(parseXml('<a> &lt;&#x41;&#10; <![CDATA[&amp;<b>]]>\t<!-- gone --></a>').children).to.deep.equal([
      ' <A\n &amp;<b>\t',
    ])
  })

  it('reads xml:lang without a declaration', () => {
    expect(parseXml('<a xml:lang="de"/>').attributes).to.deep.equal({ [`{${XML}}lang`]: 'de' })
  })

  it('ignores declarations, comments and instructions around the root', () => {
    expect(
      parseXml('<?xml version="1.0"?>\n<!-- a --><?pi b?>\n<D:a xmlns:D="DAV:"/>\n<!-- c -->\n'),
    ).to.deep.equal(el(DAV, 'a'))
  })

  it('lets a DOCTYPE stand in CDATA and comments', () => {
    expect(parseXml('<a><!-- <!DOCTYPE x> --><![CDATA[<!DOCTYPE html>]]></a>').children).to.deep.equal([
      '<!DOCTYPE html>',
    ])
  })

  for (const [what, text] of Object.entries({
    'a document type': '<!DOCTYPE a><a/>',
    'an entity bomb': '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    'a DOCTYPE after the root': '<a/><!DOCTYPE a>',
    'an external entity': '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    'an undefined entity': '<a>&copy;</a>',
    'a bare ampersand': '<a>a & b</a>',
    'a bare ampersand in an attribute': '<a b="&"/>',
    'a "<" in an attribute': '<a b="<"/>',
    'a wrong end tag': '<a><b></a></b>',
    'a missing end tag': '<a><b></b>',
    'a second root': '<a/><b/>',
    'text after the root': '<a/>trailing',
    'text alone': 'text',
    nothing: ' ',
    'an undeclared prefix': '<p:a/>',
    'an undeclared prefix of an attribute': '<a p:b="1"/>',
    'a prefix bound to nothing': '<a xmlns:p=""><p:b/></a>',
    'the prefix xml bound elsewhere': '<a xmlns:xml="u:1"/>',
    'a name with two colons': '<a xmlns:p="u:1"><p:b:c/></a>',
    'a repeated attribute': '<a b="1" b="2"/>',
    'an attribute repeated by another prefix': '<a xmlns:p="u:1" xmlns:q="u:1" p:b="1" q:b="2"/>',
    'an unquoted attribute': '<a b=1/>',
    'a NUL reference': '<a>&#0;</a>',
    'a reference past Unicode': '<a>&#x110000;</a>',
    'a surrogate reference': '<a>&#xD800;</a>',
    'a control character': '<a>\u0001</a>',
    '"]]>" in text': '<a>]]></a>',
    'an open comment': '<a><!-- </a>',
    'an open CDATA section': '<a><![CDATA[ </a>',
    'a prototype as name': '<__proto__/>',
  })) {
    it(`refuses ${what}`, () => refused(text))
  }

  it('refuses what is too deep, too wide or too long, without taking long', () => {
    const spent = cpuMs(() => {
      refused(`${'<a>'.repeat(MAX_DEPTH + 2)}${'</a>'.repeat(MAX_DEPTH + 2)}`)
      refused('<a>'.repeat(200_000))
      refused(`<a>${'<b/>'.repeat(MAX_ELEMENTS)}</a>`)
      refused(`<a ${Array.from({ length: MAX_ATTRIBUTES + 1 }, (_, i) => `a${i}="x"`).join(' ')}/>`)
      refused('<!--'.repeat(200_000))
    })
    expect(spent).to.be.lessThan(HANGS)
  })

  it('reads back what serialize wrote', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/).filter((text) => text !== '__proto__')
    const namespace = fc.constantFrom(DAV, 'u:1', 'urn:x-"quoted"&<', '')
    const text = fc
      .string({ unit: 'grapheme-ascii', minLength: 1 })
      .map((value) => value.replaceAll('\r', ''))
    const { tree } = fc.letrec((tie) => ({
      tree: fc.record({
        namespace,
        name,
        attributes: fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true }),
        children: fc.oneof(fc.tuple(text), fc.array(tie('tree'), { maxLength: 3, depthIdentifier: 'xml' })),
      }),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        const element = value as ReturnType<typeof el>
        fc.pre(!hasCriticalName(element))
        expect(parseXml(serializeDocument(element))).to.deep.equal(element)
        expect(parseXml(serializeStandalone(element))).to.deep.equal(element)
      }),
      { numRuns: 200 },
    )
  })
})

/** Names the parsing package refuses, which are then refused here. */
function hasCriticalName(element: ReturnType<typeof el>): boolean {
  const names = [element.name, ...Object.keys(element.attributes)]
  return (
    names.some((name) => name in {}) ||
    element.children.some((child) => typeof child === 'object' && hasCriticalName(child as typeof element))
  )
}
