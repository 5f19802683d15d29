import { expect } from 'chai'
import { HttpError, PreconditionError } from '../../../src/dav/errors.ts'
import { readCalendarData } from '../../../src/dav/reports/calendar-data.ts'
import { type Content, el } from '../../../src/dav/xml/element.ts'
import { CALDAV } from '../../../src/dav/xml/names.ts'

const LIMITS = {
  minDateTime: new Date('1900-01-01T00:00:00Z'),
  maxDateTime: new Date('2200-01-01T00:00:00Z'),
}
const c = (name: string, attributes: Record<string, string> = {}, children: Content[] = []) =>
  el(CALDAV, name, children, attributes)
const data = (attributes: Record<string, string>, ...children: Content[]) =>
  readCalendarData(c('calendar-data', attributes, children), LIMITS)
const WEEK = { start: '20060101T000000Z', end: '20060108T000000Z' }
const RANGE = { start: Date.UTC(2006, 0, 1), end: Date.UTC(2006, 0, 8) }

describe('C:calendar-data of a request (RFC 4791 §9.6)', () => {
  it('asks for the whole object as it is stored when empty', () => {
    expect(data({})).to.deep.equal({ mediaType: 'text/calendar', projection: undefined })
    expect(
      data({ 'content-type': 'Text/Calendar; charset=utf-8', version: '2.0' }, '\n').projection,
    ).to.equal(undefined)
  })

  it('names the other representations', () => {
    expect(data({ 'content-type': 'application/calendar+json' }).mediaType).to.equal(
      'application/calendar+json',
    )
    expect(data({ 'content-type': 'application/calendar+xml' }).mediaType).to.equal(
      'application/calendar+xml',
    )
  })

  it('refuses other types and versions', () => {
    for (const attributes of [{ 'content-type': 'text/x-vcalendar' }, { version: '1.0' }]) {
      expect(() => data(attributes as Record<string, string>))
        .to.throw(PreconditionError)
        .with.nested.property('condition.name', 'supported-calendar-data')
    }
  })

  it('selects components and properties; an empty comp is the whole of it', () => {
    const { projection } = data(
      {},
      c('comp', { name: 'vcalendar' }, [
        c('prop', { name: 'version' }),
        c('comp', { name: 'VEVENT' }, [c('prop', { name: 'DTSTART', novalue: 'yes' }), c('allcomp')]),
        c('comp', { name: 'VTIMEZONE' }),
      ]),
    )
    expect(projection?.comp).to.deep.equal({
      name: 'VCALENDAR',
      allProps: false,
      props: [{ name: 'VERSION', novalue: false }],
      allComps: false,
      comps: [
        {
          name: 'VEVENT',
          allProps: false,
          props: [{ name: 'DTSTART', novalue: true }],
          allComps: true,
          comps: [],
        },
        { name: 'VTIMEZONE', allProps: true, props: [], allComps: true, comps: [] },
      ],
    })
  })

  it('reads ranges of expansion and limitation', () => {
    expect(data({}, c('expand', WEEK)).projection).to.deep.equal({ expand: RANGE })
    expect(data({}, c('limit-recurrence-set', WEEK), c('limit-freebusy-set', WEEK)).projection).to.deep.equal(
      {
        limitRecurrenceSet: RANGE,
        limitFreeBusySet: RANGE,
      },
    )
  })

  it('refuses what is malformed', () => {
    const malformed: (() => unknown)[] = [
      () => data({}, c('expand', { start: WEEK.start })),
      () => data({}, c('expand', WEEK), c('expand', WEEK)),
      () => data({}, c('expand', WEEK), c('limit-recurrence-set', WEEK)),
      () => data({}, c('comp', { name: 'VEVENT' })),
      () => data({}, c('comp')),
      () => data({}, c('expnad', WEEK)),
      () => data({}, c('comp', { name: 'VCALENDAR' }, [c('prop', { name: 'UID', novalue: 'maybe' })])),
    ]
    for (const attempt of malformed) expect(attempt).to.throw(HttpError).with.property('status', 400)
  })
})
