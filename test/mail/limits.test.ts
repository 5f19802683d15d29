import { expect } from 'chai'
import { takeFromHour } from '../../src/mail/hourly-limits.ts'
import { receiveMail } from '../../src/mail/receive-mail.ts'
import { statement } from '../../src/store/statement.ts'
import { useExchange } from './exchange.ts'
import { fixture, raw } from './receiving.ts'

const KEYS = statement<{ key: string }>('test.mail-counts', 'select key from mail_counts')

describe('limits of an hour', () => {
  const exchange = useExchange()
  const take = (keys: readonly string[], most: number) => {
    const { store, env } = exchange()
    return takeFromHour(
      store,
      keys.map((key) => ({ key, most })),
      env.clock(),
    )
  }

  it('hold over all who count at once, in any order of keys', async () => {
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) => take(index % 2 === 0 ? ['x', 'y'] : ['y', 'x'], 10)),
    )
    expect(results.filter((until) => until === undefined)).to.have.length(10)
    const [until] = results.filter((each) => each !== undefined)
    expect(until?.getTime()).to.equal(exchange().env.clock().getTime() + 3_600_000)
  })

  it('begin again after an hour, and are forgotten', async () => {
    for (let index = 0; index < 2; index += 1) expect(await take(['z'], 2)).to.equal(undefined)
    expect(await take(['z'], 2)).not.to.equal(undefined)
    await exchange().pass(3600)
    expect(await take(['other'], 2)).to.equal(undefined)
    const keys = (await exchange().store.reader.rows(KEYS)).map(({ key }) => key)
    expect(keys).to.deep.equal(['other'])
    expect(await take(['z'], 2)).to.equal(undefined)
  })

  it('count nothing that was refused', async () => {
    await take(['full'], 1)
    for (let index = 0; index < 3; index += 1) await take(['full', 'innocent'], 1)
    expect(await take(['innocent'], 1)).to.equal(undefined)
  })
})

describe('limits on invitations that come in', () => {
  const exchange = useExchange()
  const request = (uid: string) =>
    fixture('outlook-request')
      .toString()
      .replaceAll('alice@example.com', exchange().alice.email)
      .replace('00000000OUTLOOK', `00000000${uid}`)

  it('are shared by all processes; who is over is asked to come again', async () => {
    const processes = [exchange().anotherReceiver(3), exchange().anotherReceiver(3)] as const
    const results: string[] = []
    for (let index = 0; index < 6; index += 1) {
      const receiver = processes[index % 2 === 0 ? 0 : 1]
      const [reception] = await receiveMail(receiver, raw(request(`${index}`), exchange().alice.email))
      results.push(reception?.result ?? '')
    }
    expect(results).to.deep.equal(['inbox', 'inbox', 'inbox', 'later', 'later', 'later'])
    await exchange().pass(3600)
    const [after] = await receiveMail(processes[1], raw(request('5'), exchange().alice.email))
    expect(after?.result).to.equal('inbox')
  })

  it('are not used up by who claims to be somebody', async () => {
    const receiver = exchange().anotherReceiver(1)
    const forged = (uid: string) =>
      request(uid)
        .replace('dmarc=pass', 'dmarc=fail')
        .replace(/spf=pass|dkim=pass/g, 'x=fail')
    for (const expected of ['inbox', 'later']) {
      const [reception] = await receiveMail(receiver, raw(forged(expected), exchange().alice.email))
      expect(reception?.result).to.equal(expected)
    }
    const [true_] = await receiveMail(receiver, raw(request('true'), exchange().alice.email))
    expect(true_?.result).to.equal('inbox')
  })
})

describe('limits on invitations that leave', () => {
  const exchange = useExchange()

  /** Invites somebody else to each of `count` events. */
  async function invite(prefix: string, count: number, guest: (index: number) => string): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const uid = `${prefix}${index}`
      await exchange().put(
        `${uid}.ics`,
        exchange().event(uid).replaceAll('carol@gmail.example', guest(index)),
      )
    }
  }

  /** Two processes look until nothing more is due. */
  async function sendAll(policy: { sendsPerHour?: number; invitationsPerHour?: number }): Promise<number> {
    const { peer } = exchange()
    const before = peer.mails.length
    for (let sent = 1; sent > 0; ) {
      const both = await Promise.all([exchange().send(policy), exchange().send(policy)])
      sent = Math.max(...both)
    }
    return peer.mails.length - before
  }

  it('let the rest of one user wait, truthfully, and go out later', async () => {
    await invite('u', 5, (index) => `guest${index}@gmail.example`)
    expect(await sendAll({ sendsPerHour: 3 })).to.equal(3)
    const statuses = await Promise.all(
      [0, 1, 2, 3, 4].map((index) => exchange().attendeeIn(`u${index}.ics`, `guest${index}@gmail.example`)),
    )
    expect(statuses.map(({ status }) => status).sort()).to.deep.equal(['1.0', '1.0', '1.1', '1.1', '1.1'])
    expect(await sendAll({ sendsPerHour: 3 })).to.equal(0)
    await exchange().pass(3600)
    expect(await sendAll({ sendsPerHour: 3 })).to.equal(2)
    const all = exchange().peer.mails.map(({ to }) => to[0])
    expect(new Set(all).size).to.equal(5)
  })

  it('let the rest to one address wait', async () => {
    await invite('r', 4, () => 'victim@gmail.example')
    expect(await sendAll({ invitationsPerHour: 2 })).to.equal(2)
    await exchange().pass(3600)
    expect(await sendAll({ invitationsPerHour: 2 })).to.equal(2)
  })

  it('count a mail once, however often it is tried', async () => {
    await invite('t', 2, () => 'carol@gmail.example')
    exchange().peer.refuseWith = 451
    for (let index = 0; index < 3; index += 1) {
      await sendAll({ sendsPerHour: 2 })
      await exchange().pass(300)
    }
    exchange().peer.refuseWith = undefined
    expect(await sendAll({ sendsPerHour: 2 })).to.equal(2)
  })
})
