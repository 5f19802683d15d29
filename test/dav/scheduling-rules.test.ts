import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { useApp } from '../support/app.ts'
import type { DavClient } from '../support/dav-client.ts'
import {
  answered,
  copyOf,
  findCopy,
  hrefOf,
  mail,
  meeting,
  methodsOf,
  parameterIn,
  runJobsAfter,
  statusesIn,
  unfold,
} from '../support/invitations.ts'

/** The rules of RFC 6638 §3.2, each by people who try. */
describe('rules of scheduling', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  let carol: DavClient
  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    carol = await app().user('carol')
  })

  const invite = async (fields: Parameters<typeof meeting>[0]) => {
    const sent = await alice.put(hrefOf('alice', `${fields.uid}.ics`), meeting(fields))
    expect(sent.status, sent.text).to.be.oneOf([201, 204])
    return sent
  }
  const own = async (uid: string) => unfold((await alice.send('GET', hrefOf('alice', `${uid}.ics`))).text)
  const tagOf = async (client: DavClient, path: string) =>
    String((await client.send('GET', path)).headers.get('schedule-tag'))
  const answer = async (client: DavClient, uid: string, status: string, headers = {}) => {
    const [path, text] = await copyOf(client, uid)
    const sent = await client.put(path, answered(text, client.username, status), headers)
    expect(sent.status, sent.text).to.equal(204)
  }

  it('a Schedule-Tag stays when others answer and changes with the organizer’s changes', async () => {
    const uid = randomUUID()
    await invite({ uid, who: ['bob', 'carol'] })
    const [path, text] = await copyOf(bob, uid)
    const tag = await tagOf(bob, path)
    const etag = (await bob.send('GET', path)).headers.get('etag')
    const organizers = await tagOf(alice, hrefOf('alice', `${uid}.ics`))
    await answer(carol, uid, 'ACCEPTED')
    expect(await tagOf(bob, path)).to.equal(tag)
    expect(await tagOf(alice, hrefOf('alice', `${uid}.ics`))).to.equal(organizers)
    expect((await bob.send('GET', path)).headers.get('etag')).not.to.equal(etag)
    const body = answered(text, 'bob', 'TENTATIVE')
    expect((await bob.put(path, body, { 'If-Match': String(etag) })).status).to.equal(412)
    expect((await bob.put(path, body, { 'If-Schedule-Tag-Match': tag })).status).to.equal(204)
    expect(statusesIn((await copyOf(bob, uid))[1], 'carol')).to.deep.equal(['ACCEPTED'])
    const newer = await tagOf(bob, path)
    await invite({ uid, who: ['bob', 'carol'], summary: 'Renamed' })
    expect(await tagOf(bob, path)).not.to.equal(newer)
    const stale = await bob.put(path, body, { 'If-Schedule-Tag-Match': newer })
    expect(stale.status).to.equal(412)
    expect((await bob.send('DELETE', path, { headers: { 'If-Schedule-Tag-Match': newer } })).status).to.equal(
      412,
    )
  })

  it('what is an attendee’s own outlives the organizer’s changes', async () => {
    const uid = randomUUID()
    await invite({ uid })
    const [path, text] = await copyOf(bob, uid)
    const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:x', 'TRIGGER:-PT5M', 'END:VALARM']
    const lines = ['TRANSP:TRANSPARENT', 'CATEGORIES:Mine', 'X-BOBS-NOTE:private', ...alarm, 'END:VEVENT']
    const kept = await bob.put(
      path,
      answered(text, 'bob', 'ACCEPTED').replace('END:VEVENT', lines.join('\r\n')),
    )
    expect(kept.status, kept.text).to.equal(204)
    await invite({ uid, summary: 'Renamed', lines: ['LOCATION:Room 1'] })
    const after = (await copyOf(bob, uid))[1]
    for (const line of ['SUMMARY:Renamed', 'LOCATION:Room 1', ...lines]) expect(after).to.include(line)
    expect(statusesIn(after, 'bob')).to.deep.equal(['ACCEPTED'])
    expect(await own(uid)).not.to.include('X-BOBS-NOTE')
    await invite({ uid, start: '20301203T090000Z' })
    expect(statusesIn((await copyOf(bob, uid))[1], 'bob')).to.deep.equal(['NEEDS-ACTION'])
    expect((await copyOf(bob, uid))[1]).to.include('BEGIN:VALARM')
  })

  it('an organizer cannot forge an answer, nor undo one with an old copy', async () => {
    const uid = randomUUID()
    const forged = meeting({ uid, who: [`ATTENDEE;PARTSTAT=ACCEPTED:${mail('bob')}`, 'carol'] })
    expect((await alice.put(hrefOf('alice', `${uid}.ics`), forged)).status).to.equal(201)
    expect(statusesIn(await own(uid), 'bob')).to.deep.equal(['NEEDS-ACTION'])
    await answer(bob, uid, 'DECLINED')
    await alice.put(hrefOf('alice', `${uid}.ics`), forged.replace('SUMMARY:Planning', 'SUMMARY:Other'))
    expect(statusesIn(await own(uid), 'bob')).to.deep.equal(['DECLINED'])
    expect(statusesIn((await copyOf(carol, uid))[1], 'bob')).to.deep.equal(['DECLINED'])
  })

  it('one message is one inbox item, and saying the same again sends nothing', async () => {
    const uid = randomUUID()
    await invite({ uid })
    await invite({ uid })
    expect(await methodsOf(bob, uid)).to.deep.equal(['REQUEST'])
    await answer(bob, uid, 'ACCEPTED')
    await answer(bob, uid, 'ACCEPTED')
    expect(await methodsOf(alice, uid)).to.deep.equal(['REPLY'])
    await invite({ uid, summary: 'Renamed' })
    expect(await methodsOf(bob, uid)).to.deep.equal(['REQUEST', 'REQUEST'])
    const tag = await tagOf(bob, (await copyOf(bob, uid))[0])
    await answer(bob, uid, 'ACCEPTED')
    expect(tag).to.be.a('string')
    expect(await methodsOf(alice, uid)).to.deep.equal(['REPLY'])
  })

  it('SCHEDULE-FORCE-SEND sends what nothing else would, and is not kept', async () => {
    const uid = randomUUID()
    await invite({ uid })
    await invite({ uid, who: [`ATTENDEE;SCHEDULE-FORCE-SEND=REQUEST:${mail('bob')}`] })
    expect(await methodsOf(bob, uid)).to.deep.equal(['REQUEST', 'REQUEST'])
    expect(await own(uid)).not.to.include('FORCE-SEND')
    const [path, text] = await copyOf(bob, uid)
    const forced = text.replace(/ORGANIZER/, 'ORGANIZER;SCHEDULE-FORCE-SEND=REPLY')
    const sent = await bob.put(path, forced)
    expect(sent.status, sent.text).to.equal(204)
    expect(await methodsOf(alice, uid)).to.deep.equal(['REPLY'])
    expect((await copyOf(bob, uid))[1]).not.to.include('FORCE-SEND')
  })

  it('SCHEDULE-AGENT=NONE schedules nobody, on ORGANIZER neither', async () => {
    const uid = randomUUID()
    await invite({ uid, who: [`ATTENDEE;SCHEDULE-AGENT=NONE:${mail('bob')}`, 'carol'] })
    expect(await findCopy(bob, uid)).to.equal(undefined)
    expect(parameterIn(await own(uid), 'bob', 'SCHEDULE-STATUS')).to.equal(undefined)
    const other = randomUUID()
    const text = meeting({ uid: other, who: [`ATTENDEE;PARTSTAT=ACCEPTED:${mail('bob')}`] }).replace(
      'ORGANIZER:',
      'ORGANIZER;SCHEDULE-AGENT=CLIENT:',
    )
    expect((await bob.put(hrefOf('bob', `${other}.ics`), text)).status).to.equal(201)
    expect(await methodsOf(alice, other)).to.deep.equal([])
  })

  it('Schedule-Reply: F keeps an answer to oneself on PUT too', async () => {
    const uid = randomUUID()
    await invite({ uid })
    await answer(bob, uid, 'ACCEPTED', { 'Schedule-Reply': 'F' })
    expect(statusesIn(await own(uid), 'bob')).to.deep.equal(['NEEDS-ACTION'])
  })

  it('components of different organizers are refused, and so is another organizer', async () => {
    const uid = randomUUID()
    const lines = ['RRULE:FREQ=DAILY;COUNT=3']
    const other = meeting({ uid, organizer: 'bob', lines: ['RECURRENCE-ID:20301202T090000Z'] })
    const more = /BEGIN:VEVENT[\s\S]*END:VEVENT/.exec(other)?.[0].split('\r\n') ?? []
    const mixed = await alice.put(hrefOf('alice', `${uid}.ics`), meeting({ uid, lines, more }))
    expect(mixed.status).to.equal(403)
    expect(mixed.condition).to.equal('same-organizer-in-all-components')
    await invite({ uid })
    const taken = await alice.put(hrefOf('alice', `${uid}.ics`), meeting({ uid, organizer: 'carol' }))
    expect(taken.status).to.equal(403)
    expect(taken.condition).to.equal('allowed-organizer-scheduling-object-change')
  })

  it('COPY of a meeting within a home is refused; into another home it schedules nothing', async () => {
    const uid = randomUUID()
    await invite({ uid })
    await alice.send('MKCALENDAR', `${alice.home}copies/`)
    const headers = { Destination: new URL(hrefOf('alice', `${uid}.ics`, 'copies'), app().url).href }
    const copied = await alice.send('COPY', hrefOf('alice', `${uid}.ics`), { headers })
    expect(copied.status).to.equal(403)
    expect(copied.condition).to.equal('unique-scheduling-object-resource')
    expect(await methodsOf(bob, uid)).to.deep.equal(['REQUEST'])
  })

  it('POST with add-member and bulk changes invite as PUT does', async () => {
    const [one, other] = [randomUUID(), randomUUID()]
    const query = `<D:propfind xmlns:D="DAV:"><D:prop><D:add-member/></D:prop></D:propfind>`
    const found = (await alice.propfind(alice.calendar, '0', query))
      .response(alice.calendar)
      .text('DAV:', 'add-member')
    const added = await alice.send('POST', found.trim(), {
      body: meeting({ uid: one }),
      type: 'text/calendar',
    })
    expect(added.status, added.text).to.equal(201)
    expect(await findCopy(bob, one)).not.to.equal(undefined)
    const bulk = await alice.send('POST', alice.calendar, {
      body: meeting({ uid: other }),
      type: 'text/calendar',
    })
    expect(bulk.status, bulk.text).to.equal(207)
    expect(await findCopy(bob, other)).not.to.equal(undefined)
  })

  it('DELETE then PUT into another calendar tells nobody; a DELETE alone tells them', async () => {
    const uid = randomUUID()
    await invite({ uid })
    await alice.send('MKCALENDAR', `${alice.home}moved/`)
    const text = await own(uid)
    expect((await alice.send('DELETE', hrefOf('alice', `${uid}.ics`))).status).to.equal(204)
    expect((await alice.put(hrefOf('alice', `${uid}.ics`, 'moved'), text)).status).to.equal(201)
    await runJobsAfter(app().store)
    expect(await methodsOf(bob, uid)).to.deep.equal(['REQUEST'])
    expect((await alice.send('DELETE', `${alice.home}moved/`)).status).to.equal(204)
    await runJobsAfter(app().store)
    expect(await methodsOf(bob, uid)).to.deep.equal(['REQUEST', 'CANCEL'])
    expect((await copyOf(bob, uid))[1]).to.include('STATUS:CANCELLED')
  })

  it('a meeting that ended and begins again at once is one again, for whoever declined it too', async () => {
    const uid = randomUUID()
    await invite({ uid })
    const alone = meeting({ uid }).replace(/(?:ORGANIZER|ATTENDEE)[^\r]*\r\n/g, '')
    expect((await alice.put(hrefOf('alice', `${uid}.ics`), alone)).status).to.equal(204)
    expect((await copyOf(bob, uid))[1]).to.include('STATUS:CANCELLED')
    await invite({ uid })
    expect((await copyOf(bob, uid))[1]).not.to.include('STATUS:CANCELLED')
    expect(await methodsOf(bob, uid)).to.have.members(['REQUEST', 'CANCEL', 'REQUEST'])
    await alice.send('DELETE', hrefOf('alice', `${uid}.ics`))
    await runJobsAfter(app().store)
    expect((await copyOf(bob, uid))[1]).to.include('STATUS:CANCELLED')
    await invite({ uid })
    const [path, text] = await copyOf(bob, uid)
    expect(text).not.to.include('STATUS:CANCELLED')
    await bob.send('DELETE', path)
    await runJobsAfter(app().store)
    expect(statusesIn(await own(uid), 'bob')).to.deep.equal(['DECLINED'])
    expect((await bob.put(path, answered(text, 'bob', 'ACCEPTED'))).status).to.equal(201)
    expect(statusesIn(await own(uid), 'bob')).to.deep.equal(['ACCEPTED'])
  })

  it('an attendee taken off the list is told, the others hear who comes', async () => {
    const uid = randomUUID()
    await invite({ uid, who: ['bob', 'carol'] })
    await invite({ uid, who: ['carol'] })
    expect(await methodsOf(bob, uid)).to.deep.equal(['REQUEST', 'CANCEL'])
    expect((await copyOf(bob, uid))[1]).to.include('STATUS:CANCELLED')
    expect(statusesIn((await copyOf(carol, uid))[1], 'bob')).to.deep.equal([])
    await invite({ uid, who: ['bob', 'carol'] })
    expect((await copyOf(bob, uid))[1]).not.to.include('STATUS:CANCELLED')
    expect(statusesIn((await copyOf(bob, uid))[1], 'bob')).to.deep.equal(['NEEDS-ACTION'])
  })
})
