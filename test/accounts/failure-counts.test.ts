import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import { withFallback } from '../../src/accounts/fallback-failure-counts.ts'
import { MemoryFailureCounts } from '../../src/accounts/memory-failure-counts.ts'
import { networkOf } from '../../src/accounts/network.ts'
import type { Backoff, FailureCounts } from '../../src/store/failure-counts.ts'
import { openRedisFailureCounts, type SharedFailureCounts } from '../../src/store/redis-failure-counts.ts'
import { freePort, waitFor } from '../cli/process.ts'

const BACKOFF: Backoff = { free: 3, longestMs: 8000, memoryMs: 60_000 }
const NOW = Date.parse('2026-11-22T12:00:00Z')

function itCounts(counts: () => FailureCounts): void {
  const key = () => `key ${Math.random()}`

  it('lets the free failures pass, then doubles the wait up to the longest', async () => {
    const name = key()
    const waits: number[] = []
    let now = NOW
    for (let i = 0; i < 9; i++) {
      const wait = await counts().take(name, BACKOFF, now)
      waits.push(wait)
      now += wait
      if (wait > 0) expect(await counts().take(name, BACKOFF, now)).to.equal(0)
    }
    expect(waits).to.deep.equal([0, 0, 0, 1000, 2000, 4000, 8000, 8000, 8000])
  })

  it('does not count what has to wait, nor what only asks', async () => {
    const name = key()
    for (let i = 0; i < 3; i++) await counts().add(name, BACKOFF, NOW)
    for (let i = 0; i < 5; i++) {
      expect(await counts().take(name, BACKOFF, NOW + 400)).to.equal(600)
      expect(await counts().wait(name, BACKOFF, NOW + 400)).to.equal(600)
    }
  })

  it('lets no more through at once than one after the other', async () => {
    const name = key()
    const waits = await Promise.all(Array.from({ length: 20 }, () => counts().take(name, BACKOFF, NOW)))
    expect(waits.filter((wait) => wait === 0)).to.have.length(3)
  })

  it('takes failures back and forgets them', async () => {
    const name = key()
    for (let i = 0; i < 3; i++) await counts().add(name, BACKOFF, NOW)
    await counts().giveBack(name)
    expect(await counts().wait(name, BACKOFF, NOW)).to.equal(0)
    await counts().add(name, BACKOFF, NOW)
    expect(await counts().wait(name, BACKOFF, NOW)).to.equal(1000)
    await counts().clear(name)
    await counts().giveBack(name)
    expect(await counts().wait(name, BACKOFF, NOW)).to.equal(0)
  })
}

describe('failure counts', () => {
  describe('of one process', () => {
    const counts = new MemoryFailureCounts()
    itCounts(() => counts)

    it('are forgotten when old', async () => {
      for (let i = 0; i < 3; i++) await counts.add('old', BACKOFF, NOW)
      expect(await counts.wait('old', { ...BACKOFF, longestMs: 1e9 }, NOW + 60_000)).to.equal(0)
    })
  })

  describe('in Redis', () => {
    let redis: ChildProcess
    let url: string
    let one: SharedFailureCounts
    before(async function () {
      if (spawnSync('redis-server', ['--version']).error !== undefined) this.skip()
      const port = await freePort()
      url = `redis://127.0.0.1:${port}`
      redis = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1'], {
        stdio: 'ignore',
      })
      one = await waitFor(() => openRedisFailureCounts(url).catch(() => undefined))
    })
    after(async () => {
      await one?.close()
      redis?.kill()
    })
    itCounts(() => one)

    it('are shared by processes', async () => {
      const other = await openRedisFailureCounts(url)
      for (let i = 0; i < 3; i++) await one.add('shared', BACKOFF, NOW)
      expect(await other.wait('shared', BACKOFF, NOW)).to.equal(1000)
      await other.close()
    })

    it('are counted here while Redis is away', async () => {
      const complaints: unknown[] = []
      const counts = withFallback(one, new MemoryFailureCounts(), (error) => complaints.push(error))
      redis.kill('SIGKILL')
      await once(redis, 'exit')
      for (let i = 0; i < 3; i++) expect(await counts.take('away', BACKOFF, NOW)).to.equal(0)
      expect(await counts.take('away', BACKOFF, NOW)).to.equal(1000)
      expect(complaints).to.have.length(4)
    })

    it('cannot be opened where no Redis is', async () => {
      const failure = await openRedisFailureCounts(`redis://127.0.0.1:${await freePort()}`).catch(
        (error) => error,
      )
      expect(failure).to.have.property('code', 'ECONNREFUSED')
    })
  })
})

describe('networkOf', () => {
  it('is the address, or the /64 of an IPv6 address', () => {
    expect(networkOf('192.0.2.1')).to.equal('192.0.2.1')
    expect(networkOf('2001:db8:1:2:3:4:5:6')).to.equal('2001:db8:1:2')
    expect(networkOf('2001:db8:1:2::6')).to.equal('2001:db8:1:2')
    expect(networkOf('2001:db8::6')).to.equal('2001:db8:0:0')
    expect(networkOf('::1')).to.equal('0:0:0:0')
  })
})
