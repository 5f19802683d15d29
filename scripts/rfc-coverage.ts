import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Citation, citationsIn, malformedIn } from '../conformance/requirements/citations.ts'
import { coverage, gaps, type Row } from '../conformance/requirements/coverage.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = join(root, 'docs/rfc-coverage.md')

/**
 * Writes docs/rfc-coverage.md from the citations in the code and the titles of the tests. Fails on a citation in
 * another form than `RFC 6638 §3.2.1`, on a section with a MUST that nothing tests, and with `--check` on a page
 * that is not up to date.
 */
async function main(args: readonly string[]): Promise<number> {
  const [code, tests] = [await read('src'), await read('test')]
  const complaints = [...code, ...tests].flatMap(([file, text]) =>
    malformedIn(text).map((each) => `${file}:${each.line}: malformed citation "${each.text}"`),
  )
  const rows = await coverage(cited(code), cited(tests))
  for (const row of gaps(rows))
    complaints.push(`RFC ${row.rfc} §${row.section} ${row.title}: a MUST without a test`)
  const text = report(rows)
  if (!args.includes('--check')) await writeFile(page, text)
  else if ((await readFile(page, 'utf8').catch(() => '')) !== text)
    complaints.push('docs/rfc-coverage.md is out of date: npm run rfc-coverage')
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`)
  return complaints.length > 0 ? 1 : 0
}

async function read(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
  const files = entries
    .filter((each) => each.isFile() && each.name.endsWith('.ts'))
    .map((each) => join(each.parentPath, each.name))
  const texts = new Map<string, string>()
  for (const file of files.sort()) texts.set(relative(root, file), await readFile(file, 'utf8'))
  return texts
}

function cited(texts: ReadonlyMap<string, string>): Map<string, readonly Citation[]> {
  return new Map([...texts].map(([file, text]) => [file, citationsIn(text)]))
}

function report(rows: readonly Row[]): string {
  const rfcs = [...new Set(rows.map((row) => row.rfc))]
  const lines = [
    '# RFC coverage',
    '',
    'Every section that holds a MUST for a CalDAV server or that the code cites: where it is cited, how many tests of',
    'the conformance suite and of `test/` name it, or why none does. Written by `npm run rfc-coverage`.',
  ]
  return `${[
    ...lines,
    ...rfcs.flatMap((rfc) =>
      table(
        rfc,
        rows.filter((row) => row.rfc === rfc),
      ),
    ),
  ].join('\n')}\n`
}

function table(rfc: string, rows: readonly Row[]): string[] {
  const tested = rows.filter((row) => row.suiteTests + row.unitTests > 0).length
  return [
    '',
    `## RFC ${rfc}: ${tested} of ${rows.length} sections tested`,
    '',
    '| § | | MUST | cited in | suite | unit tests | |',
    '| --- | --- | --- | --- | ---: | ---: | --- |',
    ...rows.map((row) => {
      const [first = '', ...others] = row.code
      const files = others.length > 0 ? `${first} and ${others.length} more` : first
      const cells = [
        row.section,
        plain(row.title),
        row.isMust ? 'yes' : '',
        files,
        row.suiteTests,
        row.unitTests,
        row.exemption ?? '',
      ]
      return `| ${cells.join(' | ')} |`
    }),
  ]
}

function plain(text: string): string {
  return text.replace(/[|<>]/g, (each) => `&#${each.codePointAt(0)};`)
}

process.exitCode = await main(process.argv.slice(2))
