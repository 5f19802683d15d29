import { expect } from 'chai'
import fc from 'fast-check'
import {
  conflictingLock,
  covers,
  type LockExtent,
  missingLock,
  parentPath,
} from '../../src/calendar/lock-scope.ts'

const lock = (path: string, more: Partial<LockExtent> = {}): LockExtent => ({
  path,
  isDeep: false,
  isExclusive: true,
  ...more,
})
const deep = (path: string) => lock(path, { isDeep: true })
const shared = (path: string) => lock(path, { isExclusive: false })
const none = () => false

describe('lock scope', () => {
  it('covers the root alone at depth 0 and everything below at depth infinity', () => {
    expect(covers(lock('a/b'), 'a/b')).to.equal(true)
    expect(covers(lock('a/b'), 'a/b/c')).to.equal(false)
    expect(covers(deep('a/b'), 'a/b/c/d')).to.equal(true)
  })

  it('does not take a sibling with the same beginning for a descendant', () => {
    expect(covers(deep('a/b'), 'a/bc')).to.equal(false)
  })

  it('finds the parent', () => {
    expect(parentPath('a/b/c')).to.equal('a/b')
    expect(parentPath('a')).to.equal('')
  })
})

describe('conflictingLock', () => {
  it('lets shared locks live together and no exclusive one with another', () => {
    expect(conflictingLock([shared('a')], shared('a'))).to.equal(undefined)
    expect(conflictingLock([shared('a')], lock('a'))?.path).to.equal('a')
    expect(conflictingLock([lock('a')], shared('a'))?.path).to.equal('a')
  })

  it('sees a lock below a deep request and a deep lock above any request', () => {
    expect(conflictingLock([lock('a/b/c')], deep('a'))?.path).to.equal('a/b/c')
    expect(conflictingLock([deep('a')], lock('a/b/c'))?.path).to.equal('a')
    expect(conflictingLock([lock('a/b/c')], lock('a'))).to.equal(undefined)
  })

  it('is symmetric', () => {
    const path = fc.constantFrom('a', 'a/b', 'a/b/c', 'a/bc', 'd')
    const extent = fc.record({ path, isDeep: fc.boolean(), isExclusive: fc.boolean() })
    fc.assert(
      fc.property(extent, extent, (one, other) => {
        expect(conflictingLock([one], other) === undefined).to.equal(
          conflictingLock([other], one) === undefined,
        )
      }),
    )
  })
})

describe('missingLock', () => {
  it('asks a content change for the locks over the resource only', () => {
    const writes = [{ path: 'a/b', change: 'content' }] as const
    expect(missingLock([lock('a')], writes, none)).to.equal(undefined)
    expect(missingLock([deep('a')], writes, none)?.path).to.equal('a')
    expect(missingLock([lock('a/b')], writes, none)?.path).to.equal('a/b')
  })

  it('asks a new or vanishing name for the parent lock as well', () => {
    const locks = [lock('a/b'), lock('a')]
    const writes = [{ path: 'a/b', change: 'binding' }] as const
    expect(missingLock(locks, writes, (l) => l.path === 'a/b')?.path).to.equal('a')
    expect(missingLock(locks, writes, (l) => l.path === 'a')?.path).to.equal('a/b')
    expect(missingLock(locks, writes, () => true)).to.equal(undefined)
  })

  it('asks the removal of a tree for every lock inside', () => {
    const writes = [{ path: 'a', change: 'tree' }] as const
    expect(missingLock([lock('a/b/c')], writes, none)?.path).to.equal('a/b/c')
    expect(missingLock([lock('ab')], writes, none)).to.equal(undefined)
  })

  it('is content with one of several shared locks', () => {
    const [mine, other] = [shared('a'), shared('a')]
    const writes = [{ path: 'a', change: 'content' }] as const
    expect(missingLock([other, mine], writes, (l) => l === mine)).to.equal(undefined)
    expect(missingLock([other, mine], writes, none)).to.equal(other)
  })
})
