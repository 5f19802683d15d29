import { readdir } from 'node:fs/promises'
import type { ConformanceTest, Section } from './engine/section.ts'

/** A section with the place of its file: `rfc4791/7.8-calendar-query`. */
export interface Entry {
  readonly group: string
  readonly id: string
  readonly section: Section
}

/** The folders that hold sections: one for each RFC, and the groups that are about something else. */
const groupName = /^(rfc\d+|apple|clients|robustness|webdav-push)$/

/** Every section, groups and files in natural order. */
export async function loadCatalogue(): Promise<readonly Entry[]> {
  const here = new URL('.', import.meta.url)
  const folders = await readdir(here, { withFileTypes: true })
  const groups = folders
    .filter((each) => each.isDirectory() && groupName.test(each.name))
    .map((each) => each.name)
  const entries: Entry[] = []
  for (const group of groups.sort(naturally)) {
    const files = (await readdir(new URL(`${group}/`, here))).filter((name) => /\.[tj]s$/.test(name))
    for (const file of files.sort(naturally)) {
      const module = (await import(new URL(`${group}/${file}`, here).href)) as { section?: Section }
      if (module.section === undefined) throw new Error(`${group}/${file} exports no section`)
      entries.push({ group, id: `${group}/${file.replace(/\.[tj]s$/, '')}`, section: module.section })
    }
  }
  return entries
}

/** The title a test is known by in every report: `MUST … (RFC 4791 §7.8)`. */
export function titleOf(section: Section, test: ConformanceTest): string {
  return `${test.level} ${test.title} (${test.cite ?? section.cite})`
}

/** The catalogue with the tests named by any word of `only` (all where there is none), less those named by `except`. */
export function choose(
  entries: readonly Entry[],
  only: readonly string[],
  except: readonly string[] = [],
): readonly Entry[] {
  return entries.flatMap((entry) => {
    const isNamed = (words: readonly string[], test: ConformanceTest): boolean =>
      words.some((word) => entry.id.startsWith(word) || titleOf(entry.section, test).includes(word))
    const isChosen = (test: ConformanceTest): boolean =>
      (only.length === 0 || isNamed(only, test)) && !isNamed(except, test)
    const tests = entry.section.tests.filter(isChosen)
    return tests.length > 0 ? [{ ...entry, section: { ...entry.section, tests } }] : []
  })
}

function naturally(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}
