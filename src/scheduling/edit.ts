import { type Component, type Parameters, type Property, properties } from '../ical/component.ts'

/** Changes to component trees as values: nothing here edits in place. */

/** The property with one parameter set (upper-case name), or removed when `value` is undefined. */
export function withParameter(property: Property, name: string, value: string | undefined): Property {
  const params = new Map(property.params)
  if (value === undefined) params.delete(name)
  else params.set(name, [value])
  return { ...property, params }
}

/** The property without parameters whose (upper-case) name is in the set. */
export function withoutParameters(property: Property, names: ReadonlySet<string>): Property {
  if (![...property.params.keys()].some((name) => names.has(name))) return property
  const params: Parameters = new Map([...property.params].filter(([name]) => !names.has(name)))
  return { ...property, params }
}

/** The component with every property of that (upper-case) name replaced by those given, which go last. */
export function withProperties(
  component: Component,
  name: string,
  replacing: readonly Property[],
): Component {
  const others = component.properties.filter((property) => property.name !== name)
  return { ...component, properties: [...others, ...replacing] }
}

/** The component with one property of a name set to a value, in the place of the first that was there. */
export function withProperty(component: Component, property: Property): Component {
  const at = component.properties.findIndex((candidate) => candidate.name === property.name)
  if (at < 0) return { ...component, properties: [...component.properties, property] }
  const kept = component.properties.filter((other, index) => index === at || other.name !== property.name)
  return { ...component, properties: kept.map((other) => (other.name === property.name ? property : other)) }
}

/** The component without the properties of those (upper-case) names. */
export function withoutProperties(component: Component, names: ReadonlySet<string>): Component {
  if (!component.properties.some((property) => names.has(property.name))) return component
  return { ...component, properties: component.properties.filter((property) => !names.has(property.name)) }
}

/** The component with each property passed through `change`; undefined drops it. */
export function mapProperties(
  component: Component,
  change: (property: Property) => Property | undefined,
): Component {
  let changed = false
  const mapped: Property[] = []
  for (const property of component.properties) {
    const next = change(property)
    if (next !== property) changed = true
    if (next !== undefined) mapped.push(next)
  }
  return changed ? { ...component, properties: mapped } : component
}

/** The component with its sub-components replaced. */
export function withComponents(component: Component, components: readonly Component[]): Component {
  return { ...component, components }
}

/** The whole number a property holds, or `otherwise` when it is absent or no number. */
export function integerOf(component: Component, name: string, otherwise: number): number {
  const [first] = properties(component, name)
  const value = Number(first?.value ?? Number.NaN)
  return Number.isInteger(value) ? value : otherwise
}
