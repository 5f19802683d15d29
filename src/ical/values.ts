/** TEXT as a person reads it (RFC 5545 §3.3.11); an unknown escape stands for the character escaped. */
export function readText(value: string): string {
  if (!value.includes('\\')) return value
  return value.replace(/\\([\s\S])/g, (_, escaped: string) =>
    escaped === 'n' || escaped === 'N' ? '\n' : escaped,
  )
}

/** The inverse of `readText`: escapes backslash, comma, semicolon and line breaks. */
export function writeText(text: string): string {
  return text.replace(/[\\,;]/g, (special) => `\\${special}`).replace(/\r\n|\n|\r/g, '\\n')
}

/** The parts of a value separated by `separator` ("," or ";") where it is not escaped, still escaped themselves. */
export function splitEscaped(value: string, separator: ',' | ';'): string[] {
  if (!value.includes('\\')) return value.split(separator)
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '\\') at++
    else if (value[at] === separator) {
      parts.push(value.slice(start, at))
      start = at + 1
    }
  }
  parts.push(value.slice(start))
  return parts
}

/** The texts of a comma-separated property such as CATEGORIES. */
export function readTextList(value: string): string[] {
  return splitEscaped(value, ',').map(readText)
}

/** A duration (RFC 5545 §3.3.6): days are calendar days of the zone at hand, the rest is exact time. */
export interface DurationValue {
  readonly isNegative: boolean
  readonly weeks: number
  readonly days: number
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
}

const DURATION = /^([+-]?)P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/

/** As long as all of the time that DATE-TIME can name (RFC 5545 §3.3.5); longer ones lead nowhere. */
const LONGEST_DURATION_MS = 10_000 * 365.2425 * 86_400_000

/**
 * Reads a DURATION; undefined when it is none, or one of more than 10 000 years. Accepts weeks beside other
 * units, as some clients write.
 */
export function readDuration(text: string): DurationValue | undefined {
  const match = DURATION.exec(text)
  if (match === null) return undefined
  const [, sign, weeks, days, time, hours, minutes, seconds] = match
  if ([weeks, days, hours, minutes, seconds].every((part) => part === undefined) || time === 'T')
    return undefined
  const duration = {
    isNegative: sign === '-',
    weeks: Number(weeks ?? 0),
    days: Number(days ?? 0),
    hours: Number(hours ?? 0),
    minutes: Number(minutes ?? 0),
    seconds: Number(seconds ?? 0),
  }
  return Math.abs(durationMs(duration)) > LONGEST_DURATION_MS ? undefined : duration
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The calendar part of a duration in whole days, signed. */
export function durationDays({ isNegative, weeks, days }: DurationValue): number {
  return (isNegative ? -1 : 1) * (weeks * 7 + days)
}

/** The exact-time part of a duration in ms, signed. */
export function durationTimeMs({ isNegative, hours, minutes, seconds }: DurationValue): number {
  return (isNegative ? -1 : 1) * (hours * HOUR + minutes * MINUTE + seconds * SECOND)
}

/** A duration as if every day had 24 hours, in ms, signed. */
export function durationMs(duration: DurationValue): number {
  return durationDays(duration) * DAY + durationTimeMs(duration)
}

/** The duration of that many ms, in whole seconds, days first. */
export function writeDuration(ms: number): string {
  const total = Math.round(Math.abs(ms) / SECOND)
  const sign = ms < 0 && total > 0 ? '-' : ''
  const days = Math.floor(total / 86_400)
  const hours = Math.floor((total % 86_400) / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const seconds = total % 60
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`
  if (total === 0) return 'PT0S'
  return `${sign}P${days ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}

const UTC_OFFSET = /^([+-])(\d\d):?([0-5]\d)(?::?([0-5]\d))?$/

/** A UTC-OFFSET (RFC 5545 §3.3.14) in seconds, east positive; undefined when it is none or a day or more. */
export function readUtcOffset(text: string): number | undefined {
  const match = UTC_OFFSET.exec(text.trim())
  if (match === null) return undefined
  const [, sign, hours, minutes, seconds] = match
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)
  if (total >= 86_400) return undefined
  return sign === '-' && total > 0 ? -total : total
}

/** The inverse of `readUtcOffset`, with seconds only when there are some. */
export function writeUtcOffset(seconds: number): string {
  const total = Math.abs(seconds)
  const pair = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const rest = total % 60 === 0 ? '' : pair(total % 60)
  return `${seconds < 0 ? '-' : '+'}${pair(total / 3600)}${pair((total % 3600) / 60)}${rest}`
}
