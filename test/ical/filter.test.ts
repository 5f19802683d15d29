import { expect } from 'chai'
import {
  type CompFilter,
  isSupportedCollation,
  matchesFilter,
  type PropFilter,
  type TextMatch,
} from '../../src/ical/filter.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import { at, calendarText, component, event, object, UTC, zone } from '../support/calendar-text.ts'

function inside(...comps: CompFilter[]): CompFilter {
  return { name: 'VCALENDAR', props: [], comps }
}

function comp(name: string, rest: Partial<CompFilter> = {}): CompFilter {
  return { name, props: [], comps: [], ...rest }
}

function prop(name: string, rest: Partial<PropFilter> = {}): PropFilter {
  return { name, params: [], ...rest }
}

function text(value: string, rest: Partial<TextMatch> = {}): TextMatch {
  return { text: value, collation: 'i;ascii-casemap', negate: false, matchType: 'contains', ...rest }
}

const between = (from: string, until: string) => ({ start: at(from), end: at(until) })

function matches(subject: CalendarObject, ...comps: CompFilter[]): boolean {
  return matchesFilter(subject, inside(...comps), UTC)
}

function eventWith(subject: CalendarObject, filter: PropFilter): boolean {
  return matches(subject, comp('VEVENT', { props: [filter] }))
}

const meeting = object(
  event(
    'DTSTART:20200110T100000Z',
    'DURATION:PT1H',
    'SUMMARY:Straße nach Ångström\\, bei Nacht',
    'CATEGORIES:Work,Travel',
    'CATEGORIES:Home',
    'STATUS:CONFIRMED',
    'ATTENDEE;PARTSTAT=NEEDS-ACTION;CN="Smith, Jo":mailto:jo@example.com',
    'ATTENDEE;PARTSTAT=ACCEPTED:mailto:al@example.com',
    'X-COLOUR:red',
  ),
)

describe('comp-filter (RFC 4791 §9.7.1)', () => {
  it('matches a component that is there, is-not-defined one that is not', () => {
    expect(matches(meeting, comp('VEVENT'))).to.equal(true)
    expect(matches(meeting, comp('VTODO'))).to.equal(false)
    expect(matches(meeting, comp('VTODO', { isNotDefined: true }))).to.equal(true)
    expect(matches(meeting, comp('VEVENT', { isNotDefined: true }))).to.equal(false)
    expect(matches(meeting, comp('VEVENT', { comps: [comp('VALARM', { isNotDefined: true })] }))).to.equal(
      true,
    )
    expect(matches(meeting, comp('VEVENT', { comps: [comp('VALARM')] }))).to.equal(false)
  })

  it('is about VCALENDAR at the root', () => {
    expect(matchesFilter(meeting, comp('VCALENDAR'), UTC)).to.equal(true)
    expect(matchesFilter(meeting, comp('VCALENDAR', { isNotDefined: true }), UTC)).to.equal(false)
    expect(matchesFilter(meeting, comp('VEVENT'), UTC)).to.equal(false)
    expect(matchesFilter(meeting, { name: 'VCALENDAR', props: [prop('VERSION')], comps: [] }, UTC)).to.equal(
      true,
    )
  })

  it('needs all tests inside, or any with test="anyof"', () => {
    const props = [prop('SUMMARY', { textMatch: text('nacht') }), prop('LOCATION')]
    expect(matches(meeting, comp('VEVENT', { props }))).to.equal(false)
    expect(matches(meeting, comp('VEVENT', { props, test: 'anyof' }))).to.equal(true)
    const timeRange = between('20210101', '20210102')
    expect(matches(meeting, comp('VEVENT', { props, timeRange, test: 'anyof' }))).to.equal(true)
    expect(matches(meeting, comp('VEVENT', { timeRange, test: 'anyof' }))).to.equal(false)
    expect(matchesFilter(meeting, { ...inside(comp('VTODO'), comp('VEVENT')), test: 'anyof' }, UTC)).to.equal(
      true,
    )
    expect(matches(meeting, comp('VTODO'), comp('VEVENT'))).to.equal(false)
  })

  it('needs one component to pass all tests, the time-range for one of its own instances', () => {
    const series = object(
      event('DTSTART:20200101T100000Z', 'RRULE:FREQ=DAILY', 'SUMMARY:daily'),
      event('RECURRENCE-ID:20200105T100000Z', 'DTSTART:20200105T150000Z', 'SUMMARY:special'),
    )
    const named = (value: string, from: string, until: string) =>
      matches(
        series,
        comp('VEVENT', {
          timeRange: between(from, until),
          props: [prop('SUMMARY', { textMatch: text(value) })],
        }),
      )
    expect(named('special', '20200105', '20200106')).to.equal(true)
    expect(named('daily', '20200105', '20200106')).to.equal(false)
    expect(named('special', '20200107', '20200108')).to.equal(false)
    expect(named('daily', '20200107', '20200108')).to.equal(true)
  })

  it('does not return a series for a month without an instance, and does for one with', () => {
    const series = object(event('DTSTART:20200131T100000Z', 'RRULE:FREQ=MONTHLY', 'EXDATE:20200531T100000Z'))
    const month = (from: string, until: string) =>
      matches(series, comp('VEVENT', { timeRange: between(from, until) }))
    expect(month('20200201', '20200301')).to.equal(false)
    expect(month('20200301', '20200401')).to.equal(true)
    expect(month('20200501', '20200601')).to.equal(false)
    expect(month('22000101', '22000201')).to.equal(true)
  })

  it('answers a range open at either end', () => {
    const series = object(event('DTSTART:20200101T100000Z', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'))
    expect(matches(series, comp('VEVENT', { timeRange: { start: at('29990101') } }))).to.equal(true)
    expect(matches(series, comp('VEVENT', { timeRange: { end: at('20200101T100000') } }))).to.equal(false)
    expect(matches(series, comp('VEVENT', { timeRange: { end: at('20200101T100001') } }))).to.equal(true)
  })

  it('reads floating events in the zone of the calendar', () => {
    const floating = object(event('DTSTART:20200110T200000', 'DURATION:PT1H'))
    const filter = inside(comp('VEVENT', { timeRange: between('20200111', '20200112') }))
    expect(matchesFilter(floating, filter, zone('America/New_York'))).to.equal(true)
    expect(matchesFilter(floating, filter, UTC)).to.equal(false)
  })
})

describe('prop-filter (RFC 4791 §9.7.2)', () => {
  it('matches a property that is there, is-not-defined one that is not', () => {
    expect(eventWith(meeting, prop('X-COLOUR'))).to.equal(true)
    expect(eventWith(meeting, prop('LOCATION'))).to.equal(false)
    expect(eventWith(meeting, prop('LOCATION', { isNotDefined: true }))).to.equal(true)
    expect(eventWith(meeting, prop('SUMMARY', { isNotDefined: true }))).to.equal(false)
  })

  it('needs one property to pass its text-match and param-filters together', () => {
    const accepted = { name: 'PARTSTAT', textMatch: text('ACCEPTED') }
    expect(eventWith(meeting, prop('ATTENDEE', { textMatch: text('al@'), params: [accepted] }))).to.equal(
      true,
    )
    expect(eventWith(meeting, prop('ATTENDEE', { textMatch: text('jo@'), params: [accepted] }))).to.equal(
      false,
    )
    expect(
      eventWith(meeting, prop('ATTENDEE', { textMatch: text('nobody'), params: [accepted], test: 'anyof' })),
    ).to.equal(true)
  })

  it('looks at the time of a property, in effect where DURATION gives the end', () => {
    const series = object(
      event('DTSTART:20200110T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY', 'CREATED:20190101T000000Z'),
    )
    const timed = (name: string, from: string, until: string) =>
      eventWith(series, prop(name, { timeRange: between(from, until) }))
    expect(timed('DTEND', '20300110T110000', '20300110T110001')).to.equal(true)
    expect(timed('DTEND', '20300110T103000', '20300110T110000')).to.equal(false)
    expect(timed('DTSTART', '20300110T100000', '20300110T100001')).to.equal(true)
    expect(timed('DTSTART', '20300110T100001', '20300110T110000')).to.equal(false)
    expect(timed('CREATED', '20190101', '20190102')).to.equal(true)
    expect(timed('CREATED', '20190102', '20190103')).to.equal(false)
    expect(timed('LAST-MODIFIED', '19000101', '30000101')).to.equal(false)
    const todo = object(component('VTODO', 'DTSTART:20200110T100000Z', 'DURATION:PT1H'))
    const due = prop('DUE', { timeRange: between('20200110T110000', '20200110T120000') })
    expect(matches(todo, comp('VTODO', { props: [due] }))).to.equal(true)
  })

  it('looks at when an alarm was acknowledged', () => {
    const alarm = [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'TRIGGER:-PT5M',
      'ACKNOWLEDGED:20200110T095500Z',
      'END:VALARM',
    ]
    const subject = object(event('DTSTART:20200110T100000Z', ...alarm))
    const acknowledged = (from: string, until: string) => {
      const props = [prop('ACKNOWLEDGED', { timeRange: between(from, until) })]
      return matches(subject, comp('VEVENT', { comps: [comp('VALARM', { props })] }))
    }
    expect(acknowledged('20200110', '20200111')).to.equal(true)
    expect(acknowledged('20200111', '20200112')).to.equal(false)
  })

  it('looks at an absolute trigger beside a relative one, which is no time', () => {
    const subject = object(
      event(
        'DTSTART:20200110T100000Z',
        ...['TRIGGER:-PT15M', 'TRIGGER;VALUE=DATE-TIME:20200109T080000Z'].flatMap((trigger) => [
          'BEGIN:VALARM',
          'ACTION:AUDIO',
          trigger,
          'END:VALARM',
        ]),
      ),
    )
    const set = (from: string, until: string) =>
      matches(
        subject,
        comp('VEVENT', {
          comps: [comp('VALARM', { props: [prop('TRIGGER', { timeRange: between(from, until) })] })],
        }),
      )
    expect(set('20200109', '20200110')).to.equal(true)
    expect(set('20200110', '20200111')).to.equal(false)
  })

  it('keeps unknown properties and components queryable', () => {
    const lines = event('DTSTART:20200110T100000Z', 'BEGIN:X-THING', 'X-NAME:deep', 'END:X-THING')
    const subject = readCalendarObject(calendarText(lines))
    const deep = comp('X-THING', { props: [prop('X-NAME', { textMatch: text('DEEP') })] })
    expect(matches(subject, comp('VEVENT', { comps: [deep] }))).to.equal(true)
  })
})

describe('param-filter (RFC 4791 §9.7.3)', () => {
  it('matches a parameter that is there, is-not-defined one that is not, text-match its values', () => {
    const withParam = (name: string, rest = {}) =>
      eventWith(meeting, prop('ATTENDEE', { params: [{ name, ...rest }] }))
    expect(withParam('CN')).to.equal(true)
    expect(withParam('ROLE')).to.equal(false)
    expect(withParam('ROLE', { isNotDefined: true })).to.equal(true)
    expect(withParam('PARTSTAT', { isNotDefined: true })).to.equal(false)
    expect(withParam('CN', { textMatch: text('smith, jo', { matchType: 'equals' }) })).to.equal(true)
    expect(withParam('PARTSTAT', { textMatch: text('DECLINED', { negate: true }) })).to.equal(true)
    expect(withParam('ROLE', { textMatch: text('CHAIR', { negate: true }) })).to.equal(false)
  })
})

describe('text-match (RFC 4791 §9.7.5)', () => {
  const summary = (value: string, rest: Partial<TextMatch> = {}) =>
    eventWith(meeting, prop('SUMMARY', { textMatch: text(value, rest) }))

  it('compares text as a person reads it', () => {
    expect(summary('Ångström, bei')).to.equal(true)
    expect(summary('\\,')).to.equal(false)
  })

  it('knows four match types', () => {
    expect(summary('straße', { matchType: 'starts-with' })).to.equal(true)
    expect(summary('nach', { matchType: 'starts-with' })).to.equal(false)
    expect(summary('NACHT', { matchType: 'ends-with' })).to.equal(true)
    expect(summary('Straße', { matchType: 'equals' })).to.equal(false)
    expect(
      eventWith(meeting, prop('STATUS', { textMatch: text('confirmed', { matchType: 'equals' }) })),
    ).to.equal(true)
  })

  it('finds an item of a list by itself', () => {
    const category = (value: string) =>
      eventWith(meeting, prop('CATEGORIES', { textMatch: text(value, { matchType: 'equals' }) }))
    expect(['Work', 'travel', 'HOME', 'Work,Travel'].map(category)).to.deep.equal([true, true, true, true])
    expect(category('Wor')).to.equal(false)
  })

  it('negates', () => {
    expect(eventWith(meeting, prop('STATUS', { textMatch: text('CANCELLED', { negate: true }) }))).to.equal(
      true,
    )
    expect(eventWith(meeting, prop('STATUS', { textMatch: text('CONFIRMED', { negate: true }) }))).to.equal(
      false,
    )
  })

  it('i;ascii-casemap folds only a to z', () => {
    expect(summary('STRAßE')).to.equal(true)
    expect(summary('ÅNGSTRÖM')).to.equal(false)
  })

  it('i;octet folds nothing', () => {
    expect(summary('Nacht', { collation: 'i;octet' })).to.equal(true)
    expect(summary('nacht', { collation: 'i;octet' })).to.equal(false)
  })

  it('i;unicode-casemap folds case and composition (RFC 5051)', () => {
    expect(summary('ÅNGSTRÖM', { collation: 'i;unicode-casemap' })).to.equal(true)
    expect(summary('A\u030angstro\u0308m', { collation: 'i;unicode-casemap' })).to.equal(true)
    expect(summary('STRASSE', { collation: 'i;unicode-casemap' })).to.equal(false)
  })

  it('names the collations there are', () => {
    expect(['i;octet', 'i;ascii-casemap', 'i;unicode-casemap'].every(isSupportedCollation)).to.equal(true)
    expect(['i;basic', '', 'toString'].some(isSupportedCollation)).to.equal(false)
  })
})
