import type { Component, Property } from './component.ts'

/** The TZIDs that a component and what is in it refer to. */
export function usedTzids(component: Component, found = new Set<string>()): Set<string> {
  for (const { params } of component.properties) {
    for (const tzid of params.get('TZID') ?? []) found.add(tzid.trim())
  }
  for (const inside of component.components) usedTzids(inside, found)
  return found
}

/** The component with its TZIDs renamed. */
export function renameTzids(component: Component, names: ReadonlyMap<string, string>): Component {
  return {
    ...component,
    properties: component.properties.map((property) => renameTzid(property, names)),
    components: component.components.map((inside) => renameTzids(inside, names)),
  }
}

function renameTzid(property: Property, names: ReadonlyMap<string, string>): Property {
  const name = names.get(property.params.get('TZID')?.[0]?.trim() ?? '')
  if (name === undefined) return property
  return { ...property, params: new Map([...property.params, ['TZID', [name]]]) }
}
