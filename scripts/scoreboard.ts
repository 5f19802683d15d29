import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { loadCatalogue, titleOf } from '../conformance/catalogue.ts'
import type { Result } from '../conformance/report/result.ts'
import { type Column, judge, type ListedServer } from '../conformance/scoreboard/column.ts'
import { htmlBoard } from '../conformance/scoreboard/html.ts'
import { markdownBoard } from '../conformance/scoreboard/markdown.ts'
import { failedByAll } from '../conformance/scoreboard/table.ts'

const page = new URL('../docs/scoreboard.md', import.meta.url)

/**
 * Runs the conformance suite against every server of a list (`conformance/servers/servers.json` unless `--servers`
 * names another file), writes docs/scoreboard.md, and with `--html FILE` the page with every exchange. `--only NAME`
 * judges one server of the list; `--save FILE` adds the verdicts to a file, `--from FILE` takes them from it and runs
 * nothing. Fails when a test that Cyrus and DAViCal both fail does not say why the standard asks for it.
 */
async function main(args: string[]): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: { servers: text, only: text, html: text, save: text, from: text },
  })
  const columns = values.from ? await readColumns(values.from) : await judgeAll(values.servers, values.only)
  if (values.save !== undefined) {
    await saveColumns(values.save, columns)
    return 0
  }
  const noted = await withNotes(columns)
  const date = new Date().toISOString().slice(0, 10)
  await writeFile(page, markdownBoard(noted, date))
  if (values.html !== undefined) await writeFile(values.html, htmlBoard(noted, date))
  const unexplained = failedByAll(noted, ['Cyrus', 'DAViCal']).filter((each) => each.why === undefined)
  for (const { section, title } of unexplained)
    process.stderr.write(`Cyrus and DAViCal both fail, and it does not say why: ${section}: ${title}\n`)
  return unexplained.length > 0 ? 1 : 0
}

async function judgeAll(file: string | undefined, only: string | undefined): Promise<Column[]> {
  const list = file ?? new URL('../conformance/servers/servers.json', import.meta.url)
  const servers = JSON.parse(await readFile(list, 'utf8')) as ListedServer[]
  const columns: Column[] = []
  for (const server of servers.filter(({ name }) => only === undefined || name === only)) {
    try {
      columns.push(await judge(server))
      process.stderr.write(`${server.name}: done\n`)
    } catch (error) {
      process.stderr.write(`${server.name}: left out, ${(error as Error).message}\n`)
    }
  }
  return columns
}

async function readColumns(file: string): Promise<Column[]> {
  return JSON.parse(await readFile(file, 'utf8')) as Column[]
}

async function saveColumns(file: string, columns: readonly Column[]): Promise<void> {
  const known = await readColumns(file).catch(() => [])
  const kept = known.filter(({ name }) => columns.every((column) => column.name !== name))
  await writeFile(file, JSON.stringify([...kept, ...columns]))
}

/** The verdicts on tests that are still there, with the notes of today. */
async function withNotes(columns: readonly Column[]): Promise<Column[]> {
  const known = new Map<string, Pick<Result, 'section' | 'why'>>()
  for (const { id, section } of await loadCatalogue())
    for (const test of section.tests) known.set(titleOf(section, test), { section: id, why: test.why })
  return columns.map((column) => ({
    ...column,
    results: column.results.flatMap((each) => {
      const today = known.get(each.title)
      return today === undefined ? [] : [{ ...each, ...today }]
    }),
  }))
}

process.exitCode = await main(process.argv.slice(2))
