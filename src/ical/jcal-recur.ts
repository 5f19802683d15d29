import { readJcalTime, writeJcalTime } from './jcal-times.ts'

/** A RECUR value in jCal (RFC 7265 §3.6.10): part names in lower case; lists only where there is more than one. */
export type JcalRecur = { readonly [part: string]: JcalRecurPart }
export type JcalRecurPart = string | number | readonly (string | number)[]

const NUMERIC = new Set([
  'count',
  'interval',
  'bysecond',
  'byminute',
  'byhour',
  'bymonthday',
  'byyearday',
  'byweekno',
  'bymonth',
  'bysetpos',
])

/** The jCal form of a RECUR value; undefined when it is not a list of NAME=value parts. */
export function readJcalRecur(text: string): JcalRecur | undefined {
  const recur: Record<string, JcalRecurPart> = {}
  for (const part of text.split(';')) {
    if (part === '') continue
    const match = /^([A-Za-z][A-Za-z0-9-]*)=(.+)$/.exec(part)
    const name = match?.[1]?.toLowerCase()
    const value = match?.[2]
    if (name === undefined || value === undefined || Object.hasOwn(recur, name)) return undefined
    if (name === 'until') {
      const until = readJcalTime(value)
      if (until === undefined) return undefined
      recur[name] = until
    } else {
      const items = value.split(',').map((item) => readItem(name, item.trim()))
      if (items.includes('')) return undefined
      const [only] = items
      recur[name] = items.length === 1 && only !== undefined ? only : items
    }
  }
  return 'freq' in recur ? recur : undefined
}

/** Numbers, but for the leap months of RFC 7529 ("5L") and what is not as it should be. */
function readItem(part: string, item: string): string | number {
  if (!NUMERIC.has(part) || !/^[+-]?\d{1,9}$/.test(item)) return item
  return Number(item)
}

/** The RECUR value of its jCal form; undefined when it is none. */
export function writeJcalRecur(recur: unknown): string | undefined {
  if (typeof recur !== 'object' || recur === null || Array.isArray(recur)) return undefined
  const parts: string[] = []
  for (const [name, value] of Object.entries(recur)) {
    const items: unknown[] = Array.isArray(value) ? value : [value]
    const written = items.map((item) => writeItem(name, item))
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name) || items.length === 0 || written.includes(undefined))
      return undefined
    parts.push(`${name.toUpperCase()}=${written.join(',')}`)
  }
  return parts.length > 0 ? parts.join(';') : undefined
}

function writeItem(name: string, item: unknown): string | undefined {
  if (typeof item === 'number') return Number.isInteger(item) ? String(item) : undefined
  if (typeof item !== 'string' || /[;,\r\n]|^$/.test(item)) return undefined
  return name.toLowerCase() === 'until' ? writeJcalTime(item) : item
}
