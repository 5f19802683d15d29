import { child, childrenOf, textOf, type XmlElement } from './xml/element.ts'
import { clark } from './xml/names.ts'

/** One `D:propstat`: a status and the properties it speaks of. */
export interface Propstat {
  readonly status: number
  readonly props: readonly XmlElement[]
  readonly error: XmlElement | undefined
}

/** One `D:response` of a multistatus (RFC 4918 §14.24). */
export interface MemberResponse {
  readonly href: string
  readonly hrefs: readonly string[]
  /** The response-level status, when there is one. */
  readonly status: number | undefined
  readonly propstats: readonly Propstat[]
  readonly error: XmlElement | undefined
  readonly element: XmlElement
}

/** A whole `D:multistatus`. */
export interface Multistatus {
  readonly responses: readonly MemberResponse[]
  readonly syncToken: string | undefined
  readonly element: XmlElement
}

/** Reads a multistatus document; throws when the root or a status line is not what RFC 4918 §14 says. */
export function readMultistatus(root: XmlElement): Multistatus {
  if (root.name !== clark('D:multistatus'))
    throw new Error(`the root element is ${root.name}, not D:multistatus`)
  const token = child(root, 'D:sync-token')
  return {
    responses: childrenOf(root, 'D:response').map(readResponse),
    syncToken: token && textOf(token),
    element: root,
  }
}

function readResponse(element: XmlElement): MemberResponse {
  const hrefs = childrenOf(element, 'D:href').map(textOf)
  const [href] = hrefs
  if (href === undefined) throw new Error('a D:response has no D:href')
  const status = child(element, 'D:status')
  return {
    href,
    hrefs,
    status: status && readStatus(status),
    propstats: childrenOf(element, 'D:propstat').map((each) => ({
      status: readStatus(child(each, 'D:status')),
      props: child(each, 'D:prop')?.children ?? [],
      error: child(each, 'D:error'),
    })),
    error: child(element, 'D:error'),
    element,
  }
}

function readStatus(element: XmlElement | undefined): number {
  const match = /^HTTP\/\d\.\d (\d{3})( |$)/.exec(textOf(element))
  if (match === null) throw new Error(`a D:status is not an HTTP status line: "${textOf(element)}"`)
  return Number(match[1])
}

/** The property with its value as answered with 200, or undefined. */
export function propOf(response: MemberResponse | undefined, name: string): XmlElement | undefined {
  const wanted = clark(name)
  const found = response?.propstats.filter((each) => each.status === 200).flatMap((each) => each.props)
  return found?.find((each) => each.name === wanted)
}

/** The status a property was answered with, or undefined when it is not mentioned. */
export function propStatus(response: MemberResponse | undefined, name: string): number | undefined {
  const wanted = clark(name)
  return response?.propstats.find((each) => each.props.some((prop) => prop.name === wanted))?.status
}
