import { type Component, type Property, property } from './component.ts'
import { type ComponentRule, componentRule, TOP_LEVEL_COMPONENTS } from './component-rules.ts'
import { InvalidCalendarError } from './errors.ts'
import { localMs, type TimeValue, timeOf, toInstant } from './times.ts'
import { checkValue } from './validate-value.ts'
import { durationMs, readDuration } from './values.ts'
import { UTC, type ZoneTable } from './zones.ts'

/**
 * Checks one component and those inside it: which properties stand there, their values, and the order of
 * start and end (RFC 5545 §3.6).
 * @throws InvalidCalendarError naming line, property and rule of the first fault.
 */
export function checkComponent(component: Component, zones: ZoneTable): void {
  const rule = componentRule(component.name)
  if (rule !== undefined) checkPresence(component, rule)
  for (const each of component.properties) checkValue(each, zones)
  checkOrder(component, zones)
  for (const child of component.components) {
    if (TOP_LEVEL_COMPONENTS.has(child.name)) {
      throw fault(child, child.name, `${child.name} stands inside ${component.name}`, 'RFC 5545 §3.6')
    }
    checkComponent(child, zones)
  }
}

function checkPresence(component: Component, rule: ComponentRule): void {
  const seen = new Set<string>()
  for (const { name, line } of component.properties) {
    if (rule.forbidden.has(name)) {
      throw fault({ line }, name, `${name} cannot stand in ${component.name}`, rule.source)
    }
    if (!rule.once.has(name)) continue
    if (seen.has(name)) {
      throw fault({ line }, name, `${name} may stand only once in ${component.name}`, rule.source)
    }
    seen.add(name)
  }
  for (const name of rule.required) {
    if (!seen.has(name)) throw fault(component, name, `${component.name} has no ${name}`, rule.source)
  }
  for (const [one, other] of rule.exclusive) {
    if (seen.has(one) && seen.has(other)) {
      throw fault(component, one, `${component.name} has both ${one} and ${other}`, rule.source)
    }
  }
  for (const [one, needed] of rule.dependent) {
    if (seen.has(one) && !seen.has(needed)) {
      throw fault(component, one, `${component.name} has ${one} without ${needed}`, rule.source)
    }
  }
}

const END_PROPERTY: Readonly<Record<string, string>> = {
  VEVENT: 'DTEND',
  VTODO: 'DUE',
  VFREEBUSY: 'DTEND',
  VAVAILABILITY: 'DTEND',
  AVAILABLE: 'DTEND',
}

/** The end is of the start's type and not before it. Equal is let pass: Evolution and others send it. */
function checkOrder(component: Component, zones: ZoneTable): void {
  const endName = END_PROPERTY[component.name]
  if (endName === undefined) return
  checkDuration(component, zones)
  const endProperty = property(component, endName)
  const start = timeOf(component, 'DTSTART', zones)
  const end = timeOf(component, endName, zones)
  if (endProperty === undefined || start === undefined || end === undefined) return
  const source = endName === 'DUE' ? 'RFC 5545 §3.8.2.3' : 'RFC 5545 §3.8.2.2'
  if ((start.kind === 'date') !== (end.kind === 'date')) {
    // To-do clients combine a start date with a due time, or the reverse; nothing is lost by it.
    if (endName === 'DUE') return
    throw fault(endProperty, endName, `${endName} and DTSTART are not both dates or both times`, source)
  }
  if (isComparable(start, end) && toInstant(end, UTC) < toInstant(start, UTC)) {
    throw fault(endProperty, endName, `${endName} is before DTSTART`, source)
  }
}

function checkDuration(component: Component, zones: ZoneTable): void {
  const found = property(component, 'DURATION')
  const duration = found && readDuration(found.value)
  if (found === undefined || duration === undefined) return
  if (durationMs(duration) < 0) {
    throw fault(found, 'DURATION', `DURATION of ${component.name} is negative`, 'RFC 5545 §3.8.2.5')
  }
  const start = timeOf(component, 'DTSTART', zones)
  if (start !== undefined && localMs(start.local) + durationMs(duration) >= YEAR_10000) {
    throw fault(
      found,
      'DURATION',
      `DURATION of ${component.name} ends after the year 9999`,
      'RFC 5545 §3.3.4',
    )
  }
}

const YEAR_10000 = Date.UTC(10_000, 0, 1)

/** Floating times compare with each other only. */
function isComparable(one: TimeValue, other: TimeValue): boolean {
  return (one.kind === 'floating') === (other.kind === 'floating')
}

function fault(
  at: Pick<Property, 'line'>,
  subject: string,
  what: string,
  rule: string,
): InvalidCalendarError {
  const { line } = at
  if (line === 0) return new InvalidCalendarError(what, { subject, rule })
  return new InvalidCalendarError(`Line ${line}: ${what}`, { line, subject, rule })
}
