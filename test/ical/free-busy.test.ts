import { expect } from 'chai'
import { busyPeriods, freeBusyCalendar, mergeBusy } from '../../src/ical/free-busy.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { serializeCalendar } from '../../src/ical/text.ts'
import type { Zone } from '../../src/ical/zones.ts'
import { at, component, event, object, UTC, written, zone } from '../support/calendar-text.ts'

function busy(subject: CalendarObject, from: string, until: string, floatingZone: Zone = UTC): string[] {
  return busyPeriods(subject, { start: at(from), end: at(until) }, floatingZone).map(
    (period) => `${period.type} ${written(period)}`,
  )
}

const meeting = ['DTSTART:20200110T100000Z', 'DURATION:PT1H']

describe('the busy time of an event (RFC 4791 §7.10)', () => {
  it('follows TRANSP and STATUS', () => {
    const type = (...lines: string[]) => busy(object(event(...meeting, ...lines)), '20200101', '20200201')
    const hour = '20200110T100000Z/20200110T110000Z'
    expect(type()).to.deep.equal([`BUSY ${hour}`])
    expect(type('TRANSP:OPAQUE', 'STATUS:CONFIRMED')).to.deep.equal([`BUSY ${hour}`])
    expect(type('STATUS:TENTATIVE')).to.deep.equal([`BUSY-TENTATIVE ${hour}`])
    expect(type('STATUS:CANCELLED')).to.deep.equal([])
    expect(type('TRANSP:TRANSPARENT')).to.deep.equal([])
    expect(type('TRANSP:TRANSPARENT', 'STATUS:TENTATIVE')).to.deep.equal([])
  })

  it('is cut to the range, and nothing for a moment', () => {
    expect(busy(object(event(...meeting)), '20200110T103000', '20200201')).to.deep.equal([
      'BUSY 20200110T103000Z/20200110T110000Z',
    ])
    expect(busy(object(event('DTSTART:20200110T100000Z')), '20200101', '20200201')).to.deep.equal([])
  })

  it('is every instance’s own, overrides by their own status', () => {
    const series = object(
      event(...meeting, 'RRULE:FREQ=DAILY'),
      event(
        'RECURRENCE-ID:20300111T100000Z',
        'DTSTART:20300111T100000Z',
        'DURATION:PT1H',
        'STATUS:CANCELLED',
      ),
      event(
        'RECURRENCE-ID:20300112T100000Z',
        'DTSTART:20300112T120000Z',
        'DURATION:PT1H',
        'STATUS:TENTATIVE',
      ),
    )
    expect(busy(series, '20300110', '20300113').sort()).to.deep.equal([
      'BUSY 20300110T100000Z/20300110T110000Z',
      'BUSY-TENTATIVE 20300112T120000Z/20300112T130000Z',
    ])
  })

  it('of a free series still counts an override that is busy', () => {
    const series = object(
      event(...meeting, 'RRULE:FREQ=DAILY', 'TRANSP:TRANSPARENT'),
      event('RECURRENCE-ID:20200111T100000Z', 'DTSTART:20200111T100000Z', 'DURATION:PT1H'),
    )
    expect(busy(series, '20200110', '20200113')).to.deep.equal(['BUSY 20200111T100000Z/20200111T110000Z'])
  })

  it('of a day is the day in the zone of the calendar', () => {
    const day = object(event('DTSTART;VALUE=DATE:20200110'))
    expect(busy(day, '20200101', '20200201', zone('America/New_York'))).to.deep.equal([
      'BUSY 20200110T050000Z/20200111T050000Z',
    ])
  })

  it('is none for to-dos and journals', () => {
    const todo = object(component('VTODO', 'DTSTART:20200110T100000Z', 'DUE:20200111T100000Z'))
    expect(busy(todo, '20200101', '20200201')).to.deep.equal([])
    expect(
      busy(object(component('VJOURNAL', 'DTSTART;VALUE=DATE:20200110')), '20200101', '20200201'),
    ).to.deep.equal([])
  })
})

describe('the busy time of a VFREEBUSY', () => {
  it('is what it publishes, by FBTYPE', () => {
    const published = object(
      component(
        'VFREEBUSY',
        'FREEBUSY:20200110T100000Z/PT1H,20200111T100000Z/20200111T110000Z',
        'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20200112T000000Z/P1D',
        'FREEBUSY;FBTYPE=X-OTHER:20200114T000000Z/PT1H',
        'FREEBUSY;FBTYPE=FREE:20200115T000000Z/PT1H',
      ),
    )
    expect(busy(published, '20200111', '20200201')).to.deep.equal([
      'BUSY 20200111T100000Z/20200111T110000Z',
      'BUSY-UNAVAILABLE 20200112T000000Z/20200113T000000Z',
      'BUSY 20200114T000000Z/20200114T010000Z',
    ])
  })
})

describe('merging busy time', () => {
  const period = (start: number, end: number, type: 'BUSY' | 'BUSY-TENTATIVE' = 'BUSY') => ({
    start,
    end,
    type,
  })

  it('joins what overlaps or touches, of one type, whatever lies between', () => {
    expect(
      mergeBusy([
        period(50, 60),
        period(0, 30),
        period(10, 20),
        period(20, 40),
        period(25, 35, 'BUSY-TENTATIVE'),
        period(40, 45),
      ]),
    ).to.deep.equal([period(0, 45), period(25, 35, 'BUSY-TENTATIVE'), period(50, 60)])
  })
})

describe('a VFREEBUSY made', () => {
  it('holds the periods, BUSY without FBTYPE', () => {
    const calendar = freeBusyCalendar(
      { start: at('20200101'), end: at('20200102') },
      [
        { start: at('20200101T100000'), end: at('20200101T110000'), type: 'BUSY' },
        { start: at('20200101T120000'), end: at('20200101T130000'), type: 'BUSY-TENTATIVE' },
      ],
      {
        now: at('20191231'),
        uid: 'u',
        organizer: 'mailto:a@example.com',
        attendee: 'mailto:b@example.com',
        method: 'REPLY',
      },
    )
    expect(serializeCalendar(calendar).split('\r\n').slice(1, -2)).to.deep.equal([
      'VERSION:2.0',
      'PRODID:-//Kalends//Kalends//EN',
      'METHOD:REPLY',
      'BEGIN:VFREEBUSY',
      'UID:u',
      'DTSTAMP:20191231T000000Z',
      'DTSTART:20200101T000000Z',
      'DTEND:20200102T000000Z',
      'ORGANIZER:mailto:a@example.com',
      'ATTENDEE:mailto:b@example.com',
      'FREEBUSY:20200101T100000Z/20200101T110000Z',
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20200101T120000Z/20200101T130000Z',
      'END:VFREEBUSY',
    ])
  })
})
