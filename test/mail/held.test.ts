import { expect } from 'chai'
import { deleteCollection } from '../../src/calendar/delete-collection.ts'
import { deleteObject } from '../../src/calendar/delete-object.ts'
import { decideHeldOf } from '../../src/mail/decide-hold.ts'
import { listHeld } from '../../src/store/mail-holds.ts'
import { at } from '../support/calendars.ts'
import { useExchange } from './exchange.ts'

/** Whoever removes many events at once may not have meant it. */
describe('the mails of a mass cancellation', () => {
  const exchange = useExchange()

  /** Invites carol to so many events, and forgets the mails about it. */
  async function invited(prefix: string, count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await exchange().put(`${prefix}${index}.ics`, exchange().event(`${prefix}${index}`))
    }
    await exchange().send()
    expect(exchange().peer.mails.splice(0)).to.have.length(count)
  }

  const held = () => exchange().store.reader.rows(listHeld)
  const send = () => exchange().send({ mostCancels: 3 })

  afterEach(async () => {
    const { alice, store } = exchange()
    await decideHeldOf(store, alice.userId, 'drop', exchange().env.clock())
    await exchange().pass(3600)
  })

  it('are held when events are removed one by one, until somebody releases them', async () => {
    const { alice, env, peer, store } = exchange()
    await invited('h', 4)
    for (let index = 0; index < 4; index += 1) await exchange().remove(`h${index}.ics`)
    expect(await send()).to.equal(0)
    expect(await held()).to.have.length(1)
    expect((await held())[0]).to.include({ username: 'alice', events: 4n, messages: 4n })
    const released = await decideHeldOf(store, alice.userId, 'release', env.clock())
    expect(released).to.equal(4)
    expect(await send()).to.equal(4)
    expect(await held()).to.deep.equal([])
    expect(peer.mails.every(({ text }) => text.includes('method=CANCEL'))).to.equal(true)
  })

  it('are held when the whole calendar is removed, every one of them', async () => {
    const { alice, calendar, env, peer } = exchange()
    await invited('c', 5)
    await deleteCollection(env, alice, { owner: alice.username, collection: calendar.name }, {})
    // The first are due before the last are told: none may slip out.
    expect(await send()).to.equal(0)
    await exchange().pass(5)
    expect(await send()).to.equal(0)
    expect((await held())[0]).to.include({ events: 5n, messages: 5n })
    expect(peer.mails).to.deep.equal([])
  })

  it('are never sent once they are dropped', async () => {
    const { alice, env, peer, store } = exchange()
    await invited('d', 4)
    for (let index = 0; index < 4; index += 1) await exchange().remove(`d${index}.ics`)
    await send()
    expect(await decideHeldOf(store, alice.userId, 'drop', env.clock())).to.equal(4)
    await exchange().pass(7200)
    expect(await send()).to.equal(0)
    expect(peer.mails).to.deep.equal([])
  })

  it('are held when the removal is slow, too, but not what is below the limit', async () => {
    await invited('s', 5)
    for (let index = 0; index < 3; index += 1) {
      await exchange().remove(`s${index}.ics`)
      expect(await send()).to.equal(1)
      await exchange().pass(600)
    }
    await exchange().remove('s3.ics')
    expect(await send()).to.equal(0)
    expect((await held())[0]).to.include({ messages: 1n })
  })

  it('count no more once they are released', async () => {
    const { alice, env, store } = exchange()
    await invited('r', 9)
    await exchange().remove('r0.ics')
    expect(await send()).to.equal(1)
    for (let index = 1; index < 4; index += 1) await exchange().remove(`r${index}.ics`)
    expect(await send()).to.equal(0)
    expect(await decideHeldOf(store, alice.userId, 'release', env.clock())).to.equal(3)
    expect(await send()).to.equal(3)
    for (let index = 4; index < 7; index += 1) {
      await exchange().remove(`r${index}.ics`)
      expect(await send()).to.equal(1)
    }
    await exchange().remove('r7.ics')
    expect(await send()).to.equal(0)
    expect((await held())[0]).to.include({ events: 1n })
  })

  it('do not count what an attendee declines by removing it', async () => {
    const { alice, calendar, env } = exchange()
    await invited('a', 1)
    for (let index = 0; index < 4; index += 1) {
      const event = exchange().event(`theirs${index}`)
      const theirs = event.replace(`ORGANIZER:mailto:${alice.email}`, 'ORGANIZER:mailto:dora@partner.example')
      await exchange().put(`theirs${index}.ics`, theirs)
    }
    while ((await send()) > 0) {}
    await exchange().remove('a0.ics')
    for (let index = 0; index < 4; index += 1) {
      await deleteObject(env, alice, at(calendar, `theirs${index}.ics`), {})
    }
    expect(await send()).to.equal(1)
    expect(await held()).to.deep.equal([])
  })

  it('do not hold back invitations', async () => {
    await invited('i', 4)
    for (let index = 0; index < 4; index += 1) await exchange().remove(`i${index}.ics`)
    await exchange().put('new.ics', exchange().event('new'))
    expect(await send()).to.equal(1)
  })
})
