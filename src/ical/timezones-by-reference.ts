import { type Component, property } from './component.ts'
import { localMs, readLocalTime } from './times.ts'
import { renameTzids } from './tzids.ts'
import { vtimezoneFor } from './vtimezone.ts'
import { isIanaName } from './zone-iana.ts'
import { zoneByName, zoneFromVtimezone } from './zones.ts'

const DAY = 86_400_000
/** More than any object can need: hostile text may name as many as it has lines. */
const MAX_TIMEZONES = 1000

/** How the CalDAV-Timezones header (RFC 7809 §7.1) wants calendar data: with every VTIMEZONE, or without standard ones. */
export type WantedTimezones = 'as-stored' | 'with' | 'without'

/** The calendar as wanted; `calendar` itself when nothing is to be changed. */
export function asWanted(calendar: Component, wanted: WantedTimezones): Component {
  if (wanted === 'as-stored') return calendar
  return wanted === 'with' ? withTimezones(calendar) : withoutStandardTimezones(calendar)
}

/**
 * The calendar without the VTIMEZONEs that a client can know by their name (RFC 7809 §3.1.3, CalDAV-Timezones: F):
 * those whose TZID is an IANA name. A definition that contradicts such a name would be lost with it, and with
 * it the hours, so that it is given another TZID. Answers `calendar` itself when nothing is to be changed.
 */
export function withoutStandardTimezones(calendar: Component): Component {
  const standard = calendar.components.filter(isNamedAsStandard)
  if (standard.length === 0) return calendar
  const kept = calendar.components.filter((component) => !standard.includes(component))
  const contradicting = standard.filter((definition) => !isStandardTimezone(definition))
  if (contradicting.length === 0) return { ...calendar, components: kept }
  const taken = new Set(kept.map(tzidOf))
  const names = new Map<string, string>()
  const renamed = contradicting.map((definition) => {
    const tzid = tzidOf(definition)
    const name = names.get(tzid) ?? freeName(tzid, taken)
    names.set(tzid, name)
    return withTzid(definition, name)
  })
  const components = [...renamed, ...kept.map((component) => renameTzids(component, names))]
  return { ...calendar, components }
}

function isNamedAsStandard(component: Component): boolean {
  return component.name === 'VTIMEZONE' && isIanaName(tzidOf(component))
}

/** Can this VTIMEZONE be left to its name: an IANA name that it does not contradict? */
export function isStandardTimezone(definition: Component): boolean {
  return isNamedAsStandard(definition) && zoneFromVtimezone(definition) === zoneByName(tzidOf(definition))
}

function tzidOf(vtimezone: Component): string {
  return property(vtimezone, 'TZID')?.value.trim() ?? ''
}

/** A TZID that no zone is known by and that is not taken. */
function freeName(tzid: string, taken: ReadonlySet<string>): string {
  for (let count = 2; ; count += 1) {
    const name = `${tzid} (${count})`
    if (!taken.has(name)) return name
  }
}

/** The VTIMEZONE under another TZID. */
export function withTzid(definition: Component, name: string): Component {
  const old = property(definition, 'TZID')
  const properties = definition.properties.map((each) => (each === old ? { ...each, value: name } : each))
  return { ...definition, properties }
}

/**
 * The calendar with a VTIMEZONE, made from the runtime's data, for each TZID that is used and known by name but
 * not defined in it (RFC 7809 §3.1.3, CalDAV-Timezones: T; and every export). Answers `calendar` itself when none is missing.
 */
export function withTimezones(calendar: Component): Component {
  const used = new Map<string, number>()
  for (const component of calendar.components) {
    if (component.name !== 'VTIMEZONE') collectTzids(component, used)
  }
  for (const component of calendar.components) {
    if (component.name === 'VTIMEZONE') used.delete(tzidOf(component))
  }
  const made = [...used]
    .filter(([tzid]) => zoneByName(tzid) !== undefined)
    .map(([tzid, earliest]) => vtimezoneFor(tzid, { from: startOfYear(earliest) }))
  return made.length === 0 ? calendar : { ...calendar, components: [...made, ...calendar.components] }
}

/** Each TZID with the earliest wall-clock time (ms as if UTC) that it is used with. */
function collectTzids(component: Component, used: Map<string, number>): void {
  for (const each of component.properties) {
    const tzid = each.params.get('TZID')?.[0]?.trim()
    if (tzid === undefined || used.size >= MAX_TIMEZONES) continue
    const time = readLocalTime(each.value.slice(0, 15))
    const at = time === undefined ? 0 : localMs(time.local)
    used.set(tzid, Math.min(used.get(tzid) ?? at, at))
  }
  for (const child of component.components) collectTzids(child, used)
}

/** Whole years keep the generated definitions few, so that they are remembered. */
function startOfYear(epochMs: number): number {
  return Date.UTC(new Date(epochMs - DAY).getUTCFullYear(), 0, 1)
}
