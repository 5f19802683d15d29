import { type Component, parameter, properties, property } from './component.ts'
import { InvalidCalendarError } from './errors.ts'
import { type OnsetRule, onsetsInYear, readOnsetRule } from './onset-rule.ts'
import { type LocalTime, localMs, readLocalTime } from './times.ts'
import { readUtcOffset } from './values.ts'

/** One STANDARD or DAYLIGHT part. */
export interface Observance {
  /** Seconds. */
  readonly offsetFrom: number
  readonly offsetTo: number
  readonly rule: RememberedRule | undefined
  /** Onsets named one by one, in epoch ms, in order; at least DTSTART. */
  readonly listed: readonly number[]
}

/** A rule whose onsets of a year (wall clock, ms as if UTC) are worked out once. */
interface RememberedRule {
  readonly rule: OnsetRule
  onsetsIn(year: number): readonly number[]
}

const MAX_LISTED_ONSETS = 5000
const MAX_YEARLY_ONSETS = 60
/** A rule with COUNT is listed up to here. */
const LAST_COUNTED_YEAR = 2200
const MAX_REMEMBERED_YEARS = 1024
const DAY = 86_400_000

/**
 * Reads a STANDARD or DAYLIGHT component.
 * @throws InvalidCalendarError when it cannot be followed.
 */
export function readObservance(component: Component): Observance {
  const offsetFrom = requireOffset(component, 'TZOFFSETFROM')
  const offsetTo = requireOffset(component, 'TZOFFSETTO')
  const dtstart = property(component, 'DTSTART')
  const start = dtstart && readLocalTime(dtstart.value.trim())
  if (start === undefined) throw brokenTimezone(component, 'has no usable DTSTART')
  const rrule = property(component, 'RRULE')
  const rule = rrule && readOnsetRule(rrule.value, start.local, offsetFrom, rrule.line)
  if (rule !== undefined && onsetsInYear(rule, start.local.year + rule.interval).length > MAX_YEARLY_ONSETS) {
    throw brokenTimezone(component, 'begins unreasonably often')
  }
  const locals = [localMs(start.local), ...listedDates(component)]
  const isCounted = rule?.count !== undefined
  if (isCounted) locals.push(...countedOnsets(rule))
  return {
    offsetFrom,
    offsetTo,
    rule: isCounted || rule === undefined ? undefined : rememberYears(rule),
    listed: [...new Set(locals)].sort((a, b) => a - b).map((local) => local - offsetFrom * 1000),
  }
}

function rememberYears(rule: OnsetRule): RememberedRule {
  const years = new Map<number, readonly number[]>()
  function onsetsIn(year: number): readonly number[] {
    const known = years.get(year)
    if (known !== undefined) return known
    if (years.size >= MAX_REMEMBERED_YEARS) years.clear()
    const onsets = onsetsInYear(rule, year)
    years.set(year, onsets)
    return onsets
  }
  return { rule, onsetsIn }
}

function requireOffset(component: Component, name: string): number {
  const found = property(component, name)
  const offset = found && readUtcOffset(found.value)
  if (offset === undefined) throw brokenTimezone(component, `has no usable ${name}`)
  return offset
}

function listedDates(component: Component): number[] {
  const dates: LocalTime[] = []
  for (const rdate of properties(component, 'RDATE')) {
    if (parameter(rdate, 'VALUE')?.toUpperCase() === 'PERIOD')
      throw brokenTimezone(component, 'has an RDATE of periods')
    for (const text of rdate.value.split(',')) {
      if (text === '') continue
      const read = readLocalTime(text.trim())
      if (read === undefined) throw brokenTimezone(component, 'has an RDATE that is no date-time')
      if (dates.push(read.local) > MAX_LISTED_ONSETS) throw brokenTimezone(component, 'lists too many dates')
    }
  }
  return dates.map(localMs)
}

/** The onsets of a rule with COUNT, of which DTSTART is the first. */
function countedOnsets(rule: OnsetRule): number[] {
  const startMs = localMs(rule.start)
  const count = Math.min(rule.count ?? 0, MAX_LISTED_ONSETS)
  const found: number[] = [startMs]
  for (let year = rule.start.year; year <= LAST_COUNTED_YEAR && found.length < count; year++) {
    found.push(...onsetsInYear(rule, year).filter((onset) => onset !== startMs))
  }
  return found.slice(0, Math.max(count, 1))
}

/** Onsets in (from, until), epoch ms. */
export function onsetsWithin(observance: Observance, from: number, until: number): number[] {
  const found = observance.listed.filter((at) => at > from && at < until)
  const { rule } = observance
  if (rule === undefined) return found
  const lastYear = yearOf(until + DAY)
  for (let year = yearOf(from - DAY); year <= lastYear; year++) {
    for (const local of rule.onsetsIn(year)) {
      const at = local - observance.offsetFrom * 1000
      if (at > from && at < until) found.push(at)
    }
  }
  return found
}

/** A yearly rule skips eight of its years at most: 29 February around 1900. */
const MAX_YEARS_WITHOUT = 10

/** The latest onset at or before an instant, epoch ms. */
export function lastOnset(observance: Observance, instant: number): number | undefined {
  const { rule, listed, offsetFrom } = observance
  const last = listed.findLast((at) => at <= instant)
  if (rule === undefined || last === undefined) return last
  const { interval, start, untilLocalMs } = rule.rule
  const newestYear = yearOf(Math.min(instant + DAY, untilLocalMs))
  let year = newestYear - ((((newestYear - start.year) % interval) + interval) % interval)
  for (let tries = 0; tries < MAX_YEARS_WITHOUT && year >= start.year; tries++, year -= interval) {
    const found = rule.onsetsIn(year).findLast((local) => local - offsetFrom * 1000 <= instant)
    if (found !== undefined) return Math.max(last, found - offsetFrom * 1000)
  }
  return last
}

const YEAR = 365.2425 * DAY

/** Also for instants beyond what a Date can hold. */
function yearOf(epochMs: number): number {
  const year = new Date(epochMs).getUTCFullYear()
  return Number.isNaN(year) ? Math.floor(1970 + epochMs / YEAR) : year
}

/** The error for a component of a time zone that cannot be followed. */
export function brokenTimezone(component: Component, what: string): InvalidCalendarError {
  const place = component.line > 0 ? `Line ${component.line}: ` : ''
  return new InvalidCalendarError(`${place}${component.name} ${what}`, {
    ...(component.line > 0 ? { line: component.line } : {}),
    subject: component.name,
    rule: 'RFC 5545 §3.6.5',
  })
}
