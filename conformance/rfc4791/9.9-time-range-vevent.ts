import type { Section } from '../engine/section.ts'
import { populated } from '../fixtures/populated.ts'
import { type TimeRangeCase, timeRangeTests } from '../fixtures/time-range-case.ts'
import { calendar, event, type Lines } from '../ical/build.ts'
import { berlin, kolkata, madeUp, newYork } from '../ical/zones.ts'

const one = (uid: string, ...lines: Lines): string => calendar(event(uid, lines))
const zoned = (zone: Lines, uid: string, ...lines: Lines): string => calendar(zone, event(uid, lines))
const day = 'DTSTART:20260310T100000Z'

const fixture = populated({
  ended: one('tr-ended', day, 'DTEND:20260310T110000Z'),
  lasting: one('tr-lasting', day, 'DURATION:PT1H'),
  moment: one('tr-moment', day, 'DURATION:PT0S'),
  instant: one('tr-instant', day),
  date: one('tr-date', 'DTSTART;VALUE=DATE:20260410'),
  dates: one('tr-dates', 'DTSTART;VALUE=DATE:20260410', 'DTEND;VALUE=DATE:20260413'),
  newyork: zoned(
    newYork,
    'tr-newyork',
    'DTSTART;TZID=America/New_York:20260115T100000',
    'DTEND;TZID=America/New_York:20260115T110000',
  ),
  berlin: zoned(
    berlin,
    'tr-berlin',
    'DTSTART;TZID=Europe/Berlin:20260715T100000',
    'DTEND;TZID=Europe/Berlin:20260715T110000',
  ),
  kolkata: zoned(kolkata, 'tr-kolkata', 'DTSTART;TZID=Asia/Kolkata:20260115T100000', 'DURATION:PT1H'),
  nowhere: zoned(madeUp, 'tr-nowhere', 'DTSTART;TZID=Example/Nowhere:20260115T100000', 'DURATION:PT1H'),
  two: zoned(
    [...newYork, ...berlin],
    'tr-two',
    'DTSTART;TZID=America/New_York:20260115T180000',
    'DTEND;TZID=Europe/Berlin:20260116T120000',
  ),
  long: one('tr-long', 'DTSTART:20250101T000000Z', 'DTEND:20270101T000000Z'),
  daily: one(
    'tr-daily',
    'DTSTART:20260501T100000Z',
    'DURATION:PT1H',
    'RRULE:FREQ=DAILY;COUNT=5',
    'EXDATE:20260503T100000Z',
    'RDATE:20260510T100000Z',
  ),
  moved: calendar(
    event('tr-moved', ['DTSTART:20260601T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3']),
    event('tr-moved', ['RECURRENCE-ID:20260602T100000Z', 'DTSTART:20260620T100000Z', 'DURATION:PT1H']),
  ),
  endless: one('tr-endless', 'DTSTART:20200101T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=1'),
  weekly: zoned(
    newYork,
    'tr-weekly',
    'DTSTART;TZID=America/New_York:20260202T093000',
    'DURATION:PT30M',
    'RRULE:FREQ=WEEKLY;BYDAY=MO',
  ),
  until: one(
    'tr-until',
    'DTSTART:20260801T100000Z',
    'DURATION:PT1H',
    'RRULE:FREQ=DAILY;UNTIL=20260803T100000Z',
  ),
  wide: one('tr-wide', 'DTSTART:20260901T220000Z', 'DURATION:P2D', 'RRULE:FREQ=WEEKLY;COUNT=2'),
  period: one(
    'tr-period',
    'DTSTART:20261001T100000Z',
    'DURATION:PT1H',
    'RDATE;VALUE=PERIOD:20261005T100000Z/PT4H',
  ),
  yearly: one('tr-yearly', 'DTSTART;VALUE=DATE:20240229', 'RRULE:FREQ=YEARLY'),
})

const find = (object: string, what: string, start: string, end: string, why?: string): TimeRangeCase => ({
  object,
  what,
  start,
  end,
  matches: true,
  ...(why ? { why } : {}),
})
const leave = (object: string, what: string, start: string, end: string, why?: string): TimeRangeCase => ({
  ...find(object, what, start, end, why),
  matches: false,
})

const cases: readonly TimeRangeCase[] = [
  find(
    'ended',
    'an event that begins before the range and ends in it',
    '20260310T103000Z',
    '20260310T120000Z',
  ),
  find(
    'ended',
    'an event that begins in the range and ends after it',
    '20260310T090000Z',
    '20260310T103000Z',
  ),
  find('ended', 'an event around the range', '20260310T101500Z', '20260310T104500Z'),
  find('ended', 'an event inside the range', '20260310T090000Z', '20260310T120000Z'),
  find('ended', 'an event of the same times as the range', '20260310T100000Z', '20260310T110000Z'),
  leave('ended', 'an event that ends as the range begins', '20260310T110000Z', '20260310T120000Z'),
  leave('ended', 'an event that begins as the range ends', '20260310T090000Z', '20260310T100000Z'),
  find('ended', 'an event with a range of start alone before its end', '20260310T103000Z', ''),
  leave('ended', 'an event with a range of start alone at its end', '20260310T110000Z', ''),
  find('ended', 'an event with a range of end alone after its start', '', '20260310T103000Z'),
  leave('ended', 'an event with a range of end alone at its start', '', '20260310T100000Z'),
  find('lasting', 'an event given by its duration, within it', '20260310T103000Z', '20260310T104500Z'),
  leave('lasting', 'an event given by its duration, after it', '20260310T110000Z', '20260310T120000Z'),
  find('moment', 'an event of no length at the start of the range', '20260310T100000Z', '20260310T110000Z'),
  leave('moment', 'an event of no length at the end of the range', '20260310T090000Z', '20260310T100000Z'),
  find(
    'instant',
    'an event with a start time alone at the start of the range',
    '20260310T100000Z',
    '20260310T100001Z',
  ),
  leave(
    'instant',
    'an event with a start time alone before the range',
    '20260310T100001Z',
    '20260310T110000Z',
  ),
  find('date', 'an event of one day in the middle of it', '20260410T115900Z', '20260410T120100Z'),
  leave('date', 'an event of one day two days later', '20260412T120000Z', '20260412T130000Z'),
  leave('date', 'an event of one day two days before', '20260408T110000Z', '20260408T120000Z'),
  find('dates', 'an event of three days on its last day', '20260412T115900Z', '20260412T120100Z'),
  leave(
    'dates',
    'an event of three days on the day after its exclusive end',
    '20260414T120000Z',
    '20260414T130000Z',
  ),
  find('newyork', 'an event in New York at its time in winter', '20260115T150000Z', '20260115T153000Z'),
  leave(
    'newyork',
    'an event in New York at its wall-clock time read as UTC',
    '20260115T100000Z',
    '20260115T110000Z',
  ),
  find('berlin', 'an event in Berlin at its time in summer', '20260715T080000Z', '20260715T083000Z'),
  leave('berlin', 'an event in Berlin at its time in winter', '20260715T090000Z', '20260715T100000Z'),
  find('kolkata', 'an event in a zone half an hour off', '20260115T043000Z', '20260115T044500Z'),
  leave(
    'kolkata',
    'an event in a zone half an hour off, before it begins',
    '20260115T040000Z',
    '20260115T043000Z',
  ),
  find(
    'nowhere',
    'an event in a zone only its own VTIMEZONE defines',
    '20260115T024000Z',
    '20260115T030000Z',
  ),
  leave(
    'nowhere',
    'an event in a zone only its own VTIMEZONE defines, an hour later',
    '20260115T034000Z',
    '20260115T044000Z',
  ),
  find('two', 'an event that begins in one zone and ends in another', '20260116T105000Z', '20260116T110000Z'),
  leave(
    'two',
    'an event that begins in one zone and ends in another, after its end',
    '20260116T110000Z',
    '20260116T120000Z',
  ),
  find('long', 'an event of two years in the middle of it', '20260101T000000Z', '20260101T000100Z'),
  find('daily', 'a series on its first day', '20260501T100000Z', '20260501T110000Z'),
  find('daily', 'a series on its last day', '20260505T103000Z', '20260505T104000Z'),
  leave('daily', 'a series after its last day', '20260506T000000Z', '20260507T000000Z'),
  leave('daily', 'a series between two instances', '20260501T110000Z', '20260502T100000Z'),
  leave('daily', 'a series on a day it leaves out', '20260503T000000Z', '20260504T000000Z'),
  find('daily', 'a series on a day it adds', '20260510T100000Z', '20260510T110000Z'),
  leave('moved', 'a moved instance at the time it was moved from', '20260602T100000Z', '20260602T110000Z'),
  find('moved', 'a moved instance at the time it was moved to', '20260620T100000Z', '20260620T110000Z'),
  find('endless', 'an endless series five years on', '20310801T100000Z', '20310801T110000Z'),
  find('endless', 'an endless series sixty years on', '20860801T100000Z', '20860801T110000Z'),
  leave(
    'endless',
    'an endless series sixty years on, on a day without an instance',
    '20860802T000000Z',
    '20860831T000000Z',
  ),
  leave('endless', 'an endless series before it begins', '20191201T000000Z', '20200101T100000Z'),
  find(
    'weekly',
    'a weekly series in New York before the clocks change',
    '20260302T143000Z',
    '20260302T150000Z',
  ),
  find(
    'weekly',
    'a weekly series in New York after the clocks change',
    '20260309T133000Z',
    '20260309T140000Z',
  ),
  leave(
    'weekly',
    'a weekly series in New York after the clocks change, at the hour of winter',
    '20260309T143000Z',
    '20260309T150000Z',
  ),
  find('until', 'a series at the very instant of UNTIL', '20260803T100000Z', '20260803T110000Z'),
  leave('until', 'a series past UNTIL', '20260804T000000Z', '20260805T000000Z'),
  find('wide', 'a series of long instances on the second day of one', '20260903T210000Z', '20260903T213000Z'),
  find(
    'period',
    'a period added by RDATE in its fourth hour',
    '20261005T133000Z',
    '20261005T140000Z',
    'RFC 5545 §3.8.5.2 lets RDATE give periods, whose own length counts for that instance (§3.8.4.4 does not change it).',
  ),
  find('yearly', 'a leap-day series in a leap year', '20280229T110000Z', '20280229T120000Z'),
  leave('yearly', 'a leap-day series in a year without that day', '20270225T000000Z', '20270305T000000Z'),
]

/** time-range on VEVENT (RFC 4791 §9.9). */
export const section: Section = {
  cite: 'RFC 4791 §9.9',
  title: 'time-range on events',
  tests: timeRangeTests(
    fixture,
    'VEVENT',
    'An event overlaps a range if it begins before the end of the range and ends after its start; one without length if it lies in the half-open range; a series if any instance does.',
    cases,
  ),
}
