import type { Component } from './component.ts'
import { canonicalName } from './content-line.ts'
import { InvalidCalendarError } from './errors.ts'
import { fromJcalProperty, type JcalProperty, toJcalProperty } from './jcal-property.ts'
import { DEFAULT_PARSE_LIMITS, type ParseLimits } from './limits.ts'
import { refuseControlCharacters, serializeCalendar } from './text.ts'

/** `[name, properties, components]` (RFC 7265 §3.3), ready for JSON. */
export type JcalComponent = readonly [string, readonly JcalProperty[], readonly JcalComponent[]]

/** The jCal form (RFC 7265) of a component; nothing is lost, also of what no standard names. */
export function toJcal(component: Component): JcalComponent {
  return [
    component.name.toLowerCase(),
    component.properties.map(toJcalProperty),
    component.components.map(toJcal),
  ]
}

/**
 * The component of its jCal form, as parsed from JSON; lines are 0.
 * @throws InvalidCalendarError naming the property or component that is not jCal.
 */
export function fromJcal(data: unknown, limits: ParseLimits = DEFAULT_PARSE_LIMITS): Component {
  const component = readComponent(data, limits.maxDepth)
  refuseControlCharacters(serializeCalendar(component))
  return component
}

function readComponent(data: unknown, depth: number): Component {
  if (depth === 0) throw invalid('Components are nested too deep')
  if (!Array.isArray(data) || data.length !== 3) {
    throw invalid('A component is not [name, properties, components]')
  }
  const [written, properties, components] = data as unknown[]
  const name = typeof written === 'string' ? canonicalName(written) : undefined
  if (name === undefined)
    throw invalid(`${JSON.stringify(written)?.slice(0, 80)} is not the name of a component`)
  if (!Array.isArray(properties) || !Array.isArray(components)) {
    throw invalid(`${name} is not [name, properties, components]`)
  }
  return {
    name,
    properties: properties.map(fromJcalProperty),
    components: components.map((child) => readComponent(child, depth - 1)),
    line: 0,
  }
}

function invalid(message: string): InvalidCalendarError {
  return new InvalidCalendarError(message, { rule: 'RFC 7265 §3.3' })
}
