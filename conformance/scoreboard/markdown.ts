import type { Column } from './column.ts'
import { failedByAll, failures, reasonOf, rows, totals } from './table.ts'

/** The scoreboard as Markdown: servers across, groups down, then every failure to be opened. */
export function markdownBoard(columns: readonly Column[], date: string): string {
  const lines = [
    '# CalDAV scoreboard',
    '',
    `What the suite in \`conformance/\` says of several servers, each started fresh by \`conformance/servers/\` with its`,
    `settings as they are there. Cells are passed of judged; what a server does not announce is not judged. ${date}.`,
    'What a server no longer answered to is not judged either. Written by `npm run scoreboard`; with `-- --html FILE` also',
    'as a page with the exchange of every failure.',
    '',
    `| | ${columns.map((column) => `${column.name}<br>${column.version}`).join(' | ')} |`,
    `| --- |${columns.map(() => ' ---: |').join('')}`,
    ...rows(columns).map(([group, cells]) => `| ${group} | ${cells.join(' | ')} |`),
    `| **MUST** | ${bold(totals(columns, ['MUST']))} |`,
    `| **SHOULD and MAY** | ${bold(totals(columns, ['SHOULD', 'MAY']))} |`,
    `| **all** | ${bold(totals(columns, ['MUST', 'SHOULD', 'MAY']))} |`,
    '',
    '## Where Cyrus and DAViCal both fail',
    '',
    'A test mature servers fail is suspect; these stay because the standard says so.',
    '',
    ...failedByAll(columns, ['Cyrus', 'DAViCal']).map(
      (each) => `- ${plain(each.title)}: ${plain(each.why ?? '')}`,
    ),
    '',
    '## Failures',
    '',
    ...columns.flatMap(failureLines),
  ]
  return `${lines.join('\n')}\n`
}

function bold(cells: readonly string[]): string {
  return cells.map((cell) => `**${cell}**`).join(' | ')
}

function failureLines(column: Column): string[] {
  const sections = [...failures(column)]
  const count = sections.reduce((sum, [, results]) => sum + results.length, 0)
  const items = sections.flatMap(([section, results]) => [
    `- ${section}`,
    ...results.map((each) => `  - ${plain(each.title)} — ${plain(reasonOf(each))}`),
  ])
  return ['<details>', `<summary>${column.name}: ${count}</summary>`, '', ...items, '', '</details>', '']
}

/** Text without what Markdown or HTML would take for marks. */
function plain(text: string): string {
  return text.replace(/[<>|*_`\\[\]]/g, (each) => `&#${each.codePointAt(0)};`)
}
