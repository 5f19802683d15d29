import { expect } from 'chai'
import { openDatabase } from '../../src/store/database.ts'
import { statement } from '../../src/store/statement.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const ROWS = statement<{ n: number; text: string }>(
  'test_rows',
  `select n, repeat('x', $2::int) as text from generate_series(1, $1::int) as n`,
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

  it('fail, rather than hold a connection for a reader that is far behind', async () => {
    const reading = await begin(3_000, 10_000)
    expect(await store.reader.rows(ROWS, 1, 1)).to.have.length(1)
    const failure = await reading.next().catch((error: Error) => error.message)
    expect(failure).to.match(/not read in time/)
  })
})
