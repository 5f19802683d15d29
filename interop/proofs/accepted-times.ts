import { unfold } from './dav.ts'

/** A time that was accepted. Milliseconds since 1970. */
export interface Span {
  readonly uid: string
  readonly start: number
  readonly end: number
}

const DAY = 86_400_000

/** The times of an object, all in UTC and at most daily, that an attendee accepted. Reads no other rules. */
export function acceptedTimes(text: string, email: string): Span[] {
  const components = unfold(text).split('BEGIN:VEVENT\r\n').slice(1)
  const master = components.find((each) => !/^RECURRENCE-ID/m.test(each))
  const overridden = new Map(components.map((each) => [timeOf(each, 'RECURRENCE-ID'), each]))
  const starts = master === undefined ? [] : startsOf(master)
  const uid = /^UID:(.*)\r/m.exec(text)?.[1] ?? ''
  const accepted = starts.flatMap((start): Span[] => {
    const component = overridden.get(start) ?? (master as string)
    if (statusOf(component, email) !== 'ACCEPTED') return []
    const length = (timeOf(component, 'DTEND') as number) - (timeOf(component, 'DTSTART') as number)
    const actual = overridden.has(start) ? (timeOf(component, 'DTSTART') as number) : start
    return [{ uid, start: actual, end: actual + length }]
  })
  return /^STATUS:CANCELLED\r/m.test(text) ? [] : accepted
}

function startsOf(master: string): number[] {
  const first = timeOf(master, 'DTSTART') as number
  const count = Number(/^RRULE:FREQ=DAILY;COUNT=(\d+)\r/m.exec(master)?.[1] ?? 1)
  return Array.from({ length: count }, (_, day) => first + day * DAY)
}

function timeOf(component: string, name: string): number | undefined {
  const [, y, mo, d, h, mi] =
    new RegExp(`^${name}(?:;[^:]*)?:(\\d{4})(\\d\\d)(\\d\\d)T(\\d\\d)(\\d\\d)\\d\\dZ\\r`, 'm').exec(
      component,
    ) ?? []
  return y === undefined ? undefined : Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi))
}

function statusOf(component: string, email: string): string {
  const line = component
    .split('\r\n')
    .find((each) => each.startsWith('ATTENDEE') && each.endsWith(`:mailto:${email}`))
  return /PARTSTAT=([A-Z-]+)/.exec(line ?? '')?.[1] ?? 'NEEDS-ACTION'
}
