import { type Component, property } from './component.ts'
import { type OffsetChunk, rememberOffsets } from './offset-chunks.ts'
import { type Zone, zoneOf } from './zone.ts'
import {
  brokenTimezone,
  lastOnset,
  type Observance,
  onsetsWithin,
  readObservance,
} from './zone-observance.ts'

/** What a VTIMEZONE says, before it is given a name. */
export interface ZoneDefinition {
  readonly tzid: string
  readonly zone: Zone
  /** Epoch ms of its earliest onset. */
  readonly firstOnset: number
  /** Every onset (epoch ms) with the offset (seconds) it begins; undefined when there are rules for them. */
  readonly onsets: readonly { readonly at: number; readonly offset: number }[] | undefined
}

const MAX_OBSERVANCES = 2000
const MAX_RULES = 100

/**
 * The zone a VTIMEZONE describes (RFC 5545 §3.6.5): rules, date lists, partial and 1601-style ones. Before its
 * first onset the offset is that onset's TZOFFSETFROM.
 * @throws InvalidCalendarError naming line, property and rule when it cannot be followed.
 */
export function readVtimezone(vtimezone: Component): ZoneDefinition {
  const tzid = property(vtimezone, 'TZID')?.value
  if (tzid === undefined) throw brokenTimezone(vtimezone, 'has no TZID')
  const parts = vtimezone.components.filter(({ name }) => name === 'STANDARD' || name === 'DAYLIGHT')
  const ruled = parts.filter((part) => property(part, 'RRULE') !== undefined)
  if (parts.length > MAX_OBSERVANCES || ruled.length > MAX_RULES) {
    throw brokenTimezone(vtimezone, 'has an unreasonable number of parts')
  }
  const observances = parts.map(readObservance)
  const [first] = [...observances].sort((a, b) => (a.listed[0] ?? 0) - (b.listed[0] ?? 0))
  if (first === undefined) throw brokenTimezone(vtimezone, 'has neither STANDARD nor DAYLIGHT')
  const offsetAt = rememberOffsets((from, until) => loadChunk(observances, first.offsetFrom, from, until))
  return {
    tzid,
    zone: zoneOf(tzid, offsetAt),
    firstOnset: first.listed[0] ?? 0,
    onsets: observances.some(({ rule }) => rule !== undefined)
      ? undefined
      : observances.flatMap(({ listed, offsetTo }) => listed.map((at) => ({ at, offset: offsetTo }))),
  }
}

function loadChunk(
  observances: readonly Observance[],
  before: number,
  from: number,
  until: number,
): OffsetChunk {
  let offset = before
  let latest = Number.NEGATIVE_INFINITY
  const inside: { at: number; offset: number }[] = []
  for (const observance of observances) {
    const last = lastOnset(observance, from)
    if (last !== undefined && last >= latest) {
      latest = last
      offset = observance.offsetTo
    }
    for (const at of onsetsWithin(observance, from, until)) inside.push({ at, offset: observance.offsetTo })
  }
  inside.sort((a, b) => a.at - b.at)
  return { offset, changes: inside.map(({ at }) => at), offsets: inside.map((change) => change.offset) }
}
