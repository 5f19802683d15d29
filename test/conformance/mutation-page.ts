import type { Mutation } from './message.ts'

/** One break with the titles of the tests that noticed it. */
export interface Verdict {
  readonly mutation: Mutation
  readonly caughtBy: readonly string[]
}

/** What the suite notices, as Markdown: a row for each break. */
export function mutationPage(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ mutation, caughtBy }) => {
    const [first = '—'] = caughtBy
    return `| ${mutation.name} | ${mutation.rule} | ${caughtBy.length} | ${first.replaceAll('|', '\\|')} |`
  })
  const head = [
    '# What the conformance suite notices',
    '',
    `A proxy between the suite and this server breaks one rule at a time (\`test/conformance/mutations/\`), ${verdicts.length} in all.`,
    'Every break has to be noticed by at least one test. `npm run conformance:mutations` shows each break to the tests',
    'that are known to notice it; with `-- --full` to whole sections, and writes this page.',
    '',
    '| A server that … | breaks | noticed by | for example |',
    '| --- | --- | ---: | --- |',
  ]
  return `${[...head, ...rows].join('\n')}\n`
}
