import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { useApp } from '../support/app.ts'
import type { DavClient } from '../support/dav-client.ts'

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

  const mail = (name: string) => `mailto:${name}@example.test`

  interface Fields {
    readonly uid: string
    readonly who?: readonly string[]
    readonly lines?: readonly string[]
    readonly start?: string
    readonly more?: readonly string[]
  }

  function meeting({
    uid,
    who = ['bob'],
    lines = [],
    start = '20301201T090000Z',
    more = [],
  }: Fields): string {
    return [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//test//EN',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20261101T000000Z',
      `DTSTART:${start}`,
      `DTEND:${start.replace('T09', 'T10')}`,
      'SUMMARY:Planning',
      ...lines,
      `ORGANIZER:${mail('alice')}`,
      `ATTENDEE;PARTSTAT=ACCEPTED:${mail('alice')}`,
      ...who.map((name) => `ATTENDEE:${mail(name)}`),
      'END:VEVENT',
      ...more,
      'END:VCALENDAR',
      '',
    ].join('\r\n')
  }

  const href = (owner: string, name: string) => `/dav/calendars/${owner}/calendar/${name}`
  const put = (client: DavClient, path: string, text: string, headers: Record<string, string> = {}) =>
    client.put(path, text, headers)
  const unfold = (text: string) => text.replace(/\r\n[ \t]/g, '')

  /** Everything in a collection: href to text. */
  async function contents(client: DavClient, path: string): Promise<Map<string, string>> {
    const listed = await client.send('PROPFIND', path, { depth: '1' })
    expect(listed.status, listed.text).to.equal(207)
    const found = new Map<string, string>()
    for (const [, name] of listed.text.matchAll(/<(?:\w+:)?href>([^<]+\.ics)<\/(?:\w+:)?href>/g)) {
      const got = await client.send('GET', name as string)
      if (got.status === 200) found.set(name as string, unfold(got.text))
    }
    return found
  }

  async function copyOf(
    client: DavClient,
    owner: string,
    uid: string,
  ): Promise<[string, string] | undefined> {
    const all = await contents(client, `/dav/calendars/${owner}/calendar/`)
    return [...all].find(([, text]) => text.includes(`UID:${uid}\r\n`))
  }

  it('an invitation is in the calendar of the invited, its answer in the organizer’s', async () => {
    const uid = randomUUID()
    const made = await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who: ['bob', 'carol'] }))
    expect(made.status, made.text).to.equal(201)
    expect(made.headers.get('etag')).to.equal(null)
    const tag = made.headers.get('schedule-tag')
    expect(tag).to.be.a('string')
    const copy = await copyOf(bob, 'bob', uid)
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
    const other = await copyOf(carol, 'carol', uid)
    expect(other?.[1]).to.match(/ATTENDEE[^\r]*PARTSTAT=ACCEPTED[^\r]*:mailto:bob@/)
  })

  it('a meeting removed is cancelled for those invited, and one declined by removal is declined', async () => {
    const uid = randomUUID()
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid, who: ['bob', 'carol'] }))
    const [carols] = (await copyOf(carol, 'carol', uid)) as [string, string]
    expect((await carol.send('DELETE', carols)).status).to.equal(204)
    const organizer = await alice.send('GET', href('alice', `${uid}.ics`))
    expect(unfold(organizer.text)).to.match(/ATTENDEE[^\r]*PARTSTAT=DECLINED[^\r]*:mailto:carol@/)
    expect((await alice.send('DELETE', href('alice', `${uid}.ics`))).status).to.equal(204)
    expect((await copyOf(bob, 'bob', uid))?.[1]).to.include('STATUS:CANCELLED')
  })

  it('what only the organizer may change is refused', async () => {
    const uid = randomUUID()
    await put(alice, href('alice', `${uid}.ics`), meeting({ uid }))
    const [path, text] = (await copyOf(bob, 'bob', uid)) as [string, string]
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
    const before = (await copyOf(bob, 'bob', uid))?.[1]
    const moved = await alice.send('MOVE', href('alice', `${uid}.ics`), {
      headers: { Destination: new URL(other, app().url).href },
    })
    expect(moved.status, moved.text).to.equal(201)
    expect((await copyOf(bob, 'bob', uid))?.[1]).to.equal(before)
    const text = (await alice.send('GET', other)).text
    expect((await put(alice, href('alice', `${uid}.ics`), text)).status).to.equal(201)
    expect((await alice.send('DELETE', other)).status).to.equal(204)
    expect((await copyOf(bob, 'bob', uid))?.[1]).to.equal(before)
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
})
