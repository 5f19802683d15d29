/**
 * Fuzzes the iCalendar engine with mutated calendar files:
 *
 *     node --import tsx scripts/fuzz-ical.ts [--runs 10000] [--seed 1] [--max-ms 1000] [--max-mb 1500]
 *
 * Time is the processor's, so that a busy machine is no fault. Failing inputs are printed and kept in
 * fuzz-failures/; the exit code tells whether there were any. Run n depends on seed + n alone: a failure is repeated by `--seed <its number> --runs 1`. The work is done in a
 * process of its own, so that a run that never ends is noticed too.
 */
import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type FuzzOutcome, fuzzOne } from '../test/support/fuzz-one.ts'
import { fuzzSeeds } from '../test/support/fuzz-seeds.ts'
import { mutated, randomFrom } from '../test/support/mutations.ts'

interface Job {
  readonly seed: number
  readonly runs: number
  readonly maxMs: number
  readonly maxMb: number
}

interface Progress {
  readonly done: number
  readonly seed: number
  readonly outcomes: Record<FuzzOutcome, number>
  readonly slowestMs: number
  readonly rssMb: number
  readonly failure?: string
}

/** Longer than any start or run on a busy machine: a hang has no end. */
const SILENCE_MS = 300_000
const REPORT_EVERY = 250

if (process.send === undefined) watch(readJob())
else work(readJob())

function readJob(): Job {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      'max-ms': { type: 'string', default: '1000' },
      'max-mb': { type: 'string', default: '1500' },
    },
  })
  return {
    seed: Number(values.seed),
    runs: Number(values.runs),
    maxMs: Number(values['max-ms']),
    maxMb: Number(values['max-mb']),
  }
}

function watch(job: Job): void {
  const started = Date.now()
  let last: Progress | undefined
  const worker = fork(fileURLToPath(import.meta.url), process.argv.slice(2))
  const fail = (why: string): void => {
    console.error(`after seed ${last?.seed ?? job.seed}: ${why}`)
    worker.kill('SIGKILL')
    process.exitCode = 1
  }
  let silence = setTimeout(() => fail('no answer: a run hangs'), SILENCE_MS)
  worker.on('message', (message) => {
    const progress = message as Progress
    last = progress
    clearTimeout(silence)
    if (progress.failure !== undefined) {
      console.error(progress.failure)
      process.exitCode = 1
    }
    if (progress.done < job.runs) silence = setTimeout(() => fail('a run hangs'), SILENCE_MS)
    if (progress.done % 10_000 === 0 || progress.done === job.runs) {
      const seconds = Math.round((Date.now() - started) / 1000)
      const { done, outcomes, slowestMs, rssMb } = progress
      console.log(JSON.stringify({ done, seconds, ...outcomes, slowestMs, rssMb }))
    }
  })
  worker.on('exit', (code) => {
    clearTimeout(silence)
    if (code) fail(`the process ended with ${code}`)
  })
}

function work(job: Job): void {
  const files = fuzzSeeds()
  const outcomes = { refused: 0, parsed: 0, object: 0 }
  let slowestMs = 0
  for (let run = 0; run < job.runs; run++) {
    const seed = job.seed + run
    const octets = mutated(files, randomFrom(seed))
    const before = process.cpuUsage()
    let failure: string | undefined
    try {
      outcomes[fuzzOne(octets)]++
    } catch (error) {
      failure = `seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`
    }
    const { user, system } = process.cpuUsage(before)
    const ms = Math.round((user + system) / 1000)
    slowestMs = Math.max(slowestMs, ms)
    const rssMb = Math.round(process.memoryUsage.rss() / 1_048_576)
    if (ms > job.maxMs) failure ??= `seed ${seed} took ${ms} ms`
    if (rssMb > job.maxMb) failure ??= `seed ${seed}: ${rssMb} MB in use`
    const done = run + 1
    if (failure !== undefined) keep(seed, octets)
    if (failure !== undefined || done % REPORT_EVERY === 0 || done === job.runs) {
      process.send?.({ done, seed, outcomes, slowestMs, rssMb, ...(failure ? { failure } : {}) })
    }
  }
  process.disconnect()
}

function keep(seed: number, octets: Buffer): void {
  mkdirSync('fuzz-failures', { recursive: true })
  writeFileSync(`fuzz-failures/${seed}.ics`, octets)
}
