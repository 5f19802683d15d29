import { writeFile } from 'node:fs/promises'
import { closeConnections, NoAnswerError } from './client/http.ts'
import { openMailSink } from './client/mail-sink.ts'
import { runSuite } from './engine/suite.ts'
import { type Options, readOptions, UsageError } from './options.ts'
import { summary } from './report/console.ts'
import { htmlReport } from './report/html.ts'
import { jsonReport } from './report/json.ts'
import { junitReport } from './report/junit.ts'
import { ProgressReporter } from './report/progress.ts'
import type { Report } from './report/result.ts'
import type { RunningServer } from './servers/process.ts'
import { startServer } from './servers/start.ts'
import { DiscoveryError } from './target/discover.ts'
import { differences, takeInventory } from './target/inventory.ts'
import { examine } from './target/target.ts'

/** Runs the suite as the command line says; gives the exit code: 0 when nothing failed, 1 when something did. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  const { url, credentials, mailSink } = options
  if (url !== undefined) return runAgainst({ url, credentials, mailSink }, options)
  const server = await startServer('kalends')
  try {
    return await runAgainst(server, options)
  } finally {
    await server.stop()
  }
}

type Subject = Pick<RunningServer, 'url' | 'credentials'> & { readonly mailSink?: string | undefined }

async function runAgainst({ url, credentials, mailSink }: Subject, options: Options): Promise<number> {
  const sink = mailSink === undefined ? undefined : await openMailSink(mailSink)
  const { only, except, atOnce } = options
  const started = Date.now()
  const target = await examine(url, credentials, sink)
  const before = await takeInventory(target)
  const interruption = new AbortController()
  process.once('SIGINT', () => interruption.abort())
  const { signal } = interruption
  const results = await runSuite({ target, only, except, atOnce, reporter: ProgressReporter, signal })
  const changes = differences(before, await takeInventory(target))
  closeConnections()
  sink?.close()
  const seconds = (Date.now() - started) / 1000
  const date = new Date().toISOString()
  const report = { url: url.href, software: target.software, date, seconds, results }
  await writeReports(report, options)
  process.stdout.write(summary(results, seconds, options.isVerbose))
  for (const change of changes) process.stdout.write(`The accounts are not as they were: ${change}\n`)
  if (signal.aborted) return 130
  return changes.length > 0 || results.some((each) => each.outcome.state === 'failed') ? 1 : 0
}

async function writeReports(report: Report, options: Options): Promise<void> {
  if (options.json !== undefined) await writeFile(options.json, jsonReport(report))
  if (options.junit !== undefined) await writeFile(options.junit, junitReport(report))
  if (options.html !== undefined) await writeFile(options.html, htmlReport(report))
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const isClear = [UsageError, DiscoveryError, NoAnswerError].some((kind) => error instanceof kind)
  if (!isClear) throw error
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 2
}
