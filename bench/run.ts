import { parseArgs } from 'node:util'
import { startServer } from '../interop/server.ts'
import { sampleObjects } from './dataset.ts'
import { BenchClient } from './http-client.ts'
import { type Measurement, measure } from './measure.ts'
import { peakMemoryMb, processTree } from './process-usage.ts'
import { startRadicale } from './radicale.ts'
import { readScenarios, syncCollection, type Target, writeScenarios } from './scenarios.ts'
import { printTable } from './table.ts'

/** A server under load: its process tree's CPU is what a request costs, database included. */
export interface BenchServer {
  readonly name: string
  readonly url: string
  readonly pid: number
  readonly username: string
  readonly password: string
  /** Path of the calendar home, ending in "/". */
  readonly home: string
  stop(): Promise<void>
}

const { values: flags } = parseArgs({
  options: {
    objects: { type: 'string', default: '1000' },
    requests: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '4' },
    peers: { type: 'boolean', default: false },
  },
})
const connections = Number(flags.connections)

async function startKalends(): Promise<BenchServer> {
  const server = await startServer(['alice'])
  const [alice] = server.accounts
  if (alice === undefined) throw new Error('no account')
  return { name: 'kalends', url: server.rootUrl, home: '/dav/calendars/alice/', ...server, ...alice }
}

/** Fills a fresh calendar, then measures every scenario, reads first. */
async function benchmark(server: BenchServer): Promise<Measurement[]> {
  const client = new BenchClient(server.url, server.username, server.password, connections)
  try {
    const target: Target = {
      calendar: `${server.home}bench/`,
      objects: sampleObjects(Number(flags.objects)),
      requests: Number(flags.requests),
    }
    const token = await fill(client, target)
    const results: Measurement[] = []
    for (const scenario of readScenarios(target, token)) {
      // A server runs for months: what compiling its code costs in the first seconds is not what a request costs.
      const warm = { ...scenario, requests: Math.max(50, Math.min(3000, scenario.requests)) }
      await measure(client, server.pid, warm, connections)
      results.push(await measure(client, server.pid, scenario, connections))
    }
    for (const scenario of writeScenarios(target)) {
      results.push(await measure(client, server.pid, scenario, connections))
    }
    const memory = Math.max(...processTree(server.pid).map(peakMemoryMb))
    console.log(`${server.name}: largest process ${memory.toFixed(0)} MB at its peak`)
    return results
  } finally {
    client.close()
    await server.stop()
  }
}

/** Puts the objects and returns the sync token from which ten changes follow. */
async function fill(client: BenchClient, { calendar, objects }: Target): Promise<string> {
  const made = await client.send({ method: 'MKCALENDAR', path: calendar })
  if (made.status !== 201) throw new Error(`MKCALENDAR answered ${made.status}: ${made.body}`)
  const put = async (index: number): Promise<void> => {
    const object = objects[index]
    if (object === undefined) return
    const headers = { 'content-type': 'text/calendar; charset=utf-8' }
    const reply = await client.send({
      method: 'PUT',
      path: calendar + object.name,
      headers,
      body: object.text,
    })
    if (reply.status !== 201) throw new Error(`PUT answered ${reply.status}: ${reply.body}\n${object.text}`)
  }
  const upTo = async (from: number, until: number): Promise<void> => {
    for (let index = from; index < until; index += connections) {
      const last = Math.min(until, index + connections)
      await Promise.all(Array.from({ length: last - index }, (_, n) => put(index + n)))
    }
  }
  await upTo(0, objects.length - 10)
  const reply = await client.send({
    method: 'REPORT',
    path: calendar,
    headers: { 'content-type': 'application/xml', depth: '0' },
    body: syncCollection(''),
  })
  await upTo(objects.length - 10, objects.length)
  const token = [...reply.body.matchAll(/<(?:\w+:)?sync-token>([^<]+)</g)].at(-1)?.[1]
  if (token === undefined) throw new Error(`no sync token in ${reply.body.slice(-300)}`)
  return token
}

const columns: { name: string; results: Measurement[] }[] = []
for (const start of [startKalends, ...(flags.peers ? [startRadicale] : [])]) {
  const server = await start()
  if (server === undefined) console.log('radicale is not installed: skipped')
  else columns.push({ name: server.name, results: await benchmark(server) })
}
printTable(Number(flags.objects), columns)
