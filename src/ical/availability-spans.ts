/** Sets of half-open ranges. */
import type { Range } from './overlap.ts'

/** The ranges in order, those that touch or overlap made one; empty ones left out. */
export function union(ranges: readonly Range[]): Range[] {
  const joined: { from: number; until: number }[] = []
  for (const { from, until } of [...ranges].sort((a, b) => a.from - b.from)) {
    if (from >= until) continue
    const last = joined.at(-1)
    if (last === undefined || last.until < from) joined.push({ from, until })
    else last.until = Math.max(last.until, until)
  }
  return joined
}

/** What is in `ranges` and not in `removed`; both as `union` gives them. */
export function subtract(ranges: readonly Range[], removed: readonly Range[]): Range[] {
  const left: Range[] = []
  for (const { from, until } of ranges) {
    let at = from
    for (let index = firstEndingAfter(removed, from); index < removed.length; index++) {
      const gap = removed[index] as Range
      if (gap.from >= until) break
      if (gap.from > at) left.push({ from: at, until: gap.from })
      at = gap.until
    }
    if (at < until) left.push({ from: at, until })
  }
  return left
}

function firstEndingAfter(ranges: readonly Range[], instant: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle] as Range).until <= instant) low = middle + 1
    else high = middle
  }
  return low
}
