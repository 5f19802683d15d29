import { type Component, newComponent, newProperty, type Property } from './component.ts'
import { sampleChanges } from './offset-chunks.ts'
import { localTimeOf, writeLocalTime, writeUtc } from './times.ts'
import { writeUtcOffset } from './values.ts'
import { fitRules, type Onset, type OnsetRun } from './vtimezone-rules.ts'
import type { Zone } from './zone.ts'
import { abbreviationAt } from './zone-abbreviations.ts'
import { zoneByName } from './zone-names.ts'

/** A stretch of time in epoch ms; without `until` it never ends. */
export interface VtimezoneRange {
  readonly from: number
  readonly until?: number
}

const DAY = 86_400_000
const YEAR = 366 * DAY
/** A rule that has held this long after the range is taken to hold for ever. */
const LOOK_AHEAD = 30 * YEAR
const LAST_DISTINCT_YEAR = Date.UTC(2100, 0, 1)
const EARLIEST = Date.UTC(1800, 0, 1)

const MAX_REMEMBERED = 500
const remembered = new Map<string, Component>()

/**
 * The VTIMEZONE (RFC 5545 §3.6.5) of a zone known by name, right from `from` up to `until` at least: recurrence
 * rules where the zone follows one, dates where it does not.
 * @param name any name `zoneByName` knows; it becomes the TZID as given.
 * @throws RangeError when the name is not known.
 */
export function vtimezoneFor(name: string, range: VtimezoneRange): Component {
  const zone = requireZone(name)
  const key = `${name}/${range.from}/${range.until ?? ''}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  const from = Math.max(range.from, EARLIEST)
  const until = range.until ?? Math.max(LAST_DISTINCT_YEAR, from + YEAR)
  const start = startOfOffset(zone, from)
  const made = vtimezoneOf(name, onsetsOf(zone, start, until + LOOK_AHEAD), until, zone)
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(key, made)
  return made
}

/**
 * The same, cut off sharply at its start: an observance begins exactly there (RFC 7808 §3.9).
 * @throws RangeError when the name is not known.
 */
export function truncatedVtimezone(name: string, from: number, until: number): Component {
  const zone = requireZone(name)
  const offset = zone.offsetAt(from)
  const abbreviation = abbreviationAt(zone, from)
  const first = { at: from, offsetFrom: offset, offsetTo: offset, isDaylight: false, name: abbreviation }
  return vtimezoneOf(name, [first, ...onsetsOf(zone, from, until + LOOK_AHEAD)], until, zone)
}

function requireZone(name: string): Zone {
  const zone = zoneByName(name)
  if (zone === undefined) throw new RangeError(`No time zone is known by the name ${JSON.stringify(name)}`)
  return zone
}

function vtimezoneOf(name: string, onsets: readonly Onset[], until: number, zone: Zone): Component {
  const runs = fitRules(onsets, until, until + LOOK_AHEAD)
  const observances = runs.length > 0 ? runs.map(observanceOf) : [constantObservance(zone, until)]
  return newComponent('VTIMEZONE', [newProperty('TZID', name)], observances)
}

/** The onsets after `start` up to `until`. */
function onsetsOf(zone: Zone, start: number, until: number): Onset[] {
  const { offset, changes, offsets } = sampleChanges(zone.offsetAt, start, until)
  return changes.map((at, index) => {
    const offsetFrom = offsets[index - 1] ?? offset
    const offsetTo = offsets[index] ?? offset
    const isDaylight =
      offsetTo > offsetFrom && isTakenBack(changes[index + 1], at, offsets[index + 1], offsetTo)
    return { at, offsetFrom, offsetTo, isDaylight, name: abbreviationAt(zone, at) }
  })
}

/** Summer time is an advance that is taken back within a year. */
function isTakenBack(
  next: number | undefined,
  at: number,
  offsetNext: number | undefined,
  offset: number,
): boolean {
  return next !== undefined && next - at < YEAR && (offsetNext ?? offset) < offset
}

/** An instant shortly before the last change at or before `from`, so that sampling from it finds that change. */
function startOfOffset(zone: Zone, from: number): number {
  for (let span = 1; from - span * YEAR > EARLIEST - YEAR; span *= 2) {
    const { changes } = sampleChanges(zone.offsetAt, from - span * YEAR, from + 1)
    const last = changes.at(-1)
    if (last !== undefined) return last - 1000
  }
  return from
}

function observanceOf({ onsets, recurrence }: OnsetRun): Component {
  const [first] = onsets
  if (first === undefined) throw new RangeError('a run has at least one onset')
  const local = (at: number) => writeLocalTime(localTimeOf(at + first.offsetFrom * 1000))
  const properties: Property[] = [
    newProperty('TZOFFSETFROM', writeUtcOffset(first.offsetFrom)),
    newProperty('TZOFFSETTO', writeUtcOffset(first.offsetTo)),
    newProperty('TZNAME', first.name),
    newProperty('DTSTART', local(first.at)),
  ]
  if (recurrence !== undefined) {
    const last = onsets.at(-1) ?? first
    const until = recurrence.isEndless ? '' : `;UNTIL=${writeUtc(last.at)}`
    properties.push(newProperty('RRULE', `FREQ=YEARLY${recurrence.parts}${until}`))
  } else {
    for (const { at } of onsets.slice(1)) properties.push(newProperty('RDATE', local(at)))
  }
  return newComponent(first.isDaylight ? 'DAYLIGHT' : 'STANDARD', properties)
}

/** For a zone that has never changed. */
function constantObservance(zone: Zone, at: number): Component {
  const offset = writeUtcOffset(zone.offsetAt(at))
  return newComponent('STANDARD', [
    newProperty('TZOFFSETFROM', offset),
    newProperty('TZOFFSETTO', offset),
    newProperty('TZNAME', abbreviationAt(zone, at)),
    newProperty('DTSTART', writeLocalTime(localTimeOf(0))),
  ])
}
