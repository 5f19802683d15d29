import type { IncomingHttpHeaders } from 'node:http'
import { type Multistatus, readMultistatus } from '../multistatus.ts'
import type { XmlElement } from '../xml/element.ts'
import { qualified } from '../xml/names.ts'
import { readXml } from '../xml/read.ts'

/** What a server answered. */
export class Response {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The octets of the body. */
  readonly octets: Buffer
  readonly #href: string

  constructor(href: string, status: number, headers: IncomingHttpHeaders, octets: Buffer) {
    this.#href = href
    this.status = status
    this.headers = headers
    this.octets = octets
  }

  /** The href that was asked for. */
  get href(): string {
    return this.#href
  }

  /** The body read as UTF-8. */
  get text(): string {
    return this.octets.toString('utf8')
  }

  /** A header's value; several of one name are joined by commas; the empty string when absent. */
  header(name: string): string {
    const value = this.headers[name.toLowerCase()]
    return Array.isArray(value) ? value.join(', ') : (value ?? '')
  }

  /** The comma-separated items of a header, trimmed. */
  list(name: string): string[] {
    const items = this.header(name).split(',')
    return items.map((item) => item.trim()).filter((item) => item !== '')
  }

  /** The body as XML; throws XmlError when it is not. */
  xml(): XmlElement {
    return readXml(this.text)
  }

  /** The body as a multistatus; throws when it is not one. */
  multistatus(): Multistatus {
    return readMultistatus(this.xml())
  }

  /** The names of the conditions inside a `D:error` body (`C:valid-filter`); empty when there is no such body. */
  conditions(): string[] {
    return this.conditionElements().map((each) => qualified(each.name))
  }

  /** The condition elements inside a `D:error` body. */
  conditionElements(): readonly XmlElement[] {
    try {
      const root = this.xml()
      return qualified(root.name) === 'D:error' ? root.children : []
    } catch {
      return []
    }
  }
}
