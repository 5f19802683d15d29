import { AssertionError } from 'chai'
import { describeExchange } from '../client/exchange.ts'
import { NoAnswerError } from '../client/http.ts'
import { lackOf } from '../target/abilities.ts'
import { type Run, TestContext } from './context.ts'
import { type Failure, type Outcome, Skipped } from './outcome.ts'
import type { ConformanceTest, Section } from './section.ts'

const timeLimit = 60_000
/** After so many tests without an answer the server is taken for gone, and the rest is not judged. */
const patience = 8

/** Runs one test from its needs to its cleaning up, and says how it ended; never throws. */
export async function execute(run: Run, section: Section, test: ConformanceTest): Promise<Outcome> {
  const started = Date.now()
  const elapsed = (): number => Date.now() - started
  const reason = [...(section.needs ?? []), ...(test.needs ?? [])]
    .map((need) => lackOf(run.target, need))
    .find((lack) => lack !== undefined)
  if (reason !== undefined) return { state: 'skipped', reason, milliseconds: 0 }
  if (run.signal?.aborted) return { state: 'skipped', reason: 'the run was interrupted', milliseconds: 0 }
  if (run.unanswered >= patience) {
    return { state: 'skipped', reason: 'the server does not answer any more', milliseconds: 0 }
  }
  const context = new TestContext(run)
  try {
    await withinTime(test.run(context))
    run.unanswered = 0
    return { state: 'passed', milliseconds: elapsed() }
  } catch (error) {
    if (error instanceof Skipped) return { state: 'skipped', reason: error.message, milliseconds: elapsed() }
    run.unanswered = error instanceof NoAnswerError ? run.unanswered + 1 : 0
    return { state: 'failed', failure: explain(context, test, error), milliseconds: elapsed() }
  } finally {
    context.log.length = 0
    await context.cleanUp()
  }
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${timeLimit / 1000} seconds`)), timeLimit)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

function explain(context: TestContext, test: ConformanceTest, error: unknown): Failure {
  const secrets = context.target.accounts.map((account) => account.credentials.password)
  const compared = error instanceof AssertionError ? (error as Compared) : {}
  return {
    message: error instanceof Error ? error.message : String(error),
    expected: show(compared.expected),
    actual: show(compared.actual),
    rule: test.rule,
    why: test.why ?? '',
    exchanges: (context.log.length > 0 ? context.log : context.sharedLog).map((exchange) =>
      describeExchange(exchange, secrets),
    ),
  }
}

interface Compared {
  readonly expected?: unknown
  readonly actual?: unknown
}

function show(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
