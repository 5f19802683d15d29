import { expect } from 'chai'
import { createAccounts } from '../../src/accounts/accounts.ts'
import { AccountError } from '../../src/accounts/errors.ts'
import {
  type AccountsEnv,
  addUser,
  deleteUser,
  getUser,
  listUsers,
  setDisabled,
  updateUser,
} from '../../src/accounts/users.ts'
import { DEFAULT_LIMITS } from '../../src/calendar/env.ts'
import { getHome, listCollections } from '../../src/calendar/homes.ts'
import { ownerOf } from '../../src/cli/owner.ts'
import { useStore } from '../support/database.ts'
import { accountsEnv, TestClock, uniqueName } from './env.ts'

describe('users', () => {
  const store = useStore()
  let env: AccountsEnv
  before(() => {
    env = accountsEnv(store(), new TestClock())
  })
  const directory = () => createAccounts({ store: store(), clock: env.clock })

  async function add(fields: Partial<Parameters<typeof addUser>[1]> = {}) {
    const username = uniqueName('u')
    return addUser(env, { username, email: `${username}@example.test`, ...fields })
  }

  async function refusal(work: Promise<unknown>): Promise<string> {
    const error = await work.catch((caught: AccountError) => caught)
    expect(error).to.be.instanceOf(AccountError)
    return (error as AccountError).code
  }

  it('come with a home that holds one calendar for everything', async () => {
    const { username } = await add({
      password: 'pw',
      name: 'Alice',
      timezone: 'Europe/Vienna',
      locale: 'de-AT',
    })
    const actor = await ownerOf(env, username)
    expect(actor).to.include({
      name: 'Alice',
      timezone: 'Europe/Vienna',
      locale: 'de-AT',
      kind: 'INDIVIDUAL',
    })
    const calendarEnv = { ...env, limits: DEFAULT_LIMITS }
    const home = await getHome(calendarEnv, actor, { owner: username })
    const calendars = await listCollections(calendarEnv, actor, home)
    expect(calendars).to.have.length(1)
    expect(calendars[0]).to.deep.include({
      kind: 'calendar',
      name: 'calendar',
      displayName: 'Calendar',
      components: ['VEVENT', 'VTODO', 'VJOURNAL'],
    })
  })

  it('are unique by name and by address, in any case', async () => {
    const { username, email } = await add()
    expect(await refusal(add({ username }))).to.equal('conflict')
    expect(await refusal(add({ email: email.toUpperCase() }))).to.equal('conflict')
    const other = await add()
    expect(await refusal(updateUser(env, other.username, { email }))).to.equal('conflict')
  })

  it('are not half made when something about them is wrong', async () => {
    const username = uniqueName('u')
    for (const fields of [
      { email: 'no' },
      { name: '' },
      { timezone: 'No/Where' },
      { locale: '?' },
      { password: '' },
    ]) {
      expect(await refusal(add({ username, ...fields }))).to.equal('invalid')
    }
    expect(await refusal(getUser(env, username))).to.equal('not-found')
  })

  it('change all but their name', async () => {
    const { username } = await add()
    await updateUser(env, username, {
      name: 'New',
      email: `new-${username}@example.test`,
      timezone: 'Asia/Tokyo',
    })
    expect(await getUser(env, `new-${username}@example.test`)).to.include({
      username,
      name: 'New',
      timezone: 'Asia/Tokyo',
    })
  })

  it('are listed page by page, by kind', async () => {
    for (let i = 0; i < 3; i++) await add({ kind: 'ROOM' })
    const names: string[] = []
    for await (const { username, kind } of listUsers(env, ['ROOM'])) {
      expect(kind).to.equal('ROOM')
      names.push(username)
    }
    expect(names).to.have.length.at.least(3)
    expect(names).to.deep.equal(names.toSorted())
  })

  it('that are disabled are not found by others, and are again when enabled', async () => {
    const { username, userId } = await add()
    await setDisabled(env, username, true)
    expect(await directory().findPrincipal(username)).to.equal(undefined)
    expect((await directory().principalsByIds([userId])).size).to.equal(0)
    await setDisabled(env, username, false)
    expect(await directory().findPrincipal(username)).to.include({ username })
  })

  it('are gone with everything when deleted', async () => {
    const { username } = await add()
    await deleteUser(env, username)
    expect(await refusal(getUser(env, username))).to.equal('not-found')
    expect(await refusal(deleteUser(env, username))).to.equal('not-found')
    await add({ username })
  })

  describe('are searched', () => {
    it('by name, address and kind, whatever the case, treating % and _ as themselves', async () => {
      const tag = uniqueName('zed')
      await add({ name: `Ärger 100% ${tag}`, kind: 'ROOM' })
      await add({ name: `Ärger 100x ${tag}` })
      const search = async (
        anyOf: boolean,
        ...tests: Parameters<ReturnType<typeof directory>['searchPrincipals']>[0]['tests'][number][]
      ) => (await directory().searchPrincipals({ tests, anyOf })).length
      const tagged = { field: 'name', match: 'ends-with', text: tag.toUpperCase() } as const
      expect(await search(false, tagged)).to.equal(2)
      expect(await search(false, tagged, { field: 'name', match: 'starts-with', text: 'ärger' })).to.equal(2)
      expect(await search(false, tagged, { field: 'name', match: 'contains', text: '100%' })).to.equal(1)
      expect(await search(false, tagged, { field: 'name', match: 'contains', text: '100_' })).to.equal(0)
      expect(await search(false, tagged, { field: 'kind', match: 'equals', text: 'room' })).to.equal(1)
      expect(await search(true, tagged, { field: 'email', match: 'contains', text: 'nobody' })).to.equal(2)
      expect(await search(false, tagged, { field: 'email', match: 'contains', text: 'nobody' })).to.equal(0)
      expect(await search(true)).to.equal(0)
    })

    it('by many ids or addresses at once', async () => {
      const [one, other] = [await add(), await add()]
      const ids = [one.userId, other.userId, one.userId]
      expect([...(await directory().principalsByIds(ids)).keys()]).to.have.members([one.userId, other.userId])
      const found = await directory().principalsByEmails([one.email.toUpperCase(), 'nobody@example.test'])
      expect(found.get(one.email)).to.include({ username: one.username })
      expect(found.size).to.equal(1)
    })
  })
})
