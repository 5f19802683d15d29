import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { expect } from 'chai'
import { exportCalendar } from '../../src/calendar/export.ts'
import { type ImportReport, importCalendar } from '../../src/calendar/import.ts'
import { Groups, ZoneScope } from '../../src/calendar/import-groups.ts'
import { mergeInto } from '../../src/calendar/import-object.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { getObjects, listObjects } from '../../src/calendar/objects.ts'
import { newComponent, newProperty } from '../../src/ical/component.ts'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import { serializeCalendar } from '../../src/ical/text.ts'
import { vtimezoneFor } from '../../src/ical/vtimezone.ts'
import { calendarEnv, makeCalendar, put, reload, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { refusalCode, seedUser } from '../support/tree.ts'

describe('import and export', () => {
  const store = useStore()
  let env: TestEnv
  let alice: Actor
  let bob: Actor
  let calendar: Calendar
  let count = 0

  before(async () => {
    env = calendarEnv(store())
    alice = await seedUser(store(), 'alice')
    bob = await seedUser(store(), 'bob')
  })
  beforeEach(async () => {
    count += 1
    calendar = await makeCalendar(env, alice, `io${count}`)
  })

  const ref = () => ({ owner: alice.username, collection: calendar.name })
  const importText = (text: string, into = ref()) => importCalendar(env, alice, into, chunksOf(text))
  const exported = async (of: Calendar) => {
    let text = ''
    for await (const piece of exportCalendar(env, await reload(env, alice, of))) text += piece
    return text
  }
  const texts = async (of: Calendar) => {
    const found = new Map<string, string>()
    for await (const group of listObjects(env, of, { data: true })) {
      for (const { uid, data } of group) found.set(uid, data ?? '')
    }
    return found
  }
  const counts = ({ created, updated, unchanged, rejected }: ImportReport) => [
    created,
    updated,
    unchanged,
    rejected.length,
  ]
  const lines = (...all: string[]) => `${all.join('\r\n')}\r\n`
  const component = (uid: string, ...more: string[]) => [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    ...more,
    'END:VEVENT',
  ]
  const START = 'DTSTART:20261201T090000Z'

  it('groups components by UID, wherever they stand', async () => {
    const text = lines(
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//x//y//EN',
      'METHOD:PUBLISH',
      ...component('a', START, 'RRULE:FREQ=DAILY;COUNT=5'),
      ...component('b@example.com', START),
      ...component('a', 'RECURRENCE-ID:20261202T090000Z', 'DTSTART:20261202T100000Z'),
      'END:VCALENDAR',
    )
    expect(counts(await importText(text))).to.deep.equal([2, 0, 0, 0])
    const found = await texts(calendar)
    const object = readCalendarObject(found.get('a') ?? '')
    expect(object.overrides).to.have.length(1)
    expect(found.get('a')).not.to.contain('METHOD')
    const names = [...(await getObjects(env, calendar, ['a.ics'], { data: false })).keys()]
    expect(names).to.deep.equal(['a.ics'])
    for await (const group of listObjects(env, calendar, { data: false })) {
      for (const { name } of group) expect(name).to.match(/^[A-Za-z0-9._~-]+$/)
    }
  })

  it('can be repeated without duplicates, and updates what has changed', async () => {
    const text = (summary: string) =>
      lines(
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:x',
        ...component('a', START, `SUMMARY:${summary}`),
        ...component('b', START),
        'END:VCALENDAR',
      )
    expect(counts(await importText(text('one')))).to.deep.equal([2, 0, 0, 0])
    const before = await reload(env, alice, calendar)
    expect(counts(await importText(text('one')))).to.deep.equal([0, 0, 2, 0])
    expect((await reload(env, alice, calendar)).revision).to.equal(before.revision)
    expect(counts(await importText(text('two')))).to.deep.equal([0, 1, 1, 0])
    expect((await texts(calendar)).get('a')).to.contain('SUMMARY:two')
  })

  it('keeps what is good and reports each rejected component with line and reason', async () => {
    const text = lines(
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:x',
      ...component('good', START),
      ...component('broken', 'DTSTART:nonsense'),
      'BEGIN:VEVENT',
      START,
      'END:VEVENT',
      'BEGIN:VFREEBUSY',
      'UID:fb',
      'END:VFREEBUSY',
      ...component('series', START, 'RRULE:FREQ=DAILY'),
      ...component('series', 'RECURRENCE-ID:broken', START),
      ...component('bomb', START, 'RRULE:FREQ=SECONDLY'),
      'END:VCALENDAR',
    )
    const report = await importText(text)
    expect(counts(report)).to.deep.equal([2, 0, 0, 5])
    expect(report.rejected.map(({ line, component: name, uid }) => [line, name, uid])).to.deep.equal([
      [9, 'VEVENT', 'broken'],
      [14, 'VEVENT', undefined],
      [17, 'VFREEBUSY', 'fb'],
      [26, 'VEVENT', 'series'],
      [32, 'VEVENT', 'bomb'],
    ])
    for (const { reason } of report.rejected) expect(reason.length).to.be.greaterThan(10)
    expect(readCalendarObject((await texts(calendar)).get('series') ?? '').overrides).to.deep.equal([])
  })

  it('goes on after text that is torn', async () => {
    const text = lines(
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:x',
      ...component('a', START),
      'BEGIN:VEVENT',
      'UID:torn',
      ...component('b', START),
      'END:VCALENDAR',
    )
    const report = await importText(text)
    expect(counts(report)).to.deep.equal([2, 0, 0, 1])
    expect(report.rejected[0]?.line).to.equal(9)
    expect(counts(await importText('not a calendar at all'))).to.deep.equal([0, 0, 0, 1])
    expect(counts(await importText(''))).to.deep.equal([0, 0, 0, 0])
  })

  it('keeps the latest of components that are about the same instance', async () => {
    const text = lines(
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:x',
      ...component('a', START, 'SEQUENCE:2', 'SUMMARY:newer'),
      ...component('a', START, 'SEQUENCE:1', 'SUMMARY:older'),
      'END:VCALENDAR',
    )
    const report = await importText(text)
    expect(counts(report)).to.deep.equal([1, 0, 0, 1])
    expect(report.rejected[0]?.line).to.equal(11)
    expect((await texts(calendar)).get('a')).to.contain('newer')
  })

  it('gives each object the time zones it uses, as its own calendar of the stream defines them', async () => {
    const zone = (offset: string) => [
      'BEGIN:VTIMEZONE',
      'TZID:Custom',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      `TZOFFSETFROM:${offset}`,
      `TZOFFSETTO:${offset}`,
      'END:STANDARD',
      'END:VTIMEZONE',
    ]
    const one = (uid: string, offset: string) => [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:x',
      ...component(uid, 'DTSTART;TZID=Custom:20261201T090000'),
      ...zone(offset),
      'END:VCALENDAR',
    ]
    const text = lines(...one('east', '+0300'), ...one('west', '-0300'))
    expect(counts(await importText(text))).to.deep.equal([2, 0, 0, 0])
    const found = await texts(calendar)
    expect(found.get('east')).to.contain('TZOFFSETTO:+0300')
    expect(found.get('west')).to.contain('TZOFFSETTO:-0300')
    const file = await exported(calendar)
    expect(file.match(/BEGIN:VTIMEZONE/g)).to.have.length(2)
    const other = await makeCalendar(env, alice, `other${count}`)
    await importText(file, { owner: 'alice', collection: other.name })
    const copies = await texts(other)
    for (const uid of ['east', 'west']) {
      expect(instantOf(copies.get(uid) ?? '')).to.equal(instantOf(found.get(uid) ?? ''))
    }
  })

  it('exports a whole calendar: name, colour, zones before their use, objects by UID', async () => {
    calendar = await makeCalendar(env, alice, `named${count}`, {
      displayName: 'Work, mostly',
      color: '#11223344',
      description: 'Two\nlines',
      timezoneId: 'Europe/Berlin',
    })
    const zoned = textOf({ uid: 'b', when: 'DTSTART;TZID=Europe/Paris:20261201T090000' })
    await put(env, alice, calendar, 'x', zoned.replaceAll('\r\n', '\n'))
    await put(env, alice, calendar, 'y', textOf({ uid: 'a', summary: 'ü'.repeat(60) }))
    const file = await exported(calendar)
    expect(file).to.match(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/)
    expect(file).to.contain('NAME:Work\\, mostly\r\nX-WR-CALNAME:Work\\, mostly\r\n')
    expect(file).to.contain('X-APPLE-CALENDAR-COLOR:#11223344\r\n')
    expect(file).to.contain('X-WR-TIMEZONE:Europe/Berlin\r\n')
    expect(file).to.contain('DESCRIPTION:Two\\nlines\r\n')
    expect(file.indexOf('UID:a')).to.be.lessThan(file.indexOf('UID:b'))
    expect(file.indexOf('BEGIN:VTIMEZONE')).to.be.greaterThan(0).and.lessThan(file.indexOf('UID:b'))
    expect(file).to.match(/END:VCALENDAR\r\n$/)
    for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).to.be.at.most(75)
    expect(await exported(calendar)).to.equal(file)
  })

  it('has import of an export as a fixed point', async () => {
    const zone = serializeCalendar(vtimezoneFor('Europe/Berlin', { from: Date.UTC(2020, 0, 1) }))
    const withZone = textOf({
      uid: 'zoned',
      when: 'DTSTART;TZID=Europe/Berlin:20261201T090000',
      more: [
        'RRULE:FREQ=WEEKLY',
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        'DESCRIPTION:x',
        'TRIGGER:-PT5M',
        'END:VALARM',
      ],
    }).replace('BEGIN:VEVENT', `${zone}BEGIN:VEVENT`)
    await put(env, alice, calendar, 'zoned.ics', withZone)
    await put(env, alice, calendar, 'odd', textOf({ uid: 'o@d;d/', more: ['x-lower;x-p="a;b":v'] }))
    await put(env, alice, calendar, 'todo', textOf({ uid: 'todo', component: 'VTODO', when: '' }))
    const first = await exported(calendar)
    const before = await reload(env, alice, calendar)
    expect(counts(await importText(first))).to.deep.equal([0, 0, 3, 0])
    expect((await reload(env, alice, calendar)).revision).to.equal(before.revision)
    const other = await makeCalendar(env, alice, `copy${count}`, { displayName: calendar.name })
    expect(counts(await importText(first, { owner: 'alice', collection: other.name }))).to.deep.equal([
      3, 0, 0, 0,
    ])
    const second = await exported(other)
    expect(second).to.equal(first)
  })

  it('is refused where the actor may not write, and respects the component set', async () => {
    const text = lines('BEGIN:VCALENDAR', ...component('a', START), 'END:VCALENDAR')
    expect(await refusalCode(importCalendar(env, bob, ref(), chunksOf(text)))).to.equal('not-found')
    const tasks = await makeCalendar(env, alice, `tasks${count}`, { components: ['VTODO'] })
    const report = await importText(text, { owner: 'alice', collection: tasks.name })
    expect(report.rejected.map(({ reason }) => reason)).to.deep.equal(['The calendar does not hold VEVENT'])
  })

  it('takes a calendar of any size in batches', async function () {
    this.timeout(60_000)
    async function* endless(): AsyncGenerator<string> {
      yield lines('BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x')
      for (let n = 0; n < 2000; n += 1) yield lines(...component(`u${n}`, START, `SUMMARY:number ${n}`))
      yield lines('END:VCALENDAR')
    }
    let calls = 0
    const options = { onProgress: () => (calls += 1) }
    const report = await importCalendar(env, alice, ref(), endless(), options)
    expect(counts(report)).to.deep.equal([2000, 0, 0, 0])
    expect(calls).to.equal(20)
    expect((await texts(calendar)).size).to.equal(2000)
  })

  it('holds a bounded part of the stream, and puts later parts of an object to the earlier', async () => {
    const groups = new Groups(20)
    const zones = new ZoneScope()
    const make = (uid: string) =>
      newComponent('VEVENT', [newProperty('UID', uid), newProperty('SUMMARY', 'x')])
    const given: string[] = []
    for (const uid of ['a', 'b', 'c', 'a', 'd', 'e', 'f', 'a']) {
      groups.add(uid, make(uid), zones)
      for (const group of groups.overflow()) given.push(`${group.uid}${group.components.length}`)
    }
    expect(given).to.deep.equal(['a2', 'b1'])
    expect([...groups.rest()].map(({ uid }) => uid)).to.deep.equal(['c', 'd', 'e', 'f', 'a'])
  })

  it('merges a later part of an object into the earlier', () => {
    const part = (...components: string[][]) =>
      readCalendarObject(
        lines('BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', ...components.flat(), 'END:VCALENDAR'),
      )
    const master = component('a', START, 'RRULE:FREQ=DAILY')
    const moved = (hour: string) =>
      component('a', 'RECURRENCE-ID:20261202T090000Z', `DTSTART:20261202T${hour}0000Z`)
    const { object } = mergeInto(part(master, moved('10')), part(moved('11')))
    expect(object.master).not.to.equal(undefined)
    expect(object.overrides).to.have.length(1)
    expect(serializeCalendar(object.calendar)).to.contain('DTSTART:20261202T110000Z')
    const todo = moved('12').map((line) => line.replace('VEVENT', 'VTODO'))
    expect(() => mergeInto(part(master), part(todo))).to.throw(InvalidCalendarError)
  })

  it('imports the corpus file by file, twice, without a difference', async function () {
    this.timeout(120_000)
    const folder = '../shared/corpus/icalendar'
    if (!existsSync(folder)) this.skip()
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.ics'))) {
      const into = await makeCalendar(env, alice, `corpus${count}-${name}`)
      const target = { owner: 'alice', collection: into.name }
      const first = await importCalendar(env, alice, target, createReadStream(`${folder}/${name}`))
      const revision = (await reload(env, alice, into)).revision
      const again = await importCalendar(env, alice, target, createReadStream(`${folder}/${name}`))
      expect(counts(again), name).to.deep.equal([0, 0, first.created, first.rejected.length])
      expect((await reload(env, alice, into)).revision, name).to.equal(revision)
    }
  })
})

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  const octets = Buffer.from(text)
  for (let start = 0; start < octets.length; start += 97) yield octets.subarray(start, start + 97)
}

function instantOf(text: string): number | undefined {
  const { calendar, zones } = readCalendarObject(text)
  const event = calendar.components.find(({ name }) => name === 'VEVENT')
  const start = event?.properties.find(({ name }) => name === 'DTSTART')
  const zone = zones.resolve(start?.params.get('TZID')?.[0] ?? '')
  return zone?.offsetAt(Date.UTC(2026, 11, 1))
}
