/** An XML element with its namespace resolved; attribute names are Clark names when namespaced. */
export interface Element {
  readonly namespace: string
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Content[]
}
/** Raw is serialized XML inserted as it stands (dead properties: it declares its own namespaces). */
export interface Raw {
  readonly raw: string
}
export type Content = Element | Raw | string

export interface Name {
  readonly namespace: string
  readonly name: string
}

/** Builds an element: `el(DAV, 'href', ['/dav/'])`. */
export function el(
  namespace: string,
  name: string,
  children: readonly Content[] = [],
  attributes: Readonly<Record<string, string>> = {},
): Element {
  return { namespace, name, attributes, children }
}

/** Clark notation, `{DAV:}href`: the key of every table of names. */
export function clark(name: Name): string {
  return `{${name.namespace}}${name.name}`
}

export function isElement(content: Content): content is Element {
  return typeof content === 'object' && 'namespace' in content
}

export function childElements(parent: Element): Element[] {
  return parent.children.filter(isElement)
}

export function child(parent: Element, namespace: string, name: string): Element | undefined {
  return childElements(parent).find((c) => c.namespace === namespace && c.name === name)
}

/** The concatenated character data of an element and its descendants. */
export function textOf(element: Element): string {
  return element.children
    .map((content) => (typeof content === 'string' ? content : isElement(content) ? textOf(content) : ''))
    .join('')
}
