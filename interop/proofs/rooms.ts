import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { statement } from '../../src/store/statement.ts'
import { Checks, expectThat } from '../checks.ts'
import type { Account } from '../server.ts'
import { acceptedTimes, type Span } from './accepted-times.ts'
import { dav, eventText, objectPath } from './dav.ts'
import { openSetting, type ServerProcess, type Setting } from './setting.ts'

const COPIES = statement<{ data: string }>(
  'proof.copies-of',
  `select e.data from events e join users u on u.user_id = e.user_id
   join calendars c on c.user_id = e.user_id and c.calendar_id = e.calendar_id and c.kind = 'calendar'
   where u.username = $1`,
)
const DEADLOCKS = statement<{ deadlocks: bigint }>(
  'proof.deadlocks',
  'select deadlocks from pg_stat_database where datname = current_database()',
)

const BOOKERS = 10
const BOOKINGS = 200
const DAY = 86_400_000
const MINUTE = 60_000
/** Daily series reach into the days of later rounds. */
const SERIES_DAYS = 3

interface Booking {
  readonly uid: string
  readonly booker: Account
  readonly server: ServerProcess
}

/** How often each status was answered. */
type Statuses = Map<number, number>

/**
 * Many people book one room for overlapping times at once, through several processes on one database; some for
 * several days, some change their mind. No two bookings that it accepted may overlap.
 */
export async function run(options: { rounds: number; processes: number }): Promise<Checks> {
  const checks = new Checks('rooms')
  const setting = await openSetting()
  try {
    const room = await setting.addAccount('room', 'ROOM')
    const bookers: Account[] = []
    for (let n = 0; n < BOOKERS; n += 1) bookers.push(await setting.addAccount(`booker${n}`))
    const servers = await Promise.all(Array.from({ length: options.processes }, () => setting.serve()))
    const statuses: Statuses = new Map()
    const bookings: Booking[] = []
    const began = Date.now()
    for (let round = 0; round < options.rounds; round += 1) {
      bookings.push(...(await book(round, room, bookers, servers, statuses)))
    }
    const seconds = ((Date.now() - began) / 1000).toFixed(1)
    console.log(`  ${bookings.length} bookings in ${options.rounds} rounds, ${seconds} s; statuses`, statuses)
    await judge(checks, setting, room, bookings, statuses)
  } finally {
    await setting.close()
  }
  return checks
}

/** One round: everybody books for the same day at the same moment. */
function book(
  round: number,
  room: Account,
  bookers: readonly Account[],
  servers: readonly ServerProcess[],
  statuses: Statuses,
): Promise<Booking[]> {
  const day = Math.ceil(Date.now() / DAY + 7 + round) * DAY + 8 * 60 * MINUTE
  const slot = (number: number) => {
    const start = day + ((number * 7) % 480) * MINUTE
    return { start, end: start + ((number % 4) + 1) * 15 * MINUTE }
  }
  return Promise.all(
    Array.from({ length: BOOKINGS }, async (_, number) => {
      const organizer = bookers[number % bookers.length] as Account
      const server = servers[Math.floor(number / bookers.length) % servers.length] as ServerProcess
      const uid = randomUUID()
      const parts = { uid, organizer, attendees: [room.email] }
      const rule = number % 5 === 0 ? { rule: `FREQ=DAILY;COUNT=${SERIES_DAYS}` } : {}
      await put(server, organizer, uid, eventText({ ...parts, ...slot(number), ...rule }), statuses)
      if (number % 10 === 3) {
        const moved = eventText({ ...parts, ...slot(number + 101), sequence: 1 })
        await put(server, organizer, uid, moved, statuses)
      }
      return { uid, booker: organizer, server }
    }),
  )
}

/** Stores until it is stored; a server that is too busy says when to come again. */
async function put(
  server: ServerProcess,
  booker: Account,
  uid: string,
  text: string,
  statuses: Statuses,
): Promise<void> {
  for (;;) {
    const { status, headers } = await dav(server.rootUrl, booker, 'PUT', objectPath(booker, uid), text)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status !== 503) return
    await wait(Number(headers.get('retry-after') ?? 1) * 1000)
  }
}

async function judge(
  checks: Checks,
  setting: Setting,
  room: Account,
  bookings: readonly Booking[],
  statuses: Statuses,
): Promise<void> {
  const held = await setting.store.reader.rows(COPIES, room.username)
  const inRoom = held.flatMap(({ data }) => acceptedTimes(data, room.email))
  const told: Span[] = []
  for (const { uid, booker, server } of bookings) {
    const { body } = await dav(server.rootUrl, booker, 'GET', objectPath(booker, uid))
    told.push(...acceptedTimes(body, room.email))
  }
  console.log(`  ${told.length} times accepted`)
  await checks.check('every booking is answered with 201 or 204', () => {
    const others = [...statuses.keys()].filter((status) => ![201, 204, 503].includes(status))
    expectThat(others.length === 0, `${others.map((status) => `${status}: ${statuses.get(status)}`)}`)
  })
  await checks.check('no two accepted bookings overlap', () => {
    const [one, other] = overlapIn(inRoom) ?? []
    expectThat(one === undefined, `${JSON.stringify(one)} and ${JSON.stringify(other)}`)
    expectThat(inRoom.length > bookings.length / 40, `only ${inRoom.length} were accepted`)
  })
  await checks.check('what the bookers were told is what stands in the room’s calendar', () => {
    const [one, other] = [listed(told), listed(inRoom)]
    expectThat(one === other, `told:\n${one}\nheld:\n${other}`)
  })
  await checks.check('no transaction ended in a deadlock', async () => {
    const found = await setting.store.reader.row(DEADLOCKS)
    expectThat(found?.deadlocks === 0n, `${found?.deadlocks} deadlocks`)
  })
}

function overlapIn(spans: readonly Span[]): readonly [Span, Span] | undefined {
  const sorted = [...spans].sort((one, other) => one.start - other.start)
  for (const [index, span] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before !== undefined && before.end > span.start) return [before, span]
  }
  return undefined
}

function listed(spans: readonly Span[]): string {
  return spans
    .map(({ uid, start, end }) => `${new Date(start).toISOString()} ${end - start} ${uid}`)
    .sort()
    .join('\n')
}
