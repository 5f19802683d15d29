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
  statusesIn,
} from '../support/invitations.ts'

/** What people do to meetings that they should not, or that nobody foresaw. */
describe('scheduling, abused', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  let mallory: DavClient
  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    mallory = await app().user('mallory')
  })

  const own = (uid: string) => hrefOf('alice', `${uid}.ics`)
  const invite = async (fields: Parameters<typeof meeting>[0]) => {
    const { status, text } = await alice.put(own(fields.uid), meeting(fields))
    expect(status, text).to.equal(201)
  }

  it('a meeting that becomes private, organizer and all, is cancelled for those invited', async () => {
    const uid = randomUUID()
    await invite({ uid })
    const text = meeting({ uid, who: [] }).replace(/(ORGANIZER|ATTENDEE)[^\r]*\r\n/g, '')
    expect((await alice.put(own(uid), text)).status).to.equal(204)
    expect((await copyOf(bob, uid))[1]).to.include('STATUS:CANCELLED')
    expect((await methodsOf(bob, uid)).sort()).to.deep.equal(['CANCEL', 'REQUEST'])
  })

  it('an organizer answers for nobody, when inviting or later', async () => {
    const uid = randomUUID()
    await invite({ uid, who: [`ATTENDEE;PARTSTAT=ACCEPTED:${mail('bob')}`] })
    const stored = async () => (await alice.send('GET', own(uid))).text
    expect(statusesIn(await stored(), 'bob')).to.deep.equal(['NEEDS-ACTION'])
    expect((await alice.put(own(uid), answered(await stored(), 'bob', 'ACCEPTED'))).status).to.equal(204)
    expect(statusesIn(await stored(), 'bob')).to.deep.equal(['NEEDS-ACTION'])
    expect(statusesIn((await copyOf(bob, uid))[1], 'bob')).to.deep.equal(['NEEDS-ACTION'])
  })

  it('nobody takes a meeting over, answers for others or leaves the organizer out', async () => {
    const uid = randomUUID()
    await invite({ uid, who: ['bob', 'mallory'] })
    const [href, text] = await copyOf(bob, uid)
    const before = (await alice.send('GET', own(uid))).text
    const attempts = [
      text.replace(/ORGANIZER[^\r]*/, `ORGANIZER:${mail('bob')}`),
      text.replace(/ORGANIZER[^\r]*/, `ORGANIZER:${mail('mallory')}`),
      text.replace(/ORGANIZER[^\r]*\r\n/, ''),
      text.replace(/(ORGANIZER|ATTENDEE)[^\r]*\r\n/g, ''),
      answered(text, 'mallory', 'DECLINED').replace('END:VEVENT', `ATTENDEE:${mail('eve')}\r\nEND:VEVENT`),
      text.replace('SUMMARY:Planning', 'SUMMARY:Mine'),
    ]
    for (const attempt of attempts) expect((await bob.put(href, attempt)).status, attempt).to.equal(403)
    expect((await alice.send('GET', own(uid))).text).to.equal(before)
  })

  it('who was not invited comes to no meeting by storing it, and nobody invites in the name of others', async () => {
    const uid = randomUUID()
    await invite({ uid })
    const before = (await alice.send('GET', own(uid))).text
    const joined = (await copyOf(bob, uid))[1].replace(
      'END:VEVENT',
      `ATTENDEE;PARTSTAT=ACCEPTED:${mail('mallory')}\r\nEND:VEVENT`,
    )
    await mallory.put(hrefOf('mallory', 'joined.ics'), joined)
    expect((await alice.send('GET', own(uid))).text).to.equal(before)
    const forged = randomUUID()
    await mallory.put(hrefOf('mallory', 'forged.ics'), meeting({ uid: forged }))
    expect(await findCopy(bob, forged)).to.equal(undefined)
    expect(await methodsOf(bob, forged)).to.deep.equal([])
  })

  it('a UID that somebody else has guessed gives no power over what has it', async () => {
    const uid = randomUUID()
    await invite({ uid })
    const [, copy] = await copyOf(bob, uid)
    const theirs = meeting({ uid, organizer: 'mallory', lines: ['SEQUENCE:9'] })
    expect((await mallory.put(hrefOf('mallory', 'same.ics'), theirs)).status).to.equal(201)
    expect((await copyOf(bob, uid))[1]).to.equal(copy)
    expect((await mallory.send('DELETE', hrefOf('mallory', 'same.ics'))).status).to.equal(204)
    expect((await copyOf(bob, uid))[1]).to.equal(copy)
  })

  it('addresses are taken in any case and escaped, and said to be none where they are none', async () => {
    const uid = randomUUID()
    await invite({ uid, who: ['ATTENDEE:MAILTO:BOB%40Example.TEST'] })
    expect(await findCopy(bob, uid)).not.to.equal(undefined)
    const odd = ['urn:uuid:1', 'tel:+1', 'bob', '/dav/principals/bob/', 'javascript:alert(1)', '']
    const other = randomUUID()
    await invite({ uid: other, who: odd.map((address) => `ATTENDEE:${address}`) })
    const stored = (await alice.send('GET', own(other))).text.replace(/\r\n[ \t]/g, '')
    expect(stored.match(/SCHEDULE-STATUS=3\.7/g)).to.have.length(odd.length)
    expect(await findCopy(bob, other)).to.equal(undefined)
  })
})
