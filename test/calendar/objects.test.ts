import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { deleteObject } from '../../src/calendar/delete-object.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { getObject, getObjects, listObjects } from '../../src/calendar/objects.ts'
import { READ } from '../../src/calendar/privileges.ts'
import { putObject } from '../../src/calendar/put-object.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import { statement } from '../../src/store/statement.ts'
import { at, calendarEnv, makeCalendar, put, reload, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { refusalCode, refusalOf, seedUser } from '../support/tree.ts'

const share = statement(
  'test.share',
  `insert into calendar_shares (user_id, share_id, calendar_id, shared_with_user_id, audience, permission,
     privileges, shared_at)
   values ($1, gen_random_uuid(), $2, $3, 'user', 'View', $4, now())`,
)
const countInstances = statement<{ n: bigint }>(
  'test.instances',
  'select count(*) as n from event_instances where calendar_id = $1',
)

describe('calendar objects', () => {
  const store = useStore()
  let env: TestEnv
  let alice: Actor
  let bob: Actor
  let calendar: Calendar

  before(async () => {
    env = calendarEnv(store())
    alice = await seedUser(store(), 'alice')
    bob = await seedUser(store(), 'bob')
  })
  let count = 0
  beforeEach(async () => {
    count += 1
    calendar = await makeCalendar(env, alice, `work${count}`)
  })

  const read = (name: string, actor = alice) => getObject(env, actor, at(calendar, name), { data: true })

  describe('put', () => {
    it('gives back what was stored, octet for octet', async () => {
      const text = `\uFEFF${textOf({ uid: 'a', summary: 'naïve 🎉' }).replaceAll('\r\n', '\n')}`
      const { created, etagUsable, object } = await put(env, alice, calendar, 'a.ics', text)
      expect([created, etagUsable]).to.deep.equal([true, true])
      const found = await read('a.ics')
      expect(found.object.data).to.equal(text)
      expect(found.object.etag).to.equal(object.etag)
      expect(found.object.size).to.equal(Buffer.byteLength(text))
      expect(found.object.uid).to.equal('a')
    })

    it('replaces an object, keeping when it was made', async () => {
      const first = await put(env, alice, calendar, 'a.ics', textOf({ uid: 'a' }))
      env.advance(1)
      const second = await put(env, alice, calendar, 'a.ics', textOf({ uid: 'a', summary: 'Other' }))
      expect(second.created).to.equal(false)
      expect(second.object.eventId).to.equal(first.object.eventId)
      expect(second.object.etag).not.to.equal(first.object.etag)
      expect(second.object.revision).to.equal(first.object.revision + 1n)
      const { object } = await read('a.ics')
      expect(object.createdAt).to.deep.equal(first.object.createdAt)
      expect(object.updatedAt).to.deep.equal(second.object.updatedAt)
    })

    it('counts what the calendar holds', async () => {
      const text = textOf({ uid: 'a' })
      await put(env, alice, calendar, 'a.ics', text)
      await put(env, alice, calendar, 'b.ics', textOf({ uid: 'b', summary: 'x'.repeat(100) }))
      await put(env, alice, calendar, 'b.ics', textOf({ uid: 'b' }))
      const now = await reload(env, alice, calendar)
      expect(now.sizeBytes).to.equal(BigInt(2 * Buffer.byteLength(text)))
      expect(now.revision).to.equal(calendar.revision + 3n)
      await deleteObject(env, alice, at(calendar, 'a.ics'), {})
      expect((await reload(env, alice, calendar)).sizeBytes).to.equal(BigInt(Buffer.byteLength(text)))
    })

    it('refuses a second object with the same UID in a calendar, naming the first', async () => {
      await put(env, alice, calendar, 'a.ics', textOf({ uid: 'same' }))
      const reason = await refusalOf(put(env, alice, calendar, 'b.ics', textOf({ uid: 'same' })))
      expect(reason).to.deep.equal({ code: 'no-uid-conflict', existing: at(calendar, 'a.ics') })
      const changed = await refusalOf(put(env, alice, calendar, 'a.ics', textOf({ uid: 'other' })))
      expect(changed).to.deep.equal({ code: 'no-uid-conflict', existing: at(calendar, 'a.ics') })
      const elsewhere = await makeCalendar(env, alice, `else${count}`)
      await put(env, alice, elsewhere, 'b.ics', textOf({ uid: 'same' }))
    })

    it('refuses what is not a calendar object resource, naming the line', async () => {
      const broken = textOf({ uid: 'a' }).replace('DTSTART:2026', 'DTSTART:20x6')
      const reason = await refusalOf(put(env, alice, calendar, 'a.ics', broken))
      expect(reason.code).to.equal('valid-calendar-data')
      expect((reason as { detail: string }).detail).to.match(/^Line 7: DTSTART .*\(RFC 5545 §3\.3\.5\)$/)
      expect(await refusalCode(put(env, alice, calendar, 'a.ics', 'hello'))).to.equal('valid-calendar-data')
      const withMethod = textOf({ uid: 'a' }).replace('VERSION:2.0', 'VERSION:2.0\r\nMETHOD:REQUEST')
      expect(await refusalCode(put(env, alice, calendar, 'a.ics', withMethod))).to.equal(
        'valid-calendar-object-resource',
      )
      expect(await refusalCode(read('a.ics'))).to.equal('not-found')
    })

    it('enforces the component set', async () => {
      const tasks = await makeCalendar(env, alice, `tasks${count}`, { components: ['VTODO'] })
      expect(await refusalOf(put(env, alice, tasks, 'a.ics', textOf({ uid: 'a' })))).to.deep.equal({
        code: 'supported-calendar-component',
        component: 'VEVENT',
      })
      await put(env, alice, tasks, 'b.ics', textOf({ uid: 'b', component: 'VTODO', when: '' }))
    })

    it('enforces the limits', async () => {
      const limited = calendarEnv(store(), {
        maxResourceSize: 2000,
        maxInstances: 100,
        maxAttendeesPerInstance: 2,
        maxDateTime: new Date('2400-01-01T00:00:00Z'),
      })
      const refused = (text: string) => refusalCode(put(limited, alice, calendar, 'a.ics', text))
      const attendees = ['1', '2', '3'].map((n) => `ATTENDEE:mailto:${n}@example.test`)
      const organizer = 'ORGANIZER:mailto:1@example.test'
      expect(await refused(textOf({ uid: 'a', summary: 'x'.repeat(3000) }))).to.equal('max-resource-size')
      expect(await refused(textOf({ uid: 'a', more: ['RRULE:FREQ=DAILY;COUNT=101'] }))).to.equal(
        'max-instances',
      )
      expect(await refused(textOf({ uid: 'a', more: ['RRULE:FREQ=SECONDLY'] }))).to.equal('max-instances')
      expect(await refused(textOf({ uid: 'a', more: [organizer, ...attendees] }))).to.equal(
        'max-attendees-per-instance',
      )
      const overrides = [1, 2, 3].flatMap((day) => [
        'END:VEVENT',
        'BEGIN:VEVENT',
        'UID:a',
        'DTSTAMP:20261101T000000Z',
        `RECURRENCE-ID:2026120${day}T090000Z`,
        `DTSTART:2026120${day}T090000Z`,
        organizer,
        `ATTENDEE:mailto:${day}@example.test`,
      ])
      const series = ['RRULE:FREQ=DAILY;COUNT=9', organizer, ...overrides]
      expect(await refused(textOf({ uid: 'a', more: series }))).to.equal('max-attendees-per-instance')
      expect(await refused(textOf({ uid: 'a', when: 'DTSTART:18500101T000000Z' }))).to.equal('min-date-time')
      expect(await refused(textOf({ uid: 'a', when: 'DTSTART:25000101T000000Z' }))).to.equal('max-date-time')
    })

    it('keeps a home within its quota, whichever calendar grows', async () => {
      const carol = await seedUser(store(), 'carol')
      const [one, other] = [await makeCalendar(env, carol, 'one'), await makeCalendar(env, carol, 'other')]
      const limited = calendarEnv(store(), { quotaBytes: 2000 })
      await put(limited, carol, one, 'a.ics', textOf({ uid: 'a', summary: 'x'.repeat(1500) }))
      const more = put(limited, carol, other, 'b.ics', textOf({ uid: 'b', summary: 'x'.repeat(500) }))
      expect(await refusalCode(more)).to.equal('quota-not-exceeded')
      await put(limited, carol, one, 'a.ics', textOf({ uid: 'a' }))
      await put(limited, carol, other, 'b.ics', textOf({ uid: 'b', summary: 'x'.repeat(500) }))
    })

    it('says what is missing: the calendar, or the right to write', async () => {
      const nowhere = { owner: 'alice', collection: 'nowhere', name: 'a.ics' }
      const text = textOf({ uid: 'a' })
      expect(await refusalCode(putObject(env, alice, nowhere, text, {}))).to.equal('parent-missing')
      expect(await refusalCode(putObject(env, bob, nowhere, text, {}))).to.equal('not-found')
      expect(await refusalCode(putObject(env, bob, at(calendar, 'a.ics'), text, {}))).to.equal('not-found')
      await store().transact(async (tx) =>
        tx.write(share, alice.userId, calendar.calendarId, bob.userId, READ),
      )
      expect(await refusalCode(putObject(env, bob, at(calendar, 'a.ics'), text, {}))).to.equal(
        'need-privileges',
      )
      await put(env, alice, calendar, 'a.ics', text)
      expect((await read('a.ics', bob)).object.uid).to.equal('a')
    })

    it('evaluates conditional headers before the body', async () => {
      const { object } = await put(env, alice, calendar, 'a.ics', textOf({ uid: 'a' }))
      const attempt = (conditions: object, text = textOf({ uid: 'a', summary: 'New' })) =>
        refusalCode(putObject(env, alice, at(calendar, 'a.ics'), text, conditions))
      expect(await attempt({ ifNoneMatch: '*' })).to.equal('condition-failed')
      expect(await attempt({ ifMatch: ['stale'] })).to.equal('condition-failed')
      expect(await attempt({ ifMatch: ['stale'] }, 'no calendar')).to.equal('condition-failed')
      await putObject(env, alice, at(calendar, 'a.ics'), textOf({ uid: 'a' }), { ifMatch: [object.etag] })
      const missing = putObject(env, alice, at(calendar, 'b.ics'), textOf({ uid: 'b' }), { ifMatch: '*' })
      expect(await refusalCode(missing)).to.equal('condition-failed')
    })

    it('keeps any name a client chooses, and refuses what cannot be addressed', async () => {
      for (const name of [
        'no-extension',
        'ünï çödé.ics',
        'a b%2F;=&.ics',
        "it's@home:1.ics",
        'x'.repeat(900),
      ]) {
        await put(env, alice, calendar, name, textOf({ uid: name.slice(0, 80) }))
        expect((await read(name)).object.name).to.equal(name)
      }
      for (const name of ['', '.', '..', 'a/b', 'a\u0000b', 'x'.repeat(1001)]) {
        const reason = await refusalCode(put(env, alice, calendar, name, textOf({ uid: 'u' })))
        expect(reason).to.equal('name-not-allowed')
      }
    })

    it('lists the instances of recurring objects, and forgets those of what it replaces', async () => {
      const weekly = textOf({ uid: 'a', more: ['RRULE:FREQ=WEEKLY;COUNT=10'] })
      await put(env, alice, calendar, 'a.ics', weekly)
      const listed = async () => (await store().reader.row(countInstances, calendar.calendarId))?.n
      expect(await listed()).to.equal(10n)
      await put(env, alice, calendar, 'a.ics', weekly.replace('COUNT=10', 'COUNT=3'))
      expect(await listed()).to.equal(3n)
      await put(env, alice, calendar, 'a.ics', textOf({ uid: 'a' }))
      expect(await listed()).to.equal(0n)
    })
  })

  describe('delete', () => {
    it('removes an object once', async () => {
      await put(env, alice, calendar, 'a.ics', textOf({ uid: 'a', more: ['RRULE:FREQ=DAILY;COUNT=5'] }))
      await deleteObject(env, alice, at(calendar, 'a.ics'), {})
      expect(await refusalCode(read('a.ics'))).to.equal('not-found')
      expect(await refusalCode(deleteObject(env, alice, at(calendar, 'a.ics'), {}))).to.equal('not-found')
      const nowhere = { owner: 'alice', collection: 'nowhere', name: 'a.ics' }
      expect(await refusalCode(deleteObject(env, alice, nowhere, {}))).to.equal('not-found')
      await put(env, alice, calendar, 'b.ics', textOf({ uid: 'a' }))
    })

    it('honours If-Match', async () => {
      const { object } = await put(env, alice, calendar, 'a.ics', textOf({ uid: 'a' }))
      const attempt = (etag: string) => deleteObject(env, alice, at(calendar, 'a.ics'), { ifMatch: [etag] })
      expect(await refusalCode(attempt('stale'))).to.equal('condition-failed')
      await attempt(object.etag)
    })
  })

  it('reads many objects by name, leaving out what is not there', async () => {
    for (const uid of ['a', 'b', 'c']) await put(env, alice, calendar, `${uid}.ics`, textOf({ uid }))
    const found = await getObjects(env, calendar, ['a.ics', 'c.ics', 'x.ics'], { data: true })
    expect([...found.keys()].sort()).to.deep.equal(['a.ics', 'c.ics'])
    expect(found.get('a.ics')?.data).to.equal(textOf({ uid: 'a' }))
    const names: string[] = []
    for await (const group of listObjects(env, calendar, { data: false })) {
      for (const { name, data } of group) {
        names.push(name)
        expect(data).to.equal(undefined)
      }
    }
    expect(names.sort()).to.deep.equal(['a.ics', 'b.ics', 'c.ics'])
  })

  describe('the corpus', () => {
    const folders = ['icalendar', 'khal', 'icaljs'].map((folder) => `../shared/corpus/${folder}`)
    const files = folders.flatMap((folder) => listFiles(folder))

    it('keeps every valid object octet for octet and refuses every other with a reason', async function () {
      if (files.length === 0) this.skip()
      this.timeout(120_000)
      let kept = 0
      let refused = 0
      for (const [index, file] of files.entries()) {
        const text = readFileSync(file, 'utf8')
        const target = await makeCalendar(env, alice, `corpus${count}-${index}`)
        const attempt = put(env, alice, target, 'x.ics', text)
        if (isObject(text)) {
          const reason = await attempt.then(
            () => undefined,
            (error) => error.reason?.code ?? error,
          )
          if (reason === undefined) {
            kept += 1
            const { object } = await getObject(env, alice, at(target, 'x.ics'), { data: true })
            expect(object.data, file).to.equal(text)
          } else
            expect(reason, file).to.be.oneOf([
              'supported-calendar-component',
              'min-date-time',
              'max-instances',
            ])
        } else {
          refused += 1
          const reason = await refusalOf(attempt)
          expect(reason.code, file).to.match(/^valid-(?:calendar-|timezone$)/)
          expect((reason as { detail: string }).detail.length, file).to.be.greaterThan(10)
        }
      }
      expect(kept).to.be.greaterThan(60)
      expect(refused).to.be.greaterThan(20)
    })
  })
})

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.ics'))
      .map((name) => `${folder}/${name}`)
  } catch {
    return []
  }
}

function isObject(text: string): boolean {
  try {
    readCalendarObject(text)
    return true
  } catch {
    return false
  }
}
