import { inFull } from '../report/console.ts'
import { escapeXml } from '../xml/write.ts'
import type { Column } from './column.ts'
import { failures, rows, totals } from './table.ts'

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:80em;margin:2em auto;padding:0 1em}
td,th{padding:.1em .8em;text-align:right}td:first-child,th:first-child{text-align:left}tr:last-child{font-weight:bold}
pre{background:#8881;padding:.8em;overflow-x:auto;font-size:12px}summary{cursor:pointer}`

/** The scoreboard as one HTML page, down to the exchange of every failure. */
export function htmlBoard(columns: readonly Column[], date: string): string {
  const head = columns.map(
    (column) => `<th>${escapeXml(column.name)}<br><small>${escapeXml(column.version)}</small>`,
  )
  const table = [...rows(columns), ['all', totals(columns, ['MUST', 'SHOULD', 'MAY'])] as const]
  const body = table.map(
    ([group, cells]) => `<tr><td>${escapeXml(group)}${cells.map((cell) => `<td>${cell}`).join('')}</tr>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>CalDAV scoreboard</title><style>${style}</style>
<h1>CalDAV scoreboard</h1><p>${date}</p><table><tr><th>${head.join('')}</tr>${body.join('\n')}</table>
${columns.map(serverPart).join('\n')}</html>\n`
}

function serverPart(column: Column): string {
  const sections = [...failures(column)].map(([section, results]) => {
    const items = results.map((each) => {
      const text = each.outcome.state === 'failed' ? inFull(each.outcome.failure) : ''
      return `<details><summary>${escapeXml(each.title)}</summary><pre>${escapeXml(text)}</pre></details>`
    })
    return `<h3>${escapeXml(section)}</h3>${items.join('')}`
  })
  return `<h2>${escapeXml(column.name)}</h2>${sections.join('')}`
}
