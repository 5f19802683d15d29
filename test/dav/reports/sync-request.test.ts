import { expect } from 'chai'
import { HttpError } from '../../../src/dav/errors.ts'
import { readSyncRequest } from '../../../src/dav/reports/sync-request.ts'
import { type Content, el } from '../../../src/dav/xml/element.ts'
import { DAV } from '../../../src/dav/xml/names.ts'

const d = (name: string, ...children: Content[]) => el(DAV, name, children)
const sync = (...children: Content[]) => d('sync-collection', ...children)
const level = (text: string) => d('sync-level', text)

describe('DAV:sync-collection requests (RFC 6578 §3.2)', () => {
  it('lets sync-level win over Depth, as Thunderbird needs', () => {
    for (const depth of ['0', '1', 'infinity', undefined]) {
      expect(readSyncRequest(sync(level('1')), depth).level).to.equal('1')
      expect(readSyncRequest(sync(level('infinite')), depth).level).to.equal('infinite')
    }
  })

  it('takes Depth for a missing sync-level, as Apple Calendar needs, and 1 without either', () => {
    expect(readSyncRequest(sync(), '1').level).to.equal('1')
    expect(readSyncRequest(sync(), 'infinity').level).to.equal('infinite')
    expect(readSyncRequest(sync(), undefined).level).to.equal('1')
    expect(readSyncRequest(sync(), '0').level).to.equal('1')
  })

  it('starts anew when the token is empty or missing', () => {
    expect(readSyncRequest(sync(), '0').token).to.equal(undefined)
    expect(readSyncRequest(sync(d('sync-token')), '0').token).to.equal(undefined)
    expect(readSyncRequest(sync(d('sync-token', '\n  ')), '0').token).to.equal(undefined)
    expect(readSyncRequest(sync(d('sync-token', ' urn:x:1\n')), '0').token).to.equal('urn:x:1')
  })

  it('reads the limit', () => {
    const limited = (text: string) => readSyncRequest(sync(d('limit', d('nresults', text))), '0').limit
    expect(limited(' 25 ')).to.equal(25)
    expect(readSyncRequest(sync(), '0').limit).to.equal(undefined)
    for (const text of ['0', '-1', 'many', '', '1.5']) expect(() => limited(text), text).to.throw(HttpError)
  })

  it('refuses other levels', () => {
    expect(() => readSyncRequest(sync(level('2')), '0'))
      .to.throw(HttpError)
      .with.property('status', 400)
  })
})
