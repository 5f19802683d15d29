import { expect } from 'chai'
import fc from 'fast-check'
import { freeBusy } from '../../src/calendar/free-busy.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { listObjects } from '../../src/calendar/objects.ts'
import { queryObjects } from '../../src/calendar/query.ts'
import { type CompFilter, matchesFilter, type PropFilter, type TimeRange } from '../../src/ical/filter.ts'
import { busyPeriods, mergeBusy } from '../../src/ical/free-busy.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import { UTC, type Zone, zoneByName } from '../../src/ical/zones.ts'
import { statement } from '../../src/store/statement.ts'
import { calendarEnv, makeCalendar, NOW, put, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { seedUser } from '../support/tree.ts'

const spoil = statement('test.spoil', `update events set data = 'BEGIN:spoilt' where name = $1`)

describe('queries', () => {
  const store = useStore()
  let env: TestEnv
  let alice: Actor
  let calendar: Calendar
  let count = 0

  before(async () => {
    env = calendarEnv(store())
    alice = await seedUser(store(), 'alice')
  })
  beforeEach(async () => {
    count += 1
    calendar = await makeCalendar(env, alice, `query${count}`)
  })

  const on = (component: string, more: Partial<CompFilter> = {}): CompFilter => ({
    name: 'VCALENDAR',
    props: [],
    comps: [{ name: component, props: [], comps: [], ...more }],
  })
  const range = (start: string | undefined, end?: string): TimeRange => ({
    ...(start !== undefined && { start: Date.parse(start) }),
    ...(end !== undefined && { end: Date.parse(end) }),
  })
  const find = async (filter: CompFilter, timezone?: Zone) => {
    const names: string[] = []
    const query = { filter, data: false, ...(timezone && { timezone }) }
    for await (const group of queryObjects(env, calendar, query)) names.push(...group.map(({ name }) => name))
    return names.sort()
  }
  const store1 = (uid: string, when: string, more: string[] = [], component = 'VEVENT') =>
    put(env, alice, calendar, uid, textOf({ uid, when, more, component }))
  const inMonth = (month: string) =>
    find(on('VEVENT', { timeRange: range(`${month}-01T00:00:00Z`, `${month}-28T00:00:00Z`) }))

  it('finds the events of a month', async () => {
    await store1('in', 'DTSTART:20270110T090000Z\r\nDTEND:20270110T100000Z')
    await store1('before', 'DTSTART:20261231T230000Z\r\nDTEND:20270101T000000Z')
    await store1('into', 'DTSTART:20261231T230000Z\r\nDTEND:20270101T000001Z')
    await store1('after', 'DTSTART:20270128T000000Z')
    await store1('instant', 'DTSTART:20270101T000000Z')
    await store1('day', 'DTSTART;VALUE=DATE:20270127')
    await store1('long', 'DTSTART:20261201T000000Z\r\nDTEND:20270301T000000Z')
    await store1('todo', 'DUE:20270110T090000Z', [], 'VTODO')
    expect(await inMonth('2027-01')).to.deep.equal(['day', 'in', 'instant', 'into', 'long'])
  })

  it('finds every instance of what recurs, inside the indexed window and far beyond it', async () => {
    await store1('endless', 'DTSTART:20250115T090000Z', ['RRULE:FREQ=MONTHLY'])
    await store1('ended', 'DTSTART:20250115T090000Z', ['RRULE:FREQ=MONTHLY;COUNT=3'])
    await store1('yearly', 'DTSTART;VALUE=DATE:20200229', ['RRULE:FREQ=YEARLY'])
    expect(await inMonth('2027-01')).to.deep.equal(['endless'])
    expect(await inMonth('2025-02')).to.deep.equal(['ended', 'endless'])
    expect(await inMonth('2094-07')).to.deep.equal(['endless'])
    expect(
      await find(on('VEVENT', { timeRange: range('2096-02-29T00:00:00Z', '2096-03-01T00:00:00Z') })),
    ).to.deep.equal(['yearly'])
    expect(
      await find(on('VEVENT', { timeRange: range('2095-02-16T00:00:00Z', '2095-03-01T00:00:00Z') })),
    ).to.deep.equal([])
  })

  it('takes ranges that are open at one end', async () => {
    await store1('old', 'DTSTART:20200110T090000Z')
    await store1('new', 'DTSTART:20280110T090000Z')
    await store1('endless', 'DTSTART:20240110T090000Z', ['RRULE:FREQ=DAILY'])
    expect(await find(on('VEVENT', { timeRange: range('2026-01-01T00:00:00Z') }))).to.deep.equal([
      'endless',
      'new',
    ])
    expect(await find(on('VEVENT', { timeRange: range(undefined, '2026-01-01T00:00:00Z') }))).to.deep.equal([
      'endless',
      'old',
    ])
    expect(await find(on('VEVENT', { timeRange: range('2060-01-01T00:00:00Z') }))).to.deep.equal(['endless'])
  })

  it('finds a series by its last moment, however far the range goes on', async () => {
    await store1('series', 'DTSTART:20261120T090000Z', ['RRULE:FREQ=DAILY;COUNT=5'])
    const since = (start: string) => find(on('VEVENT', { timeRange: range(start) }))
    expect(await since('2026-11-24T09:00:00Z')).to.deep.equal(['series'])
    expect(await since('2026-11-24T09:00:01Z')).to.deep.equal([])
  })

  it('answers for a component the calendar has none of with nothing', async () => {
    await store1('a', 'DTSTART:20270110T090000Z')
    expect(await find(on('VJOURNAL'))).to.deep.equal([])
    expect(await find(on('VTIMEZONE'))).to.deep.equal([])
    expect(await find({ name: 'VCALENDAR', props: [], comps: [] })).to.deep.equal(['a'])
    expect(await find({ name: 'VEVENT', props: [], comps: [] })).to.deep.equal([])
  })

  it('looks up by UID and by text', async () => {
    for (const uid of ['aab', 'AAC', 'b;c']) {
      await store1(uid.replace(';', '\\;'), 'DTSTART:20270110T090000Z')
    }
    const text = (name: string, value: string, more: object = {}): PropFilter => ({
      name,
      params: [],
      textMatch: { text: value, collation: 'i;ascii-casemap', negate: false, matchType: 'contains', ...more },
    })
    expect(await find(on('VEVENT', { props: [text('UID', 'aa')] }))).to.deep.equal(['AAC', 'aab'])
    expect(await find(on('VEVENT', { props: [text('UID', 'aa', { collation: 'i;octet' })] }))).to.deep.equal([
      'aab',
    ])
    expect(await find(on('VEVENT', { props: [text('UID', 'aa', { negate: true })] }))).to.deep.equal([
      'b\\;c',
    ])
    expect(await find(on('VEVENT', { props: [text('SUMMARY', 'THING')] }))).to.have.length(3)
    expect(
      await find(on('VEVENT', { props: [{ name: 'LOCATION', isNotDefined: true, params: [] }] })),
    ).to.have.length(3)
    const either = on('VEVENT', { test: 'anyof', props: [text('UID', 'aab'), text('SUMMARY', 'some')] })
    expect(await find(either)).to.have.length(3)
  })

  it('reads floating values in the zone the query names, not in the one they were indexed in', async () => {
    await store1('day', 'DTSTART;VALUE=DATE:20270110')
    await store1('daily', 'DTSTART:20270110T003000', ['RRULE:FREQ=DAILY;COUNT=2'])
    const filter = on('VEVENT', { timeRange: range('2027-01-09T15:00:00Z', '2027-01-09T16:00:00Z') })
    expect(await find(filter)).to.deep.equal([])
    expect(await find(filter, zoneByName('Asia/Tokyo') as Zone)).to.deep.equal(['daily', 'day'])
    expect(await find(filter, UTC)).to.deep.equal([])
  })

  it('does not let one unreadable object break the answer', async () => {
    await store1('good', 'DTSTART:20270110T090000Z', ['LOCATION:Here'])
    await store1('bad', 'DTSTART:20270110T090000Z', ['LOCATION:Here'])
    await store().transact(async (tx) => tx.write(spoil, 'bad'))
    const located = { name: 'LOCATION', params: [] }
    expect(await find(on('VEVENT', { props: [located] }))).to.deep.equal(['good'])
  })

  it('gives the text of what matches only where it is asked for', async () => {
    const text = textOf({ uid: 'a', when: 'DTSTART:20270110T090000Z' })
    await put(env, alice, calendar, 'a', text)
    for (const data of [true, false]) {
      for await (const group of queryObjects(env, calendar, { filter: on('VEVENT'), data })) {
        expect(group.map((object) => object.data)).to.deep.equal([data ? text : undefined])
      }
    }
  })

  /** Days from now; the window of listed instances reaches from -366 to 732. */
  const day = fc.oneof(fc.integer({ min: -420, max: 800 }), fc.integer({ min: -30, max: 40 }))
  const utc = (days: number, hours = 0) =>
    `${new Date(NOW.getTime() + days * 86_400_000 + hours * 3_600_000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const event = fc.record({
    start: day,
    kind: fc.constantFrom('utc', 'floating', 'date', 'zoned', 'instant', 'undated'),
    hours: fc.constantFrom(1, 5, 30, 24 * 9, 24 * 40),
    rule: fc.constantFrom(
      '',
      '',
      'FREQ=DAILY',
      'FREQ=WEEKLY;COUNT=5',
      'FREQ=MONTHLY;INTERVAL=5',
      'FREQ=YEARLY',
    ),
    component: fc.constantFrom('VEVENT', 'VEVENT', 'VEVENT', 'VTODO', 'VJOURNAL'),
    transp: fc.constantFrom('OPAQUE', 'TRANSPARENT'),
    status: fc.constantFrom('', 'TENTATIVE', 'CANCELLED'),
  })
  type RandomEvent = typeof event extends fc.Arbitrary<infer T> ? T : never

  const randomText = (given: RandomEvent, uid: string): string => {
    const { start, kind, hours, rule, component, transp, status } = given
    const end = component === 'VTODO' ? 'DUE' : 'DTEND'
    const at = utc(start)
    const lines: Record<string, string> = {
      utc: `DTSTART:${at}\r\n${end}:${utc(start, hours)}`,
      floating: `DTSTART:${at.slice(0, -1)}\r\n${end}:${utc(start, hours).slice(0, -1)}`,
      date: `DTSTART;VALUE=DATE:${at.slice(0, 8)}`,
      zoned: `DTSTART;TZID=America/New_York:${at.slice(0, -1)}\r\nDURATION:PT${hours}H`,
      instant: `DTSTART:${at}`,
      undated: component === 'VEVENT' ? `DTSTART:${at}` : '',
    }
    let when = lines[kind] ?? ''
    if (component === 'VJOURNAL') when = when.split('\r\n')[0] ?? ''
    const more: string[] = []
    if (rule !== '' && when !== '') more.push(`RRULE:${rule}`)
    if (component === 'VEVENT') more.push(`TRANSP:${transp}`)
    if (status !== '' && component === 'VEVENT') more.push(`STATUS:${status}`)
    return textOf({ uid, when, more, component })
  }

  it('answers any time range as reading every object would', async function () {
    this.timeout(120_000)
    const zone = zoneByName('Europe/Berlin') as Zone
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 25 }),
        fc.array(fc.record({ from: fc.option(day), days: fc.option(fc.constantFrom(0.04, 1, 7, 31, 400)) }), {
          minLength: 4,
          maxLength: 8,
        }),
        async (events, ranges) => {
          count += 1
          calendar = await makeCalendar(env, alice, `law${count}`, { timezoneId: 'Europe/Berlin' })
          for (const [index, given] of events.entries()) {
            await put(env, alice, calendar, `${index}`, randomText(given, `u${index}`))
          }
          const stored: { name: string; data: string }[] = []
          for await (const group of listObjects(env, calendar, { data: true })) {
            stored.push(...group.map(({ name, data }) => ({ name, data: data ?? '' })))
          }
          const parsed = stored.map(({ name, data }) => ({ name, object: readCalendarObject(data) }))
          for (const { from, days } of ranges) {
            const start = from === null ? undefined : NOW.getTime() + from * 86_400_000
            const end = days === null ? undefined : (start ?? NOW.getTime()) + days * 86_400_000
            if (start === undefined && end === undefined) continue
            const timeRange = { ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
            for (const component of ['VEVENT', 'VTODO', 'VJOURNAL']) {
              const filter = on(component, { timeRange })
              const expected = parsed.filter(({ object }) => matchesFilter(object, filter, zone))
              const message = JSON.stringify({ timeRange, component })
              expect(await find(filter), message).to.deep.equal(expected.map(({ name }) => name).sort())
            }
            if (start === undefined || end === undefined) continue
            const closed = { start, end }
            const busy = mergeBusy(
              parsed
                .filter(({ object }) => object.component === 'VEVENT')
                .flatMap(({ object }) => busyPeriods(object, closed, zone)),
            )
            expect(await freeBusy(env, [calendar], closed)).to.deep.equal(busy)
          }
        },
      ),
      { numRuns: 12 },
    )
  })
})
