const LF = 10
const CR = 13
const SPACE = 32
const TAB = 9

/** Whole content lines, or notice of a line dropped because it was too long. */
export type Block =
  | { readonly octets: Uint8Array; readonly lineBreaks?: undefined }
  | { readonly octets?: undefined; readonly lineBreaks: number }

/**
 * Cuts a stream into blocks that end where a content line ends, so that no fold and no character is cut apart.
 * A line longer than `maxLength` octets is dropped; the block in its place tells how many line breaks it had.
 */
export async function* cutBlocks(
  source: AsyncIterable<string | Uint8Array>,
  maxLength: number,
): AsyncIterable<Block> {
  let pieces: Uint8Array[] = []
  let held = 0
  let isDropping = false
  for await (const chunk of octetsOf(source)) {
    const previous = pieces.at(-1)
    const joined = previous === undefined ? chunk : Buffer.concat([previous.subarray(-2), chunk])
    const overlap = joined.length - chunk.length
    const end = lastLineEnd(joined) - overlap
    if (end <= -overlap) {
      pieces.push(chunk)
      held += chunk.length
      if (held > maxLength) {
        yield { lineBreaks: countLineBreaks(pieces) }
        isDropping = true
        pieces = []
        held = 0
      }
      continue
    }
    const whole = Buffer.concat([...pieces, chunk])
    const cut = whole.length - chunk.length + end
    if (isDropping) yield { lineBreaks: countLineBreaks([whole.subarray(0, cut)]) }
    else yield { octets: whole.subarray(0, cut) }
    isDropping = false
    pieces = [whole.subarray(cut)]
    held = whole.length - cut
  }
  if (!isDropping && held > 0) yield { octets: Buffer.concat(pieces) }
}

/** Chunks as octets; a surrogate pair cut apart by two strings is put together. */
async function* octetsOf(source: AsyncIterable<string | Uint8Array>): AsyncIterable<Uint8Array> {
  let half = ''
  for await (const chunk of source) {
    if (typeof chunk !== 'string') {
      yield chunk
      continue
    }
    const text = half + chunk
    const isCut = /[\ud800-\udbff]$/.test(text)
    half = isCut ? text.slice(-1) : ''
    yield Buffer.from(isCut ? text.slice(0, -1) : text)
  }
  if (half !== '') yield Buffer.from(half)
}

/** The position after the last line break that ends a content line for certain; 0 when there is none. */
function lastLineEnd(octets: Uint8Array): number {
  for (let at = octets.length - 2; at >= 0; at--) {
    const octet = octets[at]
    if (octet !== LF && octet !== CR) continue
    const next = octets[at + 1]
    if (next !== LF && next !== CR && next !== SPACE && next !== TAB) return at + 1
  }
  return 0
}

function countLineBreaks(pieces: readonly Uint8Array[]): number {
  let count = 0
  let before: number | undefined
  for (const piece of pieces) {
    for (const octet of piece) {
      if (octet === CR || (octet === LF && before !== CR)) count++
      before = octet
    }
  }
  return count
}
