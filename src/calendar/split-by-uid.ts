import { type Component, property } from '../ical/component.ts'
import { parseCalendar, serializeCalendar } from '../ical/text.ts'
import { usedTzids } from '../ical/tzids.ts'
import { invalidData } from './object-content.ts'

/** The components of one UID, as a calendar of their own. */
export interface UidPart {
  /** Undefined for components without any, which no calendar object can be. */
  readonly uid: string | undefined
  readonly text: string
}

/**
 * Takes a calendar with components of many UIDs apart, in order of appearance. Each part has the calendar's
 * own properties and the VTIMEZONEs its components refer to; whether it is a calendar object is not looked at.
 *
 * @throws Refusal `valid-calendar-data` for text that is no calendar
 */
export function splitByUid(text: string): readonly UidPart[] {
  const calendar = parsed(text)
  const zones = calendar.components.filter(({ name }) => name === 'VTIMEZONE')
  const byUid = new Map<string | undefined, Component[]>()
  for (const component of calendar.components) {
    if (component.name === 'VTIMEZONE') continue
    const uid = property(component, 'UID')?.value.trim()
    const known = byUid.get(uid)
    if (known === undefined) byUid.set(uid, [component])
    else known.push(component)
  }
  return [...byUid].map(([uid, components]) => ({ uid, text: partOf(calendar, zones, components) }))
}

function parsed(text: string): Component {
  try {
    return parseCalendar(text)
  } catch (error) {
    throw invalidData(error)
  }
}

function partOf(calendar: Component, zones: readonly Component[], components: readonly Component[]): string {
  const used = new Set(components.flatMap((component) => [...usedTzids(component)]))
  const needed = zones.filter((zone) => used.has(property(zone, 'TZID')?.value.trim() ?? ''))
  return serializeCalendar({ ...calendar, components: [...needed, ...components] })
}
