/** The collations of text-match (RFC 4790, RFC 4791 §7.5): comparing is comparing what they map texts to. */
export type Collation = 'i;ascii-casemap' | 'i;octet' | 'i;unicode-casemap'

const MAPS: Readonly<Record<Collation, (text: string) => string>> = {
  'i;octet': (text) => text,
  'i;ascii-casemap': asciiCasemap,
  'i;unicode-casemap': unicodeCasemap,
}

export function isSupportedCollation(name: string): name is Collation {
  return Object.hasOwn(MAPS, name)
}

/** What a text compares as under a collation. */
export function collate(text: string, collation: Collation): string {
  return MAPS[collation](text)
}

/** RFC 4790 §9.2: only the letters a to z are mapped. */
function asciiCasemap(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** RFC 5051 §2: each character to its simple titlecase, then all decomposed for compatibility. */
function unicodeCasemap(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text.toUpperCase()
  let mapped = ''
  for (const character of text) {
    const upper = character.toUpperCase()
    // Simple mappings are one to one; "ß" has none.
    mapped += [...upper].length === 1 ? upper : character
  }
  return mapped.normalize('NFKD')
}
