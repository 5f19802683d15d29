import { expect } from 'chai'
import { HttpError, PreconditionError } from '../../../src/dav/errors.ts'
import { readExpansions } from '../../../src/dav/reports/expansion.ts'
import { type Content, type Element, el } from '../../../src/dav/xml/element.ts'
import { CALENDARSERVER, DAV } from '../../../src/dav/xml/names.ts'

const property = (attributes: Record<string, string>, ...children: Content[]) =>
  el(DAV, 'property', children, attributes)
const expand = (...children: Content[]) => el(DAV, 'expand-property', children)

describe('DAV:expand-property requests (RFC 3253 §3.8)', () => {
  it('becomes a tree of names, DAV: where no namespace is given', () => {
    const body = expand(
      '\n',
      property(
        { name: 'calendar-proxy-write-for', namespace: CALENDARSERVER },
        property({ name: 'displayname' }),
      ),
    )
    expect(readExpansions(body)).to.deep.equal([
      {
        namespace: CALENDARSERVER,
        name: 'calendar-proxy-write-for',
        inner: [{ namespace: DAV, name: 'displayname', inner: [] }],
      },
    ])
  })

  it('refuses nameless properties', () => {
    expect(() => readExpansions(expand(property({}))))
      .to.throw(HttpError)
      .with.property('status', 400)
  })

  it('refuses names that no element can have: they would break the answer', () => {
    for (const name of ['//', 'a b', 'a:b', '1a', '<x', 'a"b', 'é×']) {
      expect(() => readExpansions(expand(property({ name }))), name)
        .to.throw(HttpError)
        .with.property('status', 400)
    }
    expect(readExpansions(expand(property({ name: 'größe' })))).to.have.length(1)
  })

  it('refuses to follow hrefs without end', () => {
    let tree: Element = property({ name: 'owner' })
    for (let depth = 0; depth < 10; depth += 1) tree = property({ name: 'owner' }, tree)
    expect(() => readExpansions(expand(tree))).to.throw(PreconditionError)
    const wide = Array.from({ length: 300 }, () => property({ name: 'owner' }))
    expect(() => readExpansions(expand(...wide))).to.throw(PreconditionError)
  })
})
