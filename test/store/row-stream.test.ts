import { expect } from 'chai'
import { openDatabase } from '../../src/store/database.ts'
import { statement } from '../../src/store/statement.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const ROWS = statement<{ n: number; text: string }>(
  'test_rows',
  `select n, repeat('x', $2::int) as text from generate_series(1, $1::int) as n`,
)

const TIMEOUT = statement<{ setting: string }>(
  'test_timeout',
  `select current_setting('statement_timeout') as setting`,
)

/** A slow client reads its answer for minutes; the database connection must not be lent out that long. */
describe('streams with slow readers', () => {
  let database: TestDatabase
  let store: Store
  before(async () => {
    database = await createTestDatabase()
    store = createStore(openDatabase(database.url, { poolSize: 1, streamPatienceMs: 50 }))
  })
  after(async () => {
    await store.close()
    await database.drop()
  })

  const begin = async (count: number, size: number) => {
    const reading = store.reader.stream(ROWS, count, size)[Symbol.asyncIterator]()
    await reading.next()
    return reading
  }

  it('give the only connection back when all has arrived, and read on from memory', async () => {
    const reading = await begin(50_000, 10)
    expect(await store.reader.rows(ROWS, 1, 1)).to.have.length(1)
    let last = 0
    for await (const rows of { [Symbol.asyncIterator]: () => reading }) last = rows.at(-1)?.n ?? 0
    expect(last).to.equal(50_000)
  })

  it('may take longer than a statement may, and leave the connection as it was', async () => {
    const settings: string[] = []
    for await (const rows of store.reader.stream(TIMEOUT)) settings.push(...rows.map((row) => row.setting))
    settings.push((await store.reader.row(TIMEOUT))?.setting ?? '')
    expect(settings).to.deep.equal(['1h', '1min'])
  })

  it('give way to those who wait for a connection, long before their patience ends', async () => {
    const patient = createStore(openDatabase(database.url, { poolSize: 1, streamLookMs: 10 }))
    try {
      const reading = patient.reader.stream(ROWS, 3_000, 10_000)[Symbol.asyncIterator]()
      await reading.next()
      expect(await patient.reader.rows(ROWS, 1, 1)).to.have.length(1)
      const failure = await reading.next().catch((error: Error) => error.message)
      expect(failure).to.match(/not read in time/)
    } finally {
      await patient.close()
    }
  })

  it('fail, rather than hold a connection for a reader that is far behind', async () => {
    const reading = await begin(3_000, 10_000)
    expect(await store.reader.rows(ROWS, 1, 1)).to.have.length(1)
    const failure = await reading.next().catch((error: Error) => error.message)
    expect(failure).to.match(/not read in time/)
  })
})
