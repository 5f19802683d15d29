/** A time zone as a function of time. Zones are immutable and independent of the process's own zone. */
export interface Zone {
  /** IANA name, or the TZID of a definition that is no known zone. */
  readonly id: string
  /** Offset from UTC in seconds, east positive, at an instant in epoch milliseconds. */
  offsetAt(epochMs: number): number
  /**
   * The instant (epoch ms) of a wall-clock time given as if it were UTC. In a gap the offset before the gap
   * applies, of two repeated times it is the first (RFC 5545 §3.3.5).
   */
  toInstant(localMs: number): number
}

const DAY = 86_400_000

/** A zone from its offset function; wall-clock times are solved for offsets that change less than daily. */
export function zoneOf(id: string, offsetAt: (epochMs: number) => number): Zone {
  function toInstant(localMs: number): number {
    const before = offsetAt(localMs - DAY)
    const after = offsetAt(localMs + DAY)
    const early = localMs - before * 1000
    if (before === after || offsetAt(early) === before) return early
    const late = localMs - after * 1000
    return offsetAt(late) === after ? late : early
  }
  return { id, offsetAt, toInstant }
}

/** A zone with one offset (seconds) at all times. */
export function fixedZone(id: string, offset: number): Zone {
  return { id, offsetAt: () => offset, toInstant: (localMs) => localMs - offset * 1000 }
}

export const UTC: Zone = fixedZone('UTC', 0)
