import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { corpusFiles, expandFile } from '../support/corpus.ts'
import { cpuMsUntil, HANGS } from '../support/cpu-time.ts'

const run = promisify(execFile)
const files = corpusFiles()
const group = files.length === 0 ? describe.skip : describe

group('the calendars of the corpus', function () {
  this.timeout(120_000)

  it('each expand over 1970 to 2100 in no long time, or are refused with a reason', async () => {
    let expanded = 0
    for (const file of files) {
      const spent = await cpuMsUntil(async () => {
        for (const answer of await expandFile(file)) {
          if (answer.refused === undefined) expanded++
          else expect(answer.refused, file).to.match(/\w+ .{10}/)
        }
      })
      expect(spent, file).to.be.below(HANGS)
    }
    expect(expanded).to.be.above(150)
  })

  it('expand to the same in whatever zone the process runs', async () => {
    const zones = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia']
    const script = fileURLToPath(new URL('../support/corpus-digest.ts', import.meta.url))
    const outputs: string[] = []
    for (const TZ of zones) {
      const options = { env: { ...process.env, TZ }, maxBuffer: 2 ** 26 }
      const { stdout } = await run(process.execPath, ['--import', 'tsx', script], options)
      outputs.push(stdout)
    }
    expect(outputs[0]?.length).to.be.above(10_000)
    for (const [index, output] of outputs.entries())
      expect(output === outputs[0], zones[index]).to.equal(true)
  })
})
