import { type Component, property } from '../ical/component.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { parseCalendar, serializeCalendar } from '../ical/text.ts'
import { Refusal } from './refusal.ts'
import { usedTzids } from './used-zones.ts'

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
    if (!(error instanceof InvalidCalendarError)) throw error
    const { message, line } = error
    throw new Refusal({ code: 'valid-calendar-data', detail: message, ...(line !== undefined && { line }) })
  }
}

function partOf(calendar: Component, zones: readonly Component[], components: readonly Component[]): string {
  const used = new Set(components.flatMap((component) => [...usedTzids(component)]))
  const needed = zones.filter((zone) => used.has(property(zone, 'TZID')?.value.trim() ?? ''))
  return serializeCalendar({ ...calendar, components: [...needed, ...components] })
}
