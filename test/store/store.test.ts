import { expect } from 'chai'
import { StoreUnavailable, UniqueViolation } from '../../src/store/errors.ts'
import { call, statement } from '../../src/store/statement.ts'
import { useStore } from '../support/database.ts'

const ECHO = statement<{
  text: string
  int: number
  big: bigint
  flag: boolean
  at: Date
  list: string[]
  bytes: Buffer
  none: undefined
}>(
  'test_echo',
  `select $1::text as text, $2::int as int, $3::bigint as big, $4::boolean as flag, $5::timestamptz as at,
    $6::text[] as list, $7::bytea as bytes, $8::text as none`,
)
const MAKE = statement<never>('test_make', 'create table things (id int primary key, note text)')
const PUT = statement<never>('test_put', 'insert into things (id, note) values ($1, $2)')
const COUNT = statement<{ n: bigint }>('test_count', 'select count(*) as n from things')
const SERIES = statement<{ n: number }>('test_series', 'select generate_series(1, $1::int) as n')
const SLEEP = statement<never>('test_fail', 'select 1 / $1::int')

describe('store', () => {
  const store = useStore(4)
  before(() => store().transact(async (tx) => tx.write(MAKE)))
  beforeEach(async () => {
    const clear = statement<never>(`test_clear_${Math.random()}`, 'delete from things')
    await store().transact(async (tx) => tx.write(clear))
  })

  it('brings every type back as it was sent', async () => {
    const at = new Date('2026-11-22T14:02:03.125Z')
    const list = ['a', 'b "quoted" \\ back', 'c,d', '{}', '', 'ü\n']
    const row = await store().reader.row(
      ECHO,
      'naïve\r\n\t"x"',
      -5,
      9_007_199_254_740_993n,
      true,
      at,
      list,
      new Uint8Array([0, 1, 255]),
      undefined,
    )
    expect(row?.text).to.equal('naïve\r\n\t"x"')
    expect(row?.int).to.equal(-5)
    expect(row?.big).to.equal(9_007_199_254_740_993n)
    expect(row?.flag).to.equal(true)
    expect(row?.at.toISOString()).to.equal(at.toISOString())
    expect(row?.list).to.deep.equal(list)
    expect([...(row?.bytes ?? [])]).to.deep.equal([0, 1, 255])
    expect(row?.none).to.equal(undefined)
  })

  it('keeps instants beyond four-digit years as infinitely far', async () => {
    const send = (at: Date) => store().reader.row(ECHO, '', 0, 0n, false, at, [], new Uint8Array(), null)
    expect((await send(new Date(Date.UTC(12_000, 0, 1))))?.at.getTime()).to.equal(8.64e15)
    expect((await send(new Date('1601-01-01T00:00:00Z')))?.at.toISOString()).to.equal(
      '1601-01-01T00:00:00.000Z',
    )
    expect((await send(new Date('0099-03-04T05:06:07Z')))?.at.toISOString()).to.equal(
      '0099-03-04T05:06:07.000Z',
    )
  })

  it('answers several statements in one round trip, in order', async () => {
    const [one, two, three] = await store().reader.all([call(SERIES, 2), call(COUNT), call(SERIES, 3)])
    expect(one.rows.map((row) => row.n)).to.deep.equal([1, 2])
    expect(two.rows[0]?.n).to.equal(0n)
    expect(three.count).to.equal(3)
  })

  it('commits queued writes and rolls all of them back on an error', async () => {
    await store().transact(async (tx) => {
      tx.write(PUT, 1, 'one')
      tx.write(PUT, 2, 'two')
      expect((await tx.row(COUNT))?.n).to.equal(2n)
      tx.write(PUT, 3, 'three')
    })
    expect((await store().reader.row(COUNT))?.n).to.equal(3n)
    const failed = store().transact(async (tx) => {
      tx.write(PUT, 4, 'four')
      throw new Error('changed my mind')
    })
    expect(await outcome(failed)).to.equal('changed my mind')
    expect((await store().reader.row(COUNT))?.n).to.equal(3n)
  })

  it('names the constraint of a unique violation, also when it shows at the commit, and stays usable', async () => {
    for (let round = 0; round < 20; round += 1) {
      const error = await store()
        .transact(async (tx) => {
          tx.write(PUT, 1, 'one')
          tx.write(PUT, 1, 'again')
        })
        .catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(UniqueViolation)
      expect((error as UniqueViolation).constraint).to.equal('things_pkey')
    }
    expect((await store().reader.row(COUNT))?.n).to.equal(0n)
  })

  it('recovers a connection whose statement failed at its first use', async () => {
    for (let round = 0; round < 6; round += 1) {
      expect(await outcome(store().reader.rows(SLEEP, 0))).to.match(/division by zero/)
      await store().reader.rows(SLEEP, 1)
    }
  })

  it('shows one state to all reads of a snapshot', async () => {
    await store().read(async (reader) => {
      expect((await reader.row(COUNT))?.n).to.equal(0n)
      await store().transact(async (tx) => tx.write(PUT, 9, 'late'))
      expect((await reader.row(COUNT))?.n).to.equal(0n)
    })
    expect((await store().reader.row(COUNT))?.n).to.equal(1n)
  })

  it('streams more rows than fit in memory at once', async () => {
    let sum = 0
    let groups = 0
    for await (const rows of store().reader.stream(SERIES, 400_000)) {
      groups += 1
      for (const { n } of rows) sum += n
    }
    expect(sum).to.equal((400_000 * 400_001) / 2)
    expect(groups).to.be.greaterThan(10)
  })

  it('survives streams that are left early', async () => {
    for (let round = 0; round < 10; round += 1) {
      for await (const rows of store().reader.stream(SERIES, 200_000)) {
        expect(rows[0]?.n).to.equal(1)
        break
      }
    }
    expect(await store().reader.rows(SERIES, 1)).to.have.length(1)
  })

  it('serves more transactions at once than it has connections', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, id) => store().transact(async (tx) => tx.write(PUT, id, 'x'))),
    )
    expect((await store().reader.row(COUNT))?.n).to.equal(40n)
  })

  it('reports a lost connection as a store that is unavailable', async () => {
    const kill = statement(`test_kill`, 'select pg_terminate_backend(pg_backend_pid())')
    const error = await store()
      .reader.rows(kill)
      .catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(StoreUnavailable)
    expect(await store().reader.rows(SERIES, 1)).to.have.length(1)
  })
})

async function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing was thrown',
    (error: Error) => error.message,
  )
}
