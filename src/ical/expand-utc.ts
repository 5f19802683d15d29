import type { Component, Property } from './component.ts'
import { InvalidCalendarError } from './errors.ts'
import type { TimeContext } from './recurrence-schedule.ts'
import { readTimeValue, toInstant, writeUtc } from './times.ts'

/** A component with every local time that names a zone turned into UTC, and what is inside it likewise. */
export function utcComponent(component: Component, context: TimeContext): Component {
  return {
    ...component,
    properties: component.properties.map((property) => utcProperty(property, context)),
    components: component.components.map((inner) => utcComponent(inner, context)),
  }
}

/**
 * A property without reference to a time zone (RFC 4791 §9.6.5). One of unknown meaning whose value is no time
 * only loses its TZID.
 */
export function utcProperty(property: Property, context: TimeContext): Property {
  if (!property.params.has('TZID')) return property
  const params = new Map(property.params)
  params.delete('TZID')
  return { ...property, params, value: utcValues(property, context) }
}

function utcValues(property: Property, context: TimeContext): string {
  try {
    return property.value
      .split(',')
      .map((text) => utcValue(text, property, context))
      .join(',')
  } catch (error) {
    if (error instanceof InvalidCalendarError) return property.value
    throw error
  }
}

/** A DATE-TIME, or either side of a PERIOD; a DURATION or DATE stays as it is. */
function utcValue(text: string, property: Property, { zones, floatingZone }: TimeContext): string {
  return text
    .split('/')
    .map((part) => {
      if (/^[+-]?P/.test(part)) return part
      const value = readTimeValue(part, property, zones)
      return value.kind === 'zoned' ? writeUtc(toInstant(value, floatingZone)) : part
    })
    .join('/')
}
