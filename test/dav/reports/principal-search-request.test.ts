import { expect } from 'chai'
import { HttpError } from '../../../src/dav/errors.ts'
import { readSearchTests } from '../../../src/dav/reports/principal-search-request.ts'
import { type Content, type Element, el } from '../../../src/dav/xml/element.ts'
import { CALDAV, CALENDARSERVER, DAV } from '../../../src/dav/xml/names.ts'

const DISPLAYNAME = el(DAV, 'displayname')
const EMAIL = el(CALENDARSERVER, 'email-address-set')
const ADDRESS = el(CALDAV, 'calendar-user-address-set')
const TITLE = el('urn:example', 'title')

const search = (props: Element[], text: string, attributes: Record<string, string> = {}) =>
  el(DAV, 'property-search', [el(DAV, 'prop', props), el(DAV, 'match', [text], attributes)])
const body = (attributes: Record<string, string>, ...children: Content[]) =>
  el(DAV, 'principal-property-search', children, attributes)

describe('DAV:principal-property-search requests (RFC 3744 §9.4)', () => {
  it('looks for caseless substrings that must all match', () => {
    expect(readSearchTests(body({}, search([DISPLAYNAME], 'doE'), search([EMAIL], 'example')))).to.deep.equal(
      {
        anyOf: false,
        tests: [
          { field: 'name', match: 'contains', text: 'doE' },
          { field: 'email', match: 'contains', text: 'example' },
        ],
      },
    )
  })

  it('reads the attributes Apple sends', () => {
    const sent = body(
      { test: 'anyof' },
      search([DISPLAYNAME], 'al', { 'match-type': 'starts-with', caseless: 'yes' }),
      search([EMAIL], 'al', { 'match-type': 'contains' }),
    )
    expect(readSearchTests(sent)).to.deep.equal({
      anyOf: true,
      tests: [
        { field: 'name', match: 'starts-with', text: 'al' },
        { field: 'email', match: 'contains', text: 'al' },
      ],
    })
  })

  it('finds addresses with and without their scheme', () => {
    expect(readSearchTests(body({}, search([ADDRESS], 'MAILTO:al@example.test')))?.tests).to.deep.equal([
      { field: 'email', match: 'contains', text: 'al@example.test' },
    ])
  })

  it('matches nobody by a property that cannot be searched, without an error', () => {
    expect(readSearchTests(body({}, search([TITLE], 'x')))).to.equal(undefined)
    expect(readSearchTests(body({}, search([TITLE, DISPLAYNAME], 'x')))).to.equal(undefined)
    expect(readSearchTests(body({ test: 'anyof' }, search([TITLE, DISPLAYNAME], 'x')))?.tests).to.have.length(
      1,
    )
  })

  it('refuses a search for nothing', () => {
    expect(() => readSearchTests(body({}))).to.throw(HttpError)
    expect(() => readSearchTests(body({}, el(DAV, 'property-search', [el(DAV, 'prop')])))).to.throw(HttpError)
  })
})
