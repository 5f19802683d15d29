import { expect } from 'chai'
import Mocha from 'mocha'
import type { runSuite } from '../../conformance/engine/suite.ts'
import { inFull } from '../../conformance/report/console.ts'
import type { Result } from '../../conformance/report/result.ts'
import { examine, type Target } from '../../conformance/target/target.ts'
import { useApp } from '../support/app.ts'
import { property, responseHeader, responseText, status, withoutHeader } from './changes.ts'
import type { Mutation } from './message.ts'
import { type BreakingProxy, startProxy } from './proxy.ts'

const password = 'correct horse battery staple'
const authorization = Buffer.from(`alice:${password}`).toString('base64')

describe('a failure of the conformance suite', () => {
  const app = useApp()
  let proxy: BreakingProxy
  let target: Target
  let run: typeof runSuite

  before(async () => {
    // As the suite loads its own sections, so that both know the same class of errors.
    run = (await import('../../conformance/engine/suite.ts')).runSuite
    await app().user('alice')
    proxy = await startProxy(new URL(app().url))
    target = await examine(proxy.url, [{ username: 'alice', password }])
  })
  after(() => proxy.close())

  const failuresOf = async (only: string, change: Partial<Mutation>): Promise<readonly Result[]> => {
    proxy.use({ name: 'breaks', rule: '', sections: [], ...change })
    const results = await run({ target, only: [only], atOnce: 1, reporter: Mocha.reporters.Base })
    proxy.use(undefined)
    return results.filter((each) => each.outcome.state === 'failed')
  }

  const breaks: readonly (readonly [what: string, only: string, change: Partial<Mutation>, shown: RegExp])[] =
    [
      [
        'a header is ignored',
        'answer 412 to a stale If-Match',
        { request: withoutHeader('if-match') },
        /< 204/,
      ],
      ['a status is wrong', 'rfc4918/9.6', { response: status(204, 500, ['DELETE']) }, /> DELETE/],
      [
        'a header is missing',
        'rfc4918/18',
        { response: responseHeader('dav', () => undefined) },
        /> OPTIONS[\s\S]*< 200/,
      ],
      [
        'a property is wrong',
        'rfc5397',
        { response: property('current-user-principal', (value) => value.replace('alice', 'carol')) },
        /carol/,
      ],
      [
        'XML is broken',
        'rfc4918/9.1',
        { response: responseText((text) => text.replace('</D:multistatus>', '')) },
        /> PROPFIND[\s\S]*< 207/,
      ],
      [
        'the password is shown to everybody',
        'rfc4918/9.1',
        { response: responseText((text) => `${text}${password}`) },
        /\*\*\*/,
      ],
    ]

  for (const [what, only, change, shown] of breaks) {
    it(`shows the exchange, what was wanted and the rule when ${what}`, async () => {
      const [first] = await failuresOf(only, change)
      if (first?.outcome.state !== 'failed') return expect.fail('nothing failed')
      const { failure } = first.outcome
      const text = inFull(failure)
      expect(text).to.match(shown)
      expect(text).to.include(`the rule: ${failure.rule}`)
      expect(failure.message).not.to.equal('')
      expect(text).to.match(/> Authorization: \*\*\*/)
      expect(text).not.to.include(password)
      expect(text).not.to.include(authorization)
      return undefined
    })
  }

  it('gives both sides of a comparison', async () => {
    const failures = await failuresOf('rfc4918/9.7', { request: withoutHeader('if-match') })
    const compared = failures.map(({ outcome }) =>
      outcome.state === 'failed' ? `${outcome.failure.expected}, not ${outcome.failure.actual}` : '',
    )
    expect(compared).to.include('412, not 204')
  })
})
