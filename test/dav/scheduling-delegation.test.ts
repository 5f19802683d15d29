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
  statusesIn,
  unfold,
} from '../support/invitations.ts'

/** RFC 5546 §3.2.2.3: an attendee sends somebody else in their stead. */
describe('delegation', () => {
  const app = useApp()
  const names = ['alice', 'bob', 'carol', 'dave'] as const
  const clients = new Map<string, DavClient>()
  const who = (name: string) => clients.get(name) as DavClient
  before(async () => {
    for (const name of names) clients.set(name, await app().user(name))
  })

  const invite = async (guests: readonly string[]) => {
    const uid = randomUUID()
    const sent = await who('alice').put(hrefOf('alice', `${uid}.ics`), meeting({ uid, who: [...guests] }))
    expect(sent.status, sent.text).to.equal(201)
    return uid
  }
  const textOf = async (name: string, uid: string) => (await copyOf(who(name), uid))[1]

  /** Writes the copy of `from` as a client does that names whom it delegates to. */
  const delegate = async (from: string, uid: string, to: readonly string[]) => {
    const [path, text] = await copyOf(who(from), uid)
    const list = to.map((name) => `"${mail(name)}"`).join(',')
    const own = `ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=${list}:mailto:${from}@`
    const unknown = to.filter((name) => !text.includes(`:mailto:${name}@`))
    const lines = unknown.map((name) => `ATTENDEE;DELEGATED-FROM="${mail(from)}";RSVP=TRUE:${mail(name)}\r\n`)
    const written = unfold(text)
      .replace(new RegExp(`ATTENDEE[^\\r]*:mailto:${from}@`), own)
      .replace('END:VEVENT', `${lines.join('')}END:VEVENT`)
    return who(from).put(path, written)
  }

  it('to oneself is refused', async () => {
    const uid = await invite(['bob'])
    const refused = await delegate('bob', uid, ['bob'])
    expect(refused.status, refused.text).to.equal(403)
    expect(refused.condition).to.equal('allowed-attendee-scheduling-object-change')
    expect(statusesIn(await textOf('alice', uid), 'bob')).to.deep.equal(['NEEDS-ACTION'])
  })

  it('in a circle ends, and both have delegated', async () => {
    const uid = await invite(['bob', 'carol'])
    expect((await delegate('bob', uid, ['carol'])).status).to.equal(204)
    expect((await delegate('carol', uid, ['bob'])).status).to.equal(204)
    for (const name of ['alice', 'bob', 'carol']) {
      const text = await textOf(name, uid)
      expect([statusesIn(text, 'bob'), statusesIn(text, 'carol')], name).to.deep.equal([
        ['DELEGATED'],
        ['DELEGATED'],
      ])
      expect(unfold(text), name).not.to.include('STATUS:CANCELLED')
    }
  })

  it('to somebody else than before: the first is told that it is off, the second invited', async () => {
    const uid = await invite(['bob'])
    expect((await delegate('bob', uid, ['carol'])).status).to.equal(204)
    const [path, invitation] = await copyOf(who('carol'), uid)
    expect((await who('carol').put(path, answered(invitation, 'carol', 'ACCEPTED'))).status).to.equal(204)
    expect((await delegate('bob', uid, ['dave'])).status).to.equal(204)

    for (const name of ['alice', 'bob', 'dave']) {
      const text = unfold(await textOf(name, uid))
      expect(text, name).to.match(/DELEGATED-TO="?mailto:dave@example\.test"?[^\r]*:mailto:bob@/)
      expect(statusesIn(text, 'carol'), name).to.deep.equal([])
      expect(statusesIn(text, 'dave'), name).to.deep.equal(['NEEDS-ACTION'])
    }
    expect(parameterIn(await textOf('alice', uid), 'dave', 'SCHEDULE-STATUS')).to.equal('1.2')
    expect(await methodsOf(who('dave'), uid)).to.deep.equal(['REQUEST'])
    expect(unfold(await textOf('carol', uid))).to.include('STATUS:CANCELLED')
    expect(await methodsOf(who('carol'), uid)).to.include('CANCEL')

    expect((await delegate('bob', uid, ['carol'])).status).to.equal(204)
    const again = unfold(await textOf('carol', uid))
    expect(again).not.to.include('STATUS:CANCELLED')
    expect(statusesIn(again, 'carol')).to.deep.equal(['NEEDS-ACTION'])
    expect(unfold(await textOf('dave', uid))).to.include('STATUS:CANCELLED')
    expect(statusesIn(await textOf('alice', uid), 'dave')).to.deep.equal([])
  })

  it('leaves alone whom the organizer invited', async () => {
    const uid = await invite(['bob', 'carol'])
    expect((await delegate('bob', uid, ['carol'])).status).to.equal(204)
    expect((await delegate('bob', uid, ['dave'])).status).to.equal(204)
    const text = await textOf('alice', uid)
    expect(statusesIn(text, 'carol')).to.deep.equal(['NEEDS-ACTION'])
    expect(statusesIn(text, 'dave')).to.deep.equal(['NEEDS-ACTION'])
    expect(unfold(await textOf('carol', uid))).not.to.include('STATUS:CANCELLED')
    expect(await findCopy(who('dave'), uid)).not.to.equal(undefined)
  })
})
