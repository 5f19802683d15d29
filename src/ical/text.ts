import type { Component } from './component.ts'
import { readContentLine, writeContentLine } from './content-line.ts'
import { InvalidCalendarError } from './errors.ts'
import { DEFAULT_PARSE_LIMITS, type ParseLimits } from './limits.ts'
import { TreeBuilder } from './tree-builder.ts'
import { eachContentLine, foldLine } from './unfold.ts'

// RFC 5545 §3.1 allows no control characters but HTAB in a value, and XML, which carries the data in a
// REPORT, can hold neither them nor U+FFFE and U+FFFF.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

/**
 * Reads one iCalendar stream holding one VCALENDAR: syntax only, no rule of what must be inside.
 * Accepts CRLF, LF or CR line ends, a byte order mark and empty lines.
 * @throws InvalidCalendarError naming line, property and rule.
 */
export function parseCalendar(text: string, limits: ParseLimits = DEFAULT_PARSE_LIMITS): Component {
  refuseControlCharacters(text)
  const builder = new TreeBuilder(limits)
  let calendar: Component | undefined
  eachContentLine(text, limits.maxLineLength, (line, number) => {
    if (calendar !== undefined) {
      if (line.trim() === '') return
      throw notOneCalendar(number, `Line ${number}: there is more text after END:VCALENDAR`)
    }
    const property = readContentLine(line, number)
    if (builder.depth === 0 && !opensCalendar(property)) {
      throw notOneCalendar(number, `Line ${number}: the text does not begin with BEGIN:VCALENDAR`)
    }
    calendar = builder.push(property)
  })
  if (calendar !== undefined) return calendar
  const open = builder.openComponent
  if (open === undefined) throw notOneCalendar(1, 'The text holds no BEGIN:VCALENDAR')
  throw notOneCalendar(open.line, `BEGIN:${open.name} of line ${open.line} has no END:${open.name}`)
}

/** The text of a component tree: CRLF, folded at 75 octets, names upper-case (RFC 5545 §3.1). */
export function serializeCalendar(component: Component): string {
  let text = `BEGIN:${component.name}\r\n`
  for (const property of component.properties) text += foldLine(writeContentLine(property))
  for (const child of component.components) text += serializeCalendar(child)
  return `${text}END:${component.name}\r\n`
}

/**
 * Refuses characters that no calendar data may hold.
 * @throws InvalidCalendarError naming the line of the first one.
 */
export function refuseControlCharacters(text: string, firstLine = 1): void {
  const at = text.search(FORBIDDEN)
  if (at < 0) return
  const line = firstLine + (text.slice(0, at).match(/\r\n|\n|\r/g)?.length ?? 0)
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
  throw new InvalidCalendarError(`Line ${line} contains the control character U+${code}`, {
    line,
    rule: 'RFC 5545 §3.1',
  })
}

function opensCalendar(property: { readonly name: string; readonly value: string }): boolean {
  return property.name === 'BEGIN' && property.value.trim().toUpperCase() === 'VCALENDAR'
}

function notOneCalendar(line: number, message: string): InvalidCalendarError {
  return new InvalidCalendarError(message, { line, subject: 'VCALENDAR', rule: 'RFC 5545 §3.4' })
}
