import type { Value } from './statement.ts'

/** A value as Postgres reads it in text format; bytes stay bytes. */
export function encodeValue(value: Value): string | Buffer | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'undefined':
      return null
    case 'boolean':
      return value ? 't' : 'f'
    case 'number':
    case 'bigint':
      return String(value)
    default:
      return encodeObject(value)
  }
}

function encodeObject(
  value: Exclude<Value, string | number | bigint | boolean | undefined>,
): string | Buffer | null {
  if (value === null) return null
  if (value instanceof Date) return encodeInstant(value)
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return `{${value.map(encodeElement).join(',')}}`
}

function encodeElement(value: Exclude<Value, Uint8Array | readonly unknown[]>): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`
  return encodeValue(value) as string
}

function encodeInstant(value: Date): string {
  const year = value.getUTCFullYear()
  if (year > 9999) return 'infinity'
  if (year < 1) return '-infinity'
  return value.toISOString()
}

/** Turns a column's text into a value, by the type's object id. Unknown types stay text. */
export function decoderOf(typeId: number): ((text: string) => unknown) | undefined {
  return DECODERS.get(typeId)
}

const DECODERS = new Map<number, (text: string) => unknown>([
  [16, (text) => text === 't'],
  [20, BigInt],
  [21, Number],
  [23, Number],
  [700, Number],
  [701, Number],
  [17, (text) => Buffer.from(text.slice(2), 'hex')],
  [1184, decodeInstant],
  [1009, decodeTextArray],
  [2951, decodeTextArray],
])

let lastText = ''
let lastInstant = new Date(0)

/**
 * A timestamptz of a session in UTC, e.g. `2026-11-22 14:02:03.125+00`. An object's two stamps are mostly one.
 */
export function decodeInstant(text: string): Date {
  if (text === lastText) return lastInstant
  const isPlain = text.charCodeAt(0) !== ZERO && text.charCodeAt(10) === SPACE && text.endsWith('+00')
  lastInstant = isPlain ? new Date(millisecondsOf(text)) : decodeOddInstant(text)
  lastText = text
  return lastInstant
}

function millisecondsOf(text: string): number {
  const seconds = Date.UTC(
    digits(text, 0) * 100 + digits(text, 2),
    digits(text, 5) - 1,
    digits(text, 8),
    digits(text, 11),
    digits(text, 14),
    digits(text, 17),
  )
  let fraction = 0
  let weight = 100
  for (let at = 20; at < text.length - 3; at += 1, weight /= 10) {
    fraction += (text.charCodeAt(at) - ZERO) * weight
  }
  return seconds + Math.floor(fraction + 1e-6)
}

const SPACE = 32
const ZERO = 48

function digits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO
}

function decodeOddInstant(text: string): Date {
  if (text === 'infinity') return new Date(8.64e15)
  if (text === '-infinity' || text.endsWith('BC')) return new Date(-8.64e15)
  // Years below 1000, which Date.UTC would take for years of our century.
  return new Date(text.replace(' ', 'T').replace(/\+00$/, 'Z'))
}

/** A one-dimensional text array, e.g. `{a,"b c",NULL}`; nulls are left out. */
export function decodeTextArray(text: string): string[] {
  const found: string[] = []
  for (const [, quoted, plain] of text.matchAll(/[{,](?:"((?:[^"\\]|\\.)*)"|([^",{}]+))/g)) {
    if (quoted !== undefined) found.push(quoted.replace(/\\(.)/g, '$1'))
    else if (plain !== 'NULL') found.push(plain as string)
  }
  return found
}
