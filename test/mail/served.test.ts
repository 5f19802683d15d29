import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ImapFlow } from 'imapflow'
import { simpleParser } from 'mailparser'
import { createTransport } from 'nodemailer'
import { openDatabase } from '../../src/store/database.ts'
import { statement } from '../../src/store/statement.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import { basic, freePort, run, type Served, serve, waitFor } from '../cli/process.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Dovecot, hasDovecot, startDovecot } from './dovecot.ts'
import { invitation } from './mails.ts'
import { fixture } from './receiving.ts'
import { type SmtpPeer, startPeer } from './smtp-peer.ts'

const EMAIL = statement<{ email: string }>('test.mail-email', 'select email from users where username = $1')
const EXPIRE = statement('test.mail-expire', 'update outgoing_messages set send_after = now()')
const TELL_NOW = statement('test.mail-tell-now', 'update mail_holds set notice_after = now()')
const WAITING = statement<{ uid: string }>('test.mail-waiting', 'select uid from outgoing_messages')

/** The running server between a client that speaks CalDAV and mail servers that are none of ours. */
describe('the server with mail', function () {
  this.timeout(120_000)
  let folder: string
  let database: TestDatabase
  let peer: SmtpPeer
  let dovecot: Dovecot | undefined
  let served: Served
  let settings: Record<string, string>
  let account: { username: string; email: string; authorization: Record<string, string> }
  let store: Store

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kalends-mail-'))
    database = await createTestDatabase()
    store = createStore(openDatabase(database.url, { poolSize: 1 }))
    peer = await startPeer()
    dovecot = hasDovecot() ? await startDovecot() : undefined
    const port = await freePort()
    settings = {
      DATABASE_URL: database.url,
      SMTP_URL: peer.url,
      MAIL_FROM: 'Kalends <calendar@kal.example>',
      MAIL_REPLY_DOMAIN: 'kal.example',
      MAIL_SECRET: 'a secret of sixteen octets or more',
      MAIL_MAX_CANCELS: '2',
      PUBLIC_URL: `http://localhost:${port}`,
      PORT: String(port),
      MAIL_LISTEN: `smtp://127.0.0.1:${await freePort()}`,
      LOG_LEVEL: 'warn',
      ...(dovecot === undefined ? {} : { IMAP_URL: dovecot.url }),
    }
    served = await serve({ cwd: folder, env: settings })
    const username = /user name: +(\S+)/.exec(served.output())?.[1] ?? ''
    const found = await store.reader.row(EMAIL, username)
    account = {
      username,
      email: found?.email ?? '',
      authorization: basic(username, served.password ?? ''),
    }
  })
  after(async () => {
    await served?.stop()
    await dovecot?.stop()
    await peer?.close()
    await store?.close()
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  })

  function event(uid: string): string {
    return new URL(`/dav/calendars/${account.username}/calendar/${uid}.ics`, served.url).href
  }

  async function putInvitation(uid: string): Promise<void> {
    const body = invitation()
      .replace('METHOD:REQUEST\r\n', '')
      .replaceAll('lunch-1', uid)
      .replaceAll('alice@example.com', account.email)
    const headers = { ...account.authorization, 'content-type': 'text/calendar' }
    const { status } = await fetch(event(uid), { method: 'PUT', headers, body })
    expect(status).to.equal(201)
  }

  /** Invites carol to an event, and returns the address her answers go to. */
  async function invite(uid: string): Promise<string> {
    const before = peer.mails.length
    await putInvitation(uid)
    await until(() => peer.mails.length > before)
    const { replyTo } = await simpleParser(peer.mails.at(-1)?.text ?? '')
    return replyTo?.value[0]?.address ?? ''
  }

  async function stored(uid: string): Promise<string> {
    const response = await fetch(event(uid), { headers: account.authorization })
    return (await response.text()).replace(/\r\n /g, '')
  }

  function until(holds: () => boolean | Promise<boolean>, mostMs = 30_000): Promise<unknown> {
    return waitFor(async () => ((await holds()) ? true : undefined), mostMs)
  }

  const declined = /ATTENDEE[^\r\n]*PARTSTAT=DECLINED[^\r\n]*carol@gmail\.example/

  it('invites by mail, and says so in the event', async () => {
    expect(await invite('first')).to.match(/^reply\+/)
    await until(async () => /SCHEDULE-STATUS="?1\.1/.test(await stored('first')))
  })

  it('takes an answer from a mail server that delivers to it', async () => {
    const address = await invite('by-smtp')
    const port = Number(new URL(settings.MAIL_LISTEN ?? '').port)
    const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
    const envelope = { from: 'carol@gmail.example', to: address }
    await transport.sendMail({ envelope, raw: fixture('exchange-reply', address, 'by-smtp') })
    transport.close()
    await until(async () => declined.test(await stored('by-smtp')))
    expect(await stored('by-smtp')).to.match(/SCHEDULE-STATUS="?2\.0/)
  })

  it('takes an answer from a pipe', async () => {
    const address = await invite('by-pipe')
    const input = fixture('exchange-reply', address, 'by-pipe').toString()
    const ended = await run(['mail', 'deliver', address], { cwd: folder, env: settings, input })
    expect(ended).to.include({ code: 0, stderr: '' })
    expect(ended.stdout).to.contain('delivered')
    expect(await stored('by-pipe')).to.match(declined)
  })

  it('takes an answer from a mailbox', async function () {
    if (dovecot === undefined) return this.skip()
    const address = await invite('by-imap')
    const { hostname: host, port } = new URL(dovecot.url)
    const auth = { user: 'alice', pass: 'secret' }
    const plain = { secure: false, doSTARTTLS: false, logger: false } as const
    const client = new ImapFlow({ host, port: Number(port), auth, ...plain })
    await client.connect()
    await client.append('INBOX', fixture('exchange-reply', address, 'by-imap'))
    await until(async () => declined.test(await stored('by-imap')))
    await client.logout()
  })

  it('asks who cancels a lot, and sends the mails when they say so', async () => {
    const uids = ['meant-1', 'meant-2', 'meant-3']
    for (const uid of uids) await invite(uid)
    const before = peer.mails.length
    for (const uid of uids) await fetch(event(uid), { method: 'DELETE', headers: account.authorization })
    await until(async () => (await store.transact((tx) => tx.change(TELL_NOW))) > 0)
    const asking = await waitFor(() =>
      peer.mails.slice(before).find(({ text }) => text.includes('Subject: Cancellations wait')),
    )
    const { text, to } = await simpleParser(asking.text)
    expect([to].flat()[0]?.text).to.contain(account.email)
    const link = /http:\S+/.exec(text ?? '')?.[0] ?? ''
    const page = await (await fetch(link)).text()
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const body = new URLSearchParams({ token, decision: 'release' })
    expect((await fetch(new URL('/held-mails', link), { method: 'POST', body })).status).to.equal(200)
    await until(() => cancelled(before) === uids.length)
  })

  function cancelled(since: number): number {
    return peer.mails.slice(since).filter(({ text }) => text.includes('method=CANCEL')).length
  }

  it('loses no invitation when it is killed, and doubles none under another name', async () => {
    const before = peer.mails.length
    const uids = Array.from({ length: 12 }, (_, index) => `killed-${index}`)
    for (const uid of uids) await putInvitation(uid)
    await served.stop('SIGKILL')
    // The leases of the dead run out.
    await store.transact((tx) => tx.change(EXPIRE))
    served = await serve({ cwd: folder, env: settings })
    await until(async () => (await messageIds(before)).size === uids.length)
    await until(async () => /SCHEDULE-STATUS="?1\.1/.test(await stored('killed-11')))
    expect(await store.reader.rows(WAITING)).to.deep.equal([])
  })

  async function messageIds(since: number): Promise<Set<string | undefined>> {
    const mails = await Promise.all(peer.mails.slice(since).map(({ text }) => simpleParser(text)))
    return new Set(mails.map(({ messageId }) => messageId))
  }
})
