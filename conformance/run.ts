import { writeFile } from 'node:fs/promises'
import { runSuite } from './engine/suite.ts'
import { type Options, readOptions, UsageError } from './options.ts'
import { summary } from './report/console.ts'
import { htmlReport } from './report/html.ts'
import { jsonReport } from './report/json.ts'
import { junitReport } from './report/junit.ts'
import { ProgressReporter } from './report/progress.ts'
import type { Report } from './report/result.ts'
import { startServer } from './servers/start.ts'
import { DiscoveryError } from './target/discover.ts'
import { examine } from './target/target.ts'

/** Runs the suite as the command line says; gives the exit code: 0 when nothing failed, 1 when something did. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (options.url !== undefined) return runAgainst(options.url, options.credentials, options)
  const server = await startServer('kalends')
  try {
    return await runAgainst(server.url, server.credentials, options)
  } finally {
    await server.stop()
  }
}

async function runAgainst(url: URL, credentials: Options['credentials'], options: Options): Promise<number> {
  const target = await examine(url, credentials, options.mailSink)
  const started = Date.now()
  const { only, except, atOnce } = options
  const results = await runSuite({ target, only, except, atOnce, reporter: ProgressReporter })
  const seconds = (Date.now() - started) / 1000
  const report = {
    url: url.href,
    software: target.software,
    date: new Date().toISOString(),
    seconds,
    results,
  }
  await writeReports(report, options)
  process.stdout.write(summary(results, seconds, options.isVerbose))
  return results.some((each) => each.outcome.state === 'failed') ? 1 : 0
}

async function writeReports(report: Report, options: Options): Promise<void> {
  if (options.json !== undefined) await writeFile(options.json, jsonReport(report))
  if (options.junit !== undefined) await writeFile(options.junit, junitReport(report))
  if (options.html !== undefined) await writeFile(options.html, htmlReport(report))
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError || error instanceof DiscoveryError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
