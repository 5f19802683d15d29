import { expect } from 'chai'
import { evaluateRead, readEtags } from '../../src/dav/conditional.ts'
import type { HttpContext } from '../../src/http/state.ts'

const modified = new Date('2026-11-22T10:00:00.500Z')
const at = (time: string) => new Date(time).toUTCString()
const read = (headers: Record<string, string>, etag: string | undefined = 'a') =>
  evaluateRead({ headers } as unknown as HttpContext, etag, modified)

describe('readEtags', () => {
  const strong = { isStrong: true }
  const weak = { isStrong: false }

  it('takes off the quotes', () => {
    expect(readEtags('"a", "b,c"', strong)).to.deep.equal(['a', 'b,c'])
    expect(readEtags('*', strong)).to.equal('*')
    expect(readEtags('', strong)).to.equal(undefined)
  })

  it('compares weak tags only where weak comparison is meant', () => {
    expect(readEtags('W/"a", "b"', strong)).to.deep.equal(['b'])
    expect(readEtags('W/"a", "b"', weak)).to.deep.equal(['a', 'b'])
  })

  it('understands tags with escaped quotes or none', () => {
    expect(readEtags('\\"a\\"', strong)).to.deep.equal(['a'])
    expect(readEtags('a, b', strong)).to.deep.equal(['a', 'b'])
  })
})

describe('evaluateRead', () => {
  it('answers 304 to a matching If-None-Match, weak or not', () => {
    expect(read({ 'if-none-match': '"a"' })).to.equal('not-modified')
    expect(read({ 'if-none-match': 'W/"a"' })).to.equal('not-modified')
    expect(read({ 'if-none-match': '*' })).to.equal('not-modified')
    expect(read({ 'if-none-match': '"b"' })).to.equal('send')
  })

  it('looks at If-Modified-Since only without If-None-Match, to the second', () => {
    expect(read({ 'if-modified-since': at('2026-11-22T10:00:00Z') })).to.equal('not-modified')
    expect(read({ 'if-modified-since': at('2026-11-22T09:59:59Z') })).to.equal('send')
    expect(read({ 'if-modified-since': 'yesterday' })).to.equal('send')
    expect(read({ 'if-none-match': '"b"', 'if-modified-since': at('2027-01-01T00:00:00Z') })).to.equal('send')
  })

  it('fails an If-Match that no strong tag satisfies', () => {
    expect(read({ 'if-match': '"a"' })).to.equal('send')
    expect(read({ 'if-match': 'W/"a"' })).to.equal('failed')
    expect(read({ 'if-match': '"b"' })).to.equal('failed')
    expect(read({ 'if-unmodified-since': at('2026-11-22T09:00:00Z') })).to.equal('failed')
    expect(read({ 'if-unmodified-since': at('2026-11-22T10:00:00Z') })).to.equal('send')
  })
})
