import { expect } from 'chai'
import { RecurrenceLimitError } from '../../src/ical/errors.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { type CompSelection, type Projection, project } from '../../src/ical/project.ts'
import { serializeCalendar } from '../../src/ical/text.ts'
import type { Zone } from '../../src/ical/zones.ts'
import { at, component, event, object, UTC, zone } from '../support/calendar-text.ts'

/** The lines of a projection inside VCALENDAR, without its own properties and those every component has. */
function lines(subject: CalendarObject, projection: Projection, floatingZone: Zone = UTC): string[] {
  return serializeCalendar(project(subject, projection, floatingZone))
    .split('\r\n')
    .slice(1, -2)
    .filter((line) => !/^(VERSION|PRODID|UID|DTSTAMP):/.test(line))
}

const during = (from: string, until: string) => ({ start: at(from), end: at(until) })

describe('expand (RFC 4791 §9.6.5)', () => {
  const vtimezone = [
    'BEGIN:VTIMEZONE',
    'TZID:Mine',
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    'TZOFFSETFROM:+0300',
    'TZOFFSETTO:+0300',
    'END:STANDARD',
    'END:VTIMEZONE',
  ]

  it('gives one component per instance in UTC, with no recurrence properties and no VTIMEZONE', () => {
    const subject = object(
      vtimezone,
      event(
        'DTSTART;TZID=Mine:20200101T090000',
        'DTEND;TZID=Mine:20200101T100000',
        'RRULE:FREQ=DAILY',
        'EXDATE;TZID=Mine:20200103T090000',
        'SUMMARY:daily',
        'X-SEEN;TZID=Mine:20200101T120000',
      ),
      event(
        'RECURRENCE-ID;TZID=Mine:20200104T090000',
        'DTSTART;TZID=Mine:20200104T120000',
        'DURATION:PT2H',
        'SUMMARY:moved',
      ),
    )
    expect(lines(subject, { expand: during('20200102', '20200105') })).to.deep.equal([
      'BEGIN:VEVENT',
      'DTSTART:20200102T060000Z',
      'DTEND:20200102T070000Z',
      'SUMMARY:daily',
      'X-SEEN:20200101T090000Z',
      'RECURRENCE-ID:20200102T060000Z',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'DTSTART:20200104T090000Z',
      'DURATION:PT2H',
      'SUMMARY:moved',
      'RECURRENCE-ID:20200104T060000Z',
      'END:VEVENT',
    ])
  })

  it('keeps all-day series all-day, on the right dates in any zone', () => {
    const subject = object(
      event('DTSTART;VALUE=DATE:20200101', 'DTEND;VALUE=DATE:20200103', 'RRULE:FREQ=WEEKLY'),
    )
    for (const name of ['UTC', 'America/New_York', 'Pacific/Apia', 'Asia/Kolkata']) {
      expect(
        lines(subject, { expand: during('20200108T120000', '20200109T000000') }, zone(name)),
        name,
      ).to.deep.equal([
        'BEGIN:VEVENT',
        'DTSTART;VALUE=DATE:20200108',
        'DTEND;VALUE=DATE:20200110',
        'RECURRENCE-ID;VALUE=DATE:20200108',
        'END:VEVENT',
      ])
    }
    const nominal = object(event('DTSTART;VALUE=DATE:20200307', 'DURATION:P2D', 'RRULE:FREQ=WEEKLY'))
    expect(
      lines(nominal, { expand: during('20200308T120000', '20200308T130000') }, zone('America/New_York')),
    ).to.include('DURATION:P2D')
  })

  it('leaves floating times floating', () => {
    const subject = object(event('DTSTART:20200101T090000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'))
    expect(
      lines(subject, { expand: during('20200601', '20200602') }, zone('America/New_York')),
    ).to.deep.equal([
      'BEGIN:VEVENT',
      'DTSTART:20200601T090000',
      'DURATION:PT1H',
      'RECURRENCE-ID:20200601T090000',
      'END:VEVENT',
    ])
  })

  it('turns a nominal DURATION into what it is for the instance', () => {
    const subject = object(
      event('DTSTART;TZID=America/New_York:20200229T120000', 'DURATION:P1D', 'RRULE:FREQ=WEEKLY'),
    )
    expect(lines(subject, { expand: during('20200307', '20200308') })).to.include('DURATION:PT23H')
  })

  it('gives the end of a PERIOD to an event that has none', () => {
    const subject = object(event('DTSTART:20200101T090000Z', 'RDATE;VALUE=PERIOD:20200102T090000Z/PT2H'))
    expect(lines(subject, { expand: during('20200102', '20200103') })).to.deep.equal([
      'BEGIN:VEVENT',
      'DTSTART:20200102T090000Z',
      'DTEND:20200102T110000Z',
      'RECURRENCE-ID:20200102T090000Z',
      'END:VEVENT',
    ])
  })

  it('expands to-dos, by DUE alone too, and journals', () => {
    const todo = object(component('VTODO', 'DUE;TZID=America/New_York:20200101T170000', 'RRULE:FREQ=DAILY'))
    expect(lines(todo, { expand: during('20200601', '20200602') })).to.deep.equal([
      'BEGIN:VTODO',
      'DUE:20200601T210000Z',
      'RECURRENCE-ID:20200601T210000Z',
      'END:VTODO',
    ])
    const both = object(
      component('VTODO', 'DTSTART:20200101T090000Z', 'DUE:20200101T170000Z', 'RRULE:FREQ=DAILY'),
    )
    expect(lines(both, { expand: during('20200601', '20200602') })).to.include.members([
      'DTSTART:20200601T090000Z',
      'DUE:20200601T170000Z',
    ])
    const dueAtATime = object(component('VTODO', 'DTSTART;VALUE=DATE:20200601', 'DUE:20200601T170000Z'))
    expect(lines(dueAtATime, { expand: during('20200601', '20200602') })).to.include.members([
      'DTSTART;VALUE=DATE:20200601',
      'DUE:20200601T170000Z',
    ])
    const dueOnADay = object(
      component('VTODO', 'DTSTART:20200101T090000Z', 'DUE;VALUE=DATE:20200103', 'RRULE:FREQ=WEEKLY'),
    )
    expect(lines(dueOnADay, { expand: during('20200109', '20200110') })).to.include.members([
      'DTSTART:20200108T090000Z',
      'DUE;VALUE=DATE:20200110',
    ])
    const journal = object(component('VJOURNAL', 'DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=MONTHLY'))
    expect(lines(journal, { expand: during('20200601', '20200602') })).to.deep.equal([
      'BEGIN:VJOURNAL',
      'DTSTART;VALUE=DATE:20200601',
      'RECURRENCE-ID;VALUE=DATE:20200601',
      'END:VJOURNAL',
    ])
  })

  it('leaves what does not recur as one component, if it is in the range, and undated to-dos as they are', () => {
    const single = object(event('DTSTART;TZID=America/New_York:20200601T090000'))
    expect(lines(single, { expand: during('20200601', '20200602') })).to.deep.equal([
      'BEGIN:VEVENT',
      'DTSTART:20200601T130000Z',
      'END:VEVENT',
    ])
    expect(lines(single, { expand: during('20200602', '20200603') })).to.deep.equal([])
    const undated = object(component('VTODO', 'SUMMARY:x'))
    expect(lines(undated, { expand: during('20200602', '20200603') })).to.deep.equal([
      'BEGIN:VTODO',
      'SUMMARY:x',
      'END:VTODO',
    ])
  })

  it('keeps single instances of a series that is elsewhere, by their own RECURRENCE-ID', () => {
    const orphan = object(
      event('RECURRENCE-ID;TZID=America/New_York:20200601T090000', 'DTSTART:20200601T200000Z'),
    )
    expect(lines(orphan, { expand: during('20200601', '20200602') })).to.deep.equal([
      'BEGIN:VEVENT',
      'DTSTART:20200601T200000Z',
      'RECURRENCE-ID:20200601T130000Z',
      'END:VEVENT',
    ])
  })

  it('gives instances under RANGE=THISANDFUTURE the properties of that override', () => {
    const subject = object(
      event('DTSTART:20200101T090000Z', 'RRULE:FREQ=DAILY', 'SUMMARY:old'),
      event('RECURRENCE-ID;RANGE=THISANDFUTURE:20200103T090000Z', 'DTSTART:20200103T100000Z', 'SUMMARY:new'),
    )
    expect(lines(subject, { expand: during('20200105', '20200106') })).to.deep.equal([
      'BEGIN:VEVENT',
      'DTSTART:20200105T100000Z',
      'SUMMARY:new',
      'RECURRENCE-ID:20200105T090000Z',
      'END:VEVENT',
    ])
  })

  it('refuses a range with more instances than it returns at once', () => {
    const subject = object(event('DTSTART:20200101T090000Z', 'RRULE:FREQ=MINUTELY'))
    expect(() => lines(subject, { expand: during('20200101', '20210101') })).to.throw(RecurrenceLimitError)
  })
})

describe('limit-recurrence-set (RFC 4791 §9.6.6)', () => {
  const override = (id: string, start: string, ...rest: string[]) =>
    event(`RECURRENCE-ID${rest.length > 0 ? ';RANGE=THISANDFUTURE' : ''}:${id}`, `DTSTART:${start}`)
  const ids = (subject: CalendarObject, from: string, until: string) =>
    lines(subject, { limitRecurrenceSet: during(from, until) }).filter((line) =>
      /^(RRULE|RECURRENCE-ID)/.test(line),
    )

  it('keeps the master and the overrides whose time, or original time, is in the range', () => {
    const subject = object(
      event('DTSTART:20200101T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
      override('20200105T090000Z', '20200106T120000Z'),
      override('20200110T090000Z', '20200105T120000Z'),
      override('20200120T090000Z', '20200121T120000Z'),
    )
    expect(ids(subject, '20200105', '20200106')).to.deep.equal([
      'RRULE:FREQ=DAILY',
      'RECURRENCE-ID:20200105T090000Z',
      'RECURRENCE-ID:20200110T090000Z',
    ])
    expect(ids(subject, '20200105T093000', '20200105T094000')).to.deep.equal([
      'RRULE:FREQ=DAILY',
      'RECURRENCE-ID:20200105T090000Z',
    ])
  })

  it('keeps a RANGE=THISANDFUTURE that reaches into the range', () => {
    const subject = object(
      event('DTSTART:20200101T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
      override('20200105T090000Z', '20200105T100000Z', 'range'),
    )
    expect(ids(subject, '20300105', '20300106')).to.have.length(2)
    expect(ids(subject, '20200102', '20200103')).to.have.length(1)
    const earlier = object(
      event('DTSTART:20200101T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
      override('20200110T090000Z', '20200101T100000Z', 'range'),
    )
    expect(ids(earlier, '20200102', '20200103')).to.have.length(2)
  })
})

describe('limit-freebusy-set (RFC 4791 §9.6.7)', () => {
  it('keeps the FREEBUSY values that meet the range', () => {
    const subject = object(
      component(
        'VFREEBUSY',
        'FREEBUSY:20200110T100000Z/PT1H,20200111T100000Z/PT1H',
        'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20200120T100000Z/PT1H',
      ),
    )
    expect(lines(subject, { limitFreeBusySet: during('20200111', '20200112') })).to.deep.equal([
      'BEGIN:VFREEBUSY',
      'FREEBUSY:20200111T100000Z/PT1H',
      'END:VFREEBUSY',
    ])
  })

  it('leaves out what holds no period', () => {
    const subject = object(component('VFREEBUSY', 'FREEBUSY:', 'FREEBUSY:20200111T100000Z/PT1H,'))
    expect(lines(subject, { limitFreeBusySet: during('20200111', '20200112') })).to.deep.equal([
      'BEGIN:VFREEBUSY',
      'FREEBUSY:20200111T100000Z/PT1H',
      'END:VFREEBUSY',
    ])
  })
})

describe('partial retrieval (RFC 4791 §9.6.1 to §9.6.4)', () => {
  const subject = object(
    event(
      'DTSTART:20200101T090000Z',
      'SUMMARY:x',
      'ATTENDEE;CN=Jo:mailto:jo@example.com',
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'DESCRIPTION:y',
      'TRIGGER:-PT5M',
      'END:VALARM',
    ),
  )
  const select = (name: string, rest: Partial<CompSelection> = {}): CompSelection => ({
    name,
    allProps: false,
    props: [],
    allComps: false,
    comps: [],
    ...rest,
  })
  const text = (comp: CompSelection) => serializeCalendar(project(subject, { comp }, UTC)).split('\r\n')

  it('returns only the components and properties named', () => {
    const inner = select('VEVENT', { props: [{ name: 'SUMMARY', novalue: false }] })
    expect(
      text(select('VCALENDAR', { props: [{ name: 'VERSION', novalue: false }], comps: [inner] })),
    ).to.deep.equal([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'BEGIN:VEVENT',
      'SUMMARY:x',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ])
  })

  it('keeps parameters but no value with novalue', () => {
    const inner = select('VEVENT', { props: [{ name: 'ATTENDEE', novalue: true }] })
    expect(text(select('VCALENDAR', { comps: [inner] }))).to.include('ATTENDEE;CN=Jo:')
  })

  it('takes everything with allprop and allcomp', () => {
    const all = text(select('VCALENDAR', { allProps: true, allComps: true }))
    expect(all).to.deep.equal(serializeCalendar(subject.calendar).split('\r\n'))
    const bare = text(select('VCALENDAR', { comps: [select('VEVENT', { allProps: true })] }))
    expect(bare).to.include('SUMMARY:x').and.not.include('BEGIN:VALARM')
  })

  it('applies to what expand returns', () => {
    const series = object(event('DTSTART:20200101T090000Z', 'RRULE:FREQ=DAILY', 'SUMMARY:x'))
    const comp = select('VCALENDAR', {
      comps: [select('VEVENT', { props: [{ name: 'RECURRENCE-ID', novalue: false }] })],
    })
    expect(lines(series, { comp, expand: during('20200105', '20200106') })).to.deep.equal([
      'BEGIN:VEVENT',
      'RECURRENCE-ID:20200105T090000Z',
      'END:VEVENT',
    ])
  })
})

describe('expand of what does not recur', () => {
  it('keeps a VFREEBUSY or VAVAILABILITY that overlaps as it is, in UTC', () => {
    const range = { expand: during('20200110', '20200111') }
    const published = object(component('VFREEBUSY', 'FREEBUSY:20200110T100000Z/PT1H'))
    expect(lines(published, range)).to.deep.equal([
      'BEGIN:VFREEBUSY',
      'FREEBUSY:20200110T100000Z/PT1H',
      'END:VFREEBUSY',
    ])
    const open = object(component('VAVAILABILITY', 'DTSTART;TZID=America/New_York:20190101T000000'))
    expect(lines(open, range)).to.deep.equal([
      'BEGIN:VAVAILABILITY',
      'DTSTART:20190101T050000Z',
      'END:VAVAILABILITY',
    ])
    const over = object(component('VAVAILABILITY', 'DTSTART:20190101T000000Z', 'DURATION:PT1H'))
    expect(lines(over, range)).to.deep.equal([])
  })
})
