import { loadCatalogue, titleOf } from '../catalogue.ts'
import { type Citation, citationsIn } from './citations.ts'
import { exemptions } from './exempt.ts'
import musts from './musts.json' with { type: 'json' }

/** One section that holds a MUST. */
export interface Row {
  readonly rfc: string
  readonly section: string
  readonly title: string
  /** The files of the suite with a test of it, in the order of the catalogue. */
  readonly suite: readonly string[]
  /** The files of the code that cite it. */
  readonly code: readonly string[]
  /** The files of unit tests that cite it. */
  readonly unitTests: readonly string[]
  readonly exemption: string | undefined
}

const titles: Readonly<Record<string, Readonly<Record<string, string>>>> = musts

/** Files with the sections each cites. */
export type Cited = ReadonlyMap<string, readonly Citation[]>

/** Every section that holds a MUST, with what tests it. */
export async function coverage(code: Cited, unitTests: Cited): Promise<readonly Row[]> {
  const suite = await suiteCitations()
  return Object.entries(titles).flatMap(([rfc, sections]) =>
    naturally(Object.entries(sections)).map(([section, title]) => ({
      rfc,
      section,
      title,
      suite: filesWith(suite, (each) => covers(each, rfc, section)),
      code: filesWith(code, (each) => each.rfc === rfc && each.section === section),
      unitTests: filesWith(unitTests, (each) => covers(each, rfc, section)),
      exemption: exemptions.find((each) => each.rfc === rfc && each.sections.includes(section))?.reason,
    })),
  )
}

/** The sections with a MUST that neither a test nor a reason stands for. */
export function gaps(rows: readonly Row[]): readonly Row[] {
  return rows.filter((row) => !isTested(row) && row.exemption === undefined)
}

/** Whether any test is about a section. */
export function isTested(row: Row): boolean {
  return row.suite.length + row.unitTests.length > 0
}

/** Sections in the order of the standard; an object would put whole numbers first. */
function naturally<T>(sections: [string, T][]): [string, T][] {
  return sections.sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))
}

async function suiteCitations(): Promise<Cited> {
  const entries = await loadCatalogue()
  return new Map(
    entries.map(({ id, section }) => [
      id,
      section.tests.flatMap((test) => citationsIn(titleOf(section, test))),
    ]),
  )
}

function filesWith(cited: Cited, is: (citation: Citation) => boolean): string[] {
  return [...cited].filter(([, list]) => list.some(is)).map(([file]) => file)
}

/** A test of a section also tests what it is a part of; deep subsections are tested with the section around them. */
function covers(test: Citation, rfc: string, section: string): boolean {
  if (test.rfc !== rfc) return false
  if (test.section === section || test.section.startsWith(`${section}.`)) return true
  return section.split('.').length > 2 && section.startsWith(`${test.section}.`)
}
