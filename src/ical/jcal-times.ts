const DURATION = /^\+?P[0-9WDTHMS]+$/

/** The jCal form of a DATE or DATE-TIME (RFC 7265 §3.6.4, §3.6.5); undefined when it is neither. */
export function readJcalTime(text: string): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, zulu] = match
  const date = `${year}-${month}-${day}`
  return hour === undefined ? date : `${date}T${hour}:${minute}:${second}${zulu}`
}

/** The inverse of `readJcalTime`. */
export function writeJcalTime(text: string): string | undefined {
  return /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ?)?$/.test(text) ? text.replace(/[-:]/g, '') : undefined
}

/** The jCal form of a PERIOD: its start, and its end or duration (RFC 7265 §3.6.9). */
export function readJcalPeriod(text: string): [string, string] | undefined {
  const [from = '', to = '', ...rest] = text.split('/')
  const start = readJcalTime(from)
  const end = DURATION.test(to) ? to : readJcalTime(to)
  return start === undefined || end === undefined || rest.length > 0 ? undefined : [start, end]
}

/** The inverse of `readJcalPeriod`. */
export function writeJcalPeriod(start: string, end: string): string | undefined {
  const from = writeJcalTime(start)
  const to = DURATION.test(end) ? end : writeJcalTime(end)
  return from === undefined || to === undefined ? undefined : `${from}/${to}`
}

/** The jCal form of a TIME (RFC 7265 §3.6.6). */
export function readJcalTimeOfDay(text: string): string | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(Z?)$/.exec(text)
  return match === null ? undefined : `${match[1]}:${match[2]}:${match[3]}${match[4]}`
}

/** The inverse of `readJcalTimeOfDay`. */
export function writeJcalTimeOfDay(text: string): string | undefined {
  return /^\d\d:\d\d:\d\dZ?$/.test(text) ? text.replaceAll(':', '') : undefined
}

/** The jCal form of a UTC-OFFSET (RFC 7265 §3.6.14). */
export function readJcalOffset(text: string): string | undefined {
  const match = /^([+-]\d\d)(\d\d)(\d\d)?$/.exec(text)
  if (match === null) return undefined
  return `${match[1]}:${match[2]}${match[3] === undefined ? '' : `:${match[3]}`}`
}

/** The inverse of `readJcalOffset`. */
export function writeJcalOffset(text: string): string | undefined {
  return /^[+-]\d\d:\d\d(:\d\d)?$/.test(text) ? text.replaceAll(':', '') : undefined
}
