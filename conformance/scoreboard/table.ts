import { groupBy, type Result } from '../report/result.ts'
import type { Column } from './column.ts'

/** One cell: how many of those that could be judged passed; a dash where none could be. */
export function score(results: readonly Result[]): string {
  const judged = results.filter((each) => each.outcome.state !== 'skipped')
  const passed = judged.filter((each) => each.outcome.state === 'passed')
  return judged.length === 0 ? '–' : `${passed.length}/${judged.length}`
}

/** Groups in order with the results of each server in it. */
export function rows(
  columns: readonly Column[],
): readonly (readonly [group: string, cells: readonly string[]])[] {
  const groups = [...new Set(columns.flatMap((column) => column.results.map((each) => each.group)))]
  groups.sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
  return groups.map((group) => [
    group,
    columns.map((column) => score(column.results.filter((each) => each.group === group))),
  ])
}

/** The totals of each server. */
export function totals(columns: readonly Column[], levels: readonly string[]): readonly string[] {
  return columns.map((column) => score(column.results.filter((each) => levels.includes(each.level))))
}

/** The failures of one server by section. */
export function failures(column: Column): Map<string, Result[]> {
  const failed = column.results.filter((each) => each.outcome.state === 'failed')
  return groupBy(failed, (each) => each.section)
}

/** What went wrong in a few words. */
export function reasonOf(result: Result): string {
  if (result.outcome.state !== 'failed') return ''
  const { message, expected, actual } = result.outcome.failure
  const compared = expected === '' ? '' : ` (expected ${expected}, got ${actual})`
  return `${message}${compared}`.replace(/\s+/g, ' ').slice(0, 200)
}

/** The tests all of the named servers fail, by title. */
export function failedByAll(columns: readonly Column[], names: readonly string[]): readonly Result[] {
  const judges = columns.filter((column) => names.includes(column.name))
  const [first, ...others] = judges
  if (first === undefined || judges.length < names.length) return []
  const fails = (column: Column, title: string): boolean =>
    column.results.some((each) => each.title === title && each.outcome.state === 'failed')
  return first.results.filter(
    (each) => each.outcome.state === 'failed' && others.every((column) => fails(column, each.title)),
  )
}
