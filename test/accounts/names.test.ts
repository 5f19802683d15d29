import { expect } from 'chai'
import fc from 'fast-check'
import { AccountError } from '../../src/accounts/errors.ts'
import {
  checkEmail,
  checkLocale,
  checkName,
  checkPassword,
  checkTimezone,
  checkUsername,
  loginNames,
} from '../../src/accounts/names.ts'
import { appPasswordText, isFor, randomPassword } from '../../src/accounts/password-text.ts'

describe('names of accounts', () => {
  it('of users are segments of hrefs that need no escaping', () => {
    for (const name of ['alice', '0', 'a.b_c-d', 'x'.repeat(63)]) expect(checkUsername(name)).to.equal(name)
    for (const name of ['', 'Alice', '.a', '-a', 'a b', 'a/b', 'a@b', 'é', 'x'.repeat(64)]) {
      expect(() => checkUsername(name), name).to.throw(AccountError)
    }
  })

  it('of mail are lower-case addresses', () => {
    expect(checkEmail(' Alice@Example.TEST ')).to.equal('alice@example.test')
    expect(checkEmail('jörg@bücher.example')).to.equal('jörg@bücher.example')
    for (const email of ['', 'alice', '@x', 'a@', 'a b@x', 'a@x y', 'a@x\ny', '<a@x>', 'a@-x', 'a,b@x']) {
      expect(() => checkEmail(email), email).to.throw(AccountError)
    }
  })

  it('are what people are called', () => {
    expect(checkName('  Zoë  ')).to.equal('Zoë')
    for (const name of ['', '   ', 'a\nb', 'x'.repeat(201)])
      expect(() => checkName(name)).to.throw(AccountError)
  })

  it('of zones and languages are known ones', () => {
    expect(checkTimezone('europe/berlin')).to.equal('Europe/Berlin')
    expect(checkTimezone('Asia/Kolkata')).to.equal('Asia/Kolkata')
    expect(checkLocale('de-at')).to.equal('de-AT')
    expect(() => checkTimezone('Mars/Olympus')).to.throw(AccountError)
    expect(() => checkLocale('not a language')).to.throw(AccountError)
  })

  it('never hold what a client could not send as a password', () => {
    expect(checkPassword('a b:c ü')).to.equal('a b:c ü')
    for (const password of ['', 'a\nb', 'a\0', 'x'.repeat(1025)]) {
      expect(() => checkPassword(password)).to.throw(AccountError)
    }
  })

  it('decode at most once, and survive anything', () => {
    expect(loginNames('a%40b')).to.deep.equal(['a%40b', 'a@b'])
    expect(loginNames('a+b')).to.deep.equal(['a+b'])
    expect(loginNames('100%zz')).to.deep.equal(['100%zz'])
    expect(loginNames('%ff')).to.deep.equal(['%ff'])
    fc.assert(fc.property(fc.string(), (sent) => loginNames(sent).length >= 1))
  })
})

describe('passwords made here', () => {
  it('are long, random and easy to type', () => {
    const made = new Set(Array.from({ length: 1000 }, randomPassword))
    expect(made.size).to.equal(1000)
    for (const password of made)
      expect(password).to.match(/^([bcdfghjkmnpqrstvwxyz2-9]{5}-){3}[bcdfghjkmnpqrstvwxyz2-9]{5}$/)
  })

  it('for apps name the row they belong to', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const password = appPasswordText(id)
        return isFor(password, id) && password.length === 29
      }),
    )
  })
})
