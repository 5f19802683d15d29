import { type Component, property } from './component.ts'
import { DEFAULT_PARSE_LIMITS, type ParseLimits } from './limits.ts'
import { parseCalendar } from './text.ts'
import { validateCalendarObject } from './validate.ts'
import { ZoneTable } from './zones.ts'

/** The components that a calendar object resource may be about. */
export type ObjectComponentName = 'VEVENT' | 'VTODO' | 'VJOURNAL' | 'VFREEBUSY' | 'VAVAILABILITY'

/** A calendar object resource (RFC 4791 §4.1), parsed: one UID, one kind of component. */
export interface CalendarObject {
  /** The whole VCALENDAR. */
  readonly calendar: Component
  readonly component: ObjectComponentName
  readonly uid: string
  /** The component without RECURRENCE-ID; undefined when only single instances are here. */
  readonly master: Component | undefined
  /** The components with RECURRENCE-ID, in order of the text. */
  readonly overrides: readonly Component[]
  readonly zones: ZoneTable
}

/**
 * Reads and validates the text of a calendar object resource.
 * @throws InvalidCalendarError; `isObjectRule` tells a broken rule of RFC 4791 §4.1 from broken iCalendar.
 */
export function readCalendarObject(text: string, limits: ParseLimits = DEFAULT_PARSE_LIMITS): CalendarObject {
  return calendarObjectOf(parseCalendar(text, limits))
}

/**
 * The calendar object resource that a parsed VCALENDAR is.
 * @throws InvalidCalendarError as `readCalendarObject` does.
 */
export function calendarObjectOf(calendar: Component): CalendarObject {
  const zones = new ZoneTable(calendar.components.filter(({ name }) => name === 'VTIMEZONE'))
  const { component, uid, members } = validateCalendarObject(calendar, zones)
  const master = members.find((member) => property(member, 'RECURRENCE-ID') === undefined)
  const overrides = members.filter((member) => member !== master)
  return { calendar, component, uid, master, overrides, zones }
}
