import { expect } from 'chai'
import type { IfList } from '../../src/calendar/conditions.ts'
import { someListHolds, submittedTokens } from '../../src/calendar/if-lists.ts'

const list = (path: string | undefined, ...terms: string[]): IfList => ({
  path,
  terms: terms.map((term) => {
    const not = term.startsWith('!')
    const value = not ? term.slice(1) : term
    return { not, state: value.startsWith('"') ? { etag: value.slice(1, -1) } : { token: value } }
  }),
})
const own = { etag: 'e1', tokens: new Set(['urn:uuid:1']) }
const nowhere = { etag: undefined, tokens: new Set<string>() }
const holds = (...lists: IfList[]) => someListHolds(lists, (path) => (path === undefined ? own : nowhere))

describe('someListHolds', () => {
  it('needs every term of one list', () => {
    expect(holds(list(undefined, 'urn:uuid:1', '"e1"'))).to.equal(true)
    expect(holds(list(undefined, 'urn:uuid:1', '"e2"'))).to.equal(false)
    expect(holds(list(undefined, '"e2"'), list(undefined, '"e1"'))).to.equal(true)
  })

  it('reverses a term after Not', () => {
    expect(holds(list(undefined, '!"e1"'))).to.equal(false)
    expect(holds(list(undefined, '!DAV:no-lock'))).to.equal(true)
  })

  it('treats an unmapped resource as one without the state', () => {
    expect(holds(list('elsewhere', '"e1"'))).to.equal(false)
    expect(holds(list('elsewhere', '!"e1"'))).to.equal(true)
  })
})

describe('submittedTokens', () => {
  it('counts every token wherever it stands', () => {
    expect([...submittedTokens([list('x', '!a:1', '"e"'), list(undefined, 'b:2')])]).to.deep.equal([
      'a:1',
      'b:2',
    ])
  })

  it('is empty without an If header', () => {
    expect(submittedTokens(undefined).size).to.equal(0)
  })
})
