import type { IfList, IfTerm } from '../calendar/conditions.ts'

/** Where a tag points that names nothing of ours: RFC 4918 §10.4.4 treats it as an unmapped URL. */
export const UNMAPPED_PATH = ''

const TAG = /\s*<([^<>\s]+)>\s*/y
const OPEN = /\s*\(\s*/y
const CLOSE = /\s*\)\s*/y
const TERM = /(not(?=[\s<[])\s*)?(?:<([^<>\s]+)>|\[(?:W\/)?"([^"]*)"\])\s*/iy

/**
 * The If header (RFC 4918 §10.4.2) as lists, or undefined when it is malformed: a client that believes it
 * made its request conditional must not be served unconditionally.
 *
 * @param value the header's value
 * @param pathOf the canonical path a tag's URL names, or undefined when it is none of ours
 * @returns etags unquoted; a weak one loses its mark, since the comparison is the weak one
 */
export function parseIf(
  value: string,
  pathOf: (url: string) => string | undefined,
): readonly IfList[] | undefined {
  const scanner = new Scanner(value)
  const lists: IfList[] = []
  const isTagged = scanner.isAt(TAG)
  let path: string | undefined
  while (!scanner.isDone) {
    const tag = scanner.take(TAG)
    if (tag !== undefined) {
      // The two kinds of list cannot be mixed, and a tag needs a list of its own.
      if (!isTagged || !scanner.isAt(OPEN)) return undefined
      path = pathOf(tag[1] as string) ?? UNMAPPED_PATH
    }
    const terms = parseTerms(scanner)
    if (terms === undefined) return undefined
    lists.push({ path, terms })
  }
  return lists.length > 0 ? lists : undefined
}

function parseTerms(scanner: Scanner): readonly IfTerm[] | undefined {
  if (scanner.take(OPEN) === undefined) return undefined
  const terms: IfTerm[] = []
  for (let match = scanner.take(TERM); match !== undefined; match = scanner.take(TERM)) {
    const [, not, token, etag] = match
    const state = token !== undefined ? { token } : { etag: etag as string }
    terms.push({ not: not !== undefined, state })
  }
  return terms.length > 0 && scanner.take(CLOSE) !== undefined ? terms : undefined
}

/** Reads a string from the left, one sticky pattern at a time. */
class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isDone(): boolean {
    return this.#at >= this.#text.length
  }

  isAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    return pattern.test(this.#text)
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) return undefined
    this.#at += match[0].length
    return match
  }
}
