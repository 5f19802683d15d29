import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openDatabase } from '../../src/store/database.ts'
import { insertOutgoing } from '../../src/store/invites.ts'
import { holdMassCancels } from '../../src/store/mail-holds.ts'
import { statement } from '../../src/store/statement.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import { message } from '../mail/mails.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { seedUser } from '../support/tree.ts'
import { run } from './process.ts'

const WAITING = statement<{ isHeld: boolean }>(
  'test.mail-waiting-held',
  'select held_at is not null as "isHeld" from outgoing_messages',
)

describe('kalends mail', function () {
  this.timeout(120_000)
  let cwd: string
  let database: TestDatabase
  let store: Store
  let userId: string
  before(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'kalends-mail-cli-'))
    database = await createTestDatabase()
    store = createStore(openDatabase(database.url, { poolSize: 2 }))
    userId = (await seedUser(store, 'alice')).userId
  })
  after(async () => {
    await store.close()
    await database.drop()
    rmSync(cwd, { recursive: true })
  })

  const kalends = (args: string, input = '') =>
    run(['mail', ...args.split(' ')], { cwd, input, env: { DATABASE_URL: database.url } })

  /** Cancels three events for two people, more than is let through. */
  async function hold(): Promise<void> {
    const now = new Date()
    await store.transact(async (tx) => {
      for (const [uid, guest] of ['a', 'b', 'c'].flatMap(
        (each) =>
          [
            [each, 'carol'],
            [each, 'dave'],
          ] as const,
      )) {
        const text = message('CANCEL', [`UID:${uid}`])
        const [sender, to] = ['mailto:alice@example.com', `mailto:${guest}@gmail.example`]
        tx.write(insertOutgoing, userId, [randomUUID()], uid, 'CANCEL', sender, [to], text, false, now)
      }
      tx.write(holdMassCancels, now, new Date(now.getTime() - 3_600_000), 2)
    })
  }

  it('lists what is held, and drops it', async () => {
    expect(JSON.parse((await kalends('held list --json')).stdout)).to.deep.equal([])
    await hold()
    const [row] = JSON.parse((await kalends('held list --json')).stdout)
    expect(row).to.include({ user: 'alice', events: 3, mails: 6 })
    expect((await kalends('held list')).stdout).to.match(/alice\s+3\s+6/)
    const { code, stdout } = await kalends('held drop alice')
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: '6 mails of alice dropped\n' })
    expect(await store.reader.rows(WAITING)).to.deep.equal([])
  })

  it('releases what is held, by name or by address, once', async () => {
    await hold()
    const first = await kalends('held release alice --json')
    expect(JSON.parse(first.stdout)).to.deep.equal({ user: 'alice', mails: 6 })
    const waiting = await store.reader.rows(WAITING)
    expect(waiting.map(({ isHeld }) => isHeld)).to.deep.equal([false, false, false, false, false, false])
    const second = await kalends('held release alice')
    expect(second.stdout).to.equal('0 mails of alice will be sent\n')
  })

  it('says who is not there', async () => {
    const { code, stderr } = await kalends('held release nobody')
    expect(code).to.equal(3)
    expect(stderr).to.match(/nobody/)
    expect(stderr).not.to.match(/\n\s+at /)
  })

  it('takes a mail that is none for the calendar, and refuses one for nobody', async () => {
    const text = 'From: carol@gmail.example\r\nSubject: Hello\r\n\r\nHello\r\n'
    const { email } = (await seedUser(store, 'bob')) as { email: string }
    const taken = await kalends(`deliver --json ${email}`, text)
    expect(taken.code).to.equal(0)
    expect(JSON.parse(taken.stdout)[0]).to.include({ recipient: email, result: 'ignored' })
    expect((await kalends('deliver nobody@elsewhere.example', text)).code).to.equal(3)
  })
})
