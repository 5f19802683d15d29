import { Refusal } from './refusal.ts'

const MAX_NAME_OCTETS = 1000

/**
 * Clients choose the names of their objects freely; only what cannot be addressed again is refused.
 *
 * @throws Refusal `name-not-allowed`
 */
export function requireObjectName(name: string): void {
  requireName(name, MAX_NAME_OCTETS)
}

/** RFC 6638 §2.1, §2.2: every home has these two. */
const RESERVED = new Set(['inbox', 'outbox'])
const MAX_COLLECTION_NAME_OCTETS = 255

/** @throws Refusal `name-not-allowed` */
export function requireCollectionName(name: string): void {
  if (RESERVED.has(name)) throw refused('The name is that of the scheduling inbox or outbox.')
  requireName(name, MAX_COLLECTION_NAME_OCTETS)
}

function requireName(name: string, limit: number): void {
  if (name === '' || name === '.' || name === '..') throw refused('The name is empty or a path segment.')
  if (Buffer.byteLength(name) > limit) throw refused(`The name is longer than ${limit} octets.`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f/]/.test(name)) throw refused('The name holds a slash or a control character.')
}

function refused(detail: string): Refusal {
  return new Refusal({ code: 'name-not-allowed', detail })
}
