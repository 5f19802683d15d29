/** One section of one RFC that a text refers to. */
export interface Citation {
  readonly rfc: string
  readonly section: string
}

/** A place where an RFC is cited in another form than `RFC 6638 §3.2.1`. */
export interface Malformed {
  readonly line: number
  readonly text: string
}

const form = /RFC (\d{3,5})|§((?:[A-Z]|\d+)(?:\.\d+)*)/g
const wrong = [
  /\bRFC[-_ ]?\d{3,5},? (?:[Ss]ection|[Ss]ec\.|[Ss]\.) ?\d[\d.]*/,
  /\bRFC(?:-|_|)\d{3,5}\b(?!\.txt)/,
  /\bRFC \d{3,5}[ ,:]+§ /,
  /\bRFC \d{3,5}§/,
  /\bRFC \d{3,5} s?\d+\.\d/,
  /\brfc ?\d{3,5} ?§/,
]

/** The sections a text cites; a `§` without an RFC before it belongs to the last one named in the same paragraph. */
export function citationsIn(text: string): Citation[] {
  const found: Citation[] = []
  for (const paragraph of text.split(/\n\s*\n/)) {
    let rfc: string | undefined
    for (const [, number, section] of paragraph.matchAll(form)) {
      if (number !== undefined) rfc = number
      else if (rfc !== undefined && section !== undefined) found.push({ rfc, section })
    }
  }
  return found
}

/** The citations of a text that are not in the one form. */
export function malformedIn(text: string): Malformed[] {
  return text.split('\n').flatMap((line, index) => {
    const found = wrong.map((pattern) => pattern.exec(line)?.[0]).find((each) => each !== undefined)
    return found === undefined ? [] : [{ line: index + 1, text: found }]
  })
}
