import { expect } from 'chai'
import { READ, WRITE_CONTENT } from '../../src/calendar/privileges.ts'
import { PreconditionError } from '../../src/dav/errors.ts'
import * as preconditions from '../../src/dav/preconditions.ts'
import { childElements, el, textOf } from '../../src/dav/xml/element.ts'
import { CALDAV, DAV } from '../../src/dav/xml/names.ts'
import { parseXml } from '../../src/dav/xml/parse.ts'
import { serializeDocument } from '../../src/dav/xml/serialize.ts'

const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  acl: ['no-invert'],
  needPrivileges: ['/dav/calendars/alice/', READ],
  supportedFilter: [[el(CALDAV, 'prop-filter', [], { name: 'X-<&"' })]],
}

describe('the catalogue of preconditions', () => {
  for (const [name, make] of Object.entries(preconditions)) {
    it(`${name} is one element in DAV:error`, () => {
      const build = make as (...values: readonly unknown[]) => unknown
      const error = build(...(ARGUMENTS[name] ?? ['/dav/x?a&b']))
      expect(error).to.be.instanceOf(PreconditionError)
      const { status, condition } = error as PreconditionError
      expect([403, 409, 412, 423, 507]).to.include(status)
      const parsed = parseXml(serializeDocument(el(DAV, 'error', [condition])))
      expect(childElements(parsed)).to.deep.equal([condition])
    })
  }

  it('names the resource and the privilege that was missing', () => {
    const { condition } = preconditions.needPrivileges('/dav/calendars/alice/work/', WRITE_CONTENT)
    expect(condition).to.deep.equal(
      el(DAV, 'need-privileges', [
        el(DAV, 'resource', [
          el(DAV, 'href', ['/dav/calendars/alice/work/']),
          el(DAV, 'privilege', [el(DAV, 'write-content')]),
        ]),
      ]),
    )
  })

  it('carries a reason a person can act on as text', () => {
    const { condition } = preconditions.validCalendarData('line 3: DTSTART has no value')
    expect(textOf(condition)).to.equal('line 3: DTSTART has no value')
  })
})
