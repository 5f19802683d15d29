import { expect } from 'chai'
import { MAX_ACES, permissionOf, planGrants, type RequestedAce } from '../../src/calendar/acl-plan.ts'
import {
  ALL,
  BIND,
  READ,
  READ_ACL,
  READ_FREE_BUSY,
  UNLOCK,
  WRITE,
  WRITE_ACL,
} from '../../src/calendar/privileges.ts'
import { Refusal } from '../../src/calendar/refusal.ts'

const ace = (more: Partial<RequestedAce> = {}): RequestedAce => ({
  principal: { kind: 'principal', username: 'bob' },
  isInverted: false,
  isDeny: false,
  privileges: READ,
  isProtected: false,
  isInherited: false,
  ...more,
})
const conditionOf = (...aces: RequestedAce[]): string => {
  try {
    planGrants(aces, 'alice')
  } catch (error) {
    if (error instanceof Refusal && error.reason.code === 'acl') return error.reason.condition
    throw error
  }
  return 'accepted'
}

describe('planGrants', () => {
  it('turns grants to principals and to everyone into rows', () => {
    expect(
      planGrants([ace(), ace({ principal: { kind: 'all' }, privileges: READ_FREE_BUSY })], 'alice'),
    ).to.deep.equal([
      { audience: 'user', username: 'bob', privileges: READ },
      { audience: 'all', username: undefined, privileges: READ_FREE_BUSY },
    ])
  })

  it('merges entries about one principal', () => {
    expect(planGrants([ace(), ace({ privileges: BIND })], 'alice')).to.deep.equal([
      { audience: 'user', username: 'bob', privileges: READ | BIND },
    ])
  })

  it('leaves out what a client sends back of the protected and inherited entries', () => {
    const sentBack = [
      ace({ principal: { kind: 'owner' }, privileges: ALL, isProtected: true }),
      ace({ principal: { kind: 'principal', username: 'alice' }, privileges: ALL }),
      ace({ isInherited: true }),
    ]
    expect(planGrants(sentBack, 'alice')).to.deep.equal([])
  })

  const refusals: readonly [string, RequestedAce, string][] = [
    ['an inverted principal', ace({ isInverted: true }), 'no-invert'],
    ['a denial', ace({ isDeny: true }), 'grant-only'],
    ['a privilege that is none of ours', ace({ privileges: undefined }), 'not-supported-privilege'],
    ['an entry that grants nothing', ace({ privileges: 0 }), 'no-ace-conflict'],
    [
      'less than everything for the owner',
      ace({ principal: { kind: 'owner' } }),
      'no-protected-ace-conflict',
    ],
    ['a made-up protected entry', ace({ isProtected: true }), 'no-protected-ace-conflict'],
    [
      'an href that names no principal',
      ace({ principal: { kind: 'principal', username: undefined } }),
      'recognized-principal',
    ],
    ['DAV:unauthenticated', ace({ principal: { kind: 'unauthenticated' } }), 'allowed-principal'],
    ['DAV:self', ace({ principal: { kind: 'self' } }), 'allowed-principal'],
    ['a property other than the owner', ace({ principal: { kind: 'property' } }), 'allowed-principal'],
  ]
  for (const [what, bad, condition] of refusals) {
    it(`refuses ${what} with ${condition}`, () => {
      expect(conditionOf(ace(), bad)).to.equal(condition)
    })
  }

  it('bounds the number of entries', () => {
    const many = Array.from({ length: MAX_ACES + 1 }, (_, i) =>
      ace({ principal: { kind: 'principal', username: `user${i}` } }),
    )
    expect(conditionOf(...many)).to.equal('limited-number-of-aces')
    expect(conditionOf(...many.slice(1))).to.equal('accepted')
  })
})

describe('permissionOf', () => {
  it('names the usual grants', () => {
    expect(permissionOf(READ | READ_ACL)).to.equal('View')
    expect(permissionOf(READ | WRITE | UNLOCK)).to.equal('Edit')
    expect(permissionOf(READ | WRITE | WRITE_ACL)).to.equal('Manage')
    expect(permissionOf(ALL)).to.equal('Manage')
    expect(permissionOf(READ_FREE_BUSY)).to.equal('FreeBusy')
    expect(permissionOf(READ | BIND)).to.equal('Custom')
  })
})
