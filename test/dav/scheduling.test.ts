import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { statement } from '../../src/store/statement.ts'
import { useApp } from '../support/app.ts'
import type { DavClient } from '../support/dav-client.ts'
import { contents, findCopy, hrefOf, mail, meeting, runJobsAfter, unfold } from '../support/invitations.ts'

/** Invitations over HTTP: two to five people, each with a client of their own. */
describe('implicit scheduling', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  let carol: DavClient
  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    carol = await app().user('carol')
  })

  const href = hrefOf
  const put = (client: DavClient, path: string, text: string, headers: Record<string, string> = {}) =>
    client.put(path, text, headers)

  it('an invitation is in the calendar of the invited, its answer in the organizer’s', async () => {
    const uid = randomUUID()
    const made = await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who: ['bob', 'carol'] }))
    expect(made.status, made.text).to.equal(201)
    expect(made.headers.get('etag')).to.equal(null)
    const tag = made.headers.get('schedule-tag')
    expect(tag).to.be.a('string')
    const copy = await findCopy(bob, uid)
    expect(copy?.[1]).to.match(/ATTENDEE[^\r]*RSVP=TRUE[^\r]*:mailto:bob@/)
    const [path, text] = copy as [string, string]
    const answer = text.replace(/ATTENDEE[^\r]*:mailto:bob@/, 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@')
    const got = await bob.send('GET', path)
    const answered = await put(bob, path, answer, {
      'If-Schedule-Tag-Match': String(got.headers.get('schedule-tag')),
    })
    expect(answered.status, answered.text).to.equal(204)
    const organizer = await alice.send('GET', href('alice', `${uid}.ics`))
    expect(unfold(organizer.text)).to.match(/ATTENDEE[^\r]*PARTSTAT=ACCEPTED[^\r]*:mailto:bob@/)
    expect(unfold(organizer.text)).to.match(/SCHEDULE-STATUS="?2\.0"?[^\r]*:mailto:bob@/)
    expect(organizer.headers.get('schedule-tag')).to.equal(tag)
    const other = await findCopy(carol, uid)
    expect(other?.[1]).to.match(/ATTENDEE[^\r]*PARTSTAT=ACCEPTED[^\r]*:mailto:bob@/)
  })

  it('a meeting removed is cancelled for those invited, and one declined by removal is declined', async () => {
    const uid = randomUUID()
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who: ['bob', 'carol'] }))
    const [carols] = (await findCopy(carol, uid)) as [string, string]
    expect((await carol.send('DELETE', carols)).status).to.equal(204)
    await runJobsAfter(app().store)
    const organizer = await alice.send('GET', href('alice', `${uid}.ics`))
    expect(unfold(organizer.text)).to.match(/ATTENDEE[^\r]*PARTSTAT=DECLINED[^\r]*:mailto:carol@/)
    expect((await alice.send('DELETE', href('alice', `${uid}.ics`))).status).to.equal(204)
    expect((await findCopy(bob, uid))?.[1]).not.to.include('STATUS:CANCELLED')
    await runJobsAfter(app().store)
    expect((await findCopy(bob, uid))?.[1]).to.include('STATUS:CANCELLED')
  })

  it('what only the organizer may change is refused', async () => {
    const uid = randomUUID()
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid }))
    const [path, text] = (await findCopy(bob, uid)) as [string, string]
    for (const changed of [
      text.replace('SUMMARY:Planning', 'SUMMARY:Mine'),
      text.replace('DTSTART:20301201T09', 'DTSTART:20301201T08'),
      text.replace(/ORGANIZER[^\r]*:mailto:alice@/, 'ORGANIZER:mailto:bob@'),
      text.replace('END:VEVENT', `ATTENDEE:${mail('dave')}\r\nEND:VEVENT`),
    ]) {
      const refused = await put(bob, path, changed)
      expect(refused.status).to.equal(403)
      expect(refused.text).to.include('allowed-attendee-scheduling-object-change')
    }
  })

  it('a second copy of one meeting in another calendar is refused, a move between calendars is not told', async () => {
    const uid = randomUUID()
    await alice.send('MKCALENDAR', '/dav/calendars/alice/second/')
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid }))
    const other = `/dav/calendars/alice/second/${uid}.ics`
    const refused = await put(alice, other, meeting({ uid, start: '20301202T090000Z' }))
    expect(refused.status, refused.text).to.equal(403)
    expect(refused.text).to.include('unique-scheduling-object-resource')
    const before = (await findCopy(bob, uid))?.[1]
    const moved = await alice.send('MOVE', href('alice', `${uid}.ics`), {
      headers: { Destination: new URL(other, app().url).href },
    })
    expect(moved.status, moved.text).to.equal(201)
    expect((await findCopy(bob, uid))?.[1]).to.equal(before)
    const text = (await alice.send('GET', other)).text
    expect((await put(alice, href('alice', `${uid}.ics`), text)).status).to.equal(201)
    expect((await alice.send('DELETE', other)).status).to.equal(204)
    await runJobsAfter(app().store)
    expect((await findCopy(bob, uid))?.[1]).to.equal(before)
  })

  it('a room answers in the same request, and no two accepted bookings overlap', async () => {
    const room = await app().user('room', { kind: 'ROOM' })
    const uids = Array.from({ length: 40 }, () => randomUUID())
    const slots = await Promise.all(
      uids.map(async (uid, index) => {
        const minutes = String((index % 4) * 15).padStart(2, '0')
        const start = `20271203T09${minutes}00Z`
        const sent = await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who: ['room'], start }))
        expect(sent.status, sent.text).to.equal(201)
        const text = unfold((await alice.send('GET', href('alice', `${uid}.ics`))).text)
        const status = /ATTENDEE[^\r]*PARTSTAT=(\w+)[^\r]*:mailto:room@/.exec(text)?.[1]
        return { start, status }
      }),
    )
    expect(slots.map(({ status }) => status)).to.include('ACCEPTED')
    expect(slots.filter(({ status }) => status === 'ACCEPTED')).to.have.length(1)
    expect(slots.filter(({ status }) => status === 'DECLINED')).to.have.length(39)
    void room
  })

  it('somebody without an account is not told, and the organizer sees that', async () => {
    const uid = randomUUID()
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who: ['nobody'] }))
    const text = unfold((await alice.send('GET', href('alice', `${uid}.ics`))).text)
    expect(text).to.match(/SCHEDULE-STATUS="?5\.2"?[^\r]*:mailto:nobody@/)
  })

  it('an inbox lists its messages, synchronises, and is nobody else’s', async () => {
    const uid = randomUUID()
    const inbox = '/dav/calendars/carol/inbox/'
    const before = await carol.report(inbox, SYNC)
    expect(before.status, before.text).to.equal(207)
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who: ['carol'] }))
    const items = [...(await contents(carol, inbox))].filter(([, text]) => text.includes(uid))
    expect(items).to.have.length(1)
    const [item, text] = items[0] as [string, string]
    expect(text).to.include('METHOD:REQUEST').and.not.include('SCHEDULE-STATUS')
    const after = await carol.report(
      inbox,
      SYNC.replace('<D:sync-token/>', `<D:sync-token>${before.syncToken}</D:sync-token>`),
    )
    expect(after.hrefs).to.deep.equal([item])
    expect((await bob.send('PROPFIND', inbox, { depth: '0' })).status).to.equal(404)
    expect((await bob.send('GET', item)).status).to.equal(404)
    expect((await carol.send('DELETE', item)).status).to.equal(204)
    expect((await carol.send('GET', item)).status).to.equal(404)
    expect((await carol.put(`${inbox}x.ics`, meeting({ uid: 'x' }))).status).to.be.oneOf([403, 404, 405, 409])
    expect((await carol.send('DELETE', inbox)).status).to.equal(405)
    const home = await carol.send('PROPFIND', '/dav/calendars/carol/', { depth: '1' })
    expect(home.text).not.to.include('/inbox/')
  })

  it('a principal offers its boxes to its own user only', async () => {
    const body = `<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>
      <C:schedule-inbox-URL/><C:schedule-outbox-URL/></D:prop></D:propfind>`
    const own = await carol.propfind('/dav/principals/carol/', '0', body)
    expect(own.text).to.include('/dav/calendars/carol/inbox/').and.include('/dav/calendars/carol/outbox/')
    const other = await bob.propfind('/dav/principals/carol/', '0', body)
    expect(other.text).not.to.include('/inbox/').and.not.include('/outbox/')
    expect(own.headers.get('dav')).to.include('calendar-auto-schedule')
    const types = await carol.propfind('/dav/calendars/carol/outbox/', '0')
    expect(types.status, types.text).to.equal(207)
    expect(types.text).to.include('schedule-outbox')
  })

  it('new invitations go to the calendar its owner chose', async () => {
    await carol.send('MKCALENDAR', '/dav/calendars/carol/chosen/')
    const set = (target: string) =>
      carol.send('PROPPATCH', '/dav/calendars/carol/inbox/', {
        body: `<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
          <C:schedule-default-calendar-URL><D:href>${target}</D:href></C:schedule-default-calendar-URL>
          </D:prop></D:set></D:propertyupdate>`,
      })
    expect((await set('/dav/calendars/alice/calendar/')).text).to.include(
      'valid-schedule-default-calendar-URL',
    )
    const done = await set('/dav/calendars/carol/chosen/')
    expect(done.status, done.text).to.equal(207)
    const uid = randomUUID()
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who: ['carol'] }))
    const chosen = await contents(carol, '/dav/calendars/carol/chosen/')
    expect([...chosen.values()].some((text) => text.includes(uid))).to.equal(true)
    await set('/dav/calendars/carol/calendar/')
  })

  it('an outbox tells when people are busy, each by themselves', async () => {
    const uid = randomUUID()
    await put(
      alice,
      href('alice', `${uid}.ics`),
      meeting({ uid, who: [], start: '20280105T090000Z' }).replace(/ATTENDEE[^\r]*\r\n/, ''),
    )
    const ask = (...extra: string[]) =>
      carol.send('POST', '/dav/calendars/carol/outbox/', {
        type: 'text/calendar; charset=utf-8',
        headers: { Originator: mail('carol'), Recipient: `${mail('alice')}, ${mail('nobody')}` },
        body: [
          'BEGIN:VCALENDAR',
          'VERSION:2.0',
          'PRODID:-//test//EN',
          'METHOD:REQUEST',
          'BEGIN:VFREEBUSY',
          'UID:ask',
          'DTSTAMP:20261101T000000Z',
          'DTSTART:20280105T000000Z',
          'DTEND:20280106T000000Z',
          ...extra,
          `ORGANIZER:${mail('carol')}`,
          `ATTENDEE:${mail('alice')}`,
          `ATTENDEE:${mail('nobody')}`,
          'END:VFREEBUSY',
          'END:VCALENDAR',
          '',
        ].join('\r\n'),
      })
    const answer = await ask()
    expect(answer.status, answer.text).to.equal(200)
    expect(answer.text).to.include('FREEBUSY:20280105T090000Z/20280105T100000Z')
    expect(answer.text).to.include('2.0;Success').and.include('3.7;Invalid calendar user')
    expect((await ask(`X-CALENDARSERVER-MASK-UID:${uid}`)).text).not.to.include('FREEBUSY:2028')
    const forged = await bob.send('POST', '/dav/calendars/bob/outbox/', {
      type: 'text/calendar',
      body: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n',
    })
    expect(forged.status).to.equal(403)
    expect(forged.text).to.include('valid-scheduling-message')
  })

  it('availability that is stored counts as busy', async () => {
    const text = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//test//EN',
      'BEGIN:VAVAILABILITY',
      'UID:a',
      'DTSTAMP:20261101T000000Z',
      'DTSTART:20280110T000000Z',
      'DTEND:20280111T000000Z',
      'END:VAVAILABILITY',
      'END:VCALENDAR',
    ].join('\r\n')
    const set = await bob.send('PROPPATCH', '/dav/calendars/bob/inbox/', {
      body: `<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
        <C:calendar-availability>${text}</C:calendar-availability></D:prop></D:set></D:propertyupdate>`,
    })
    expect(set.status, set.text).to.equal(207)
    const answer = await carol.send('POST', '/dav/calendars/carol/outbox/', {
      type: 'text/calendar',
      body: [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//test//EN',
        'METHOD:REQUEST',
        'BEGIN:VFREEBUSY',
        'UID:ask',
        'DTSTAMP:20261101T000000Z',
        'DTSTART:20280110T000000Z',
        'DTEND:20280112T000000Z',
        `ORGANIZER:${mail('carol')}`,
        `ATTENDEE:${mail('bob')}`,
        'END:VFREEBUSY',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    })
    expect(answer.text).to.include('FBTYPE=BUSY-UNAVAILABLE:20280110T000000Z/20280111T000000Z')
  })

  it('Schedule-Reply: F declines without a word', async () => {
    const uid = randomUUID()
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid }))
    const [path] = (await findCopy(bob, uid)) as [string, string]
    await bob.send('DELETE', path, { headers: { 'Schedule-Reply': 'F' } })
    await runJobsAfter(app().store)
    const text = unfold((await alice.send('GET', href('alice', `${uid}.ics`))).text)
    expect(text).not.to.include('DECLINED')
  })

  it('SCHEDULE-AGENT=CLIENT is left to the client', async () => {
    const uid = randomUUID()
    const text = meeting({ uid }).replace('ATTENDEE:mailto:bob', 'ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:bob')
    expect((await put(alice, href('alice', `${uid}.ics`), text)).status).to.equal(201)
    expect(await findCopy(bob, uid)).to.equal(undefined)
  })

  it('an instance taken out is cancelled, one declined by its attendee is declined', async () => {
    const uid = randomUUID()
    const lines = ['RRULE:FREQ=DAILY;COUNT=5']
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid, lines }))
    const [path, text] = (await findCopy(bob, uid)) as [string, string]
    const declined = await put(bob, path, text.replace('END:VEVENT', 'EXDATE:20301203T090000Z\r\nEND:VEVENT'))
    expect(declined.status, declined.text).to.equal(204)
    const organizer = unfold((await alice.send('GET', href('alice', `${uid}.ics`))).text)
    expect(organizer).to.include('RECURRENCE-ID:20301203T090000Z').and.include('PARTSTAT=DECLINED')
    const changed = await put(
      alice,
      href('alice', `${uid}.ics`),
      organizer.replace('RRULE:', 'EXDATE:20301204T090000Z\r\nRRULE:'),
    )
    expect(changed.status, changed.text).to.equal(204)
    expect((await findCopy(bob, uid))?.[1]).to.match(/EXDATE:20301204T090000Z/)
  })

  it('invitations are on record as they stand', async () => {
    const uid = randomUUID()
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who: ['bob', 'nobody'] }))
    const [path, text] = (await findCopy(bob, uid)) as [string, string]
    await put(
      bob,
      path,
      text.replace(/ATTENDEE[^\r]*:mailto:bob@/, 'ATTENDEE;PARTSTAT=TENTATIVE:mailto:bob@'),
    )
    const rows = await app().store.reader.rows(INVITES, uid)
    expect(rows).to.deep.equal([
      { email: 'bob@example.test', status: 'Tentative', delivery: '2.0' },
      { email: 'nobody@example.test', status: 'Pending', delivery: '5.2' },
    ])
  })

  it('one address written in several ways is one invitation, answered as one', async () => {
    const uid = randomUUID()
    const who = ['ATTENDEE:MAILTO:Bob@Example.Test', 'ATTENDEE;CN=Bob:mailto:bob%40example.test']
    const strange = ['ATTENDEE:mailto:zo%C3%AB@example.test', 'ATTENDEE:mailto:zoë@example.test']
    const sent = await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who: [...who, ...strange] }))
    expect(sent.status, sent.text).to.equal(201)
    const [path, text] = (await findCopy(bob, uid)) as [string, string]
    const answer = text.replace(/ATTENDEE[^\r]*:(mailto:bob(?:@|%40))/gi, 'ATTENDEE;PARTSTAT=ACCEPTED:$1')
    expect((await put(bob, path, answer)).status).to.equal(204)
    expect(await app().store.reader.rows(INVITES, uid)).to.deep.equal([
      { email: 'bob@example.test', status: 'Accepted', delivery: '2.0' },
      { email: 'zoë@example.test', status: 'Pending', delivery: '5.2' },
    ])
  })

  it('an address with a control character in it is nobody’s', async () => {
    const uid = randomUUID()
    const who = ['bob', 'ATTENDEE:mailto:%00@example.test', 'ATTENDEE:mailto:a%0d%0ab@example.test']
    const sent = await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who }))
    expect(sent.status, sent.text).to.equal(201)
    const rows = await app().store.reader.rows(INVITES, uid)
    expect(rows.map(({ delivery }) => delivery)).to.have.members(['1.2', '3.7', '3.7'])
  })
})

const INVITES = statement<{ email: string; status: string; delivery: string }>(
  'test.scheduled-invites',
  `select i.invitee_email as email, i.status, i.delivery from invites i
   join events e on e.user_id = i.user_id and e.event_id = i.event_id where e.uid = $1 order by 1`,
)

const SYNC = `<D:sync-collection xmlns:D="DAV:"><D:sync-token/><D:sync-level>1</D:sync-level>
  <D:prop><D:getetag/></D:prop></D:sync-collection>`
