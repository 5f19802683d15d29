/** Random calendar objects for laws: events and to-dos in any zone, recurring or not, with exceptions. */
import fc from 'fast-check'
import { type CalendarObject, readCalendarObject } from '../../src/ical/object.ts'
import { localTimeOf, writeDate, writeLocalTime, writeUtc } from '../../src/ical/times.ts'
import { calendarText, component, zone } from './calendar-text.ts'
import { RuleMaker } from './random-rules.ts'

export const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Australia/Lord_Howe',
]

interface Form {
  readonly kind: 'date' | 'floating' | 'utc' | 'zoned'
  readonly zone: string
  /** Minutes since 2015, of the start. */
  readonly start: number
  readonly length: number
}

const form: fc.Arbitrary<Form> = fc.record({
  kind: fc.constantFrom('date', 'floating', 'utc', 'zoned'),
  zone: fc.constantFrom(...ZONES.slice(1)),
  start: fc.integer({ min: 0, max: 3_000_000 }),
  length: fc.integer({ min: 0, max: 5000 }),
})

const EPOCH = Date.UTC(2015, 0, 1)

function localOf({ kind, start }: Form, minutes = 0): number {
  const ms = EPOCH + (start + minutes) * 60_000
  return kind === 'date' ? Math.floor(ms / 86_400_000) * 86_400_000 : ms
}

function timeLine(name: string, from: Form, local: number): string {
  const time = localTimeOf(local)
  switch (from.kind) {
    case 'date':
      return `${name};VALUE=DATE:${writeDate(time)}`
    case 'utc':
      return `${name}:${writeUtc(local)}`
    case 'floating':
      return `${name}:${writeLocalTime(time)}`
    case 'zoned':
      return `${name};TZID=${from.zone}:${writeLocalTime(time)}`
  }
}

/** The same moment as clients in another zone write it; dates and floating times have only one form. */
function rewritten(name: string, from: Form, local: number, writtenIn: string | undefined): string {
  if (writtenIn === undefined || (from.kind !== 'utc' && from.kind !== 'zoned'))
    return timeLine(name, from, local)
  const instant = from.kind === 'utc' ? local : zone(from.zone).toInstant(local)
  if (writtenIn === 'UTC') return `${name}:${writeUtc(instant)}`
  const there = instant + zone(writtenIn).offsetAt(instant) * 1000
  return timeLine(name, { ...from, kind: 'zoned', zone: writtenIn }, there)
}

/** RRULEs of a day or longer, from a seed, so that expansions stay small. */
const rule: fc.Arbitrary<string> = fc.integer({ min: 1, max: 1_000_000 }).map((seed) => {
  const maker = new RuleMaker(seed)
  for (;;) {
    const made = maker.next().rule
    if (!/FREQ=(HOURLY|MINUTELY|SECONDLY)/.test(made)) return made
  }
})

/** Minutes after DTSTART: whole days often, since there most rules have their instances. */
const later = fc.oneof(
  fc.integer({ min: 0, max: 270 }).map((days) => days * 1440),
  fc.integer({ min: -20_000, max: 400_000 }),
)

const exception = fc.record({
  minutes: later,
  moved: fc.integer({ min: -3000, max: 3000 }),
  isRange: fc.boolean(),
  writtenIn: fc.constantFrom(undefined, ...ZONES),
})

type Exception = typeof exception extends fc.Arbitrary<infer Value> ? Value : never

interface Parts {
  readonly name: 'VEVENT' | 'VTODO'
  readonly form: Form
  readonly end: 'none' | 'end' | 'duration'
  readonly rules: readonly string[]
  readonly extra: readonly number[]
  readonly excluded: readonly number[]
  readonly overrides: readonly Exception[]
  readonly status: 'TENTATIVE' | 'CONFIRMED' | 'CANCELLED'
}

function lengthLine({ name, form: own, end }: Parts, local: number): string[] {
  const isDate = own.kind === 'date'
  if (end === 'none') return []
  if (end === 'duration') return [isDate ? `DURATION:P${1 + (own.length % 3)}D` : `DURATION:PT${own.length}M`]
  const ms = isDate ? (1 + (own.length % 3)) * 86_400_000 : (own.length + 1) * 60_000
  return [timeLine(name === 'VTODO' ? 'DUE' : 'DTEND', own, local + ms)]
}

function textOf(parts: Parts): string {
  const { name, form: own, rules, extra, excluded, overrides, status } = parts
  const start = localOf(own)
  const state = name === 'VEVENT' ? [`STATUS:${status}`] : []
  const master = component(
    name,
    timeLine('DTSTART', own, start),
    ...lengthLine(parts, start),
    ...rules.map((text) => `RRULE:${text}`),
    ...extra.map((minutes) => timeLine('RDATE', own, localOf(own, minutes))),
    ...excluded.map((minutes) => timeLine('EXDATE', own, localOf(own, minutes))),
    ...state,
  )
  const ids = new Set<number>()
  const others = overrides.flatMap(({ minutes, moved, isRange, writtenIn }) => {
    const original = localOf(own, minutes)
    if (ids.has(original)) return []
    ids.add(original)
    const id = rewritten('RECURRENCE-ID', own, original, writtenIn)
    const place = localOf(own, minutes + moved)
    return [
      component(
        name,
        isRange ? id.replace('RECURRENCE-ID', 'RECURRENCE-ID;RANGE=THISANDFUTURE') : id,
        rewritten('DTSTART', own, place, writtenIn),
        ...lengthLine(parts, place),
      ),
    ]
  })
  return calendarText(master, ...others)
}

/** Random calendar objects, by their text. */
export const objectText: fc.Arbitrary<string> = fc
  .record({
    name: fc.constantFrom('VEVENT', 'VTODO'),
    form,
    end: fc.constantFrom('none', 'end', 'duration'),
    rules: fc.array(rule, { maxLength: 2 }),
    extra: fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 2 }),
    excluded: fc.array(later, { maxLength: 2 }),
    overrides: fc.array(exception, { maxLength: 2 }),
    status: fc.constantFrom('TENTATIVE', 'CONFIRMED', 'CANCELLED'),
  } satisfies Record<keyof Parts, fc.Arbitrary<unknown>>)
  .map((parts) => textOf(parts as Parts))

export function readObject(text: string): CalendarObject {
  return readCalendarObject(text)
}

export const zoneName: fc.Arbitrary<string> = fc.constantFrom(...ZONES)

/** Three instants in order (epoch ms), months apart, near and far from the objects. */
export const threeInstants: fc.Arbitrary<[number, number, number]> = fc
  .tuple(
    fc.integer({ min: -400, max: 9000 }),
    fc.integer({ min: 1, max: 200 * 1440 }),
    fc.integer({ min: 1, max: 200 * 1440 }),
  )
  .map(([day, first, second]) => {
    const from = EPOCH + day * 86_400_000
    return [from, from + first * 60_000, from + (first + second) * 60_000]
  })

export { zone }
