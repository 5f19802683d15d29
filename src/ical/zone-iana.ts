import { constantChunk, rememberOffsets, sampleChanges } from './offset-chunks.ts'
import { fixedZone, UTC, type Zone, zoneOf } from './zone.ts'
import { IANA_ZONE_NAMES } from './zone-names-iana.ts'

/** Before any zone kept standard time: local mean time, which does not change. */
const EARLIEST = Date.UTC(1800, 0, 1)
/** After every rule of today has settled; the Gregorian calendar repeats after 400 years. */
const LATEST = Date.UTC(2500, 0, 1)
const CYCLE = 146_097 * 86_400_000

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
  return zoneOf(name, (epochMs) =>
    remembered(epochMs < LATEST ? epochMs : LATEST + ((epochMs - LATEST) % CYCLE)),
  )
}

function formatFor(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
}

const FORMATTED = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/

/** Offset in seconds, read from the wall-clock time that Intl formats. */
function formattedOffset(format: Intl.DateTimeFormat, epochMs: number): number {
  const seconds = Math.floor(epochMs / 1000)
  const match = FORMATTED.exec(format.format(seconds * 1000))
  if (match === null) throw new RangeError('Intl formats dates in an unexpected form')
  const [, month, day, year, hour, minute, second] = match.map(Number)
  const local = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)
  return local / 1000 - seconds
}
