import { expect } from 'chai'
import fc from 'fast-check'
import { isIssuedTo, readReplyAddress, replyAddress } from '../../src/mail/reply-token.ts'
import { OWNER, REPLIES } from './mails.ts'

describe('reply addresses', () => {
  it('name the owner and prove the attendee, in any case of letters', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string(), fc.emailAddress(), (ownerId, uid, attendee) => {
        const address = replyAddress({ ownerId, uid, attendee }, REPLIES)
        const token = readReplyAddress(address.toUpperCase(), REPLIES)
        if (token === undefined) throw new Error('not read')
        expect(token.ownerId).to.equal(ownerId)
        expect(isIssuedTo(token, uid, attendee.toUpperCase(), REPLIES)).to.equal(true)
        expect(isIssuedTo(token, `${uid}x`, attendee, REPLIES)).to.equal(false)
        expect(isIssuedTo(token, uid, `x${attendee}`, REPLIES)).to.equal(false)
        expect(isIssuedTo(token, uid, attendee, { ...REPLIES, secret: 'another' })).to.equal(false)
      }),
    )
  })

  it('are not read from other addresses', () => {
    const address = replyAddress({ ownerId: OWNER, uid: 'a', attendee: 'b@c.example' }, REPLIES)
    expect(readReplyAddress(address.replace('kal.example', 'other.example'), REPLIES)).to.equal(undefined)
    expect(readReplyAddress('reply@kal.example', REPLIES)).to.equal(undefined)
    expect(readReplyAddress('reply+short@kal.example', REPLIES)).to.equal(undefined)
    expect(readReplyAddress('reply+!!!@kal.example', REPLIES)).to.equal(undefined)
  })
})
