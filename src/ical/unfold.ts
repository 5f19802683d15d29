import { InvalidCalendarError } from './errors.ts'

const LF = 10
const CR = 13
const SPACE = 32
const TAB = 9
const BYTE_ORDER_MARK = 0xfeff

/**
 * Calls `take` for each content line of a text, unfolded (RFC 5545 §3.1), with the number of its first line;
 * the text's own first line is `firstLine`. Answers the number of the line after the text.
 * A line ends at CRLF, LF or a lone CR; lines without content are skipped, also inside a folded value.
 * @throws InvalidCalendarError when an unfolded line is longer than `maxLength`, or from `take`.
 */
export function eachContentLine(
  text: string,
  maxLength: number,
  take: (line: string, number: number) => void,
  firstLine = 1,
): number {
  let position = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0
  let number = firstLine
  let pending: string | undefined
  let pendingNumber = 0
  let nextLf = indexOrEnd(text, '\n', position)
  let nextCr = indexOrEnd(text, '\r', position)
  while (position < text.length) {
    // Either is looked for again only once it is passed, or a text without one would be searched for every line.
    if (nextLf < position) nextLf = indexOrEnd(text, '\n', position)
    if (nextCr < position) nextCr = indexOrEnd(text, '\r', position)
    const breakAt = Math.min(nextLf, nextCr)
    const first = text.charCodeAt(position)
    if (breakAt > position) {
      if (first === SPACE || first === TAB) {
        if (pending === undefined) pendingNumber = number
        pending = (pending ?? '') + text.slice(position + 1, breakAt)
      } else {
        if (pending !== undefined) take(pending, pendingNumber)
        pending = text.slice(position, breakAt)
        pendingNumber = number
      }
      if (pending.length > maxLength) throw lineTooLong(pendingNumber, maxLength)
    }
    position = breakAt + 1
    if (text.charCodeAt(breakAt) === CR && text.charCodeAt(position) === LF) position++
    number++
  }
  if (pending !== undefined) take(pending, pendingNumber)
  return number
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const at = text.indexOf(wanted, from)
  return at < 0 ? text.length : at
}

function lineTooLong(line: number, maxLength: number): InvalidCalendarError {
  return new InvalidCalendarError(`Line ${line} is longer than ${maxLength} characters when unfolded`, {
    line,
    rule: 'RFC 5545 §3.1',
  })
}

/** Longest line in octets, its line break not counted (RFC 5545 §3.1). */
const MAX_LINE_OCTETS = 75

/** A content line folded at 75 octets of UTF-8, never inside a character, with CRLF after each line. */
export function foldLine(line: string): string {
  if (line.length <= MAX_LINE_OCTETS / 3) return `${line}\r\n`
  const octets = Buffer.byteLength(line)
  if (octets <= MAX_LINE_OCTETS) return `${line}\r\n`
  return octets === line.length ? foldAscii(line) : foldUnicode(line)
}

function foldAscii(line: string): string {
  let folded = line.slice(0, MAX_LINE_OCTETS)
  for (let at = MAX_LINE_OCTETS; at < line.length; at += MAX_LINE_OCTETS - 1) {
    folded += `\r\n ${line.slice(at, at + MAX_LINE_OCTETS - 1)}`
  }
  return `${folded}\r\n`
}

function foldUnicode(line: string): string {
  let folded = ''
  let start = 0
  let octets = 0
  let at = 0
  while (at < line.length) {
    const code = line.codePointAt(at) ?? 0
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    if (octets + size > MAX_LINE_OCTETS) {
      folded += `${line.slice(start, at)}\r\n `
      start = at
      octets = 1
    }
    octets += size
    at += code > 0xffff ? 2 : 1
  }
  return `${folded}${line.slice(start)}\r\n`
}
