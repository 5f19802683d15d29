import { readFile, writeFile } from 'node:fs/promises'
import { type Column, judge, type ListedServer } from '../conformance/scoreboard/column.ts'
import { htmlBoard } from '../conformance/scoreboard/html.ts'
import { markdownBoard } from '../conformance/scoreboard/markdown.ts'
import { failedByAll } from '../conformance/scoreboard/table.ts'

/**
 * Runs the conformance suite against every server of a list (`conformance/servers/servers.json` unless another file
 * is named) and writes docs/scoreboard.md, and the page with every exchange where `--html FILE` says. Fails when a
 * test that Cyrus and DAViCal both fail does not say why the standard asks for it.
 */
async function main(args: readonly string[]): Promise<number> {
  const html = args.includes('--html') ? args[args.indexOf('--html') + 1] : undefined
  const [file] = args.filter((each) => each.endsWith('.json'))
  const list = file ?? new URL('../conformance/servers/servers.json', import.meta.url)
  const servers = JSON.parse(await readFile(list, 'utf8')) as ListedServer[]
  const columns: Column[] = []
  for (const server of servers) {
    try {
      columns.push(await judge(server))
      process.stderr.write(`${server.name}: done\n`)
    } catch (error) {
      process.stderr.write(`${server.name}: left out, ${(error as Error).message}\n`)
    }
  }
  const date = new Date().toISOString().slice(0, 10)
  await writeFile(new URL('../docs/scoreboard.md', import.meta.url), markdownBoard(columns, date))
  if (html !== undefined) await writeFile(html, htmlBoard(columns, date))
  const unexplained = failedByAll(columns, ['Cyrus', 'DAViCal']).filter((each) => each.why === undefined)
  for (const each of unexplained)
    process.stderr.write(`Cyrus and DAViCal both fail, and it does not say why: ${each.title}\n`)
  return unexplained.length > 0 ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
