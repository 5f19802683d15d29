import { type Entry, titleOf } from '../catalogue.ts'
import type { Outcome } from '../engine/outcome.ts'
import type { ConformanceTest, Level } from '../engine/section.ts'

/** One test with its verdict, as every report has it. */
export interface Result {
  readonly group: string
  /** The file: `rfc4791/7.8-calendar-query`. */
  readonly section: string
  readonly level: Level
  readonly title: string
  readonly cite: string
  readonly why: string | undefined
  readonly outcome: Outcome
}

/** A whole run as it is written to a JSON file. */
export interface Report {
  readonly url: string
  readonly software: string
  readonly date: string
  readonly seconds: number
  readonly results: readonly Result[]
}

/** Puts a verdict next to its test. */
export function resultOf(entry: Entry, test: ConformanceTest, outcome: Outcome): Result {
  return {
    group: entry.group,
    section: entry.id,
    level: test.level,
    title: titleOf(entry.section, test),
    cite: test.cite ?? entry.section.cite,
    why: test.why,
    outcome,
  }
}

/** How many ended how. */
export interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** Counts verdicts. */
export function tallyOf(results: readonly Result[]): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
  for (const result of results) tally[result.outcome.state] += 1
  return tally
}

/** Results by a key, in order of first appearance. */
export function groupBy(results: readonly Result[], key: (result: Result) => string): Map<string, Result[]> {
  const groups = new Map<string, Result[]>()
  for (const result of results) {
    const group = groups.get(key(result)) ?? []
    group.push(result)
    groups.set(key(result), group)
  }
  return groups
}
