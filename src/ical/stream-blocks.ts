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
  for await (const octets of octetsOf(source)) {
    let chunk = octets
    if (isDropping) {
      const whole = Buffer.concat([...pieces, chunk])
      const end = firstLineEnd(whole)
      isDropping = end === 0
      yield { lineBreaks: countLineBreaks(whole, isDropping ? whole.length - 1 : end) }
      pieces = isDropping ? [whole.subarray(-1)] : []
      held = pieces.length
      if (isDropping) continue
      chunk = whole.subarray(end)
    }
    const tail = pieces.at(-1)?.subarray(-2) ?? NOTHING
    const end = lastLineEnd(Buffer.concat([tail, chunk]))
    pieces.push(chunk)
    held += chunk.length
    if (end > 0) {
      const whole = Buffer.concat(pieces)
      const cut = whole.length - chunk.length - tail.length + end
      yield { octets: whole.subarray(0, cut) }
      pieces = [whole.subarray(cut)]
      held = whole.length - cut
    } else if (held > maxLength) {
      const whole = Buffer.concat(pieces)
      yield { lineBreaks: countLineBreaks(whole, whole.length - 1) }
      isDropping = true
      pieces = [whole.subarray(-1)]
      held = 1
    }
  }
  if (!isDropping && held > 0) yield { octets: Buffer.concat(pieces) }
}

const NOTHING = new Uint8Array(0)

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
  for (let at = octets.length - 2; at >= 0; at--) if (endsLine(octets, at)) return at + 1
  return 0
}

/** The position after the first such line break. */
function firstLineEnd(octets: Uint8Array): number {
  for (let at = 0; at < octets.length - 1; at++) if (endsLine(octets, at)) return at + 1
  return 0
}

function endsLine(octets: Uint8Array, at: number): boolean {
  if (octets[at] !== LF && octets[at] !== CR) return false
  const next = octets[at + 1]
  return next !== LF && next !== CR && next !== SPACE && next !== TAB
}

/** Line breaks that end before `end`, which is not the end of `octets` unless a line ends there. */
function countLineBreaks(octets: Uint8Array, end: number): number {
  let count = 0
  for (let at = 0; at < end; at++) {
    if (octets[at] === LF || (octets[at] === CR && octets[at + 1] !== LF)) count++
  }
  return count
}
