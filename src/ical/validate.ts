import { type Component, property } from './component.ts'
import { componentRule, TOP_LEVEL_COMPONENTS } from './component-rules.ts'
import { InvalidCalendarError } from './errors.ts'
import type { ObjectComponentName } from './object.ts'
import { checkComponent } from './validate-component.ts'
import type { ZoneTable } from './zones.ts'

/** What validation finds out on its way. */
export interface ValidatedObject {
  readonly component: ObjectComponentName
  readonly uid: string
  /** The components that share the UID, in order of the text. */
  readonly members: readonly Component[]
}

const OBJECT_COMPONENTS = new Set(['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VAVAILABILITY'])

/**
 * Checks that a VCALENDAR is a calendar object resource (RFC 4791 §4.1) of valid components (RFC 5545 §3.6).
 * What harms nobody and real clients do is let pass; docs/icalendar.md lists it.
 * @throws InvalidCalendarError naming line, property and rule of the first fault.
 */
export function validateCalendarObject(calendar: Component, zones: ZoneTable): ValidatedObject {
  checkCalendarProperties(calendar)
  checkTimezones(calendar, zones)
  const members = calendar.components.filter(({ name }) => isKnownComponent(name) && name !== 'VTIMEZONE')
  const [first] = members
  if (first === undefined) {
    throw objectFault(
      calendar,
      'The calendar holds no event, to-do, journal entry, free-busy or availability',
    )
  }
  if (!OBJECT_COMPONENTS.has(first.name)) {
    throw objectFault(first, `${first.name} is not a component that a calendar object can be about`)
  }
  const uid = requireUid(first)
  for (const member of members) {
    if (member.name !== first.name) {
      throw objectFault(member, `${member.name} stands beside ${first.name}; an object holds one kind only`)
    }
    if (requireUid(member) !== uid) throw objectFault(member, 'The object holds more than one UID')
    checkComponent(member, zones)
  }
  checkInstanceIdentity(members)
  return { component: first.name as ObjectComponentName, uid, members }
}

/** Components that no standard names may stand beside the known ones and are kept. */
function isKnownComponent(name: string): boolean {
  return TOP_LEVEL_COMPONENTS.has(name) || componentRule(name) !== undefined
}

/** Far more than any one object uses. */
const MAX_TIMEZONES = 200

/** Each VTIMEZONE can be followed, or its name is known. */
function checkTimezones(calendar: Component, zones: ZoneTable): void {
  const vtimezones = calendar.components.filter(({ name }) => name === 'VTIMEZONE')
  if (vtimezones.length > MAX_TIMEZONES) {
    throw objectFault(calendar, `The object holds more than ${MAX_TIMEZONES} time zones`)
  }
  for (const component of vtimezones) {
    const tzid = property(component, 'TZID')?.value.trim()
    if (!tzid) {
      throw new InvalidCalendarError(`Line ${component.line}: VTIMEZONE has no TZID`, {
        line: component.line,
        subject: 'TZID',
        rule: 'RFC 5545 §3.6.5',
      })
    }
    zones.resolve(tzid)
  }
}

function checkCalendarProperties(calendar: Component): void {
  const method = property(calendar, 'METHOD')
  if (method !== undefined) {
    throw new InvalidCalendarError(`Line ${method.line}: a stored calendar object has no METHOD`, {
      line: method.line,
      subject: 'METHOD',
      rule: 'RFC 4791 §4.1',
      isObjectRule: true,
    })
  }
  for (const name of ['VERSION', 'CALSCALE'] as const) {
    const found = property(calendar, name)
    const expected = name === 'VERSION' ? '2.0' : 'GREGORIAN'
    if (found === undefined || found.value.trim().toUpperCase() === expected) continue
    throw new InvalidCalendarError(`Line ${found.line}: ${name} is not ${expected}`, {
      line: found.line,
      subject: name,
      rule: name === 'VERSION' ? 'RFC 5545 §3.7.4' : 'RFC 5545 §3.7.1',
    })
  }
}

function requireUid(component: Component): string {
  const uid = property(component, 'UID')?.value
  if (uid === undefined || uid.trim() === '') throw objectFault(component, `${component.name} has no UID`)
  return uid
}

/** One component at most describes the series, and one each instance (RFC 5545 §3.8.4.4). */
function checkInstanceIdentity(members: readonly Component[]): void {
  if (members.length === 1) return
  const seen = new Set<string>()
  for (const member of members) {
    const id = property(member, 'RECURRENCE-ID')
    const key = id === undefined ? '' : `${id.params.get('TZID')?.[0] ?? ''}:${id.value}`
    if (seen.has(key)) {
      const what =
        id === undefined ? 'has a second component without RECURRENCE-ID' : 'describes one instance twice'
      throw objectFault(member, `The object ${what}`)
    }
    seen.add(key)
  }
}

function objectFault(component: Component, what: string): InvalidCalendarError {
  return new InvalidCalendarError(component.line > 0 ? `Line ${component.line}: ${what}` : what, {
    ...(component.line > 0 ? { line: component.line } : {}),
    subject: component.name,
    rule: 'RFC 4791 §4.1',
    isObjectRule: true,
  })
}
