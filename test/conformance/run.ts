import { writeFile } from 'node:fs/promises'
import Mocha from 'mocha'
import { runSuite } from '../../conformance/engine/suite.ts'
import { readOptions } from '../../conformance/options.ts'
import type { Result } from '../../conformance/report/result.ts'
import { startServer } from '../../conformance/servers/start.ts'
import { examine, type Target } from '../../conformance/target/target.ts'
import type { Mutation } from './message.ts'
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

interface Verdict {
  readonly mutation: Mutation
  readonly caughtBy: readonly string[]
}

/** Puts the proxy between suite and server, breaks one rule after the other, and writes which tests noticed. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  const server = options.url ? undefined : await startServer('kalends')
  const proxy = await startProxy(server?.url ?? (options.url as URL))
  try {
    const target = await examine(proxy.url, server?.credentials ?? options.credentials)
    const chosen = mutations.filter(
      ({ name }) => options.only.length === 0 || options.only.some((word) => name.includes(word)),
    )
    const verdicts = await judge(proxy, target, chosen)
    if (options.only.length === 0) await writeFile(page, report(verdicts))
    const missed = verdicts.filter((each) => each.caughtBy.length === 0).map((each) => each.mutation.name)
    process.stdout.write(
      `${verdicts.length - missed.length} of ${verdicts.length} caught\n${missed.map((name) => `not caught: ${name}\n`).join('')}`,
    )
    return missed.length > 0 ? 1 : 0
  } finally {
    await proxy.close()
    await server?.stop()
  }
}

async function judge(proxy: BreakingProxy, target: Target, chosen: readonly Mutation[]): Promise<Verdict[]> {
  const sections = [...new Set(chosen.flatMap((each) => each.sections))]
  const failing = new Set(failed(await run(target, sections)))
  const verdicts: Verdict[] = []
  for (const mutation of chosen) {
    proxy.use(mutation)
    const results = await run(target, mutation.sections)
    proxy.use(undefined)
    const caughtBy = failed(results).filter((title) => !failing.has(title))
    process.stderr.write(`${mutation.name}: ${caughtBy.length} of ${results.length}\n`)
    verdicts.push({ mutation, caughtBy })
  }
  return verdicts
}

function run(target: Target, only: readonly string[]): Promise<readonly Result[]> {
  return runSuite({ target, only, atOnce: 4, reporter: Mocha.reporters.Base })
}

function failed(results: readonly Result[]): string[] {
  return results
    .filter((each) => each.outcome.state === 'failed')
    .map((each) => `${each.section}: ${each.title}`)
}

function report(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ mutation, caughtBy }) => {
    const [first = '—'] = caughtBy
    return `| ${mutation.name} | ${mutation.rule} | ${caughtBy.length} | ${first.replaceAll('|', '\\|')} |`
  })
  const head = [
    '# What the conformance suite notices',
    '',
    'A proxy between the suite and this server breaks one rule at a time (`test/conformance/mutations/`). Every break',
    'has to be noticed by at least one test. Written by `npm run conformance:mutations`.',
    '',
    '| A server that … | breaks | noticed by | for example |',
    '| --- | --- | ---: | --- |',
  ]
  return `${[...head, ...rows].join('\n')}\n`
}

process.exitCode = await main(process.argv.slice(2))
