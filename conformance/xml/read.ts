import type { XmlElement } from './element.ts'

/** The document is not well-formed XML with namespaces. */
export class XmlError extends Error {
  override name = 'XmlError'
}

interface Open {
  readonly qname: string
  readonly name: string
  readonly attributes: Map<string, string>
  readonly children: XmlElement[]
  readonly scope: ReadonlyMap<string, string>
  readonly from: number
  text: string
}

const predefined: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const nameStart = /[\p{L}_:]/u
const attributePattern = /\s+([\p{L}_:][\p{L}\p{N}_:.-]*)\s*=\s*("[^"<]*"|'[^'<]*')/uy

/** Reads one XML document (no DTD) and gives its root element; throws XmlError when it is not well-formed. */
export function readXml(source: string): XmlElement {
  return new Reader(source.replace(/^\uFEFF/, '')).document()
}

class Reader {
  readonly #source: string
  #at = 0
  readonly #stack: Open[] = []
  #root: XmlElement | undefined

  constructor(source: string) {
    this.#source = source
  }

  document(): XmlElement {
    while (this.#at < this.#source.length) this.#next()
    if (this.#stack.length > 0) throw new XmlError(`<${this.#stack.at(-1)?.qname}> is never closed`)
    if (this.#root === undefined) throw new XmlError('there is no root element')
    return this.#root
  }

  #next(): void {
    const starts = (mark: string): boolean => this.#source.startsWith(mark, this.#at)
    if (!starts('<')) this.#characters()
    else if (starts('<!--')) this.#skipPast('-->')
    else if (starts('<![CDATA[')) this.#cdata()
    else if (starts('<?')) this.#skipPast('?>')
    else if (starts('<!')) throw new XmlError('a document type declaration is not expected')
    else if (starts('</')) this.#close()
    else this.#open()
  }

  #skipPast(mark: string): void {
    const end = this.#source.indexOf(mark, this.#at)
    if (end < 0) throw new XmlError(`"${mark}" is missing`)
    this.#at = end + mark.length
  }

  #characters(): void {
    const next = this.#source.indexOf('<', this.#at)
    const end = next < 0 ? this.#source.length : next
    const text = decode(this.#source.slice(this.#at, end))
    const open = this.#stack.at(-1)
    if (open === undefined && text.trim() !== '') throw new XmlError('text outside the root element')
    if (open !== undefined) open.text += text
    this.#at = end
  }

  #cdata(): void {
    const from = this.#at + '<![CDATA['.length
    const open = this.#stack.at(-1)
    if (open === undefined) throw new XmlError('CDATA outside the root element')
    this.#skipPast(']]>')
    open.text += this.#source.slice(from, this.#at - 3)
  }

  #open(): void {
    const from = this.#at
    const tag = /^<([^\s/>]+)/.exec(this.#source.slice(from, from + 300))?.[1]
    if (tag === undefined || !nameStart.test(tag)) throw new XmlError(`a bad tag at octet ${from}`)
    if (this.#stack.length === 0 && this.#root) throw new XmlError('there is a second root element')
    const written = this.#attributes(from + 1 + tag.length)
    const scope = scopeOf(
      written,
      this.#stack.at(-1)?.scope ?? new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]),
    )
    const attributes = new Map<string, string>()
    for (const [key, value] of written) {
      if (key !== 'xmlns' && !key.startsWith('xmlns:')) attributes.set(resolve(key, scope, false), value)
    }
    this.#stack.push({
      qname: tag,
      name: resolve(tag, scope, true),
      attributes,
      children: [],
      scope,
      from,
      text: '',
    })
    const end = /^\s*(\/?)>/.exec(this.#source.slice(this.#at, this.#at + 300))
    if (end === null) throw new XmlError(`<${tag}> is not closed by ">"`)
    this.#at += end[0].length
    if (end[1] === '/') this.#finish()
  }

  #attributes(from: number): Map<string, string> {
    const found = new Map<string, string>()
    attributePattern.lastIndex = this.#at = from
    for (
      let match = attributePattern.exec(this.#source);
      match;
      match = attributePattern.exec(this.#source)
    ) {
      const [, key = '', quoted = ''] = match
      if (found.has(key)) throw new XmlError(`the attribute ${key} is given twice`)
      found.set(key, decode(quoted.slice(1, -1)))
      this.#at = attributePattern.lastIndex
    }
    return found
  }

  #close(): void {
    const match = /^<\/([^\s>]+)\s*>/.exec(this.#source.slice(this.#at, this.#at + 300))
    const open = this.#stack.at(-1)
    if (match === null || match[1] !== open?.qname)
      throw new XmlError(`</${match?.[1]}> closes <${open?.qname}>`)
    this.#at += match[0].length
    this.#finish()
  }

  #finish(): void {
    const open = this.#stack.pop()
    if (open === undefined) return
    const { name, attributes, children, text, from } = open
    const element = { name, attributes, children, text, source: this.#source.slice(from, this.#at) }
    const parent = this.#stack.at(-1)
    if (parent === undefined) this.#root = element
    else parent.children.push(element)
  }
}

function scopeOf(
  written: Map<string, string>,
  outer: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const declared = [...written].filter(([key]) => key === 'xmlns' || key.startsWith('xmlns:'))
  if (declared.length === 0) return outer
  return new Map([...outer, ...declared.map(([key, uri]) => [key.slice('xmlns:'.length), uri] as const)])
}

function resolve(qname: string, scope: ReadonlyMap<string, string>, isElement: boolean): string {
  const colon = qname.indexOf(':')
  const prefix = qname.slice(0, Math.max(colon, 0))
  if (colon < 0 && !isElement) return qname
  const uri = scope.get(prefix)
  if (uri === undefined && colon >= 0) throw new XmlError(`the prefix ${prefix} is not declared`)
  return `{${uri ?? ''}}${qname.slice(colon + 1)}`
}

function decode(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/&([^;&\s]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw new XmlError('a bare "&"')
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
    if (name.startsWith('#')) return String.fromCodePoint(Number.parseInt(name.slice(1), 10))
    const known = predefined[name]
    if (known === undefined) throw new XmlError(`the entity &${name}; is not declared`)
    return known
  })
}
