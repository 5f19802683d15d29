import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { citationsIn, malformedIn } from '../conformance/requirements/citations.ts'
import { type Cited, coverage, gaps } from '../conformance/requirements/coverage.ts'
import { coveragePage, stablePart } from '../conformance/requirements/page.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pageFile = join(root, 'docs/rfc-coverage.md')

/**
 * Writes docs/rfc-coverage.md from the citations in the code and the titles of the tests. Fails on a citation in
 * another form than `RFC 6638 §3.2.1`, on a section with a MUST that nothing tests, and with `--check`, which writes
 * nothing, on a page that tells something else of the suite.
 */
async function main(args: readonly string[]): Promise<number> {
  const code = await read('src')
  // The suite's own mutations name the rules they break; they test no product.
  const tests = (await read('test')).filter(([file]) => !file.startsWith(join('test', 'conformance')))
  const others = (await Promise.all(['conformance', 'scripts', 'bench', 'interop'].map(read))).flat()
  const complaints = [...code, ...tests, ...others].flatMap(([file, text]) =>
    malformedIn(text).map((each) => `${file}:${each.line}: malformed citation "${each.text}"`),
  )
  const rows = await coverage(cited(code), cited(tests))
  for (const row of gaps(rows))
    complaints.push(`RFC ${row.rfc} §${row.section} ${row.title}: a MUST without a test`)
  const page = coveragePage(rows)
  if (!args.includes('--check')) await writeFile(pageFile, page)
  else if (stablePart(await readFile(pageFile, 'utf8')) !== stablePart(page))
    complaints.push('docs/rfc-coverage.md is out of date: npm run rfc-coverage')
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`)
  return complaints.length > 0 ? 1 : 0
}

type Texts = readonly (readonly [file: string, text: string])[]

async function read(folder: string): Promise<Texts> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
  const files = entries
    .filter((each) => each.isFile() && each.name.endsWith('.ts'))
    .map((each) => join(each.parentPath, each.name))
  return Promise.all(
    files.sort().map(async (file) => [relative(root, file), await readFile(file, 'utf8')] as const),
  )
}

function cited(texts: Texts): Cited {
  return new Map(texts.map(([file, text]) => [file, citationsIn(text)]))
}

process.exitCode = await main(process.argv.slice(2))
