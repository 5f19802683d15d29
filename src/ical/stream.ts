import { isUtf8 } from 'node:buffer'
import type { Component } from './component.ts'
import { decodeCalendar } from './decode.ts'
import { InvalidCalendarError } from './errors.ts'
import { DEFAULT_PARSE_LIMITS, type ParseLimits } from './limits.ts'
import { StreamAssembler } from './stream-assembler.ts'
import { type Block, cutBlocks } from './stream-blocks.ts'
import { refuseControlCharacters } from './text.ts'
import { eachContentLine } from './unfold.ts'

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads a stream of iCalendar text of any size, holding no more than one component and one chunk at a time.
 * Yields, with line numbers of the whole stream: each component that stands in a VCALENDAR, or bare;
 * each VCALENDAR's own properties, as a VCALENDAR without components, before its first component; and for
 * each component that cannot be read the reason, after which reading goes on.
 * The octets must be UTF-8. Limits hold for each component.
 */
export async function* readComponents(
  source: AsyncIterable<string | Uint8Array>,
  limits: ParseLimits = DEFAULT_PARSE_LIMITS,
): AsyncIterable<Component | InvalidCalendarError> {
  let items: (Component | InvalidCalendarError)[] = []
  const assembler = new StreamAssembler(limits, (item) => items.push(item))
  let line = 1
  for await (const block of cutBlocks(source, limits.maxLineLength)) {
    line = takeBlock(assembler, block, line, limits.maxLineLength)
    yield* items
    items = []
  }
  assembler.end()
  yield* items
}

/** Answers the number of the line after the block. */
function takeBlock(assembler: StreamAssembler, block: Block, line: number, maxLength: number): number {
  if (block.octets === undefined) {
    assembler.fail(tooLong(line))
    return line + block.lineBreaks
  }
  const { text, isUtf8: isClean } = decodeBlock(block.octets)
  const take = (content: string, number: number): void => {
    const fault = content.length > maxLength ? tooLong(number) : lineFault(content, number, isClean)
    if (fault === undefined) assembler.push(content, number)
    else assembler.fail(fault)
  }
  return eachContentLine(text, Number.POSITIVE_INFINITY, take, line)
}

function tooLong(line: number): InvalidCalendarError {
  return new InvalidCalendarError(`Line ${line} is unreasonably long`, { line, rule: 'RFC 5545 §3.1' })
}

function decodeBlock(octets: Uint8Array): { text: string; isUtf8: boolean } {
  if (isUtf8(octets)) return { text: UTF8.decode(octets), isUtf8: true }
  try {
    return { text: decodeCalendar(octets).text, isUtf8: true }
  } catch (error) {
    if (error instanceof InvalidCalendarError) return { text: UTF8.decode(octets), isUtf8: false }
    throw error
  }
}

function lineFault(content: string, line: number, isClean: boolean): InvalidCalendarError | undefined {
  if (!isClean && content.includes('\ufffd')) {
    return new InvalidCalendarError(`Line ${line} is not in UTF-8`, { line, rule: 'RFC 5545 §3.1.4' })
  }
  try {
    refuseControlCharacters(content, line)
  } catch (error) {
    if (error instanceof InvalidCalendarError) return error
    throw error
  }
  return undefined
}
