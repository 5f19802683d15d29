/** A stretch of time: the offset (seconds) at its start, then each later change inside it, in order. */
export interface OffsetChunk {
  readonly offset: number
  /** Instants (epoch ms) at which `offsets` of the same index begin to apply. */
  readonly changes: readonly number[]
  readonly offsets: readonly number[]
}

/** 2^35 ms, a little over a year: finding the chunk of an instant is one division. */
const CHUNK_MS = 34_359_738_368
/** Enough for eleven centuries at once; beyond that the memory starts afresh. */
const MAX_CHUNKS = 1024

/**
 * An offset function that asks `load` for one chunk at a time, [from, until) in epoch ms, and remembers it,
 * so that a look-up costs tens of nanoseconds however slow the source is.
 */
export function rememberOffsets(
  load: (from: number, until: number) => OffsetChunk,
): (epochMs: number) => number {
  const chunks = new Map<number, OffsetChunk>()
  let lastIndex = Number.NaN
  let last = constantChunk(0)

  function chunkAt(index: number): OffsetChunk {
    const known = chunks.get(index)
    if (known !== undefined) return known
    if (chunks.size >= MAX_CHUNKS) chunks.clear()
    const loaded = load(index * CHUNK_MS, (index + 1) * CHUNK_MS)
    chunks.set(index, loaded)
    return loaded
  }

  return (epochMs) => {
    const index = Math.floor(epochMs / CHUNK_MS)
    if (index !== lastIndex) {
      last = chunkAt(index)
      lastIndex = index
    }
    let offset = last.offset
    for (let at = 0; at < last.changes.length; at++) {
      if (epochMs < (last.changes[at] ?? 0)) break
      offset = last.offsets[at] ?? offset
    }
    return offset
  }
}

/** 2^29 ms, six days: the shortest spell between two changes since 1900 was a week (Brazil, October 2000). */
const SAMPLE_MS = 536_870_912

/** The changes of an offset function in (from, until), found by sampling and halving to the second. */
export function sampleChanges(
  offsetAt: (epochMs: number) => number,
  from: number,
  until: number,
): OffsetChunk {
  const offset = offsetAt(from)
  const changes: number[] = []
  const offsets: number[] = []
  let at = from
  let current = offset
  while (at < until) {
    const next = Math.min(at + SAMPLE_MS, until)
    const reached = offsetAt(next)
    if (reached === current) {
      at = next
      continue
    }
    at = firstChange(offsetAt, at, next, current)
    if (at >= until) break
    current = offsetAt(at)
    changes.push(at)
    offsets.push(current)
  }
  return changes.length === 0 ? constantChunk(offset) : { offset, changes, offsets }
}

const NONE: readonly number[] = []

/** A stretch without a change. */
export function constantChunk(offset: number): OffsetChunk {
  return { offset, changes: NONE, offsets: NONE }
}

/** The first whole second after `from` at which the offset is no longer `offset`; it has changed by `until`. */
function firstChange(
  offsetAt: (epochMs: number) => number,
  from: number,
  until: number,
  offset: number,
): number {
  let low = Math.floor(from / 1000)
  let high = Math.ceil(until / 1000)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle * 1000) === offset) low = middle
    else high = middle
  }
  return high * 1000
}
