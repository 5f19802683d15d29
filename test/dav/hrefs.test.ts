import { expect } from 'chai'
import fc from 'fast-check'
import { HttpError } from '../../src/dav/errors.ts'
import { Hrefs } from '../../src/dav/hrefs.ts'

const hrefs = new Hrefs('')
const prefixed = new Hrefs('/kalends')
const work = { owner: 'alice', collection: 'work' }

describe('Hrefs', () => {
  it('parses what it builds, whatever the names', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !/[\p{Cc}/]/u.test(text) && text !== '.' && text !== '..' && text.isWellFormed())
    fc.assert(
      fc.property(segment, segment, segment, (owner, collection, name) => {
        const ref = { owner, collection }
        const member = { kind: 'member', ref, path: [name], endsInSlash: false }
        expect(hrefs.parse(hrefs.object({ ...ref, name }))).to.deep.equal(member)
        expect(prefixed.resolve(prefixed.object({ ...ref, name }))).to.deep.equal(member)
        expect(hrefs.object({ ...ref, name })).to.match(/^\/dav\/calendars\/[\w.~!'()*%/-]+$/)
      }),
    )
  })

  it('compares after decoding', () => {
    const canonical = hrefs.parse('/dav/calendars/alice/work/a%40b.ics')
    for (const other of ['a@b.ics', '%61%40b%2Eics', 'a%40b.ics'].map(
      (name) => `/dav/calendars/alice/work/${name}`,
    )) {
      expect(hrefs.parse(other)).to.deep.equal(canonical)
    }
  })

  it('answers at the root, and knows the principal collection by two names', () => {
    for (const path of ['/', '/dav', '/dav/']) expect(hrefs.parse(path)?.kind).to.equal('root')
    for (const path of ['/principals', '/principals/', '/dav/principals/']) {
      expect(hrefs.parse(path)?.kind).to.equal('principals')
    }
  })

  it('takes collections with and without their slash', () => {
    expect(hrefs.parse('/dav/calendars/alice')).to.deep.equal(hrefs.parse('/dav/calendars/alice/'))
    expect(hrefs.parse('/dav/calendars/alice/work')).to.deep.include({ kind: 'collection', ref: work })
  })

  it('has nothing elsewhere', () => {
    for (const path of [
      '/calendar/dav/alice/user/',
      '/dav/other/',
      '/dav/principals/alice/calendar-proxy-read/',
    ]) {
      expect(hrefs.parse(path), path).to.equal(undefined)
    }
  })

  for (const name of [
    '..',
    '.',
    '%2e%2e',
    '%2E',
    'a%2fb',
    'a%2Fb',
    '%00',
    'a%0d%0ab',
    '%ff',
    '%c3',
    '%zz',
    '%',
    '',
  ]) {
    it(`refuses the segment ${JSON.stringify(name)}`, () => {
      expect(() => hrefs.parse(`/dav/calendars/alice/work/${name}/x`))
        .to.throw(HttpError)
        .with.property('status', 400)
    })
  }

  it('refuses names and paths that are too long', () => {
    expect(() => hrefs.parse(`/dav/calendars/alice/work/${'a'.repeat(1025)}`)).to.throw(HttpError)
    expect(() => hrefs.parse(`/dav/calendars/alice/work/${'%C3%A4'.repeat(513)}`)).to.throw(HttpError)
    expect(hrefs.parse(`/dav/calendars/alice/work/${'a'.repeat(1024)}`)?.kind).to.equal('member')
    expect(() => hrefs.parse(`/dav/calendars${'/a'.repeat(100)}`)).to.throw(HttpError)
  })

  it('resolves paths and URIs of bodies, and nothing malformed', () => {
    const object = hrefs.parse('/dav/calendars/alice/work/x.ics')
    expect(hrefs.resolve(' /dav/calendars/alice/work/x.ics\n')).to.deep.equal(object)
    expect(hrefs.resolve('https://cal.example:8443/dav/calendars/alice/work/x.ics')).to.deep.equal(object)
    expect(prefixed.resolve('http://a/kalends/dav/calendars/alice/work/x.ics')).to.deep.equal(object)
    for (const href of [
      'x.ics',
      '//evil/dav/',
      'mailto:a@b',
      '/dav/calendars/alice/work/%2f',
      '',
      'urn:uuid:1',
    ]) {
      expect(hrefs.resolve(href), href).to.equal(undefined)
    }
  })

  it('puts the prefix in front of everything', () => {
    expect(prefixed.root()).to.equal('/kalends/dav/')
    expect(prefixed.ofCanonicalPath('alice/work')).to.equal('/kalends/dav/calendars/alice/work/')
    expect(prefixed.ofCanonicalPath('alice/work/x.ics')).to.equal('/kalends/dav/calendars/alice/work/x.ics')
  })
})
