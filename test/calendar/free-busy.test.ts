import { expect } from 'chai'
import { freeBusyByOwner } from '../../src/calendar/free-busy.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import type { Reader } from '../../src/store/store.ts'
import { calendarEnv, makeCalendar, put, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { seedUser } from '../support/tree.ts'

const DAY = 86_400_000
const FROM = Date.UTC(2030, 0, 1)
const DAYS = 6000
const EVENTS = 20

describe('free-busy time of many instances', () => {
  const store = useStore()
  let env: TestEnv
  let alice: Actor
  let calendar: Calendar

  before(async () => {
    env = calendarEnv(store())
    alice = await seedUser(store(), 'alice')
    calendar = await makeCalendar(env, alice, 'daily')
    const when = 'DTSTART:20250101T090000Z\r\nDTEND:20250101T100000Z'
    for (let index = 0; index < EVENTS; index += 1) {
      const uid = `daily${index}`
      await put(env, alice, calendar, uid, textOf({ uid, when, more: ['RRULE:FREQ=DAILY'] }))
    }
  })

  it('leaves others their turn while it is put together, and makes each hour one', async () => {
    let turnsOfOthers = 0
    let isRunning = true
    const other = (): void => {
      turnsOfOthers += 1
      if (isRunning) setImmediate(other)
    }
    const reader: Pick<Reader, 'all'> = {
      async all(calls) {
        const outcomes = await env.store.reader.all(calls)
        setImmediate(other)
        return outcomes
      },
    }
    const busy = await freeBusyByOwner(reader, [calendar], { start: FROM, end: FROM + DAYS * DAY })
    isRunning = false
    expect(busy.get(alice.userId)).to.have.length(DAYS)
    expect(turnsOfOthers).to.be.greaterThan(1)
  })
})
