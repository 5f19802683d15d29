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

/** The first property of that (upper-case) name, if any. */
export function property(component: Component, name: string): Property | undefined {
  return component.properties.find((candidate) => candidate.name === name)
}

/** Every property of that (upper-case) name, in order. */
export function properties(component: Component, name: string): Property[] {
  return component.properties.filter((candidate) => candidate.name === name)
}

/** The first value of a parameter (upper-case name), if present. */
export function parameter(from: Property, name: string): string | undefined {
  return from.params.get(name)?.[0]
}
