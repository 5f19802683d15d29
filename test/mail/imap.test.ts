import { EventEmitter, once } from 'node:events'
import { expect } from 'chai'
import { ImapFlow } from 'imapflow'
import { watchMailbox } from '../../src/mail/imap.ts'
import type { MailIntake } from '../../src/mail/listener.ts'
import { receiveMail } from '../../src/mail/receive-mail.ts'
import { type Dovecot, hasDovecot, startDovecot } from './dovecot.ts'
import { type Delivered, fixture, receiver } from './receiving.ts'

describe('the mailbox watched with IDLE', () => {
  let dovecot: Dovecot
  let client: ImapFlow
  let to: ReturnType<typeof receiver> & Delivered
  const arrivals = new EventEmitter()

  before(async function () {
    if (!hasDovecot()) this.skip()
    dovecot = await startDovecot()
  })
  after(() => dovecot?.stop())

  beforeEach(async () => {
    to = receiver()
    const { hostname, port } = new URL(dovecot.url)
    const auth = { user: 'alice', pass: 'secret' }
    client = new ImapFlow({
      host: hostname,
      port: Number(port),
      secure: false,
      doSTARTTLS: false,
      auth,
      logger: false,
    })
    await client.connect()
  })
  afterEach(() => client.logout())

  /** Tells of every mail that was looked at. */
  const intake: MailIntake = {
    receive: async (mail) => {
      const receptions = await receiveMail(to, mail)
      arrivals.emit('mail', receptions)
      return receptions
    },
    isLocal: async () => true,
    warn: (error) => arrivals.emit('error', error),
  }

  it('takes in what is there and what arrives, once', async () => {
    await client.append('INBOX', fixture('gmail-reply'))
    const first = once(arrivals, 'mail')
    const watch = watchMailbox({ url: dovecot.url, maxSize: 1_000_000 }, intake)
    try {
      await first
      const second = once(arrivals, 'mail')
      await client.append('INBOX', fixture('exchange-reply'))
      await second
    } finally {
      await watch.stop()
    }
    expect(to.messages.map(({ method }) => method)).to.deep.equal(['REPLY', 'REPLY'])

    const third = once(arrivals, 'mail')
    const again = watchMailbox({ url: dovecot.url, maxSize: 1_000_000 }, intake)
    try {
      await client.append('INBOX', fixture('outlook-request'))
      await third
    } finally {
      await again.stop()
    }
    expect(to.messages.map(({ method }) => method)).to.deep.equal(['REPLY', 'REPLY', 'REQUEST'])
  })

  it('leaves a mail that must come again where it is', async () => {
    to = receiver({ deliver: () => Promise.reject(new Error('no database')) })
    await client.append('INBOX', fixture('utc-instance-reply'))
    const seen = once(arrivals, 'mail')
    const watch = watchMailbox({ url: dovecot.url, maxSize: 1_000_000 }, intake)
    await seen
    await watch.stop()
    await client.mailboxOpen('INBOX')
    const open = await client.search({ unKeyword: '$KalendsDone' }, { uid: true })
    expect(open).to.have.length(1)
  })
})
