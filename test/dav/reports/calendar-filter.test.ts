import { expect } from 'chai'
import { PreconditionError } from '../../../src/dav/errors.ts'
import { readFilter } from '../../../src/dav/reports/calendar-filter.ts'
import { type Content, type Element, el } from '../../../src/dav/xml/element.ts'
import { CALDAV } from '../../../src/dav/xml/names.ts'

const LIMITS = {
  minDateTime: new Date('1900-01-01T00:00:00Z'),
  maxDateTime: new Date('2200-01-01T00:00:00Z'),
}
const c = (name: string, attributes: Record<string, string> = {}, children: Content[] = []) =>
  el(CALDAV, name, children, attributes)
const comp = (name: string, ...children: Content[]) => c('comp-filter', { name }, children)
const prop = (name: string, ...children: Content[]) => c('prop-filter', { name }, children)
const param = (name: string, ...children: Content[]) => c('param-filter', { name }, children)
const match = (text: string, attributes: Record<string, string> = {}) => c('text-match', attributes, [text])
const JANUARY = c('time-range', { start: '20060101T000000Z', end: '20060201T000000Z' })
const calendar = (...children: Content[]) => c('filter', {}, [comp('VCALENDAR', ...children)])

function refusal(filter: Element): string {
  try {
    readFilter(filter, LIMITS)
  } catch (error) {
    if (error instanceof PreconditionError) return error.condition.name
    throw error
  }
  return 'accepted'
}

describe('C:filter (RFC 4791 §9.7)', () => {
  it('becomes a comp filter', () => {
    const filter = calendar(
      comp(
        'vevent',
        '\n  ',
        JANUARY,
        prop('attendee', match('x', { collation: 'i;octet' }), param('partstat', match('y'))),
      ),
    )
    expect(readFilter(filter, LIMITS)).to.deep.equal({
      name: 'VCALENDAR',
      props: [],
      comps: [
        {
          name: 'VEVENT',
          timeRange: { start: Date.UTC(2006, 0, 1), end: Date.UTC(2006, 1, 1) },
          comps: [],
          props: [
            {
              name: 'ATTENDEE',
              textMatch: { text: 'x', collation: 'i;octet', negate: false, matchType: 'contains' },
              params: [
                {
                  name: 'PARTSTAT',
                  textMatch: {
                    text: 'y',
                    collation: 'i;ascii-casemap',
                    negate: false,
                    matchType: 'contains',
                  },
                },
              ],
            },
          ],
        },
      ],
    })
  })

  it('reads negation, match types, tests, absence and the default collation', () => {
    const filter = calendar(
      c('comp-filter', { name: 'VTODO', test: 'anyof' }, [
        prop('COMPLETED', c('is-not-defined')),
        prop(
          'STATUS',
          match('CANCELLED', { 'negate-condition': 'yes', 'match-type': 'equals', collation: 'default' }),
        ),
      ]),
    )
    const todo = readFilter(filter, LIMITS).comps[0]
    expect(todo?.test).to.equal('anyof')
    expect(todo?.props[0]).to.deep.equal({ name: 'COMPLETED', isNotDefined: true, params: [] })
    expect(todo?.props[1]?.textMatch).to.deep.equal({
      text: 'CANCELLED',
      collation: 'i;ascii-casemap',
      negate: true,
      matchType: 'equals',
    })
  })

  it('refuses invalid filters', () => {
    const invalid: Record<string, Element> = {
      'no comp-filter': c('filter'),
      'two comp-filters': c('filter', {}, [comp('VCALENDAR'), comp('VCALENDAR')]),
      'another root': c('filter', {}, [comp('VEVENT')]),
      'a nameless comp-filter': calendar(c('comp-filter')),
      'VEVENT in VTODO': calendar(comp('VTODO', comp('VEVENT'))),
      'VALARM in VCALENDAR': calendar(comp('VALARM')),
      'a time-range on VCALENDAR': calendar(JANUARY),
      'a time-range on SUMMARY': calendar(comp('VEVENT', prop('SUMMARY', JANUARY))),
      'two time-ranges': calendar(comp('VEVENT', JANUARY, JANUARY)),
      'is-not-defined with company': calendar(comp('VEVENT', c('is-not-defined'), JANUARY)),
      'a time-range and a text-match': calendar(comp('VEVENT', prop('DTSTART', JANUARY, match('x')))),
      'a text-match in a comp-filter': calendar(comp('VEVENT', match('x'))),
      'an unknown element': calendar(comp('VEVENT', c('time-rnage'))),
      'an unknown match type': calendar(
        comp('VEVENT', prop('SUMMARY', match('x', { 'match-type': 'regex' }))),
      ),
      'an unknown negation': calendar(
        comp('VEVENT', prop('SUMMARY', match('x', { 'negate-condition': 'true' }))),
      ),
      'an unknown test': calendar(c('comp-filter', { name: 'VEVENT', test: 'oneof' })),
      'an empty time-range': calendar(comp('VEVENT', c('time-range'))),
    }
    for (const [what, filter] of Object.entries(invalid))
      expect(refusal(filter), what).to.equal('valid-filter')
  })

  it('refuses collations it does not have', () => {
    const filter = calendar(comp('VEVENT', prop('SUMMARY', match('x', { collation: 'i;basic' }))))
    expect(refusal(filter)).to.equal('supported-collation')
  })

  it('asks when an alarm was acknowledged (RFC 9074 §6.1)', () => {
    const filter = calendar(comp('VEVENT', comp('VALARM', prop('ACKNOWLEDGED', JANUARY))))
    expect(readFilter(filter, LIMITS).comps[0]?.comps[0]?.props[0]?.timeRange).to.deep.equal({
      start: Date.UTC(2006, 0, 1),
      end: Date.UTC(2006, 1, 1),
    })
  })

  it('names the prop-filter it cannot answer', () => {
    const filter = calendar(comp('VEVENT', prop('X-WHEN', JANUARY)))
    expect(refusal(filter)).to.equal('supported-filter')
  })

  it('takes non-standard components, properties and parameters', () => {
    const filter = calendar(
      comp('X-THING', comp('X-PART')),
      comp('VEVENT', prop('X-FOO', param('X-BAR', match('z')))),
    )
    expect(refusal(filter)).to.equal('accepted')
  })

  it('ignores elements of other namespaces', () => {
    expect(refusal(calendar(comp('VEVENT'), el('urn:example', 'hint')))).to.equal('accepted')
  })
})
