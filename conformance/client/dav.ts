import type { OutgoingHttpHeaders } from 'node:http'
import { sameHref } from '../hrefs.ts'
import { type MemberResponse, propOf } from '../multistatus.ts'
import { textOf, type XmlElement } from '../xml/element.ts'
import { propertyUpdate, propNames, xml } from '../xml/write.ts'
import { HttpClient, type RequestOptions } from './http.ts'
import type { Response } from './response.ts'

/** The requests of WebDAV and CalDAV, one method each. */
export class DavClient extends HttpClient {
  options(href: string): Promise<Response> {
    return this.request('OPTIONS', href)
  }

  get(href: string, headers: OutgoingHttpHeaders = {}): Promise<Response> {
    return this.request('GET', href, { headers })
  }

  head(href: string, headers: OutgoingHttpHeaders = {}): Promise<Response> {
    return this.request('HEAD', href, { headers })
  }

  /** PUT of an iCalendar text, or of anything else with its own Content-Type. */
  put(href: string, body: string | Buffer, headers: OutgoingHttpHeaders = {}): Promise<Response> {
    return this.request('PUT', href, {
      body,
      headers: { 'Content-Type': 'text/calendar; charset=utf-8', ...headers },
    })
  }

  delete(href: string, headers: OutgoingHttpHeaders = {}): Promise<Response> {
    return this.request('DELETE', href, { headers })
  }

  /** PROPFIND of named properties. */
  propfind(
    href: string,
    names: readonly string[],
    depth = '0',
    headers: OutgoingHttpHeaders = {},
  ): Promise<Response> {
    return this.request('PROPFIND', href, { depth, headers, body: xml('D:propfind', propNames(names)) })
  }

  /** PROPPATCH setting values (XML) and removing names. */
  proppatch(
    href: string,
    set: Readonly<Record<string, string>>,
    remove: readonly string[] = [],
    headers: OutgoingHttpHeaders = {},
  ): Promise<Response> {
    return this.request('PROPPATCH', href, { headers, body: propertyUpdate(set, remove) })
  }

  /** REPORT with a body; Depth is 1 unless told. */
  report(href: string, body: string, options: RequestOptions = {}): Promise<Response> {
    return this.request('REPORT', href, { depth: '1', ...options, body })
  }

  copy(from: string, to: string, headers: OutgoingHttpHeaders = {}): Promise<Response> {
    return this.request('COPY', from, { headers: { Destination: this.absolute(to), ...headers } })
  }

  move(from: string, to: string, headers: OutgoingHttpHeaders = {}): Promise<Response> {
    return this.request('MOVE', from, { headers: { Destination: this.absolute(to), ...headers } })
  }

  /** One property of one resource as it is now, or undefined when it is not there. */
  async property(href: string, name: string): Promise<XmlElement | undefined> {
    return propOf(await this.properties(href, [name]), name)
  }

  /** The text of one property of one resource; the empty string when it is not there. */
  async propertyText(href: string, name: string): Promise<string> {
    return textOf(await this.property(href, name))
  }

  /** The response element for one resource of a Depth 0 PROPFIND, or undefined when that fails. */
  async properties(href: string, names: readonly string[]): Promise<MemberResponse | undefined> {
    const response = await this.propfind(href, names)
    if (response.status !== 207) return undefined
    return response.multistatus().responses.find((each) => sameHref(each.href, href))
  }
}
