/** Parameters of a property: upper-case name to values, quotes removed and RFC 6868 carets decoded. */
export type Parameters = ReadonlyMap<string, readonly string[]>

/** One content line (RFC 5545 §3.1). */
export interface Property {
  /** Upper-case. */
  readonly name: string
  readonly params: Parameters
  /** Unfolded, otherwise as written (TEXT escapes not yet decoded). */
  readonly value: string
  /** 1-based line in the source text where the content line begins; 0 when made by the server. */
  readonly line: number
}

/** One BEGIN…END block (RFC 5545 §3.6). */
export interface Component {
  /** Upper-case. */
  readonly name: string
  readonly properties: readonly Property[]
  readonly components: readonly Component[]
  readonly line: number
}

/** What all properties without parameters share. */
export const NO_PARAMETERS: Parameters = new Map()

/** A property made by the server (line 0). `value` is written as given: escape TEXT with `writeText` first. */
export function newProperty(
  name: string,
  value: string,
  params?: Readonly<Record<string, string | readonly string[]>>,
): Property {
  if (params === undefined) return { name, params: NO_PARAMETERS, value, line: 0 }
  const entries = Object.entries(params).map(
    ([key, given]) => [key, typeof given === 'string' ? [given] : given] as const,
  )
  return { name, params: new Map(entries), value, line: 0 }
}

/** A component made by the server (line 0). */
export function newComponent(
  name: string,
  properties: readonly Property[],
  components: readonly Component[] = [],
): Component {
  return { name, properties, components, line: 0 }
}

/** The first property of that (upper-case) name, if any. */
export function property(component: Component, name: string): Property | undefined {
  for (const candidate of component.properties) if (candidate.name === name) return candidate
  return undefined
}

/** Every property of that (upper-case) name, in order. */
export function properties(component: Component, name: string): Property[] {
  return component.properties.filter((candidate) => candidate.name === name)
}

/** The first value of a parameter (upper-case name), if present. */
export function parameter(from: Property, name: string): string | undefined {
  return from.params.get(name)?.[0]
}
