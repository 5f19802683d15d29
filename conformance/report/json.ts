import type { Report } from './result.ts'

/** The run as JSON, for the scoreboard and other programs. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(report, null, 1)}\n`
}
