import { constantChunk, rememberOffsets, sampleChanges } from './offset-chunks.ts'
import { DAY, isLeapYear, weekdayOf, yearOf, yearStart } from './recurrence-civil.ts'
import { fixedZone, UTC, type Zone, zoneOf } from './zone.ts'
import { IANA_ZONE_NAMES } from './zone-names-iana.ts'

/** Before any zone kept standard time: local mean time, which does not change. */
const EARLIEST = Date.UTC(1800, 0, 1)
/** From here on every rule of today has settled: what a year has follows from its weekdays and its length alone. */
const SETTLED_YEAR = 2101
const SETTLED = Date.UTC(SETTLED_YEAR, 0, 1)
/** A settled year's first day by kind of year; within 28 years there is one of every kind. */
const settledStarts: number[] = []
for (let year = SETTLED_YEAR; year < SETTLED_YEAR + 28; year++) {
  settledStarts[kindOf(year)] ??= yearStart(year)
}

/** The same moment of a settled year of the same kind. */
function asSettled(epochMs: number): number {
  const year = yearOf(Math.floor(epochMs / DAY))
  return epochMs - (yearStart(year) - (settledStarts[kindOf(year)] ?? 0)) * DAY
}

function kindOf(year: number): number {
  return weekdayOf(yearStart(year)) + (isLeapYear(year) ? 7 : 0)
}

/** Lower-case name to the name as IANA spells it and the zone it stands for. */
interface IanaName {
  readonly name: string
  readonly target: string
}

const names = new Map<string, IanaName>()
for (const word of IANA_ZONE_NAMES.trim().split(/\s+/)) {
  const [target = '', ...aliases] = word.split('=')
  for (const name of [target, ...aliases]) names.set(name.toLowerCase(), { name, target })
}

// A runtime newer than the table knows zones that are not in it.
for (const name of Intl.supportedValuesOf('timeZone')) {
  const key = name.toLowerCase()
  if (!names.has(key)) names.set(key, { name, target: name })
}

const zones = new Map<string, Zone | undefined>()

/** Every IANA zone with its aliases. */
export function listIanaZones(): { name: string; aliases: string[] }[] {
  const listed = new Map<string, string[]>()
  for (const { name, target } of names.values()) {
    const aliases = listed.get(target) ?? []
    if (name !== target) aliases.push(name)
    listed.set(target, aliases)
  }
  return [...listed].map(([name, aliases]) => ({ name, aliases }))
}

/** Is it a name or alias exactly as IANA spells it? */
export function isIanaName(name: string): boolean {
  return names.get(name.toLowerCase())?.name === name
}

/** The name an IANA alias stands for (itself for a zone of its own); undefined when it is no IANA name. */
export function ianaTarget(name: string): string | undefined {
  return names.get(name.toLowerCase())?.target
}

/** The zone of an IANA name or alias in any case, with the offsets the runtime knows; undefined when unknown. */
export function ianaZone(name: string): Zone | undefined {
  const key = name.toLowerCase()
  const listed = names.get(key)
  if (listed === undefined || zones.has(key)) return zones.get(key)
  const zone = makeZone(listed)
  zones.set(key, zone)
  return zone
}

function makeZone({ name, target }: IanaName): Zone | undefined {
  if (target === 'Etc/UTC') return name === 'UTC' ? UTC : fixedZone(name, 0)
  const format = formatFor(name) ?? formatFor(target)
  if (format === undefined) return undefined
  const offsetAt = (epochMs: number) => formattedOffset(format, epochMs)
  const remembered = rememberOffsets((from, until) => {
    if (until <= EARLIEST) return constantChunk(offsetAt(EARLIEST))
    return sampleChanges(offsetAt, from, until)
  })
  return zoneOf(name, (epochMs) => remembered(epochMs < SETTLED ? epochMs : asSettled(epochMs)))
}

/** Nothing but the offset and what has to stand beside it, since every further field costs time. */
function formatFor(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, second: 'numeric', timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}

const FORMATTED = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/

/** Offset in seconds, as Intl writes it: `GMT`, `GMT+05:30`, `GMT-00:44:30`. */
function formattedOffset(format: Intl.DateTimeFormat, epochMs: number): number {
  const match = FORMATTED.exec(format.format(epochMs))
  if (match === null) throw new RangeError('Intl formats offsets in an unexpected form')
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return sign === '-' ? -size : size
}
