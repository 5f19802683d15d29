import { isTested, type Row } from './coverage.ts'

/** The page about what is tested, as Markdown. */
export function coveragePage(rows: readonly Row[]): string {
  const rfcs = [...new Set(rows.map((row) => row.rfc))]
  const lines = [
    '# RFC coverage',
    '',
    'Every section that holds a MUST for a calendar server: the files of `conformance/` with a test of it, the parts of',
    '`src/` that cite it, the parts of `test/` that do, or why nothing tests it. Written by `npm run rfc-coverage`.',
    ...rfcs.flatMap((rfc) =>
      table(
        rfc,
        rows.filter((row) => row.rfc === rfc),
      ),
    ),
  ]
  return `${lines.join('\n')}\n`
}

/** What must be up to date in a page: all but the columns that any change of the code may change. */
export function stablePart(page: string): string {
  return page
    .split('\n')
    .map((line) => {
      const cells = line.split(' | ')
      return cells.length === 6 ? [...cells.slice(0, 3), ...cells.slice(5)].join(' | ') : line
    })
    .join('\n')
}

function table(rfc: string, rows: readonly Row[]): string[] {
  const judged = rows.filter((row) => row.exemption === undefined || isTested(row))
  return [
    '',
    `## RFC ${rfc}: ${judged.filter(isTested).length} of ${judged.length}`,
    '',
    '| § | | suite | code | unit tests | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => {
      const suite = row.suite.slice(0, 2).join(', ') + (row.suite.length > 2 ? ', …' : '')
      const cells = [
        row.section,
        plain(row.title),
        suite,
        parts(row.code),
        parts(row.unitTests),
        row.exemption ?? '',
      ]
      return `| ${cells.join(' | ')} |`
    }),
  ]
}

/** The folders below `src` or `test` of some files, each once. */
function parts(files: readonly string[]): string {
  return [...new Set(files.map((file) => file.split('/')[1] ?? ''))].sort().join(', ')
}

function plain(text: string): string {
  return text.replace(/[|<>]/g, (each) => `&#${each.codePointAt(0)};`)
}
