import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import Mocha from 'mocha'
import { runSuite } from '../../conformance/engine/suite.ts'
import { startServer } from '../../conformance/servers/start.ts'
import { examine, type Target } from '../../conformance/target/target.ts'
import type { Mutation } from './message.ts'
import { mutationPage, type Verdict } from './mutation-page.ts'
import { answerMutations } from './mutations/answers.ts'
import { calendarMutations } from './mutations/calendars.ts'
import { requestMutations } from './mutations/requests.ts'
import { storageMutations } from './mutations/storage.ts'
import { type BreakingProxy, startProxy } from './proxy.ts'

const mutations: readonly Mutation[] = [
  ...requestMutations,
  ...storageMutations,
  ...answerMutations,
  ...calendarMutations,
]
const page = new URL('../../docs/conformance-mutations.md', import.meta.url)
const witnessFile = new URL('./witnesses.json', import.meta.url)
/** How many tests a break is shown to in the short run: a second one, should the first not notice. */
const witnessLimit = 2

/** What a break is shown to, one part after the other until one notices it. */
type Scope = readonly (readonly string[])[]

/**
 * Puts a proxy between suite and server and breaks one rule after the other. The short run shows each break to the
 * tests that are known to notice it; `--full` shows it to whole sections, and writes who noticed. `--only WORD` takes
 * the breaks with the word in their name. Fails when a break passes unnoticed.
 */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { full: { type: 'boolean' }, only: { type: 'string', default: '' } },
  })
  const chosen = mutations.filter(({ name }) => name.includes(values.only))
  const known = await readWitnesses()
  const scope = (mutation: Mutation): Scope => {
    const witnesses = values.full ? undefined : known[mutation.name]
    return witnesses?.map((title) => [title]) ?? [mutation.sections]
  }
  const verdicts = await withServer((proxy, target) => judge(proxy, target, chosen, scope))
  if (values.full && values.only === '') await write(verdicts)
  const missed = verdicts.filter((each) => each.caughtBy.length === 0).map((each) => each.mutation.name)
  for (const name of missed) process.stdout.write(`not noticed: a server that ${name}\n`)
  process.stdout.write(`${verdicts.length - missed.length} passed, ${missed.length} failed\n`)
  return missed.length > 0 ? 1 : 0
}

async function withServer<T>(work: (proxy: BreakingProxy, target: Target) => Promise<T>): Promise<T> {
  const server = await startServer('kalends')
  const proxy = await startProxy(server.url)
  try {
    return await work(proxy, await examine(proxy.url, server.credentials))
  } finally {
    await proxy.close()
    await server.stop()
  }
}

async function judge(
  proxy: BreakingProxy,
  target: Target,
  chosen: readonly Mutation[],
  scope: (mutation: Mutation) => Scope,
): Promise<Verdict[]> {
  const passing = await titlesThat('passed', target, [...new Set(chosen.flatMap(scope).flat())])
  const verdicts: Verdict[] = []
  for (const mutation of chosen) {
    proxy.use(mutation)
    let caughtBy: string[] = []
    for (const only of scope(mutation)) {
      const failing = await titlesThat('failed', target, only)
      caughtBy = [...failing].filter((title) => passing.has(title))
      if (caughtBy.length > 0) break
    }
    proxy.use(undefined)
    process.stderr.write(caughtBy.length > 0 ? '.' : 'F')
    verdicts.push({ mutation, caughtBy })
  }
  process.stderr.write('\n')
  return verdicts
}

/** The titles of the tests that end so. */
async function titlesThat(
  state: 'passed' | 'failed',
  target: Target,
  only: readonly string[],
): Promise<ReadonlySet<string>> {
  const results = await runSuite({ target, only, atOnce: 4, reporter: Mocha.reporters.Base })
  return new Set(results.filter((each) => each.outcome.state === state).map((each) => each.title))
}

async function readWitnesses(): Promise<Readonly<Record<string, readonly string[]>>> {
  return JSON.parse(await readFile(witnessFile, 'utf8'))
}

async function write(verdicts: readonly Verdict[]): Promise<void> {
  const witnesses = verdicts.map(({ mutation, caughtBy }) => [mutation.name, caughtBy.slice(0, witnessLimit)])
  await writeFile(witnessFile, `${JSON.stringify(Object.fromEntries(witnesses), null, 2)}\n`)
  await writeFile(page, mutationPage(verdicts))
}

process.exitCode = await main(process.argv.slice(2))
