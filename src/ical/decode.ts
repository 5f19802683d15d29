import { isUtf8 } from 'node:buffer'
import { InvalidCalendarError } from './errors.ts'

const LF = 10
const CR = 13
const SPACE = 32
const TAB = 9

/**
 * The text of octets in UTF-8. Folds that some clients put inside a character (RFC 5545 §3.1 asks readers to
 * undo them) are taken out, in which case the text is not the octets and `isVerbatim` is false.
 * @throws InvalidCalendarError naming the first line that is not UTF-8.
 */
export function decodeCalendar(octets: Uint8Array): { text: string; isVerbatim: boolean } {
  if (isUtf8(octets))
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets), isVerbatim: true }
  const joined = joinSplitCharacters(octets)
  if (isUtf8(joined))
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(joined), isVerbatim: false }
  const line = firstBrokenLine(joined)
  throw new InvalidCalendarError(`Line ${line} is not in UTF-8`, { line, rule: 'RFC 5545 §3.1.4' })
}

/** The octets without the folds that stand before a continuation octet of UTF-8. */
function joinSplitCharacters(octets: Uint8Array): Uint8Array {
  const joined = new Uint8Array(octets.length)
  let length = 0
  for (let at = 0; at < octets.length; at++) {
    const skip = foldLength(octets, at)
    if (skip > 0 && isContinuation(octets[at + skip]) && (octets[at - 1] ?? 0) >= 0x80) at += skip
    joined[length++] = octets[at] ?? 0
  }
  return joined.subarray(0, length)
}

/** Octets of the fold that begins at `at`; 0 when none does. */
function foldLength(octets: Uint8Array, at: number): number {
  const breakLength = octets[at] === LF ? 1 : octets[at] === CR && octets[at + 1] === LF ? 2 : 0
  if (breakLength === 0) return 0
  const next = octets[at + breakLength]
  return next === SPACE || next === TAB ? breakLength + 1 : 0
}

function isContinuation(octet: number | undefined): boolean {
  return octet !== undefined && (octet & 0xc0) === 0x80
}

function firstBrokenLine(octets: Uint8Array): number {
  let line = 1
  let start = 0
  for (;;) {
    const end = octets.indexOf(LF, start)
    if (end < 0 || !isUtf8(octets.subarray(start, end))) return line
    start = end + 1
    line++
  }
}
