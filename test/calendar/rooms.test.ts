import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { setBookingRules } from '../../src/accounts/booking.ts'
import { addUser } from '../../src/accounts/users.ts'
import type { Actor } from '../../src/calendar/model.ts'
import { getObject } from '../../src/calendar/objects.ts'
import { putObject } from '../../src/calendar/put-object.ts'
import { statement } from '../../src/store/statement.ts'
import type { Store } from '../../src/store/store.ts'
import { calendarEnv, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { refusalCode } from '../support/tree.ts'

const ROOM = 'mailto:room@example.test'

const TOLD = statement<{ who: string; data: string }>(
  'test.room-told',
  `select 'mail' as who, data from outgoing_messages where uid = $1
   union all select u.username, e.data from events e join users u on u.user_id = e.user_id
   join calendars c on c.calendar_id = e.calendar_id and c.kind = 'calendar'
   where e.uid = $1 and u.username = 'booker4' order by 1`,
)

describe('rooms', () => {
  const store = useStore(16)
  let env: TestEnv
  let bookers: Actor[]

  const account = async (on: Store, username: string, kind?: 'ROOM' | 'GROUP'): Promise<Actor> => {
    const accounts = { store: on, clock: () => new Date(), newId: randomUUID }
    const user = await addUser(accounts, {
      username,
      email: `${username}@example.test`,
      ...(kind && { kind }),
    })
    return { ...user, groupIds: [] }
  }

  before(async () => {
    env = calendarEnv(store())
    await account(store(), 'room', 'ROOM')
    bookers = []
    for (let number = 0; number < 5; number += 1) bookers.push(await account(store(), `booker${number}`))
  })

  /** Books, and tells what the room answered: to the whole, or in each component. */
  async function book(start: string, end: string, by = 0, lines: readonly string[] = []): Promise<string[]> {
    const actor = bookers[by] as Actor
    const uid = randomUUID()
    const ref = { owner: actor.username, collection: 'calendar', name: `${uid}.ics` }
    const more = [`ORGANIZER:mailto:${actor.email}`, `ATTENDEE:${ROOM}`, ...lines]
    const when = `DTSTART:${start}\r\nDTEND:${end}`
    await putObject(env, actor, ref, textOf({ uid, when, more }), {})
    const { object } = await getObject(env, actor, ref, { data: true })
    const text = (object.data ?? '').replace(/\r\n[ \t]/g, '')
    return [...text.matchAll(/ATTENDEE[^\r]*PARTSTAT=([A-Z-]+)[^\r]*:mailto:room@/g)].map(
      ([, status]) => status as string,
    )
  }

  it('never accept two bookings of one time', async () => {
    const slots = Array.from({ length: 200 }, (_, number) => {
      const start = Date.UTC(2027, 0, 4, 8, (number * 7) % 480)
      return { start, end: start + ((number % 4) + 1) * 900_000 }
    })
    const utc = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')
    const answers = await Promise.all(
      slots.map(({ start, end }, number) => book(utc(start), utc(end), number % bookers.length)),
    )
    const taken = slots.filter((_, number) => answers[number]?.[0] === 'ACCEPTED')
    expect(answers.every(([answer]) => answer === 'ACCEPTED' || answer === 'DECLINED')).to.equal(true)
    expect(taken.length).to.be.greaterThan(5)
    taken.sort((one, other) => one.start - other.start)
    for (const [index, { start }] of taken.entries()) {
      expect(taken[index - 1]?.end ?? 0).to.be.at.most(start)
    }
  }).timeout(60_000)

  it('decline only the instances of a series that clash', async () => {
    expect(await book('20270203T090000Z', '20270203T100000Z')).to.deep.equal(['ACCEPTED'])
    const series = await book('20270202T090000Z', '20270202T100000Z', 1, ['RRULE:FREQ=DAILY;COUNT=4'])
    expect(series).to.deep.equal(['ACCEPTED', 'DECLINED'])
    expect(await book('20270203T100000Z', '20270203T110000Z', 2)).to.deep.equal(['ACCEPTED'])
    expect(await book('20270204T093000Z', '20270204T094500Z', 2)).to.deep.equal(['DECLINED'])
  })

  it('have answered when the others are told, here and by mail', async () => {
    const actor = bookers[3] as Actor
    const uid = randomUUID()
    const ref = { owner: actor.username, collection: 'calendar', name: `${uid}.ics` }
    const people = [ROOM, `mailto:${bookers[4]?.email}`, 'mailto:guest@elsewhere.test']
    const more = [`ORGANIZER:mailto:${actor.email}`, ...people.map((one) => `ATTENDEE:${one}`)]
    const series = [...more, 'RRULE:FREQ=DAILY;COUNT=3']
    expect(await book('20270502T090000Z', '20270502T100000Z')).to.deep.equal(['ACCEPTED'])
    const when = 'DTSTART:20270501T090000Z\r\nDTEND:20270501T100000Z'
    await putObject({ ...env, sendsMail: true }, actor, ref, textOf({ uid, when, more: series }), {})
    const rows = await store().reader.rows(TOLD, uid)
    expect(rows.map(({ who }) => who)).to.deep.equal(['booker4', 'mail'])
    for (const { data } of rows) {
      const answers = [...data.replace(/\r\n[ \t]/g, '').matchAll(/PARTSTAT=([A-Z-]+)[^\r]*:mailto:room@/g)]
      expect(answers.map(([, answer]) => answer)).to.deep.equal(['ACCEPTED', 'DECLINED'])
      expect(data).to.include('RECURRENCE-ID:20270502T090000Z')
    }
  })

  it('decline what never ends, and follow the rules set for them', async () => {
    const accounts = { store: store(), clock: () => new Date(), newId: randomUUID }
    expect(await book('20270301T090000Z', '20270301T100000Z', 0, ['RRULE:FREQ=DAILY'])).to.deep.equal([
      'DECLINED',
    ])
    await setBookingRules(accounts, 'room', { maxMinutes: 60, hours: '08:00-18:00', horizonDays: 200 })
    expect(await book('20270302T090000Z', '20270302T103000Z')).to.deep.equal(['DECLINED'])
    expect(await book('20270302T190000Z', '20270302T193000Z')).to.deep.equal(['DECLINED'])
    expect(await book('20280302T090000Z', '20280302T093000Z')).to.deep.equal(['DECLINED'])
    expect(await book('20270302T090000Z', '20270302T093000Z')).to.deep.equal(['ACCEPTED'])
    await setBookingRules(accounts, 'room', { group: 'booker1' })
    expect(await book('20270303T110000Z', '20270303T113000Z', 0)).to.deep.equal(['DECLINED'])
    expect(await book('20270303T110000Z', '20270303T113000Z', 1)).to.deep.equal(['ACCEPTED'])
    await setBookingRules(accounts, 'room', { group: null, mode: 'accept-if-free' })
    expect(await book('20270303T110000Z', '20270303T113000Z', 2)).to.deep.equal(['NEEDS-ACTION'])
    await setBookingRules(accounts, 'room', { mode: 'decline-always' })
    expect(await book('20270304T110000Z', '20270304T113000Z')).to.deep.equal(['DECLINED'])
  })

  it('decline what takes place too often to be checked', async () => {
    const accounts = { store: store(), clock: () => new Date(), newId: randomUUID }
    const often = (rule: string) => book('20270301T090000Z', '20270301T090100Z', 0, [`RRULE:${rule}`])
    await setBookingRules(accounts, 'room', { mode: 'automatic', hours: null, horizonDays: 2500 })
    expect(await often('FREQ=HOURLY;INTERVAL=5')).to.deep.equal(['DECLINED'])
    expect(await refusalCode(often('FREQ=MINUTELY'))).to.equal('max-instances')
  })
})
