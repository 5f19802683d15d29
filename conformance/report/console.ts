import type { Failure } from '../engine/outcome.ts'
import { groupBy, type Result, tallyOf } from './result.ts'

/** The end of a run as text: failures, why tests were skipped, and the totals. */
export function summary(results: readonly Result[], seconds: number, isVerbose: boolean): string {
  const parts = [
    ...failures(results, isVerbose),
    ...skips(results),
    totals(results),
    `${seconds.toFixed(1)} s`,
  ]
  return `${parts.join('\n')}\n`
}

function failures(results: readonly Result[], isVerbose: boolean): string[] {
  return results.flatMap(({ outcome, section, title }) => {
    if (outcome.state !== 'failed') return []
    const { failure } = outcome
    return [
      isVerbose
        ? `\n✗ ${section}: ${title}\n${inFull(failure)}`
        : `✗ ${section}: ${title} — ${inShort(failure)}`,
    ]
  })
}

function inShort({ message, expected, actual }: Failure): string {
  const compared = expected === '' && actual === '' ? '' : `: expected ${expected}, got ${actual}`
  return `${message}${compared}`.replaceAll('\n', ' ').slice(0, 300)
}

/** A failure with all there is to say about it. */
export function inFull(failure: Failure): string {
  const exchanges = failure.exchanges.slice(-4)
  const left = failure.exchanges.length - exchanges.length
  return [
    `  ${failure.message}`,
    ...(failure.expected === '' ? [] : [`  expected: ${failure.expected}`, `  actual:   ${failure.actual}`]),
    `  the rule: ${failure.rule}`,
    ...(failure.why === '' ? [] : [`  why: ${failure.why}`]),
    ...(left > 0 ? [`  (${left} earlier exchanges left out)`] : []),
    ...exchanges.map((exchange) => `\n${exchange.replace(/^/gm, '    ')}`),
  ].join('\n')
}

function skips(results: readonly Result[]): string[] {
  const reasons = new Map<string, number>()
  for (const { outcome } of results) {
    if (outcome.state === 'skipped') reasons.set(outcome.reason, (reasons.get(outcome.reason) ?? 0) + 1)
  }
  return [...reasons].map(([reason, count]) => `- ${count} skipped: ${reason}`)
}

function totals(results: readonly Result[]): string {
  const lines = [...groupBy(results, (result) => result.group)].map(([group, each]) => line(group, each))
  return ['', ...lines, line('all', results)].join('\n')
}

function line(name: string, results: readonly Result[]): string {
  const { passed, failed, skipped } = tallyOf(results)
  return `${name.padEnd(14)} ${passed} passed, ${failed} failed, ${skipped} skipped`
}
