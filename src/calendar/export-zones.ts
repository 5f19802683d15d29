import type { Component } from '../ical/component.ts'
import { serializeCalendar } from '../ical/text.ts'
import { isStandardTimezone, withTzid } from '../ical/timezones-by-reference.ts'
import { renameTzids, usedTzids } from '../ical/tzids.ts'
import { vtimezoneFor } from '../ical/vtimezone.ts'
import { isIanaName } from '../ical/zone-iana.ts'
import { type ZoneTable, zoneByName, zoneFromVtimezone } from '../ical/zones.ts'

/** Definitions made for zones that an object only names reach back to here. */
const FROM = Date.UTC(1970, 0, 1)

/**
 * The time zones of a whole calendar in one file, where each TZID has one meaning: a definition is written
 * before its first use, and an object that means another zone by a TZID gets one of its own.
 */
export class ExportZones {
  readonly #written = new Map<string, Component>()
  readonly #isByReference: boolean

  /** @param isByReference leave out definitions that a client can know by their name (RFC 7809 §3.1.3) */
  constructor(isByReference = false) {
    this.#isByReference = isByReference
  }

  /**
   * @param components an object's components other than VTIMEZONE
   * @param zones what their TZIDs mean
   * @returns what to write: definitions that are new, then the components
   */
  place(components: readonly Component[], zones: ZoneTable): Component[] {
    const definitions: Component[] = []
    const names = new Map<string, string>()
    const used = new Set(components.flatMap((component) => [...usedTzids(component)]))
    for (const tzid of used) {
      const definition = zones.definition(tzid) ?? definitionByName(tzid)
      if (definition === undefined || (this.#isByReference && isStandardTimezone(definition))) continue
      const name = this.#nameFor(tzid, definition)
      if (name !== tzid) names.set(tzid, name)
      if (this.#written.has(name)) continue
      this.#written.set(name, definition)
      definitions.push(name === tzid ? definition : withTzid(definition, name))
    }
    const renamed = names.size === 0 ? components : components.map((each) => renameTzids(each, names))
    return [...definitions, ...renamed]
  }

  #nameFor(tzid: string, definition: Component): string {
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? tzid : `${tzid} (${count})`
      if (this.#isByReference && isIanaName(name)) continue
      const written = this.#written.get(name)
      if (written === undefined || isSameZone(written, definition)) return name
    }
  }
}

/** Do two definitions of one TZID mean the same? */
export function isSameZone(one: Component, other: Component): boolean {
  if (one === other || zoneFromVtimezone(one) === zoneFromVtimezone(other)) return true
  return serializeCalendar(one) === serializeCalendar(other)
}

function definitionByName(tzid: string): Component | undefined {
  return zoneByName(tzid) === undefined ? undefined : vtimezoneFor(tzid, { from: FROM })
}
