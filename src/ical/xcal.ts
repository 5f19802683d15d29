import type { Component } from './component.ts'
import { canonicalName } from './content-line.ts'
import { InvalidCalendarError } from './errors.ts'
import { DEFAULT_PARSE_LIMITS, type ParseLimits } from './limits.ts'
import { refuseControlCharacters, serializeCalendar } from './text.ts'
import { child, childElements, invalid, type XcalElement } from './xcal-element.ts'
import { fromXcalProperty, toXcalProperty } from './xcal-property.ts'

export { XCAL_NAMESPACE, type XcalElement } from './xcal-element.ts'

/** The `icalendar` document (RFC 6321 §3.1) of a VCALENDAR, as a tree; every element is in `XCAL_NAMESPACE`. */
export function toXcal(calendar: Component): XcalElement {
  return { name: 'icalendar', children: [toElement(calendar)] }
}

function toElement(component: Component): XcalElement {
  const children: XcalElement[] = []
  if (component.properties.length > 0) {
    children.push({ name: 'properties', children: component.properties.map(toXcalProperty) })
  }
  if (component.components.length > 0) {
    children.push({ name: 'components', children: component.components.map(toElement) })
  }
  return { name: component.name.toLowerCase(), children }
}

/**
 * The VCALENDAR of an `icalendar` document that holds one; lines are 0.
 * @throws InvalidCalendarError naming the element that is not xCal.
 */
export function fromXcal(root: XcalElement, limits: ParseLimits = DEFAULT_PARSE_LIMITS): Component {
  const [calendar, ...more] = childElements(root)
  if (root.name !== 'icalendar' || calendar?.name !== 'vcalendar' || more.length > 0) {
    throw invalid('The document is not an icalendar element holding one vcalendar', root.name)
  }
  const component = fromElement(calendar, limits.maxDepth)
  refuseControlCharacters(serializeCalendar(component))
  return component
}

function fromElement(element: XcalElement, depth: number): Component {
  if (depth === 0) throw invalid('Components are nested too deep', element.name)
  const name = canonicalName(element.name)
  if (name === undefined) throw new InvalidCalendarError(`${element.name} is not the name of a component`)
  const properties = child(element, 'properties')
  const components = child(element, 'components')
  return {
    name,
    properties: properties === undefined ? [] : childElements(properties).map(fromXcalProperty),
    components:
      components === undefined ? [] : childElements(components).map((each) => fromElement(each, depth - 1)),
    line: 0,
  }
}
