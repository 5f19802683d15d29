import { escapeXml } from '../xml/write.ts'
import { inFull } from './console.ts'
import { groupBy, type Report, type Result, tallyOf } from './result.ts'

/** The run as JUnit XML: a testsuite for each section. */
export function junitReport(report: Report): string {
  const suites = [...groupBy(report.results, (result) => result.section)].map(([section, results]) => {
    const { failed, skipped } = tallyOf(results)
    const counts = `tests="${results.length}" failures="${failed}" skipped="${skipped}"`
    return `<testsuite name="${escapeXml(section)}" ${counts}>\n${results.map(testCase).join('')}</testsuite>\n`
  })
  return `<?xml version="1.0" encoding="utf-8"?>\n<testsuites time="${report.seconds}">\n${suites.join('')}</testsuites>\n`
}

function testCase({ section, title, outcome }: Result): string {
  const time = (outcome.milliseconds / 1000).toFixed(3)
  const open = `<testcase classname="${escapeXml(section)}" name="${escapeXml(title)}" time="${time}">`
  return `${open}${verdict(outcome)}</testcase>\n`
}

function verdict(outcome: Result['outcome']): string {
  if (outcome.state === 'passed') return ''
  if (outcome.state === 'skipped') return `<skipped message="${escapeXml(outcome.reason)}"/>`
  const { failure } = outcome
  return `<failure message="${escapeXml(failure.message)}">${escapeXml(printable(inFull(failure)))}</failure>`
}

/** Text without the characters XML cannot hold. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are not XML characters
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
}
