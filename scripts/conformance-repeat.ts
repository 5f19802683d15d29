import { openMailSink } from '../conformance/client/mail-sink.ts'
import { runSuite } from '../conformance/engine/suite.ts'
import { ProgressReporter } from '../conformance/report/progress.ts'
import type { Result } from '../conformance/report/result.ts'
import { startServer } from '../conformance/servers/start.ts'
import { examine } from '../conformance/target/target.ts'

/**
 * Runs the conformance suite several times (20 unless a number is given), each on a fresh server of ours, and
 * compares the verdicts. Fails when a test did not end the same way each time, and tells which.
 */
async function main([count = '20']: readonly string[]): Promise<number> {
  const endings = new Map<string, Set<string>>()
  for (let run = 1; run <= Number(count); run++) {
    const started = Date.now()
    for (const result of await runOnce()) {
      const name = `${result.section}: ${result.title}`
      endings.set(name, (endings.get(name) ?? new Set()).add(endingOf(result)))
    }
    process.stdout.write(`run ${run}: ${((Date.now() - started) / 1000).toFixed(0)} s\n`)
  }
  const unsteady = [...endings].filter(([, states]) => states.size > 1)
  for (const [name, states] of unsteady) process.stdout.write(`${name}\n  ${[...states].join('\n  ')}\n`)
  process.stdout.write(`${endings.size - unsteady.length} passed, ${unsteady.length} failed\n`)
  return unsteady.length > 0 ? 1 : 0
}

async function runOnce(): Promise<readonly Result[]> {
  const server = await startServer('kalends')
  const sink = server.mailSink === undefined ? undefined : await openMailSink(server.mailSink)
  try {
    const target = await examine(server.url, server.credentials, sink)
    return await runSuite({ target, only: [], atOnce: 4, reporter: ProgressReporter })
  } finally {
    sink?.close()
    await server.stop()
  }
}

/** How a test ended, with the reason where it is of interest. */
function endingOf({ outcome }: Result): string {
  if (outcome.state === 'failed') return `failed: ${outcome.failure.message}`
  return outcome.state === 'skipped' ? `skipped: ${outcome.reason}` : 'passed'
}

process.exitCode = await main(process.argv.slice(2))
