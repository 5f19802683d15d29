import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { waitFor } from './process.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The README's command, with npm and its shell in between, which handle signals in their own ways. */
describe('npm start', function () {
  this.timeout(180_000)
  let dataDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'kalends-npm-'))
  })
  afterEach(() => {
    for (const pid of left()) process.kill(pid, 'SIGKILL')
    rmSync(dataDir, { recursive: true, force: true })
  })

  /** The Postgres processes of this test. */
  function left(): number[] {
    try {
      return execFileSync('pgrep', ['-f', dataDir], { encoding: 'utf8' }).trim().split('\n').map(Number)
    } catch {
      return []
    }
  }

  async function expectNothingLeft(output: string): Promise<void> {
    expect(left()).to.deep.equal([])
    const url = /"url":"([^"]+)"/.exec(output)?.[1] ?? ''
    const failure = await fetch(url).catch((error) => error.cause)
    expect(failure).to.have.property('code', 'ECONNREFUSED')
    const pid = Number(/"pid":(\d+)/.exec(output)?.[1])
    expect(() => process.kill(pid, 0)).to.throw('ESRCH')
  }

  async function start(
    command: string,
    args: readonly string[],
  ): Promise<{ child: ChildProcess; output(): string }> {
    const env = { ...process.env, DATA_DIR: dataDir, PORT: '0' }
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    await waitFor(() => (output.includes('vdirsyncer:') ? true : undefined), 120_000)
    return { child, output: () => output }
  }

  it('stops everything on a SIGTERM to npm, and says that all went well', async () => {
    const { child, output } = await start('npm', ['start'])
    expect(output()).to.match(/password: +\S+/)
    child.kill('SIGTERM')
    const [code] = await once(child, 'close')
    expect(code).to.equal(0)
    await expectNothingLeft(output())
  })

  it('stops everything on Ctrl-C in a terminal, which signals Postgres and npm alike', async () => {
    // exec: a shell that stays in between (dash) is hit by the signal too, and answers 130 for itself.
    const { child, output } = await start('script', ['-qec', 'exec npm start', '/dev/null'])
    child.stdin?.write('\x03')
    const [code] = await once(child, 'close')
    expect(code).to.equal(0)
    expect(output()).to.include('"stopped"')
    await expectNothingLeft(output())
  })
})
