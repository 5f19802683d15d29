import { type Component, newComponent, newProperty, property } from '../ical/component.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { type CalendarObject, calendarObjectOf } from '../ical/object.ts'
import { serializeCalendar } from '../ical/text.ts'
import { usedTzids } from '../ical/tzids.ts'
import type { Group, ZoneScope } from './import-groups.ts'
import type { ReadText } from './object-content.ts'

/** A component of an import that was not kept, and why. */
export interface Rejection {
  /** 1-based line of the stream where the component begins, or where the fault is when it has no beginning. */
  readonly line: number
  readonly component: string | undefined
  readonly uid: string | undefined
  /** A sentence a person can act on. */
  readonly reason: string
}

/**
 * Makes one calendar object resource of the components of one UID. What is wrong with one of them costs that
 * one only.
 *
 * @returns undefined when none is left
 */
export function objectOfGroup(group: Group, reject: (rejection: Rejection) => void): ReadText | undefined {
  let components = withoutRepeats(group, reject)
  while (components.length > 0) {
    try {
      const object = calendarObjectOf(calendarOf(components, group.zones))
      const text = serializeCalendar(object.calendar)
      return { text, size: Buffer.byteLength(text), object }
    } catch (error) {
      if (!(error instanceof InvalidCalendarError)) throw error
      const faulty = components.find((component) => holdsLine(component, error.line))
      const rejected = faulty === undefined ? components : [faulty]
      for (const component of rejected) reject(rejectionOf(component, error.message))
      components = faulty === undefined ? [] : components.filter((component) => component !== faulty)
    }
  }
  return undefined
}

export function rejectionOf(component: Component, reason: string): Rejection {
  const uid = property(component, 'UID')?.value
  return { line: component.line, component: component.name, uid, reason }
}

function calendarOf(components: readonly Component[], zones: ZoneScope): Component {
  const used = new Set(components.flatMap((component) => [...usedTzids(component)]))
  const definitions = [...used].map((tzid) => zones.find(tzid)).filter((found) => found !== undefined)
  const head = [newProperty('VERSION', '2.0'), newProperty('PRODID', '-//Kalends//Kalends//EN')]
  return newComponent('VCALENDAR', head, [...definitions, ...components])
}

/** Of components that say the same instance, the one that was changed last is kept. */
function withoutRepeats({ components }: Group, reject: (rejection: Rejection) => void): readonly Component[] {
  const byInstance = new Map<string, Component>()
  for (const component of components) {
    const key = instanceKey(component)
    const other = byInstance.get(key)
    const isNewer = other === undefined || isAtLeastAsNew(component, other)
    const loser = isNewer ? other : component
    if (isNewer) byInstance.set(key, component)
    if (loser !== undefined) reject(rejectionOf(loser, 'Another component of the same UID takes its place'))
  }
  return [...byInstance.values()]
}

/** The instance a component is about; '' for a master. */
export function instanceKey(component: Component): string {
  const recurrenceId = property(component, 'RECURRENCE-ID')
  if (recurrenceId === undefined) return ''
  return `${recurrenceId.params.get('TZID')?.[0] ?? ''}:${recurrenceId.value}`
}

/** By SEQUENCE, then DTSTAMP (RFC 5546 §2.1.5). */
function isAtLeastAsNew(component: Component, other: Component): boolean {
  const difference = sequenceOf(component) - sequenceOf(other)
  return difference === 0 ? stampOf(component) >= stampOf(other) : difference > 0
}

function sequenceOf(component: Component): number {
  return Number.parseInt(property(component, 'SEQUENCE')?.value ?? '0', 10) || 0
}

function stampOf(component: Component): string {
  return property(component, 'DTSTAMP')?.value ?? ''
}

function holdsLine(component: Component, line: number | undefined): boolean {
  if (line === undefined) return false
  return (
    component.line === line ||
    component.properties.some((each) => each.line === line) ||
    component.components.some((inside) => holdsLine(inside, line))
  )
}

/**
 * An object with more components of the same UID, which take the place of those that are about the same
 * instance.
 *
 * @throws InvalidCalendarError when they do not go together
 */
export function mergeInto(stored: CalendarObject, added: CalendarObject): ReadText {
  const later = new Set(membersOf(added).map(instanceKey))
  const kept = membersOf(stored).filter((member) => !later.has(instanceKey(member)))
  const zones = new Map(
    [stored, added].flatMap(({ calendar }) =>
      calendar.components
        .filter(({ name }) => name === 'VTIMEZONE')
        .map((vtimezone) => [property(vtimezone, 'TZID')?.value.trim(), vtimezone] as const),
    ),
  )
  const components = [...zones.values(), ...kept, ...membersOf(added)]
  const object = calendarObjectOf({ ...stored.calendar, components })
  const text = serializeCalendar(object.calendar)
  return { text, size: Buffer.byteLength(text), object }
}

function membersOf({ master, overrides }: CalendarObject): readonly Component[] {
  return master === undefined ? overrides : [master, ...overrides]
}

/** Do two objects say the same, whatever their line breaks, PRODID and spare definitions? */
export function saysTheSame(one: CalendarObject, other: CalendarObject): boolean {
  return essenceOf(one) === essenceOf(other) && zonesAgree(one, other)
}

function essenceOf({ calendar }: CalendarObject): string {
  return calendar.components
    .filter(({ name }) => name !== 'VTIMEZONE')
    .map(serializeCalendar)
    .join('')
}

function zonesAgree(one: CalendarObject, other: CalendarObject): boolean {
  return [...usedTzids(one.calendar)].every((tzid) => {
    const [mine, theirs] = [one.zones.definition(tzid), other.zones.definition(tzid)]
    if (one.zones.resolve(tzid) === other.zones.resolve(tzid)) return true
    return mine !== undefined && theirs !== undefined && serializeCalendar(mine) === serializeCalendar(theirs)
  })
}
