/**
 * Compares random rules, instance by instance, with Debian's libical (packages libical-dev, gcc, pkg-config):
 *
 *     node --import tsx scripts/compare-libical.ts [rules] [seed]
 *
 * A difference must be of a class known (scripts/libical/differences.ts), and where the literal oracle of the
 * tests can answer too, it must be on our side; otherwise the run fails and prints the rule.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RecurrenceLimitError } from '../src/ical/errors.ts'
import { type RandomRule, RuleMaker } from '../test/support/random-rules.ts'
import { expandRule, startOf, writeLike } from '../test/support/recurrence-table.ts'
import { oracle } from '../test/support/rule-oracle.ts'
import { DIFFERENCES, readRule } from './libical/differences.ts'

const INSTANCES = 12
/** libical ends in 2582 and the oracle in 2100: what is later is not compared. */
const END = '2100'

async function main(count: number, seed: number): Promise<number> {
  const maker = new RuleMaker(seed)
  const cases = Array.from({ length: count }, () => maker.next())
  const asked = askLibical(cases)
  const own = cases.map(expandOurs)
  const answers = await asked
  const tally = new Map<string, number>()
  let unexplained = 0
  for (const [index, random] of cases.entries()) {
    const outcome = judge(random, own[index], answers[index] ?? '')
    tally.set(outcome.name, (tally.get(outcome.name) ?? 0) + 1)
    if (outcome.detail === undefined) continue
    unexplained++
    console.log(`${outcome.name}: ${random.rule} from ${random.start}\n${outcome.detail}`)
  }
  console.log(`${count} rules from seed ${seed}`)
  for (const [name, number] of [...tally].sort((a, b) => b[1] - a[1]))
    console.log(`${String(number).padStart(7)}  ${name}`)
  return unexplained === 0 ? 0 : 1
}

interface Outcome {
  readonly name: string
  /** Set when the outcome needs a person to look at it. */
  readonly detail?: string
}

function judge({ rule, start }: RandomRule, ours: string | undefined, answer: string): Outcome {
  if (answer === 'TIMEOUT' || answer === 'CRASHED')
    return { name: `no answer from libical (${answer.toLowerCase()})` }
  if (ours === undefined) return { name: 'refused by us: too much work' }
  const isRefused = answer === 'REFUSED'
  const theirs = isRefused ? '' : cut(answer.split(','))
  if (ours === theirs) return { name: ours === '' ? 'same: nothing' : 'same' }
  // It is slow, and has rules of its own to look at in the tests: it decides where the two differ.
  const literal = expandLiterally(rule, start)
  if (literal !== undefined && literal !== ours) {
    return { name: 'NOT WHAT THE RFC SAYS', detail: `  ours   ${ours}\n  oracle ${literal}` }
  }
  const parts = readRule(rule)
  const known = DIFFERENCES.find(({ expands, refuses }) => (isRefused ? refuses : expands)?.(parts) === true)
  const certainty = literal === undefined ? 'not checked by the oracle' : 'oracle on our side'
  if (known === undefined) return { name: 'UNEXPLAINED', detail: `  ours    ${ours}\n  libical ${answer}` }
  return { name: `${isRefused ? 'libical refuses' : 'libical differs'}: ${known.name} (${certainty})` }
}

function expandOurs({ rule, start }: RandomRule): string | undefined {
  try {
    return cut(expandRule(rule, start, { max: INSTANCES }))
  } catch (error) {
    if (error instanceof RecurrenceLimitError) return undefined
    throw error
  }
}

function expandLiterally(rule: string, start: string): string | undefined {
  const { local, isDate } = startOf(start)
  return oracle(rule, local, isDate, INSTANCES)
    ?.map((at) => writeLike(at, start))
    .join()
}

function cut(instances: readonly string[]): string {
  return instances.filter((text) => text !== '' && text < END).join()
}

/** libical 3.0.16 gives the times of a day in the order the rule lists them, which in a list means nothing. */
function inOrder(rule: string): string {
  return rule.replace(/(BYHOUR|BYMINUTE|BYSECOND)=([\d,]+)/g, (_, name: string, list: string) => {
    const numbers = list.split(',').map(Number)
    return `${name}=${numbers.sort((a, b) => a - b).join()}`
  })
}

/** One process for all, which reads and writes files, so that it never waits for this one. */
async function askLibical(cases: readonly RandomRule[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kalends-libical-'))
  try {
    const program = join(folder, 'expand-rules')
    const source = fileURLToPath(new URL('libical/expand-rules.c', import.meta.url))
    const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'libical'], { encoding: 'utf8' })
    execFileSync('cc', ['-O2', '-Wall', '-o', program, source, ...flags.trim().split(/\s+/)])
    const [input, output] = [join(folder, 'cases'), join(folder, 'answers')]
    writeFileSync(
      input,
      cases.map(({ rule, start }) => `${inOrder(rule)}\t${start}\t${INSTANCES}\n`).join(''),
    )
    const child = spawn(program, { stdio: [openSync(input, 'r'), openSync(output, 'w'), 'ignore'] })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`libical's program ended with ${code}`)
    return readFileSync(output, 'utf8').split('\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

process.exitCode = await main(Number(process.argv[2] ?? 20_000), Number(process.argv[3] ?? 1))
