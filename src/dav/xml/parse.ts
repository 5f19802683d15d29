import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { decodeReferences, requireXmlCharacters } from './character-data.ts'
import type { Content, Element } from './element.ts'
import { ExternalEntityError, InvalidXmlError } from './errors.ts'
import { MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS } from './limits.ts'
import { attributesOf, type Scope, scopeOf, splitName, XML_SCOPE } from './namespaces.ts'

/** A node as the parser gives it: one key that names it, and perhaps `:@` with its attributes. */
type ParsedNode = Readonly<Record<string, unknown>>

const ATTRIBUTES = ':@'
/** Characters of a document type declaration that are searched for names of something outside. */
const DTD_LOOKED_AT = 4096
const TEXT = '#text'
const CDATA = '#cdata'
const OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  // References are resolved here, strictly: the package knows neither bounds nor undefined entities.
  processEntities: false,
  cdataPropName: CDATA,
  maxNestedTags: MAX_DEPTH,
} as const

/**
 * Reads an XML document into an element with its namespaces resolved (Namespaces in XML 1.0).
 *
 * @throws InvalidXmlError for what is not well-formed, for a DTD, and past the bounds of limits.ts
 */
export function parseXml(text: string): Element {
  refuseDtd(text)
  const nodes = parseNodes(text)
  const verdict = XMLValidator.validate(text)
  if (verdict !== true) throw new InvalidXmlError(`The XML is not well-formed: ${verdict.err.msg}`)
  const roots = nodes.filter((node) => !isBesideRoot(node))
  const [root] = roots
  if (root === undefined || roots.length > 1 || text.slice(text.lastIndexOf('>') + 1).trim() !== '') {
    throw new InvalidXmlError('The XML must be one element and nothing else')
  }
  return toElement(root, XML_SCOPE)
}

/** One pass: everything that begins with "<!" must be a comment or a CDATA section. */
function refuseDtd(text: string): void {
  for (let at = text.indexOf('<!'); at !== -1; at = text.indexOf('<!', at)) {
    const close = closingMark(text, at)
    if (close === undefined) throw refusalOfDtd(text.slice(at, at + DTD_LOOKED_AT))
    const end = text.indexOf(close, at + 4)
    if (end === -1) throw new InvalidXmlError(`The XML is not well-formed: "${close}" is missing`)
    at = end
  }
}

function refusalOfDtd(start: string): InvalidXmlError {
  const message = 'The XML has a document type declaration, which is not accepted'
  const isExternal = /\s(?:SYSTEM|PUBLIC)\s/.test(start)
  return isExternal ? new ExternalEntityError(message) : new InvalidXmlError(message)
}

function closingMark(text: string, at: number): string | undefined {
  if (text.startsWith('<!--', at)) return '-->'
  return text.startsWith('<![CDATA[', at) ? ']]>' : undefined
}

function parseNodes(text: string): readonly ParsedNode[] {
  let elements = 0
  let attributes = 0
  const parser = new XMLParser({
    ...OPTIONS,
    updateTag(tag: string) {
      if (++elements > MAX_ELEMENTS) throw new InvalidXmlError('The XML has too many elements')
      return tag
    },
    attributeValueProcessor(_name: string, value: string) {
      if (++attributes > MAX_ATTRIBUTES) throw new InvalidXmlError('The XML has too many attributes')
      if (value.includes('<')) throw new InvalidXmlError('The XML has "<" in an attribute')
      return value
    },
  })
  try {
    return parser.parse(text) as ParsedNode[]
  } catch (cause) {
    if (cause instanceof InvalidXmlError) throw cause
    throw new InvalidXmlError(`The XML is not well-formed: ${(cause as Error).message}`, { cause })
  }
}

function nameOf(node: ParsedNode): string {
  for (const key of Object.keys(node)) if (key !== ATTRIBUTES) return key
  throw new InvalidXmlError('The XML has an element whose name is not accepted')
}

/** White space and processing instructions may stand around the root. */
function isBesideRoot(node: ParsedNode): boolean {
  const name = nameOf(node)
  return isInstruction(name) || (name === TEXT && String(node[TEXT]).trim() === '')
}

function isInstruction(name: string): boolean {
  return name.startsWith('?')
}

function toElement(node: ParsedNode, outer: Scope): Element {
  const qualifiedName = nameOf(node)
  const raw = node[ATTRIBUTES] as Readonly<Record<string, string>> | undefined
  const scope = raw === undefined ? outer : scopeOf(raw, outer)
  return {
    ...splitName(qualifiedName, scope),
    attributes: raw === undefined ? {} : attributesOf(raw, scope),
    children: toContents(node[qualifiedName] as readonly ParsedNode[], scope),
  }
}

/** Neighbouring runs of text and CDATA become one string. */
function toContents(nodes: readonly ParsedNode[], scope: Scope): Content[] {
  const contents: Content[] = []
  for (const node of nodes) {
    const name = nameOf(node)
    if (isInstruction(name)) continue
    if (name !== TEXT && name !== CDATA) {
      contents.push(toElement(node, scope))
      continue
    }
    const text = textOf(node, name)
    const last = contents.at(-1)
    if (typeof last === 'string') contents[contents.length - 1] = last + text
    else if (text !== '') contents.push(text)
  }
  return contents
}

function textOf(node: ParsedNode, name: string): string {
  if (name === CDATA) {
    const [inner] = node[CDATA] as readonly ParsedNode[]
    return requireXmlCharacters(String(inner?.[TEXT] ?? ''))
  }
  const text = String(node[TEXT])
  if (text.includes(']]>')) throw new InvalidXmlError('The XML has "]]>" outside a CDATA section')
  return decodeReferences(text)
}
