import { expect } from 'chai'
import { catalogueFor, LANGUAGES } from '../../src/mail/languages/index.ts'

/** Every sentence by the way to it. */
function sentences(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  return Object.entries(value as Record<string, unknown>).flatMap(([key, each]) =>
    sentences(each, `${path}/${key}`),
  )
}

function placeholders(sentence: string): string[] {
  return [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort()
}

describe('the languages of mails', () => {
  const english = new Map(sentences(LANGUAGES.en))

  for (const [name, catalogue] of Object.entries(LANGUAGES)) {
    it(`${name} says the same things, about the same`, () => {
      const own = sentences(catalogue)
      expect(own.map(([path]) => path).sort()).to.deep.equal([...english.keys()].sort())
      for (const [path, sentence] of own) {
        expect(sentence.trim(), path).not.to.equal('')
        expect(placeholders(sentence), path).to.deep.equal(placeholders(english.get(path) ?? ''))
      }
      expect(Intl.getCanonicalLocales(catalogue.tag)).to.deep.equal([catalogue.tag])
    })
  }

  it('are found by any form of a locale, English for others', () => {
    expect(catalogueFor('de-AT')).to.equal(LANGUAGES.de)
    expect(catalogueFor('zh_CN.UTF-8')).to.equal(LANGUAGES.zh)
    expect(catalogueFor('FR')).to.equal(LANGUAGES.fr)
    expect(catalogueFor('fi')).to.equal(LANGUAGES.en)
    expect(catalogueFor('')).to.equal(LANGUAGES.en)
  })
})
