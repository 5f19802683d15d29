import { type CalendarObject, readCalendarObject } from '../../src/ical/object.ts'
import { writeUtc } from '../../src/ical/times.ts'
import { UTC, type Zone, zoneByName } from '../../src/ical/zones.ts'

/** The text of a VCALENDAR around components given as lines. */
export function calendarText(...components: (readonly string[])[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kalends//test//EN',
    ...components.flat(),
    'END:VCALENDAR',
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** A component with UID and DTSTAMP, around the lines given. */
export function component(name: string, ...lines: string[]): string[] {
  return [`BEGIN:${name}`, 'UID:one', 'DTSTAMP:20200101T000000Z', ...lines, `END:${name}`]
}

export function event(...lines: string[]): string[] {
  return component('VEVENT', ...lines)
}

/** A calendar object of the components given, read as the server reads it. */
export function object(...components: (readonly string[])[]): CalendarObject {
  return readCalendarObject(calendarText(...components))
}

export function zone(name: string): Zone {
  const found = zoneByName(name)
  if (found === undefined) throw new Error(`no zone ${name}`)
  return found
}

/** The instant (epoch ms) of `YYYYMMDD` or `YYYYMMDDTHHMMSS`, in UTC. */
export function at(text: string): number {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?Z?$/.exec(text) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** A range of two UTC times. */
export function range(from: string, until: string): { from: number; until: number } {
  return { from: at(from), until: at(until) }
}

/** `start/end` of something with times, in UTC. */
export function written({ start, end }: { start: number; end: number }): string {
  return start === end ? writeUtc(start) : `${writeUtc(start)}/${writeUtc(end)}`
}

export { UTC }
