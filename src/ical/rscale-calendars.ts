/**
 * The calendars of RSCALE (RFC 7529), as tables of months. Node's ICU answers which date a day has; the
 * tables turn that round and are kept, since one question to ICU costs 5 to 70 µs: each month costs one.
 */
import { isLeapYear, monthStarts, yearOf, yearStart } from './recurrence-civil.ts'

export interface CalendarMonth {
  /** RFC 7529 §4.2: the number of the regular month, which a leap month shares with the one it follows. */
  readonly number: number
  readonly isLeap: boolean
  /** Days from the start of the year. */
  readonly start: number
  readonly length: number
}
export interface CalendarYear {
  readonly year: number
  /** Days since the epoch. */
  readonly start: number
  readonly length: number
  readonly months: readonly CalendarMonth[]
}
export interface CalendarSystem {
  /** What looking at a year costs, in steps of a Budget. */
  readonly yearCost: number
  yearOf(day: number): number
  year(year: number): CalendarYear
  /** Months from the start of one year to the start of another. */
  monthsBetween(from: number, to: number): number
}

/** Calendars whose days and months are the Gregorian ones; only their years are counted differently. */
const LIKE_GREGORIAN = ['gregorian', 'gregory', 'iso8601', 'buddhist', 'japanese', 'roc']
const LUNAR = [
  'chinese',
  'dangi',
  'hebrew',
  'islamic',
  'islamic-civil',
  'islamic-rgsa',
  'islamic-tbla',
  'islamic-umalqura',
]
const SOLAR = ['coptic', 'ethioaa', 'ethiopic', 'indian', 'persian']
/** CLDR aliases and deprecated names (RFC 7529 §5). */
const ALIASES: Readonly<Record<string, string>> = {
  islamicc: 'islamic-civil',
  'ethiopic-amete-alem': 'ethioaa',
}

const systems = new Map<string, CalendarSystem>()

/** The calendar of an RSCALE value in any case, or undefined when it is not one this runtime has. */
export function calendarSystem(name: string): CalendarSystem | undefined {
  const id = ALIASES[name.toLowerCase()] ?? name.toLowerCase()
  const known = systems.get(id)
  if (known !== undefined) return known
  const system = makeSystem(id)
  if (system !== undefined) systems.set(id, system)
  return system
}

/** RSCALE values understood, upper-case, for CALDAV:supported-rscale-set (RFC 7529 §10.1). */
export function supportedCalendars(): string[] {
  const offered = new Set(Intl.supportedValuesOf('calendar'))
  const others = [...LIKE_GREGORIAN.slice(2), ...LUNAR, ...SOLAR].filter((name) => offered.has(name))
  return ['gregorian', ...others].map((name) => name.toUpperCase())
}

function makeSystem(id: string): CalendarSystem | undefined {
  if (LIKE_GREGORIAN.includes(id)) return GREGORIAN
  if (![...LUNAR, ...SOLAR].includes(id)) return undefined
  return Intl.supportedValuesOf('calendar').includes(id) ? icuSystem(id) : undefined
}

const GREGORIAN: CalendarSystem = {
  yearCost: 10,
  yearOf,
  monthsBetween: (from, to) => (to - from) * 12,
  year(year) {
    const starts = monthStarts(isLeapYear(year))
    const months = starts.slice(0, 12).map((start, index) => ({
      number: index + 1,
      isLeap: false,
      start,
      length: (starts[index + 1] ?? 0) - start,
    }))
    return { year, start: yearStart(year), length: starts[12] ?? 365, months }
  },
}

interface IcuDate {
  year: number
  month: string
  day: number
}

function icuSystem(id: string): CalendarSystem {
  const dateOf = icuReader(id)
  const years = new Map<number, CalendarYear>()
  const reference = { year: dateOf(0).year, start: startOfYear(0, dateOf) }
  const yearLength = SOLAR.includes(id) ? 365.2425 : id.startsWith('islamic') ? 354.367 : 365.2466
  let recent = reference.year
  /** The table that holds a day, among those looked at lately. */
  const recentTable = (day: number): CalendarYear | undefined =>
    [recent, recent + 1, recent - 1]
      .map((year) => years.get(year))
      .find((table) => table !== undefined && day >= table.start && day < table.start + table.length)
  const build = (year: number): CalendarYear => {
    const before = years.get(year - 1)
    if (before !== undefined) return buildYear(year, before.start + before.length, dateOf)
    const estimate = reference.start + (year - reference.year) * yearLength + INSIDE
    return buildYear(year, startOfYear(findDayIn(year, dateOf, estimate), dateOf), dateOf)
  }
  const system: CalendarSystem = {
    yearCost: id === 'chinese' || id === 'dangi' ? 1000 : 250,
    yearOf: (day) => recentTable(day)?.year ?? dateOf(day).year,
    year(year) {
      recent = year
      const known = years.get(year)
      if (known !== undefined) return known
      const made = build(year)
      if (years.size >= MAX_YEARS) years.clear()
      years.set(year, made)
      return made
    },
    monthsBetween(from, to) {
      if (SOLAR.includes(id)) return (to - from) * system.year(from).months.length
      return Math.round((system.year(to).start - system.year(from).start) / SYNODIC_MONTH)
    },
  }
  return system
}

/** Days after an estimated start of a year that are surely in it. */
const INSIDE = 45
const MAX_YEARS = 2000
const SYNODIC_MONTH = 29.530588

function icuReader(id: string): (day: number) => IcuDate {
  const format = new Intl.DateTimeFormat(`en-u-ca-${id}-nu-latn`, {
    timeZone: 'UTC',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  })
  return (day) => {
    const date = { year: 0, month: '', day: 0 }
    for (const { type, value } of format.formatToParts(day * 86_400_000)) {
      if (type === 'day') date.day = Number(value)
      else if (type === 'month') date.month = value
      else if ((type as string) === 'relatedYear' || type === 'year') date.year = Number(value)
    }
    return date
  }
}

/** Some day of the calendar year, near the estimate. */
function findDayIn(year: number, dateOf: (day: number) => IcuDate, estimate: number): number {
  let day = Math.round(estimate)
  for (let tries = 0; tries < 50; tries++) {
    const off = year - dateOf(day).year
    if (off === 0) return day
    day += off === 1 ? 100 : off === -1 ? -100 : off * 354
  }
  throw new RangeError(`The calendar has no year ${year}`)
}

/** The first day of the calendar year that holds a day, found month by month backwards. */
function startOfYear(inside: number, dateOf: (day: number) => IcuDate): number {
  const { year, day } = dateOf(inside)
  let start = inside - day + 1
  for (let before = dateOf(start - 1); before.year === year; before = dateOf(start - 1)) start -= before.day
  return start
}

/** Days after the start of a month that are in the next one, however long either is. */
const IN_NEXT_MONTH = 32

function buildYear(year: number, start: number, dateOf: (day: number) => IcuDate): CalendarYear {
  const months: CalendarMonth[] = []
  let at = start
  for (let date = dateOf(at); date.year === year; ) {
    const next = dateOf(at + IN_NEXT_MONTH)
    const length = IN_NEXT_MONTH + 1 - next.day
    const isLeap = date.month.endsWith('bis') || date.month === 'Adar I'
    const number = (months.at(-1)?.number ?? 0) + (isLeap ? 0 : 1)
    months.push({ number, isLeap, start: at - start, length })
    at += length
    date = next
  }
  return { year, start, length: at - start, months }
}
