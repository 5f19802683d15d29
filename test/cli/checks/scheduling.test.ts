import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { addUser } from '../../../src/accounts/users.ts'
import { checkScheduling } from '../../../src/cli/checks/scheduling.ts'
import { type Database, openDatabase } from '../../../src/store/database.ts'
import { insertDelivery, setJobAside } from '../../../src/store/scheduling-jobs.ts'
import { createStore } from '../../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

describe("the doctor's look at scheduling", () => {
  let made: TestDatabase
  let database: Database
  before(async () => {
    made = await createTestDatabase()
    database = openDatabase(made.url, { poolSize: 2 })
  })
  after(async () => {
    await database.close()
    await made.drop()
  })

  it('counts what was set aside, and says why', async () => {
    const store = createStore(database)
    const clock = () => new Date('2026-11-22T12:00:00Z')
    const accounts = { store, clock, newId: randomUUID }
    const { userId } = await addUser(accounts, { username: 'ann', email: 'ann@example.test' })
    const [one, other] = [randomUUID(), randomUUID()]
    const subject = ['a', 'VEVENT', 'REQUEST', 'mailto:ann@example.test'] as const
    await store.transact(async (tx) => {
      for (const id of [one, other])
        tx.write(
          insertDelivery,
          userId,
          id,
          ...subject,
          ['mailto:ben@example.test'],
          '',
          false,
          false,
          clock(),
        )
    })
    expect(await checkScheduling(database)).to.include({ check: 'scheduling', status: 'ok' })
    await store.transact(async (tx) => tx.write(setJobAside, userId, one, clock(), 'no such luck'))
    const finding = await checkScheduling(database)
    expect(finding).to.include({ check: 'scheduling', status: 'warning' })
    expect(finding.detail)
      .to.match(/^1 message could not be delivered/)
      .and.include('2026-11-22T12:00:00.000Z')
      .and.include('no such luck')
  })
})
