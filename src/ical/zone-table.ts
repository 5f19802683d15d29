import { type Component, property } from './component.ts'
import { writeContentLine } from './content-line.ts'
import { InvalidCalendarError } from './errors.ts'
import type { Zone } from './zone.ts'
import { zoneByName } from './zone-names.ts'
import { readVtimezone, type ZoneDefinition } from './zone-vtimezone.ts'

/**
 * The zones of one calendar object: each TZID means what its VTIMEZONE here says, or what its name says, by the
 * rule in docs/icalendar.md: a definition that is recognisably the named zone, if only for some years or
 * in part, stands for that zone; one that contradicts its name is followed as written.
 */
export class ZoneTable {
  private readonly definitions = new Map<string, Component>()
  private readonly resolved = new Map<string, Zone | undefined>()

  /** @param vtimezones the VTIMEZONE components of the object, of which the first for a TZID counts. */
  constructor(vtimezones: readonly Component[]) {
    for (const vtimezone of vtimezones) {
      const tzid = property(vtimezone, 'TZID')?.value.trim()
      if (tzid !== undefined && !this.definitions.has(tzid)) this.definitions.set(tzid, vtimezone)
    }
  }

  /** The VTIMEZONE of a TZID in this object, if it has one. */
  definition(tzid: string): Component | undefined {
    return this.definitions.get(tzid.trim())
  }

  /**
   * The zone of a TZID; undefined when it is neither defined here nor known by name.
   * @throws InvalidCalendarError when its definition cannot be followed and its name is not known either.
   */
  resolve(tzid: string): Zone | undefined {
    const known = this.resolved.get(tzid)
    if (known !== undefined || this.resolved.has(tzid)) return known
    const vtimezone = this.definition(tzid)
    const zone = vtimezone === undefined ? zoneByName(tzid) : zoneFromVtimezone(vtimezone)
    this.resolved.set(tzid, zone)
    return zone
  }
}

const MAX_REMEMBERED = 500
/** Longer definitions are rare and would fill memory. */
const MAX_REMEMBERED_LENGTH = 20_000
const remembered = new Map<string, Zone>()

/**
 * The zone a VTIMEZONE stands for: the IANA zone it names when it is recognisably that, else what it defines.
 * @throws InvalidCalendarError when it cannot be followed and names no known zone.
 */
export function zoneFromVtimezone(vtimezone: Component): Zone {
  const text = fingerprintText(vtimezone)
  const known = remembered.get(text)
  if (known !== undefined) return known
  const zone = decideZone(vtimezone)
  if (text.length > MAX_REMEMBERED_LENGTH) return zone
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(text, zone)
  return zone
}

function fingerprintText(component: Component): string {
  let text = component.name
  for (const property of component.properties) text += `\n${writeContentLine(property)}`
  for (const child of component.components) text += `\n${fingerprintText(child)}`
  return text
}

function decideZone(vtimezone: Component): Zone {
  const named = namedZone(vtimezone)
  if (named === undefined) return readVtimezone(vtimezone).zone
  try {
    const definition = readVtimezone(vtimezone)
    return agrees(definition, named) ? named : definition.zone
  } catch (error) {
    if (error instanceof InvalidCalendarError) return named
    throw error
  }
}

/** The zone that the TZID, or libical's X-LIC-LOCATION, names. */
function namedZone(vtimezone: Component): Zone | undefined {
  for (const name of ['TZID', 'X-LIC-LOCATION']) {
    const value = property(vtimezone, name)?.value
    const zone = value === undefined ? undefined : zoneByName(value)
    if (zone !== undefined) return zone
  }
  return undefined
}

const FIRST_SAMPLED_YEAR = 1990
const LAST_SAMPLED_YEAR = 2037

/** Is the definition the named zone in one whole year at least, or nothing but a list of its changes? */
function agrees({ zone, firstOnset, onsets }: ZoneDefinition, named: Zone): boolean {
  for (let year = LAST_SAMPLED_YEAR; year >= FIRST_SAMPLED_YEAR; year--) {
    if (Date.UTC(year, 0, 1) < firstOnset) break
    if (agreesInYear(zone, named, year)) return true
  }
  return onsets?.every(({ at, offset }) => isChangeOf(named, at, offset)) ?? false
}

function agreesInYear(zone: Zone, named: Zone, year: number): boolean {
  for (let month = 0; month < 12; month++) {
    for (const day of [1, 15]) {
      const at = Date.UTC(year, month, day, 12)
      if (zone.offsetAt(at) !== named.offsetAt(at)) return false
    }
  }
  return true
}

function isChangeOf(named: Zone, at: number, offset: number): boolean {
  return named.offsetAt(at) === offset && named.offsetAt(at - 1000) !== offset
}
