import { existsSync, readdirSync, readFileSync } from 'node:fs'

const CORPUS = new URL('../../../shared/corpus/', import.meta.url)

/** Calendar files of other projects, read in place; none where they are absent. */
export function corpusCalendars(): { name: string; octets: Buffer }[] {
  if (!existsSync(CORPUS)) return []
  return readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ics'))
    .sort()
    .map((name) => ({ name, octets: readFileSync(new URL(name, CORPUS)) }))
}
