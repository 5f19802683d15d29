import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const program = fileURLToPath(new URL('../../conformance/run.ts', import.meta.url))

function conformance(...args: readonly string[]): { code: number | null; stderr: string } {
  const all = ['--import', 'tsx', program, ...args]
  const { status, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' })
  return { code: status, stderr: stderr.trim() }
}

describe('the command of the conformance suite', function () {
  this.timeout(60_000)

  it('says in one line that nothing listens at the address', () => {
    const { code, stderr } = conformance('--url', 'http://127.0.0.1:1', '--user', 'alice', '--password', 'x')
    expect(code).to.equal(2)
    expect(stderr).to.match(/^PROPFIND .* got no answer: .*ECONNREFUSED.*$/)
  })

  it('says in one line that the host is not there', () => {
    const { code, stderr } = conformance(
      '--url',
      'http://nowhere.invalid',
      '--user',
      'alice',
      '--password',
      'x',
    )
    expect(code).to.equal(2)
    expect(stderr).to.match(/^PROPFIND .* got no answer: .*nowhere\.invalid$/)
  })
})
