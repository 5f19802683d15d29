/** A component as its lines; nested components are lines as well. */
export type Lines = readonly string[]

const stamp = 'DTSTAMP:20260101T000000Z'

/** One VCALENDAR around components (and their time zones), with CRLF line ends and long lines folded. */
export function calendar(...components: readonly Lines[]): string {
  return calendarWith([], ...components)
}

/** One VCALENDAR with more calendar properties (`METHOD:REQUEST`). */
export function calendarWith(properties: Lines, ...components: readonly Lines[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Example Corp.//CalDAV Conformance//EN',
    ...properties,
    ...components.flat(),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${fold(line)}\r\n`).join('')
}

/** A component of any name around lines. */
export function component(name: string, lines: Lines): Lines {
  return [`BEGIN:${name}`, ...lines, `END:${name}`]
}

/** A VEVENT with UID and DTSTAMP. */
export function event(uid: string, lines: Lines): Lines {
  return component('VEVENT', [`UID:${uid}`, stamp, ...lines])
}

/** A VTODO with UID and DTSTAMP. */
export function todo(uid: string, lines: Lines): Lines {
  return component('VTODO', [`UID:${uid}`, stamp, ...lines])
}

/** A VJOURNAL with UID and DTSTAMP. */
export function journal(uid: string, lines: Lines): Lines {
  return component('VJOURNAL', [`UID:${uid}`, stamp, ...lines])
}

/** A display alarm. */
export function alarm(lines: Lines): Lines {
  return component('VALARM', ['ACTION:DISPLAY', 'DESCRIPTION:Alarm', ...lines])
}

/** A one-hour event in UTC with a title, the object to take when any will do. */
export function simpleEvent(uid: string, title = 'Simple', start = '20260310T100000Z'): string {
  return calendar(event(uid, [`DTSTART:${start}`, 'DURATION:PT1H', `SUMMARY:${title}`]))
}

/** Folds one content line at 75 octets without splitting a character (RFC 5545 §3.1). */
function fold(line: string): string {
  if (Buffer.byteLength(line) <= 75) return line
  let out = ''
  let length = 0
  for (const character of line) {
    const octets = Buffer.byteLength(character)
    if (length + octets > 74) {
      out += '\r\n '
      length = 1
    }
    out += character
    length += octets
  }
  return out
}
