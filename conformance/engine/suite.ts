import Mocha from 'mocha'
import { choose, type Entry, loadCatalogue, titleOf } from '../catalogue.ts'
import { closeConnections } from '../client/http.ts'
import { type Result, resultOf } from '../report/result.ts'
import type { Target } from '../target/target.ts'
import type { Run } from './context.ts'
import { execute } from './execute.ts'
import type { Outcome } from './outcome.ts'
import { Scheduler } from './scheduler.ts'

/** What to run against what, and how to tell. */
export interface SuiteOptions {
  readonly target: Target
  readonly only: readonly string[]
  readonly except?: readonly string[]
  readonly atOnce: number
  /** A mocha reporter: its name or class. */
  readonly reporter: string | Mocha.ReporterConstructor
  /** Once aborted, no more tests begin; those that run end and clean up. */
  readonly signal?: AbortSignal
}

/** Runs the chosen tests and gives every verdict, in the order of the catalogue. Throws only on its own faults. */
export async function runSuite(options: SuiteOptions): Promise<readonly Result[]> {
  const entries = choose(await loadCatalogue(), options.only, options.except)
  const run: Run = {
    target: options.target,
    made: new Map(),
    sharedContext: undefined,
    unanswered: 0,
    signal: options.signal,
  }
  const scheduler = new Scheduler(options.atOnce)
  const mocha = new Mocha({ reporter: options.reporter, timeout: 0 })
  const results: Result[] = []
  for (const entry of entries) addSection(mocha, scheduler, run, entry, results)
  scheduler.start()
  await new Promise<void>((resolve) => void mocha.run(() => resolve()))
  mocha.dispose()
  await run.sharedContext?.cleanUp()
  closeConnections()
  return results
}

function addSection(mocha: Mocha, scheduler: Scheduler, run: Run, entry: Entry, results: Result[]): void {
  const { section } = entry
  const suite = Mocha.Suite.create(mocha.suite, `${entry.id}: ${section.title}`)
  for (const test of section.tests) {
    const outcome = scheduler.add(section.lane, () => execute(run, section, test))
    const reported = new Mocha.Test(titleOf(section, test), async function (this: Mocha.Context) {
      const ended = await outcome
      results.push(resultOf(entry, test, ended))
      if (ended.state === 'skipped') this.skip()
      if (ended.state === 'failed') throw asError(ended)
    })
    suite.addTest(reported)
  }
}

function asError(outcome: Outcome & { state: 'failed' }): Error {
  const { message, expected, actual, rule } = outcome.failure
  return new Error(`${message}\n  expected: ${expected}\n  actual:   ${actual}\n  rule:     ${rule}`)
}
