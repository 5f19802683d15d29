import { escapeXml } from '../xml/write.ts'
import { inFull } from './console.ts'
import { groupBy, type Report, type Result, tallyOf } from './result.ts'

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em}
pre{background:#8881;padding:.8em;overflow-x:auto;font-size:12px}summary{cursor:pointer}
.passed{color:#18794e}.failed{color:#c62a2f}.skipped{color:#777}td,th{padding:.1em .8em;text-align:right}
td:first-child,th:first-child{text-align:left}`

/** The run as one HTML page: a table of groups, then every section to be opened. */
export function htmlReport(report: Report): string {
  const groups = groupBy(report.results, (result) => result.group)
  const rows = [...groups].map(([group, results]) => row(group, results)).join('')
  const sections = [...groupBy(report.results, (result) => result.section)].map(sectionPart).join('')
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>CalDAV conformance</title><style>${style}</style>
<h1>CalDAV conformance</h1><p>${escapeXml(report.url)} ${escapeXml(report.software)}, ${report.date}, ${report.seconds} s</p>
<table><tr><th>Group<th>Passed<th>Failed<th>Skipped</tr>${rows}${row('All', report.results)}</table>
${sections}</html>\n`
}

function row(name: string, results: readonly Result[]): string {
  const { passed, failed, skipped } = tallyOf(results)
  return `<tr><td>${escapeXml(name)}<td class="passed">${passed}<td class="failed">${failed}<td class="skipped">${skipped}</tr>`
}

function sectionPart([section, results]: [string, Result[]]): string {
  const { passed, failed, skipped } = tallyOf(results)
  const open = failed > 0 ? ' open' : ''
  const items = results.map(item).join('')
  return `<details${open}><summary><b>${escapeXml(section)}</b> ${passed}/${passed + failed}, ${skipped} skipped</summary><ul>${items}</ul></details>\n`
}

function item({ title, outcome }: Result): string {
  const more =
    outcome.state === 'failed'
      ? `<pre>${escapeXml(inFull(outcome.failure))}</pre>`
      : outcome.state === 'skipped'
        ? ` — ${escapeXml(outcome.reason)}`
        : ''
  return `<li class="${outcome.state}">${escapeXml(title)}${more}</li>`
}
