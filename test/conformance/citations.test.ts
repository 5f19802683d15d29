import { expect } from 'chai'
import { citationsIn, malformedIn } from '../../conformance/requirements/citations.ts'
import type { Row } from '../../conformance/requirements/coverage.ts'
import { gaps } from '../../conformance/requirements/coverage.ts'
import { coveragePage, stablePart } from '../../conformance/requirements/page.ts'

// Written in two parts, or the check of this file itself would complain.
const rfc = 'RFC'

describe('citations', () => {
  it('finds each section a text names', () => {
    expect(citationsIn('// RFC 4791 §7.8, §9.6.5 and RFC 6638 §3.2.1: so it is.')).to.deep.equal([
      { rfc: '4791', section: '7.8' },
      { rfc: '4791', section: '9.6.5' },
      { rfc: '6638', section: '3.2.1' },
    ])
  })

  it('finds a section alone after its RFC in one paragraph, not in the next', () => {
    expect(citationsIn('RFC 4791\n§7.8\n\n§1')).to.deep.equal([{ rfc: '4791', section: '7.8' }])
  })

  for (const wrong of [
    `${rfc}4791 §7.8`,
    `${rfc}-4791`,
    `${rfc} 4791, section 7.8`,
    `${rfc} 4791 Section 7.8`,
    `${rfc} 4791 sec. 7.8`,
    `${rfc} 4791, § 7.8`,
    `${rfc} 4791§7.8`,
    `${rfc} 4791 7.8`,
    `${rfc.toLowerCase()} 4791 §7.8`,
  ]) {
    it(`complains of "${wrong}"`, () => {
      expect(malformedIn(`fine\n// ${wrong}: …`).map((each) => each.line)).to.deep.equal([2])
    })
  }

  for (const right of [
    'RFC 4791 §7.8',
    'RFC 7809',
    'rfc/rfc4791.txt',
    'rfc4791/7.8-calendar-query',
    '(RFC 5545 §A)',
  ]) {
    it(`leaves "${right}" alone`, () => {
      expect(malformedIn(right)).to.deep.equal([])
    })
  }
})

describe('coverage of standards', () => {
  const row: Row = {
    rfc: '4791',
    section: '7.8',
    title: 'Query',
    suite: [],
    code: [],
    unitTests: [],
    exemption: undefined,
  }

  it('misses a MUST that neither a test nor a reason stands for', () => {
    const rows = [
      row,
      { ...row, suite: ['rfc4791/7.8'] },
      { ...row, unitTests: ['test/dav/x.test.ts'] },
      { ...row, exemption: 'binds clients' },
    ]
    expect(gaps(rows)).to.deep.equal([row])
  })

  it('is out of date when the suite changes, not when the code does', () => {
    const page = (change: Partial<Row>) => stablePart(coveragePage([{ ...row, suite: ['one'], ...change }]))
    expect(page({ code: ['src/dav/x.ts'], unitTests: ['test/ical/x.test.ts'] })).to.equal(page({}))
    expect(page({ suite: ['one', 'two'] })).not.to.equal(page({}))
    expect(page({ exemption: 'binds clients' })).not.to.equal(page({}))
  })
})
