import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addUser } from '../src/accounts/users.ts'
import { loadConfig } from '../src/config.ts'
import { createLogger } from '../src/http/log.ts'
import { openStore } from '../src/open-store.ts'
import { startServer } from '../src/server.ts'
import { BenchClient, type Reply } from './http-client.ts'
import { type Measurement, measure, type Scenario } from './measure.ts'

/** PUT of a meeting by how many it invites, and free-busy of thirty people over a month. */

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
  const puts = SIZES.map(
    (size): Scenario => ({
      name: `put, ${size} attendees`,
      requests: size === 300 ? 20 : 100,
      exchange: (index) => {
        const uid = randomUUID()
        const body = meeting(uid, size, start + (index % 30) * DAY + 9 * 3_600_000)
        return { method: 'PUT', path: `/dav/calendars/host/calendar/${uid}.ics`, headers, body }
      },
      check: expectStatus(201),
    }),
  )
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

function print({ name, p50, p95, cpu }: Measurement): void {
  console.log(
    `${name.padEnd(24)} p50 ${p50.toFixed(1)} ms  p95 ${p95.toFixed(1)} ms  cpu ${cpu.toFixed(1)} ms`,
  )
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
  const { store, database } = open
  const server = await startServer({ config, store, database, log: createLogger('error') })
  const client = new BenchClient(`http://127.0.0.1:${server.port}`, 'host', PASSWORD, 1)
  for (const scenario of scenarios()) print(await measure(client, process.pid, scenario, 1))
  await server.stop(0)
} finally {
  await open.close()
  await rm(dataDir, { recursive: true, force: true })
}
process.exit(0)
