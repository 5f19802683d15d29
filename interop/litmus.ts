import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Checks, expectThat } from './checks.ts'
import { command, isInstalled } from './command.ts'
import { makePlainCollection, removeCollection } from './plain-collection.ts'
import type { Account, RunningServer } from './server.ts'

const SUITES = ['basic', 'copymove', 'props', 'locks', 'http'] as const

/** litmus 0.13, every suite, on a plain collection under the home (docs/interop.md says why not a calendar). */
export async function run(server: RunningServer): Promise<Checks> {
  const checks = new Checks('litmus')
  if (!(await isInstalled('litmus'))) {
    checks.skip('litmus is not installed')
    return checks
  }
  const account = server.accounts[0] as Account
  const url = await makePlainCollection(server, account, 'litmus-tests')
  // litmus writes its logs into the working directory.
  const cwd = await mkdtemp(join(tmpdir(), 'litmus-'))
  try {
    for (const suite of SUITES) await runSuite(checks, suite, { url, account, cwd })
  } finally {
    await rm(cwd, { recursive: true, force: true })
    await removeCollection(url, account)
  }
  return checks
}

async function runSuite(
  checks: Checks,
  suite: string,
  { url, account, cwd }: { url: string; account: Account; cwd: string },
): Promise<void> {
  const { stdout, stderr } = await command('litmus', [url, account.username, account.password], {
    cwd,
    env: { TESTS: suite },
  })
  const results = readResults(stdout)
  await checks.check(`${suite}: every test is run`, () => {
    const counted = Number(/of (\d+) tests run/.exec(stdout)?.[1] ?? 0)
    expectThat(counted > 0 && counted === results.length, stdout + stderr)
  })
  for (const { test, verdict, detail } of results) {
    if (verdict === 'SKIPPED') {
      checks.skip(`${suite}: ${test} ${detail}`)
      continue
    }
    await checks.check(`${suite}: ${test}`, () => {
      if (verdict !== 'pass') throw new Error(`${verdict} ${detail}`)
    })
  }
}

interface Result {
  readonly test: string
  readonly verdict: string
  /** What litmus says besides: the reason of a failure, or its warnings. */
  readonly detail: string
}

/**
 * Reads lines like ` 3. put_get............... pass`. A test that warns prints its WARNING lines before the
 * verdict, which then repeats the dots without the name; a pass with warnings counts as a failure here.
 */
function readResults(output: string): Result[] {
  const results: Result[] = []
  let warned: string[] = []
  let name = ''
  for (const line of output.replaceAll('\r', '\n').split('\n')) {
    const started = /^\s*\d+\. (\w+)\.*(?:\s+(.*))?$/.exec(line)
    if (started !== null) name = started[1] as string
    const rest = (started ? (started[2] ?? '') : line.trim()).replace(/^\.+\s*/, '')
    if (rest.startsWith('WARNING')) warned.push(rest)
    const verdict = /^(pass|FAIL|SKIPPED|XFAIL)\b\s*(.*)$/.exec(rest)
    if (verdict === null || name === '') continue
    const [, word, reason] = verdict as unknown as [string, string, string]
    const isWarned = word === 'pass' && warned.length > 0
    results.push({ test: name, verdict: isWarned ? 'WARNING' : word, detail: [reason, ...warned].join(' ') })
    warned = []
    name = ''
  }
  return results
}
