import { XCAL_NAMESPACE } from '../../ical/xcal.ts'
import { type Content, type Element, isElement, type Name } from './element.ts'
import { APPLE_ICAL, CALDAV, CALENDARSERVER, DAV, ME, XML } from './names.ts'

/** Prefixes every document of ours declares on its root, so that no element has to. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  [DAV, 'D'],
  [CALDAV, 'C'],
  [CALENDARSERVER, 'CS'],
  [APPLE_ICAL, 'ICAL'],
  [ME, 'ME'],
  [XCAL_NAMESPACE, 'XC'],
])

/** ` xmlns:D="DAV:" …`, for the start tag of a document's root. */
export const DECLARATIONS = [...PREFIXES].map(([uri, prefix]) => ` xmlns:${prefix}="${uri}"`).join('')

export const PROLOG = '<?xml version="1.0" encoding="utf-8"?>\n'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A literal CR would be read back as LF (XML 1.0 §2.11); calendar data must survive.
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}

/** What XML 1.0 §2.2 has no way to write. */
const UNWRITABLE = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff'

/** Replaces the characters of a class; text without any, which is nearly all of it, costs one test. */
function escaper(special: string): (text: string) => string {
  const some = new RegExp(`[${special}${UNWRITABLE}]`)
  const every = new RegExp(some, 'g')
  return (text) => (some.test(text) ? text.replace(every, (c) => ESCAPES[c] ?? '\ufffd') : text)
}

/** Character data, escaped. Characters that XML cannot carry become U+FFFD. */
export const escapeText = escaper('&<>\\r')

const escapeAttribute = escaper('&<"\\r\\n\\t')

/** An element's name as it is written in its tags, and the declaration its start tag needs, if any. */
export interface TagName {
  readonly tag: string
  readonly declaration: string
}

export function tagName(name: Name): TagName {
  const prefix = PREFIXES.get(name.namespace)
  if (prefix !== undefined) return { tag: `${prefix}:${name.name}`, declaration: '' }
  if (name.namespace === '') return { tag: name.name, declaration: '' }
  return { tag: `x:${name.name}`, declaration: ` xmlns:x="${escapeAttribute(name.namespace)}"` }
}

/** XML of an element inside a document of ours (its root carries DECLARATIONS). */
export function serialize(element: Element): string {
  const { tag, declaration } = tagName(element)
  const start = tag + declaration + serializeAttributes(element.attributes)
  const inner = serializeContents(element.children)
  return inner === '' ? `<${start}/>` : `<${start}>${inner}</${tag}>`
}

export function serializeContents(contents: readonly Content[]): string {
  let xml = ''
  for (const content of contents) {
    if (typeof content === 'string') xml += escapeText(content)
    else xml += isElement(content) ? serialize(content) : content.raw
  }
  return xml
}

/** XML of an element that declares everything it uses: fit to be stored and inserted anywhere. */
export function serializeStandalone(element: Element): string {
  const { tag, declaration } = tagName(element)
  const start = tag + declaration + usedDeclarations(element) + serializeAttributes(element.attributes)
  const inner = serializeContents(element.children)
  return inner === '' ? `<${start}/>` : `<${start}>${inner}</${tag}>`
}

/** A whole document. */
export function serializeDocument(root: Element): string {
  const { tag, declaration } = tagName(root)
  const start = tag + DECLARATIONS + declaration + serializeAttributes(root.attributes)
  return `${PROLOG}<${start}>${serializeContents(root.children)}</${tag}>`
}

function usedDeclarations(element: Element): string {
  const used = new Set<string>()
  collectNamespaces(element, used)
  let declarations = ''
  for (const [uri, prefix] of PREFIXES) if (used.has(uri)) declarations += ` xmlns:${prefix}="${uri}"`
  return declarations
}

function collectNamespaces(element: Element, into: Set<string>): void {
  into.add(element.namespace)
  for (const attribute of Object.keys(element.attributes)) {
    if (attribute.startsWith('{')) into.add(attribute.slice(1, attribute.lastIndexOf('}')))
  }
  for (const content of element.children) if (isElement(content)) collectNamespaces(content, into)
}

function serializeAttributes(attributes: Readonly<Record<string, string>>): string {
  let xml = ''
  let foreign = 0
  for (const [name, value] of Object.entries(attributes)) {
    xml += ` ${attributeName(name, () => `a${foreign++}`)}="${escapeAttribute(value)}"`
  }
  return xml
}

/** An attribute has no default namespace, so a foreign one brings its own prefix along. */
function attributeName(name: string, newPrefix: () => string): string {
  if (!name.startsWith('{')) return name
  const end = name.lastIndexOf('}')
  const namespace = name.slice(1, end)
  const local = name.slice(end + 1)
  if (namespace === XML) return `xml:${local}`
  const known = PREFIXES.get(namespace)
  if (known !== undefined) return `${known}:${local}`
  const prefix = newPrefix()
  return `xmlns:${prefix}="${escapeAttribute(namespace)}" ${prefix}:${local}`
}
