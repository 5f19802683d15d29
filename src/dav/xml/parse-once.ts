import type { Element } from './element.ts'
import { parseXml } from './parse.ts'

const MAX_CHARACTERS = 4096
const MAX_DOCUMENTS = 256

/** Recently read documents, the oldest first. */
const known = new Map<string, Element>()

/**
 * As parseXml. Clients send the same few short documents again and again; elements are immutable, so those
 * are read once.
 */
export function parseXmlOnce(text: string): Element {
  if (text.length > MAX_CHARACTERS) return parseXml(text)
  const found = known.get(text)
  if (found !== undefined) return found
  const element = parseXml(text)
  if (known.size >= MAX_DOCUMENTS) forgetOldest()
  known.set(text, element)
  return element
}

function forgetOldest(): void {
  const { value } = known.keys().next()
  if (value !== undefined) known.delete(value)
}
