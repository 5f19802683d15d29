/**
 * Expansion, matching and free-busy, against ical.js's own iterator and the package rrule in the same run:
 *
 *     node --import tsx bench/ical/expand.ts
 *
 * All three start from a parsed object and give the instances as instants. ical.js has its zone registered;
 * rrule knows wall-clock time only, so its results cost no zone at all.
 */
import ICAL from 'ical.js'
import rrulePackage from 'rrule'
import { matchesFilter } from '../../src/ical/filter.ts'
import { busyPeriods, mergeBusy } from '../../src/ical/free-busy.ts'
import { instancesBetween } from '../../src/ical/instances.ts'
import { type CalendarObject, readCalendarObject } from '../../src/ical/object.ts'
import { serializeCalendar } from '../../src/ical/text.ts'
import { vtimezoneFor } from '../../src/ical/vtimezone.ts'
import { UTC } from '../../src/ical/zones.ts'

const { RRule } = rrulePackage
const ROUNDS = 3
const ZONE = 'America/New_York'

interface Sample {
  readonly object: CalendarObject
  readonly component: ICAL.Component
  readonly rule: string
  readonly start: Date
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Processor microseconds of one call: the best of a few rounds, after warming up. */
function measure(act: () => unknown, calls: number): number {
  for (let call = 0; call < calls; call++) act()
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage()
    for (let call = 0; call < calls; call++) act()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / calls
  })
  return Math.min(...rounds)
}

function sample(start: string, rule: string, zone = ZONE): Sample {
  const suffix = zone === 'UTC' ? `:${start}Z` : `;TZID=${zone}:${start}`
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kalends//Bench//EN',
    'BEGIN:VEVENT',
    'UID:bench',
    'DTSTAMP:20260101T000000Z',
    `DTSTART${suffix}`,
    'DURATION:PT1H',
    `RRULE:${rule}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  const component = new ICAL.Component(ICAL.parse(text) as unknown[]).getFirstSubcomponent('vevent')
  if (component === null) throw new Error('the sample has no event')
  const digits = start.match(/\d+/g)?.join('') ?? ''
  const parts = [0, 4, 6, 8, 10, 12].map((at) => Number(digits.slice(at, at === 0 ? 4 : at + 2)))
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts
  return {
    object: readCalendarObject(text),
    component,
    rule,
    start: new Date(Date.UTC(year, month - 1, day, hour, minute)),
  }
}

function registerZone(): void {
  const text = serializeCalendar(vtimezoneFor(ZONE, { from: Date.UTC(1990, 0) }))
  ICAL.TimezoneService.register(new ICAL.Timezone(new ICAL.Component(ICAL.parse(text) as unknown[])))
}

function oursBetween({ object }: Sample, { start, end }: Range): number {
  return instancesBetween(object, { from: start, until: end }, { floatingZone: UTC, limit: 100_000 }).length
}

function icalBetween({ component }: Sample, { start, end }: Range, most = Number.POSITIVE_INFINITY): number {
  const event = new ICAL.Event(component)
  const iterator = event.iterator()
  let found = 0
  for (let next = iterator.next(); next; next = iterator.next()) {
    const at = next.toUnixTime() * 1000
    if (at >= end) break
    if (at + 3_600_000 > start && ++found >= most) break
  }
  return found
}

function rruleBetween({ rule, start }: Sample, range: Range): number {
  const series = new RRule({ ...RRule.parseString(rule), dtstart: start }, true)
  return series.between(new Date(range.start - 3_600_000), new Date(range.end - 1), true).length
}

function report(
  name: string,
  calls: number,
  act: { ours: () => number; icalJs: () => number; rrule: () => number },
): void {
  const results = [act.ours(), act.icalJs(), act.rrule()]
  const ours = measure(act.ours, calls)
  const slowCalls = Math.max(1, Math.floor(calls / 50))
  const icalJs = measure(act.icalJs, slowCalls)
  const rrule = measure(act.rrule, slowCalls)
  console.log(
    JSON.stringify({
      name,
      results,
      us: round(ours),
      icalJsUs: round(icalJs),
      rruleUs: round(rrule),
      timesFaster: { thanIcalJs: round(icalJs / ours), thanRrule: round(rrule / ours) },
    }),
  )
}

function round(number: number): number {
  return Number(number.toPrecision(3))
}

function compare(name: string, calls: number, of: Sample, range: Range): void {
  report(name, calls, {
    ours: () => oursBetween(of, range),
    icalJs: () => icalBetween(of, range),
    rrule: () => rruleBetween(of, range),
  })
}

registerZone()
const month = { start: Date.UTC(2026, 10, 1), end: Date.UTC(2026, 11, 1) }
const weekly = sample('20161101T090000', 'FREQ=WEEKLY;BYDAY=TU')
compare('month of a ten-year-old weekly series', 2000, weekly, month)
compare(
  'month of a ten-year-old weekly series in UTC',
  2000,
  sample('20161101T090000', 'FREQ=WEEKLY;BYDAY=TU', 'UTC'),
  month,
)
compare(
  'month of a ten-year-old monthly series',
  2000,
  sample('20161101T090000', 'FREQ=MONTHLY;BYDAY=2TU'),
  month,
)
compare(
  'month of a ten-year-old daily series with COUNT',
  2000,
  sample('20161101T090000', 'FREQ=DAILY;COUNT=9999'),
  month,
)

const fiveYears = { start: Date.UTC(2022, 0, 1), end: Date.UTC(2027, 0, 1) }
compare('5 years daily, from the start', 100, sample('20220101T090000', 'FREQ=DAILY'), fiveYears)
compare(
  '5 years daily, from the start, in UTC',
  100,
  sample('20220101T090000', 'FREQ=DAILY', 'UTC'),
  fiveYears,
)

const timeRange = { start: month.start, end: month.end }
const comps = [{ name: 'VEVENT', props: [], comps: [], timeRange }]
report('time-range match of a ten-year-old weekly series', 2000, {
  ours: () => Number(matchesFilter(weekly.object, { name: 'VCALENDAR', props: [], comps }, UTC)),
  icalJs: () => icalBetween(weekly, month, 1),
  rrule: () => Number(rruleBetween(weekly, month) > 0),
})

const RULES = [
  'FREQ=WEEKLY;BYDAY=MO',
  'FREQ=DAILY;COUNT=400',
  'FREQ=MONTHLY;BYDAY=1MO',
  'FREQ=YEARLY',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH',
]
const thousand = Array.from({ length: 1000 }, (_, index) => {
  const day = String((index % 28) + 1).padStart(2, '0')
  return sample(
    `20${20 + (index % 6)}${String((index % 12) + 1).padStart(2, '0')}${day}T100000`,
    RULES[index % RULES.length] ?? '',
  )
})
report('free-busy of a month over 1,000 series', 50, {
  ours: () => mergeBusy(thousand.flatMap(({ object }) => busyPeriods(object, month, UTC))).length,
  icalJs: () => thousand.reduce((sum, one) => sum + icalBetween(one, month), 0),
  rrule: () => thousand.reduce((sum, one) => sum + rruleBetween(one, month), 0),
})
