import type { Checks } from './checks.ts'
import { type RunningServer, startServer } from './server.ts'

/** `npm run interop [name…]`: real clients against the real server, started by the README's command. */
const CLIENTS = ['vdirsyncer', 'python-caldav', 'tsdav', 'litmus', 'cadaver'] as const

interface Client {
  run(server: RunningServer): Promise<Checks>
}

const wanted = process.argv.slice(2)
const totals = { passed: 0, failed: 0, skipped: 0 }
for (const name of CLIENTS.filter((client) => wanted.length === 0 || wanted.includes(client))) {
  const server = await startServer(['alice'])
  try {
    const client = (await import(`./${name}.ts`)) as Client
    const { passed, failed, skipped } = await client.run(server)
    totals.passed += passed
    totals.failed += failed
    totals.skipped += skipped
  } finally {
    await server.stop()
  }
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exitCode = totals.failed === 0 ? 0 : 1
