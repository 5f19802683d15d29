import { clark } from './names.ts'

/** One element of a parsed XML document. `name` is in Clark notation: `{namespace}local`. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Character data directly inside this element, in order, CDATA included. */
  readonly text: string
  /** The element as it stood in the document, for messages. */
  readonly source: string
}

/** The first child of that name (`D:href`), or undefined. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  const wanted = clark(name)
  return element?.children.find((each) => each.name === wanted)
}

/** All children of that name. */
export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  const wanted = clark(name)
  return element?.children.filter((each) => each.name === wanted) ?? []
}

/** The element reached by walking one child name after the other, or undefined. */
export function descend(element: XmlElement | undefined, ...names: string[]): XmlElement | undefined {
  let at = element
  for (const name of names) at = child(at, name)
  return at
}

/** Every element of that name at any depth below (or being) the given one, in document order. */
export function findAll(element: XmlElement | undefined, name: string): XmlElement[] {
  if (element === undefined) return []
  const wanted = clark(name)
  const found: XmlElement[] = []
  const visit = (each: XmlElement): void => {
    if (each.name === wanted) found.push(each)
    each.children.forEach(visit)
  }
  visit(element)
  return found
}

/** The trimmed text of an element; the empty string when there is none. */
export function textOf(element: XmlElement | undefined): string {
  return element?.text.trim() ?? ''
}

/** The texts of all `D:href` below an element, trimmed. */
export function hrefsIn(element: XmlElement | undefined): string[] {
  return findAll(element, 'D:href').map(textOf)
}
