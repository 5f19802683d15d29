import { expect } from 'chai'
import { choose, type Entry, loadCatalogue, titleOf } from '../../conformance/catalogue.ts'
import { citationsIn } from '../../conformance/requirements/citations.ts'

describe('catalogue of the conformance suite', () => {
  let entries: readonly Entry[]
  before(async () => {
    entries = await loadCatalogue()
  })

  const titles = (): string[] =>
    entries.flatMap(({ section }) => section.tests.map((test) => titleOf(section, test)))

  it('has no two tests of one title, for reports tell them apart by it', () => {
    const all = titles()
    expect(all.filter((title, index) => all.indexOf(title) !== index)).to.deep.equal([])
  })

  it('cites a section in every test of a standard', () => {
    const vague = entries
      .filter(({ group }) => /^rfc/.test(group))
      .flatMap(({ section }) => section.tests.map((test) => titleOf(section, test)))
    expect(vague.filter((title) => citationsIn(title).length === 0)).to.deep.equal([])
  })

  it('says the rule of every test in a sentence', () => {
    const tests = entries.flatMap(({ section }) => section.tests)
    expect(tests.filter(({ rule }) => !/^.{10,}[.)]$/.test(rule)).map((test) => test.title)).to.deep.equal([])
  })

  it('chooses by group, by the beginning of a section, and by words of a title', () => {
    expect(new Set(choose(entries, ['rfc6638']).map((each) => each.group))).to.deep.equal(
      new Set(['rfc6638']),
    )
    expect(choose(entries, ['rfc4791/7.8']).map((each) => each.id)).to.deep.equal([
      'rfc4791/7.8-calendar-query',
    ])
    const named = choose(entries, ['sync-token']).flatMap(({ section }) => section.tests)
    expect(named.length).to.be.within(1, titles().length - 1)
  })

  it('leaves out what is excepted', () => {
    const without = choose(entries, ['rfc6638'], ['rfc6638/5']).map((each) => each.id)
    expect(without).not.to.include('rfc6638/5-free-busy')
    expect(without).to.include('rfc6638/7-parameters')
  })
})
