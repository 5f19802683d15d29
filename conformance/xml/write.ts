import { declarationsFor } from './names.ts'

/** Text made safe for element content and attribute values. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (each) => `&#${each.codePointAt(0)};`)
}

/** A whole request body: the root element with every namespace declared, and what is inside, already XML. */
export function xml(root: string, inside = ''): string {
  const declarations = declarationsFor(`<${root}>${inside}`)
  return `<?xml version="1.0" encoding="utf-8"?>\n<${root}${declarations}>${inside}</${root}>`
}

/** `<D:prop>` naming the given properties. */
export function propNames(names: readonly string[]): string {
  return `<D:prop>${names.map((name) => `<${name}/>`).join('')}</D:prop>`
}

/** A `D:propertyupdate` body: values to set (XML inside each) and names to remove, in that order. */
export function propertyUpdate(
  set: Readonly<Record<string, string>>,
  remove: readonly string[] = [],
): string {
  const values = Object.entries(set).map(([name, value]) => `<${name}>${value}</${name}>`)
  const setPart = values.length > 0 ? `<D:set><D:prop>${values.join('')}</D:prop></D:set>` : ''
  const removePart = remove.length > 0 ? `<D:remove>${propNames(remove)}</D:remove>` : ''
  return xml('D:propertyupdate', setPart + removePart)
}
