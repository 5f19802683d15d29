import { expect } from 'chai'
import pg from 'pg'
import { migrate, migrationState } from '../../src/store/migrate.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'

describe('migrations', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await createEmptyDatabase()
  })
  afterEach(() => database.drop())

  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => 'nothing was thrown',
      (error: Error) => error.message,
    )

  it('bring an empty database up to date once', async () => {
    const before = await migrationState(database.url)
    expect(before.done).to.deep.equal([])
    expect(await migrate(database.url)).to.deep.equal(before.pending)
    expect(await migrate(database.url)).to.deep.equal([])
    expect(await migrationState(database.url)).to.deep.equal({ done: before.pending, pending: [] })
  })

  it('are run by one of several processes that start at once', async () => {
    const { pending } = await migrationState(database.url)
    const runs = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url)))
    expect(runs.flat()).to.deep.equal(pending)
  })

  it('go on after a process that was killed while it migrated', async () => {
    await migrate(database.url)
    await query('update migrations_lock set is_locked = 1')
    expect(await migrate(database.url)).to.deep.equal([])
  })

  it('refuse a database that a newer program has migrated', async () => {
    await migrate(database.url)
    await query(`insert into migrations (name, batch, migration_time) values ('9999-future', 9, now())`)
    expect(await failure(migrate(database.url))).to.match(/newer Kalends.*9999-future/)
  })

  it('say in one sentence why a database cannot be used', async () => {
    const nowhere = database.url.replace(/\/kalends_test[^?]*/, '/not_there')
    expect(await failure(migrate(nowhere))).to.match(/^cannot connect to the database: .*not_there/)
    expect(await failure(migrate('postgres://127.0.0.1:1/x'))).to.match(/^cannot connect to the database: /)
  })

  it('lead every key of the data of users with their owner', async () => {
    await migrate(database.url)
    const keys = await query(
      `select t.relname as table, i.relname as index, a.attname as first
       from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
       join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
       where x.indisunique and t.relnamespace = 'public'::regnamespace
         and exists (select 1 from pg_attribute u where u.attrelid = t.oid and u.attname = 'calendar_id')`,
    )
    expect(keys.length).to.be.greaterThan(8)
    for (const { index, first } of keys) expect(first, index).to.equal('user_id')
  })
})
