import { expect } from 'chai'
import fc from 'fast-check'
import { parseIf, UNMAPPED_PATH } from '../../src/dav/if-header.ts'

const parse = (value: string) => parseIf(value, (url) => (url.startsWith('/dav/') ? url.slice(5) : undefined))
const token = (name: string, not = false) => ({ not, state: { token: name } })
const etag = (name: string, not = false) => ({ not, state: { etag: name } })

describe('parseIf', () => {
  it('reads untagged lists as about the request itself', () => {
    expect(parse('(<urn:uuid:1> ["I am an ETag"]) (["another"])')).to.deep.equal([
      { path: undefined, terms: [token('urn:uuid:1'), etag('I am an ETag')] },
      { path: undefined, terms: [etag('another')] },
    ])
  })

  it('applies a tag to every list up to the next tag', () => {
    expect(parse('</dav/a> (<t:1>) (Not <t:2>) </dav/b> (["x"])')).to.deep.equal([
      { path: 'a', terms: [token('t:1')] },
      { path: 'a', terms: [token('t:2', true)] },
      { path: 'b', terms: [etag('x')] },
    ])
  })

  it('lets Not bind to the one condition after it', () => {
    expect(parse('(Not <urn:a>\r\n <urn:b> not["c"])')).to.deep.equal([
      { path: undefined, terms: [token('urn:a', true), token('urn:b'), etag('c', true)] },
    ])
  })

  it('compares weak etags weakly', () => {
    expect(parse('([W/"a"])')).to.deep.equal([{ path: undefined, terms: [etag('a')] }])
  })

  it('takes a tag of another server for an unmapped resource', () => {
    expect(parse('<http://elsewhere.example/x> (["a"])')?.[0]?.path).to.equal(UNMAPPED_PATH)
  })

  for (const bad of [
    '',
    '()',
    '(<a:b>',
    '<a:b>',
    '(<a:b>) </dav/x> (<c:d>)',
    '</dav/x> </dav/y> (<c:d>)',
    '(Not)',
    '(NotX <a:b>)',
    '(<a:b>) junk',
    '(["unterminated)',
    '([unquoted])',
    '(<with space>)',
    '(<>)',
  ]) {
    it(`refuses ${JSON.stringify(bad)}`, () => {
      expect(parse(bad)).to.equal(undefined)
    })
  }

  it('reads back what was written, whatever the tokens', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9:._-]{1,20}$/)
    const term = fc.record({
      not: fc.boolean(),
      state: fc.oneof(fc.record({ token: word }), fc.record({ etag: word })),
    })
    fc.assert(
      fc.property(fc.array(fc.array(term, { minLength: 1 }), { minLength: 1 }), (lists) => {
        const header = lists
          .map((terms) => {
            const written = terms.map(({ not, state }) => {
              const value = 'token' in state ? `<${state.token}>` : `["${state.etag}"]`
              return not ? `Not ${value}` : value
            })
            return `(${written.join(' ')})`
          })
          .join(' ')
        expect(parse(header)).to.deep.equal(lists.map((terms) => ({ path: undefined, terms })))
      }),
    )
  })

  it('ends on any input', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        parse(value)
      }),
    )
  })
})
