import { existsSync, readFileSync } from 'node:fs'
import { Recurrence, type RuleStart } from '../../src/ical/recurrence.ts'
import { Budget } from '../../src/ical/recurrence-budget.ts'
import { parseRule } from '../../src/ical/recurrence-rule.ts'
import { localMs, localTimeOf, readLocalTime, writeDate, writeLocalTime } from '../../src/ical/times.ts'

const CORPUS = new URL('../../../shared/corpus/recurrence/', import.meta.url)

/** One case of the table: a rule, its DTSTART, an optional start to open at, and the instances expected. */
export interface TableCase {
  readonly rule: string
  readonly start: string
  readonly startAt: string | undefined
  /** undefined where the table says the rule cannot be expanded. */
  readonly instances: readonly string[] | undefined
}

/** Reads a table of rules; undefined when the corpus is not beside the project. */
export function readTable(name: string): TableCase[] | undefined {
  const file = new URL(name, CORPUS)
  if (!existsSync(file)) return undefined
  return readFileSync(file, 'utf8')
    .split(/\n\s*\n/)
    .map(
      (block) =>
        new Map(
          block
            .split('\n')
            .filter((line) => /^[A-Z-]+:/.test(line))
            .map(splitLine),
        ),
    )
    .filter((lines) => lines.has('RRULE'))
    .map((lines) => {
      const instances = lines.get('INSTANCES')?.trim() ?? ''
      return {
        rule: lines.get('RRULE') ?? '',
        start: lines.get('DTSTART')?.trim() ?? '',
        startAt: lines.get('START-AT')?.trim(),
        instances: instances.startsWith('***') ? undefined : instances.split(','),
      }
    })
}

function splitLine(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1)]
}

/** DTSTART text as the engine takes it. */
export function startOf(text: string): RuleStart {
  const read = readLocalTime(text)
  if (read === undefined) throw new Error(`not a time: ${text}`)
  return { local: localMs(read.local), isDate: !read.hasTime }
}

/** The instances of a rule from `from` on, written like DTSTART; UNTIL read as wall-clock time. */
export function expandRule(
  rule: string,
  start: string,
  options: { from?: string; max?: number } = {},
): string[] {
  const ruleStart = startOf(start)
  const recurrence = new Recurrence(parseRule(rule), ruleStart)
  const { until } = recurrence.rule
  const bound =
    until === undefined ? Infinity : until.kind === 'date' ? until.local + 86_399_999 : until.local
  const cursor = recurrence.open(
    options.from === undefined ? -Infinity : startOf(options.from).local,
    new Budget(2_000_000),
  )
  const written: string[] = []
  for (let at = cursor.next(); at !== undefined && at <= bound; at = cursor.next()) {
    written.push(writeLike(at, start))
    if (written.length === options.max) break
  }
  return written
}

/** A local time written in the form of another. */
export function writeLike(local: number, start: string): string {
  const time = localTimeOf(local)
  if (!start.includes('T')) return writeDate(time)
  return writeLocalTime(time) + (start.endsWith('Z') ? 'Z' : '')
}
