import { expect } from 'chai'
import { type Accounts, createAccounts } from '../../src/accounts/accounts.ts'
import { addAppPassword, listAppPasswordsOf, revokeAppPassword } from '../../src/accounts/app-passwords.ts'
import { addMember, removeMember } from '../../src/accounts/groups.ts'
import { type AccountsEnv, addUser, deleteUser, setDisabled, setPassword } from '../../src/accounts/users.ts'
import { statement } from '../../src/store/statement.ts'
import type { Reader, Store } from '../../src/store/store.ts'
import { useStore } from '../support/database.ts'
import { accountsEnv, TestClock, uniqueName } from './env.ts'

const HERE = { remoteAddress: '192.0.2.1' }
const AGE_CHANGES = statement(
  'test.age-changes',
  `update account_changes set changed_at = changed_at - interval '2 minutes'`,
)
const ELSEWHERE = { remoteAddress: '198.51.100.7' }

describe('login', () => {
  const store = useStore()
  let clock: TestClock
  let env: AccountsEnv
  let accounts: Accounts

  beforeEach(() => {
    clock = new TestClock()
    env = accountsEnv(store(), clock)
    accounts = createAccounts({ store: store(), clock: clock.now })
  })

  async function user(password = 'right horse'): Promise<string> {
    const username = uniqueName('u')
    await addUser(env, { username, email: `${username}@example.test`, password })
    // What was just committed is news to `accounts` only once its knowledge has aged.
    clock.advance(1000)
    return username
  }

  async function fail(username: string, times: number, from = HERE): Promise<void> {
    for (let i = 0; i < times; i++) await accounts.authenticate(username, `wrong ${Math.random()}`, from)
  }

  it('accepts the user name and the e-mail address, in any case', async () => {
    const username = await user()
    for (const name of [username, username.toUpperCase(), `${username}@Example.Test`]) {
      const result = await accounts.authenticate(name, 'right horse', HERE)
      expect(result, name).to.have.nested.property('actor.username', username)
    }
  })

  it('accepts a percent-encoded name, but never decodes a "+" or twice', async () => {
    const username = uniqueName('u')
    await addUser(env, { username, email: `a+${username}@example.test`, password: 'pw' })
    const encoded = `a+${username}%40example.test`
    expect(await accounts.authenticate(encoded, 'pw', HERE)).to.have.property('actor')
    expect(await accounts.authenticate(encoded.replace('%40', '%2540'), 'pw', HERE)).to.deep.equal({
      refused: true,
    })
  })

  it('prefers the literal name to the decoded one', async () => {
    const tag = uniqueName('t')
    await addUser(env, { username: `${tag}-a`, email: `${tag}%61@example.test`, password: 'a' })
    await addUser(env, { username: `${tag}-b`, email: `${tag}a@example.test`, password: 'b' })
    const result = await accounts.authenticate(`${tag}%61@example.test`, 'a', HERE)
    expect(result).to.have.nested.property('actor.username', `${tag}-a`)
  })

  it('accepts a password in UTF-8 however its letters are composed', async () => {
    const username = await user('Zürich 東京')
    expect(await accounts.authenticate(username, 'Zürich 東京'.normalize('NFD'), HERE)).to.have.property(
      'actor',
    )
  })

  it('refuses wrong passwords, unknown users, disabled users and users without a password', async () => {
    const username = await user()
    const room = uniqueName('room')
    await addUser(env, { username: room, email: `${room}@example.test`, kind: 'ROOM' })
    const disabled = await user()
    await setDisabled(env, disabled, true)
    clock.advance(1000)
    for (const [name, password] of [
      [username, 'wrong'],
      [username, ''],
      [uniqueName('nobody'), 'right horse'],
      [room, ''],
      [disabled, 'right horse'],
      [username, 'x'.repeat(100_000)],
    ] as const) {
      expect(await accounts.authenticate(name, password, HERE), name).to.deep.equal({ refused: true })
    }
  })

  it('takes about as long to refuse an unknown user as a known one', async () => {
    const username = await user()
    const timeOf = async (name: string) => {
      const started = performance.now()
      await accounts.authenticate(name, `wrong ${Math.random()}`, {
        remoteAddress: `192.0.2.${Math.random()}`,
      })
      return performance.now() - started
    }
    const known: number[] = []
    const unknown: number[] = []
    for (let i = 0; i < 5; i++) {
      known.push(await timeOf(username))
      unknown.push(await timeOf(uniqueName('nobody')))
    }
    expect(Math.min(...unknown)).to.be.greaterThan(Math.min(...known) / 3)
  })

  it('asks neither argon2 nor the database again while a verified login is fresh', async () => {
    const username = await user()
    const counted = counting(store())
    const counting1 = createAccounts({ store: counted.store, clock: clock.now })
    await counting1.authenticate(username, 'right horse', HERE)
    const before = counted.count()
    for (let i = 0; i < 100; i++) await counting1.authenticate(username, 'right horse', HERE)
    expect(counted.count()).to.equal(before)
  })

  it('verifies the same login once when many connections open at once', async () => {
    const username = await user()
    const counted = counting(store())
    const many = createAccounts({ store: counted.store, clock: clock.now })
    const results = await Promise.all(
      Array.from({ length: 20 }, () => many.authenticate(username, 'right horse', HERE)),
    )
    for (const result of results) expect(result).to.have.property('actor')
    expect(counted.count()).to.be.at.most(2)
  })

  it('forgets a login when another process sets a new password, disables or deletes the account', async () => {
    for (const end of [
      (name: string) => setPassword(env, name, 'new'),
      (name: string) => setDisabled(env, name, true),
      (name: string) => deleteUser(env, name),
    ]) {
      const username = await user()
      expect(await accounts.authenticate(username, 'right horse', HERE)).to.have.property('actor')
      await end(username)
      clock.advance(250)
      expect(await accounts.authenticate(username, 'right horse', HERE)).to.deep.equal({ refused: true })
    }
  })

  it('hears of a change that another process made while nobody logged in for minutes', async () => {
    const username = await user()
    expect(await accounts.authenticate(username, 'right horse', HERE)).to.have.property('actor')
    await setPassword(env, username, 'new horse')
    await store().transact(async (tx) => tx.write(AGE_CHANGES))
    clock.advance(2 * 60_000)
    expect(await accounts.authenticate(username, 'right horse', HERE)).to.deep.equal({ refused: true })
  })

  it('does not remember a login that was verified while its password was being changed', async () => {
    const username = await user()
    let change: (() => Promise<void>) | undefined = () => setPassword(env, username, 'new')
    const slow = interposing(store(), async () => {
      const now = change
      change = undefined
      await now?.()
    })
    const racing = createAccounts({ store: slow, clock: clock.now })
    await racing.authenticate(username, 'right horse', HERE)
    clock.advance(250)
    expect(await racing.authenticate(username, 'right horse', HERE)).to.deep.equal({ refused: true })
  })

  it('accepts the new password at once after refusing it before it was set', async () => {
    const username = await user()
    expect(await accounts.authenticate(username, 'new', HERE)).to.deep.equal({ refused: true })
    await setPassword(env, username, 'new')
    clock.advance(250)
    expect(await accounts.authenticate(username, 'new', HERE)).to.have.property('actor')
  })

  it('knows the groups of the actor, direct and indirect, even in a circle', async () => {
    const username = await user()
    const [inner, outer] = [uniqueName('inner'), uniqueName('outer')]
    for (const name of [inner, outer]) {
      await addUser(env, { username: name, email: `${name}@example.test`, kind: 'GROUP' })
    }
    await addMember(env, inner, username)
    await addMember(env, outer, inner)
    await addMember(env, inner, outer)
    clock.advance(1000)
    expect(await groupsOf(username)).to.have.length(2)
    await removeMember(env, inner, username)
    clock.advance(250)
    expect(await groupsOf(username)).to.have.length(0)
  })

  async function groupsOf(username: string): Promise<readonly string[]> {
    const result = await accounts.authenticate(username, 'right horse', HERE)
    return 'actor' in result ? result.actor.groupIds : []
  }

  describe('app passwords', () => {
    it('log in beside the main password until they are revoked', async () => {
      const username = await user()
      const phone = await addAppPassword(env, username, 'Phone')
      await addAppPassword(env, username, 'Laptop')
      expect(phone.password).to.match(/^([b-z2-9]{5}-){4}[b-z2-9]{5}$/)
      expect(await accounts.authenticate(username, phone.password, HERE)).to.have.property('actor')
      expect(await accounts.authenticate(username, 'right horse', HERE)).to.have.property('actor')
      await setPassword(env, username, 'new')
      clock.advance(250)
      expect(await accounts.authenticate(username, phone.password, HERE)).to.have.property('actor')
      await revokeAppPassword(env, username, 'Phone')
      clock.advance(250)
      expect(await accounts.authenticate(username, phone.password, HERE)).to.deep.equal({ refused: true })
    })

    it('remember when they were last used, to the hour', async () => {
      const username = await user()
      const { password } = await addAppPassword(env, username, 'Phone')
      const lastUse = async () => (await listAppPasswordsOf(env, username))[0]?.lastUsedAt
      expect(await lastUse()).to.equal(undefined)
      clock.advance(1000)
      await accounts.authenticate(username, password, HERE)
      const first = await lastUse()
      expect(first).to.deep.equal(clock.now())
      clock.advance(30 * 60_000)
      await accounts.authenticate(username, password, HERE)
      expect(await lastUse()).to.deep.equal(first)
      clock.advance(31 * 60_000)
      await accounts.authenticate(username, password, HERE)
      expect(await lastUse()).to.deep.equal(clock.now())
    })

    it('of one user do not open the account of another', async () => {
      const [one, other] = [await user(), await user('other')]
      const { password } = await addAppPassword(env, one, 'Phone')
      clock.advance(250)
      expect(await accounts.authenticate(other, password, HERE)).to.deep.equal({ refused: true })
    })
  })

  describe('throttle', () => {
    it('makes an address wait after five failures, longer with each, and forgets after an hour', async () => {
      const username = await user()
      await fail(username, 5)
      expect(await accounts.authenticate(username, 'guess', HERE)).to.deep.equal({ throttled: 1 })
      clock.advance(1000)
      await fail(username, 1)
      expect(await accounts.authenticate(username, 'guess', HERE)).to.deep.equal({ throttled: 2 })
      clock.advance(3_700_000)
      expect(await accounts.authenticate(username, 'right horse', HERE)).to.have.property('actor')
    })

    it('looks at no more guesses at once than one after the other', async () => {
      const username = await user()
      const guesses = Array.from({ length: 30 }, (_, i) =>
        accounts.authenticate(username, `guess ${i}`, HERE),
      )
      const results = await Promise.all(guesses)
      expect(results.filter((result) => 'throttled' in result)).to.have.length(25)
    })

    it('does not lock the owner out from other addresses', async () => {
      const username = await user()
      await fail(username, 20)
      expect(await accounts.authenticate(username, 'right horse', HERE)).to.have.property('throttled')
      expect(await accounts.authenticate(username, 'right horse', ELSEWHERE)).to.have.property('actor')
    })

    it('lets a device that has logged in before through, from the same address, even when not fresh', async () => {
      const username = await user()
      expect(await accounts.authenticate(username, 'right horse', HERE)).to.have.property('actor')
      await fail(username, 20)
      expect(await accounts.authenticate(username, 'right horse', HERE)).to.have.property('actor')
      clock.advance(10 * 60_000)
      await fail(username, 20)
      expect(await accounts.authenticate(username, 'right horse', HERE)).to.have.property('actor')
    })

    it('counts a device that repeats one wrong password once', async () => {
      const username = await user()
      for (let i = 0; i < 50; i++) await accounts.authenticate(username, 'old password', HERE)
      expect(await accounts.authenticate(username, 'right horse', HERE)).to.have.property('actor')
    })

    it('makes an address that guesses at many accounts wait', async () => {
      const username = await user()
      for (let i = 0; i < 10; i++) await fail(uniqueName('nobody'), 5)
      expect(await accounts.authenticate(username, 'right horse', HERE)).to.have.property('throttled')
    }).timeout(60_000)
  })
})

/** Counts round trips. */
function counting(store: Store): { store: Store; count: () => number } {
  let count = 0
  return { store: interposing(store, async () => void count++), count: () => count }
}

/** Runs `between` before each read outside a transaction hands its result on. */
function interposing(store: Store, between: () => Promise<void>): Store {
  const reader: Reader = {
    ...store.reader,
    async row(of, ...values) {
      const found = await store.reader.row(of, ...values)
      await between()
      return found
    },
    async rows(of, ...values) {
      const found = await store.reader.rows(of, ...values)
      await between()
      return found
    },
  }
  return { ...store, reader }
}
