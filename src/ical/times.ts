import { type Component, type Property, property } from './component.ts'
import { InvalidCalendarError } from './errors.ts'
import type { Zone } from './zone.ts'

/** A calendar date and time of day, in whatever zone the context says. `month` is 1 to 12. */
export interface LocalTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** A DATE or DATE-TIME value (RFC 5545 §3.3.4, §3.3.5). Dates have a time of 00:00:00. */
export interface TimeValue {
  readonly kind: 'date' | 'floating' | 'utc' | 'zoned'
  readonly local: LocalTime
  /** Present when `kind` is 'zoned'. */
  readonly zone?: Zone
  /** TZID as written, when `kind` is 'zoned'. */
  readonly tzid?: string
}

/** What finds the zone of a TZID parameter: a `ZoneTable`, in most uses. */
export interface ZoneResolver {
  resolve(tzid: string): Zone | undefined
}

// Google's birthday calendar writes dates with a Z, which then means nothing.
const DATE_OR_DATE_TIME = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?)|Z)?$/

/** The date or date-time written as basic ISO 8601, or undefined when it is neither or no real date. */
export function readLocalTime(
  text: string,
): { local: LocalTime; hasTime: boolean; isUtc: boolean } | undefined {
  const match = DATE_OR_DATE_TIME.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, utc] = match
  const local = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
  }
  if (!isRealTime(local)) return undefined
  return { local, hasTime: hour !== undefined, isUtc: utc === 'Z' }
}

function isRealTime({ year, month, day, hour, minute, second }: LocalTime): boolean {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return false
  // RFC 5545 §3.3.12 allows second 60, a leap second.
  return hour <= 23 && minute <= 59 && second <= 60
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Days of a Gregorian month (1 to 12). */
export function daysInMonth(year: number, month: number): number {
  if (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)) return 29
  return MONTH_DAYS[month - 1] ?? 0
}

/** Wall-clock time as epoch milliseconds as if it were UTC. */
export function localMs({ year, month, day, hour, minute, second }: LocalTime): number {
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return year < 100 ? new Date(ms).setUTCFullYear(year, month - 1, day) : ms
}

/** The inverse of `localMs`. */
export function localTimeOf(ms: number): LocalTime {
  const date = new Date(ms)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  }
}

/**
 * The time written as `text`, read with the parameters of `from` (TZID; VALUE follows the form of the text).
 * @throws InvalidCalendarError naming the property, for bad syntax or a TZID that no zone is known for.
 */
export function readTimeValue(text: string, from: Property, zones: ZoneResolver): TimeValue {
  const read = readLocalTime(text) ?? readLocalTime(text.trim())
  if (read === undefined) throw notATime(text, from)
  const { local, hasTime, isUtc } = read
  if (!hasTime || isDateByParameter(from, local)) return { kind: 'date', local }
  if (isUtc) return { kind: 'utc', local }
  const tzid = from.params.get('TZID')?.[0]
  if (tzid === undefined) return { kind: 'floating', local }
  const zone = zones.resolve(tzid)
  if (zone === undefined) throw unknownZone(tzid, from)
  return { kind: 'zoned', local, zone, tzid }
}

/** VALUE=DATE over a midnight date-time, as some producers write, means the date. */
function isDateByParameter(from: Property, { hour, minute, second }: LocalTime): boolean {
  if (from.params.size === 0 || from.params.get('VALUE')?.[0]?.toUpperCase() !== 'DATE') return false
  return hour + minute + second === 0
}

/** Every time of a list property such as EXDATE or RDATE; periods are left out. */
export function readTimeValues(from: Property, zones: ZoneResolver): TimeValue[] {
  return from.value
    .split(',')
    .filter((text) => text !== '' && !text.includes('/'))
    .map((text) => readTimeValue(text, from, zones))
}

/** The time of the first property of that name, or undefined when the component has none. */
export function timeOf(component: Component, name: string, zones: ZoneResolver): TimeValue | undefined {
  const found = property(component, name)
  return found === undefined ? undefined : readTimeValue(found.value, found, zones)
}

/** The instant in epoch ms; dates and floating times are read in `floatingZone`. */
export function toInstant(value: TimeValue, floatingZone: Zone): number {
  const ms = localMs(value.local)
  if (value.kind === 'utc') return ms
  return (value.zone ?? floatingZone).toInstant(ms)
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

/** `YYYYMMDD`. */
export function writeDate({ year, month, day }: LocalTime): string {
  return pad(year, 4) + pad(month, 2) + pad(day, 2)
}

/** `YYYYMMDDTHHMMSS`, without Z. */
export function writeLocalTime(local: LocalTime): string {
  return `${writeDate(local)}T${pad(local.hour, 2)}${pad(local.minute, 2)}${pad(local.second, 2)}`
}

/** `YYYYMMDDTHHMMSSZ` of an instant in epoch ms. */
export function writeUtc(epochMs: number): string {
  return `${writeLocalTime(localTimeOf(epochMs))}Z`
}

/** A time as property value; the TZID and VALUE parameters are the caller's. */
export function writeTimeValue(value: TimeValue): string {
  if (value.kind === 'date') return writeDate(value.local)
  return value.kind === 'utc' ? `${writeLocalTime(value.local)}Z` : writeLocalTime(value.local)
}

function notATime(text: string, from: Property): InvalidCalendarError {
  return new InvalidCalendarError(
    `Line ${from.line}: ${from.name} is not a date or date-time: ${JSON.stringify(text.slice(0, 40))}`,
    { line: from.line, subject: from.name, rule: 'RFC 5545 §3.3.5' },
  )
}

function unknownZone(tzid: string, from: Property): InvalidCalendarError {
  return new InvalidCalendarError(
    `Line ${from.line}: ${from.name} names the time zone ${JSON.stringify(tzid.slice(0, 80))}, ` +
      'which is neither defined here by a VTIMEZONE nor known by name',
    { line: from.line, subject: from.name, rule: 'RFC 5545 §3.2.19', unknown: 'TZID', isObjectRule: true },
  )
}
