import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addUser } from '../src/accounts/users.ts'
import { loadConfig } from '../src/config.ts'
import { createLogger } from '../src/http/log.ts'
import { openStore } from '../src/open-store.ts'
import { startServer } from '../src/server.ts'
import { createStore } from '../src/store/store.ts'
import { BenchClient, type Reply } from './http-client.ts'
import { type Measurement, measure, type Scenario } from './measure.ts'
import { countingDatabase } from './statement-counter.ts'

/**
 * `npm run bench:scheduling`: PUT of a meeting by how many it invites, the change of one, and free-busy of thirty people
 * over a month; times, and what a request sends to the database.
 */

const PASSWORD = 'a password that is long enough'
const SIZES = [0, 3, 30, 300] as const
const DAY = 86_400_000

const mailto = (name: string) => `mailto:${name}@example.test`
const utc = (time: number) => `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

function meeting(uid: string, size: number, start: number): string {
  const attendees = Array.from({ length: size }, (_, number) => `ATTENDEE:${mailto(`guest${number}`)}`)
  const people = size === 0 ? [] : [`ORGANIZER:${mailto('host')}`, ...attendees]
  return calendar('', [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utc(Date.now())}`,
    `DTSTART:${utc(start)}`,
    `DTEND:${utc(start + 3_600_000)}`,
    'SUMMARY:Planning',
    ...people,
    'END:VEVENT',
  ])
}

function busyRequest(from: number): string {
  return calendar('METHOD:REQUEST\r\n', [
    'BEGIN:VFREEBUSY',
    'UID:ask',
    `DTSTAMP:${utc(Date.now())}`,
    `DTSTART:${utc(from)}`,
    `DTEND:${utc(from + 30 * DAY)}`,
    `ORGANIZER:${mailto('host')}`,
    ...Array.from({ length: 30 }, (_, number) => `ATTENDEE:${mailto(`guest${number}`)}`),
    'END:VFREEBUSY',
  ])
}

function calendar(head: string, lines: readonly string[]): string {
  const body = lines.join('\r\n')
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n${head}${body}\r\nEND:VCALENDAR\r\n`
}

function expectStatus(status: number) {
  return (reply: Reply) => {
    if (reply.status !== status) throw new Error(`got ${reply.status}: ${reply.body.slice(0, 300)}`)
  }
}

function scenarios(): Scenario[] {
  const start = Math.ceil(Date.now() / DAY) * DAY
  const headers = { 'content-type': 'text/calendar; charset=utf-8' }
  const put = (uid: string, size: number, at: number) => ({
    method: 'PUT',
    path: `/dav/calendars/host/calendar/${uid}.ics`,
    headers,
    body: meeting(uid, size, at),
  })
  const puts = SIZES.flatMap((size): Scenario[] => {
    const requests = size === 300 ? 20 : 100
    const uids = Array.from({ length: requests }, () => randomUUID())
    const at = (index: number) => start + (index % 30) * DAY + 9 * 3_600_000
    const uid = (index: number) => uids[index] as string
    return [
      {
        name: `put, ${size} attendees`,
        requests,
        exchange: (index) => put(uid(index), size, at(index)),
        check: expectStatus(201),
      },
      {
        name: `move, ${size} attendees`,
        requests,
        exchange: (index) => put(uid(index), size, at(index) + 3_600_000),
        check: expectStatus(204),
      },
    ]
  })
  const busy: Scenario = {
    name: 'free-busy, 30 attendees',
    requests: 100,
    exchange: () => ({
      method: 'POST',
      path: '/dav/calendars/host/outbox/',
      headers,
      body: busyRequest(start),
    }),
    check: expectStatus(200),
  }
  return [...puts, busy]
}

/** A measurement with what each request sent to the database, on average. */
interface Result extends Measurement {
  readonly statements: number
  readonly roundTrips: number
}

/** Each row beside the first, which invites nobody. */
function print(results: readonly Result[]): void {
  const row = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(24) : cell.padStart(11))).join('')
  console.log(row(['', 'p50 ms', 'p95 ms', 'CPU ms', 'x CPU', 'statements', 'round trips']))
  for (const { name, p50, p95, cpu, statements, roundTrips } of results) {
    const times = cpu / (results[0]?.cpu ?? cpu)
    const figures = [p50, p95, cpu, times, statements, roundTrips].map((each) => each.toFixed(1))
    console.log(row([name, ...figures]))
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'kalends-bench-'))
const config = loadConfig({ PORT: '0', LOG_LEVEL: 'error', DATA_DIR: dataDir }, '/nowhere')
const open = await openStore(config, 'kalends bench')
try {
  const accounts = { store: open.store, clock: () => new Date(), newId: randomUUID }
  await addUser(accounts, { username: 'host', email: 'host@example.test', password: PASSWORD })
  for (let number = 0; number < 300; number += 1) {
    await addUser(accounts, { username: `guest${number}`, email: `guest${number}@example.test` })
  }
  const { database, traffic } = countingDatabase(open.database)
  const store = createStore(database)
  const server = await startServer({ config, store, database, log: createLogger('error') })
  const client = new BenchClient(`http://127.0.0.1:${server.port}`, 'host', PASSWORD, 1)
  const results: Result[] = []
  for (const scenario of scenarios()) {
    const before = traffic()
    const measured = await measure(client, process.pid, scenario, 1)
    const { statements, roundTrips } = traffic()
    results.push({
      ...measured,
      statements: (statements - before.statements) / scenario.requests,
      roundTrips: (roundTrips - before.roundTrips) / scenario.requests,
    })
  }
  print(results)
  await server.stop(0)
} finally {
  await open.close()
  await rm(dataDir, { recursive: true, force: true })
}
process.exit(0)
