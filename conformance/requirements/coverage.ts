import { loadCatalogue, titleOf } from '../catalogue.ts'
import { type Citation, citationsIn } from './citations.ts'
import { exemptions } from './exempt.ts'
import musts from './musts.json' with { type: 'json' }

/** One section in the report. */
export interface Row {
  readonly rfc: string
  readonly section: string
  readonly title: string
  readonly isMust: boolean
  /** How often the code cites it, and the first file that does. */
  readonly code: readonly string[]
  readonly suiteTests: number
  readonly unitTests: number
  readonly exemption: string | undefined
}

const titles: Readonly<Record<string, Readonly<Record<string, string>>>> = musts

/** Files with the sections each cites. */
export type Cited = ReadonlyMap<string, readonly Citation[]>

/** Every section that holds a MUST or that the code cites, with what tests it. */
export async function coverage(code: Cited, unitTests: Cited): Promise<readonly Row[]> {
  const suite = await suiteCitations()
  const keys = new Set<string>()
  for (const [rfc, sections] of Object.entries(titles)) {
    for (const section of Object.keys(sections)) keys.add(`${rfc} ${section}`)
  }
  for (const list of code.values()) for (const each of list) keys.add(keyOf(each))
  return [...keys]
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((key) => {
      const [rfc = '', section = ''] = key.split(' ')
      return {
        rfc,
        section,
        title: titles[rfc]?.[section] ?? '',
        isMust: titles[rfc]?.[section] !== undefined,
        code: filesCiting(code, rfc, section),
        suiteTests: suite.filter((each) => covers(each, rfc, section)).length,
        unitTests: [...unitTests.values()].flat().filter((each) => covers(each, rfc, section)).length,
        exemption: exemptions.find((each) => each.rfc === rfc && each.sections.includes(section))?.reason,
      }
    })
}

/** The sections with a MUST, or that the code claims to follow, without a test or a reason. */
export function gaps(rows: readonly Row[]): readonly Row[] {
  return rows.filter(
    (row) => row.isMust && row.suiteTests + row.unitTests === 0 && row.exemption === undefined,
  )
}

async function suiteCitations(): Promise<readonly Citation[]> {
  const entries = await loadCatalogue()
  return entries.flatMap(({ section }) =>
    section.tests.flatMap((test) => citationsIn(titleOf(section, test))),
  )
}

function filesCiting(cited: Cited, rfc: string, section: string): string[] {
  return [...cited]
    .filter(([, list]) => list.some((each) => each.rfc === rfc && each.section === section))
    .map(([file]) => file)
}

function keyOf({ rfc, section }: Citation): string {
  return `${rfc} ${section}`
}

/** A test of a section also tests what it is a part of; deep subsections are tested with the section around them. */
function covers(test: Citation, rfc: string, section: string): boolean {
  if (test.rfc !== rfc) return false
  if (test.section === section || test.section.startsWith(`${section}.`)) return true
  return section.split('.').length > 2 && section.startsWith(`${test.section}.`)
}
