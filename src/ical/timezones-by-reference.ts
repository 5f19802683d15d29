import { type Component, property } from './component.ts'
import { localMs, readLocalTime } from './times.ts'
import { vtimezoneFor } from './vtimezone.ts'
import { isIanaName } from './zone-iana.ts'
import { zoneByName, zoneFromVtimezone } from './zones.ts'

const DAY = 86_400_000
/** More than any object can need: hostile text may name as many as it has lines. */
const MAX_TIMEZONES = 1000

/**
 * The calendar without the VTIMEZONEs that a client can know by their name (RFC 7809 §3.1.3, CalDAV-Timezones: F):
 * those whose TZID is an IANA name and whose definition does not contradict it. Answers `calendar` itself when
 * nothing is to be left out.
 */
export function withoutStandardTimezones(calendar: Component): Component {
  const components = calendar.components.filter((component) => !isStandardTimezone(component))
  return components.length === calendar.components.length ? calendar : { ...calendar, components }
}

function isStandardTimezone(component: Component): boolean {
  if (component.name !== 'VTIMEZONE') return false
  const tzid = property(component, 'TZID')?.value
  if (tzid === undefined || !isIanaName(tzid)) return false
  return zoneFromVtimezone(component) === zoneByName(tzid)
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
    if (component.name === 'VTIMEZONE') used.delete(property(component, 'TZID')?.value ?? '')
  }
  const made = [...used]
    .filter(([tzid]) => zoneByName(tzid) !== undefined)
    .map(([tzid, earliest]) => vtimezoneFor(tzid, { from: startOfYear(earliest) }))
  return made.length === 0 ? calendar : { ...calendar, components: [...made, ...calendar.components] }
}

/** Each TZID with the earliest wall-clock time (ms as if UTC) that it is used with. */
function collectTzids(component: Component, used: Map<string, number>): void {
  for (const each of component.properties) {
    const tzid = each.params.get('TZID')?.[0]
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
