import { child, childElements, clark, type Element, textOf } from '../../src/dav/xml/element.ts'
import { DAV } from '../../src/dav/xml/names.ts'
import { parseXml } from '../../src/dav/xml/parse.ts'

/** What a test sends; `depth` and `type` are shorthands for their headers. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly depth?: '0' | '1' | 'infinity'
  readonly type?: string
  readonly body?: string | Buffer | undefined
}

/** One user's client over real HTTP, Basic on every request as clients do. */
export class DavClient {
  readonly url: string
  readonly username: string
  readonly #authorization: string | undefined

  constructor(url: string, username: string, password?: string) {
    this.url = url
    this.username = username
    const credentials = Buffer.from(`${username}:${password}`).toString('base64')
    this.#authorization = password === undefined ? undefined : `Basic ${credentials}`
  }

  /** The same server without credentials. */
  anonymous(): DavClient {
    return new DavClient(this.url, this.username)
  }

  get principal(): string {
    return `/dav/principals/${this.username}/`
  }

  get home(): string {
    return `/dav/calendars/${this.username}/`
  }

  /** The calendar every new user has. */
  get calendar(): string {
    return `${this.home}calendar/`
  }

  async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const { body, depth, type } = sent
    const headers = {
      ...(this.#authorization && { authorization: this.#authorization }),
      ...(depth && { depth }),
      ...(body !== undefined && { 'content-type': type ?? 'application/xml; charset=utf-8' }),
      ...sent.headers,
    }
    const response = await fetch(new URL(path, this.url), {
      method,
      headers,
      body: body ?? null,
      redirect: 'manual',
    })
    return new Answer(response, await response.text())
  }

  propfind(
    path: string,
    depth: Sent['depth'],
    body?: string,
    headers: Sent['headers'] = {},
  ): Promise<Answer> {
    return this.send('PROPFIND', path, { ...(depth && { depth }), body, headers })
  }

  report(path: string, body: string, depth?: Sent['depth'], headers: Sent['headers'] = {}): Promise<Answer> {
    return this.send('REPORT', path, { ...(depth && { depth }), body, headers })
  }

  put(path: string, body: string | Buffer, headers: Sent['headers'] = {}): Promise<Answer> {
    return this.send('PUT', path, { body, type: 'text/calendar; charset=utf-8', headers })
  }
}

/** An answer, its XML read on demand. */
export class Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string

  constructor(response: Response, text: string) {
    this.status = response.status
    this.headers = response.headers
    this.text = text
  }

  get xml(): Element {
    return parseXml(this.text)
  }

  /** The name of the one element in DAV:error. */
  get condition(): string | undefined {
    if (!this.text.includes('error')) return undefined
    const [first, ...others] = childElements(this.xml)
    return others.length === 0 ? first?.name : undefined
  }

  get responses(): readonly DavResponse[] {
    return childElements(this.xml)
      .filter(({ namespace, name }) => namespace === DAV && name === 'response')
      .map((element) => new DavResponse(element))
  }

  /** The response for an href, compared after decoding. */
  response(href: string): DavResponse {
    const found = this.responses.find((candidate) => same(candidate.href, href))
    if (found === undefined) throw new Error(`no response for ${href} in ${this.text}`)
    return found
  }

  get hrefs(): readonly string[] {
    return this.responses.map(({ href }) => href)
  }

  get syncToken(): string {
    const token = child(this.xml, DAV, 'sync-token')
    if (token === undefined) throw new Error(`no sync-token in ${this.text}`)
    return textOf(token)
  }
}

function same(a: string, b: string): boolean {
  return decodeURIComponent(a) === decodeURIComponent(b)
}

/** One DAV:response. */
export class DavResponse {
  readonly element: Element
  readonly href: string
  /** The response's own status, as in `404`; undefined when it has propstats. */
  readonly status: number | undefined
  readonly #byStatus = new Map<number, Map<string, Element>>()

  constructor(element: Element) {
    this.element = element
    this.href = textOf(child(element, DAV, 'href') as Element)
    this.status = statusOf(element)
    for (const propstat of childElements(element).filter(({ name }) => name === 'propstat')) {
      const status = statusOf(propstat) as number
      const prop = child(propstat, DAV, 'prop') as Element
      this.#byStatus.set(status, new Map(childElements(prop).map((property) => [clark(property), property])))
    }
  }

  /** The property found, or undefined. */
  find(namespace: string, name: string): Element | undefined {
    return this.#byStatus.get(200)?.get(clark({ namespace, name }))
  }

  /** The property found; fails the test where it is not. */
  get(namespace: string, name: string): Element {
    const found = this.find(namespace, name)
    if (found === undefined) throw new Error(`${this.href} has no ${name}`)
    return found
  }

  text(namespace: string, name: string): string {
    return textOf(this.get(namespace, name))
  }

  /** Local names of what came with a status. */
  names(status: number): readonly string[] {
    return Array.from(this.#byStatus.get(status)?.values() ?? [], ({ name }) => name)
  }

  get statuses(): readonly number[] {
    return [...this.#byStatus.keys()]
  }
}

function statusOf(parent: Element): number | undefined {
  const status = child(parent, DAV, 'status')
  if (status === undefined) return undefined
  const line = /^HTTP\/1\.1 (\d{3}) \S/.exec(textOf(status))
  if (line === null) throw new Error(`${textOf(status)} is no status line`)
  return Number(line[1])
}
