import { expect } from 'chai'
import { Limiter, OverloadedError } from '../../src/accounts/limiter.ts'

describe('Limiter', () => {
  it('runs no more at once than it may, in order, and refuses past its queue', async () => {
    const limiter = new Limiter(2, 3)
    const releases: (() => void)[] = []
    const started: number[] = []
    const task = (id: number) =>
      limiter.run(() => {
        started.push(id)
        return new Promise<number>((resolve) => releases.push(() => resolve(id)))
      })
    const running = [1, 2, 3, 4, 5].map(task)
    const refused = await task(6).catch((error) => error)
    expect(refused).to.be.instanceOf(OverloadedError)
    expect(started).to.deep.equal([1, 2])
    for (let i = 0; i < 5; i++) {
      releases[i]?.()
      await running[i]
    }
    expect(started).to.deep.equal([1, 2, 3, 4, 5])
    expect(await Promise.all(running)).to.deep.equal([1, 2, 3, 4, 5])
  })

  it('gives the place on when a task fails', async () => {
    const limiter = new Limiter(1, 1)
    const failure = await limiter.run(() => Promise.reject(new Error('no'))).catch((error) => error.message)
    expect(failure).to.equal('no')
    expect(await limiter.run(async () => 'next')).to.equal('next')
  })
})
