import { parseArgs } from 'node:util'
import type { Checks } from './checks.ts'
import { mustRun } from './command.ts'
import { type RunningServer, startServer } from './server.ts'

/** Real clients against the real server, started by the README's command. */
const CLIENTS = [
  'vdirsyncer',
  'python-caldav',
  'tsdav',
  'litmus',
  'cadaver',
  'evolution',
  'thunderbird',
] as const
/** What only shows with several processes on one database, or with one that is killed. */
const PROOFS = ['rooms', 'kills', 'live', 'mail'] as const

interface Client {
  run(server: RunningServer): Promise<Checks>
}

interface Proof {
  run(options: typeof sizes): Promise<Checks>
}

/** `npm run interop [-- name…] [--rounds 50] [--processes 2] [--kills 200]`. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    processes: { type: 'string', default: '2' },
    kills: { type: 'string', default: '5' },
  },
})
const sizes = {
  rounds: Number(values.rounds),
  processes: Number(values.processes),
  kills: Number(values.kills),
}

async function runClient(name: string): Promise<Checks> {
  const server = await startServer(['alice', 'bob'])
  try {
    return await ((await import(`./${name}.ts`)) as Client).run(server)
  } finally {
    await server.stop()
  }
}

async function runProof(name: string): Promise<Checks> {
  await mustRun('npm', ['run', '--silent', 'build'])
  return ((await import(`./proofs/${name}.ts`)) as Proof).run(sizes)
}

const isWanted = (name: string) => positionals.length === 0 || positionals.includes(name)
const totals = { passed: 0, failed: 0, skipped: 0 }
const runs = [
  ...CLIENTS.filter(isWanted).map((name) => () => runClient(name)),
  ...PROOFS.filter(isWanted).map((name) => () => runProof(name)),
]
for (const run of runs) {
  const { passed, failed, skipped } = await run()
  totals.passed += passed
  totals.failed += failed
  totals.skipped += skipped
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exitCode = totals.failed === 0 ? 0 : 1
