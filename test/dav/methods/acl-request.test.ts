import { expect } from 'chai'
import { READ, WRITE } from '../../../src/calendar/privileges.ts'
import { HttpError } from '../../../src/dav/errors.ts'
import { readAces } from '../../../src/dav/methods/acl-request.ts'
import { type Content, type Element, el } from '../../../src/dav/xml/element.ts'
import { DAV } from '../../../src/dav/xml/names.ts'

const d = (name: string, ...children: Content[]) => el(DAV, name, children)
const privilege = (...names: string[]) => names.map((name) => d('privilege', d(name)))
const grant = (...names: string[]) => d('grant', ...privilege(...names))
const ace = (principal: Element, ...rest: Element[]) => d('ace', d('principal', principal), ...rest)
const usernameOf = (href: string) => /^\/people\/(\w+)\/$/.exec(href)?.[1]
const read = (...aces: Element[]) => readAces(d('acl', ...aces), usernameOf)

describe('DAV:acl requests (RFC 3744 §8.1)', () => {
  it('become requested entries', () => {
    expect(read(ace(d('href', ' /people/bob/ '), grant('read', 'write')))).to.deep.equal([
      {
        principal: { kind: 'principal', username: 'bob' },
        isInverted: false,
        isDeny: false,
        privileges: READ | WRITE,
        isProtected: false,
        isInherited: false,
      },
    ])
  })

  it('tell principals apart', () => {
    const kinds = read(
      ace(d('authenticated'), grant('read')),
      ace(d('all'), grant('read')),
      ace(d('unauthenticated'), grant('read')),
      ace(d('self'), grant('read')),
      ace(d('property', d('owner')), grant('read')),
      ace(d('property', d('group')), grant('read')),
      ace(d('href', '/nobody/'), grant('read')),
    ).map(({ principal }) => principal)
    expect(kinds).to.deep.equal([
      { kind: 'authenticated' },
      { kind: 'all' },
      { kind: 'unauthenticated' },
      { kind: 'self' },
      { kind: 'owner' },
      { kind: 'property' },
      { kind: 'principal', username: undefined },
    ])
  })

  it('keep what the use case decides on: deny, invert, protected, inherited, unknown privileges', () => {
    const [first, second, third] = read(
      ace(d('all'), d('deny', ...privilege('write')), d('protected')),
      d('ace', d('invert', d('principal', d('all'))), grant('read'), d('inherited', d('href', '/x/'))),
      ace(d('all'), grant('read', 'teleport')),
    )
    expect(first).to.include({ isDeny: true, isProtected: true })
    expect(second).to.include({ isInverted: true, isInherited: true })
    expect(third).to.include({ privileges: undefined })
  })

  it('refuses entries of another shape', () => {
    for (const malformed of [
      d('ace', grant('read')),
      ace(d('all')),
      ace(d('all'), grant('read'), d('deny', ...privilege('read'))),
      ace(d('everyone'), grant('read')),
    ]) {
      expect(() => read(malformed))
        .to.throw(HttpError)
        .with.property('status', 400)
    }
  })
})
