import { InvalidCalendarError } from './errors.ts'

export const XCAL_NAMESPACE = 'urn:ietf:params:xml:ns:icalendar-2.0'

/** An element of xCal, whose namespace is always `XCAL_NAMESPACE` and which has no attributes. */
export interface XcalElement {
  readonly name: string
  readonly children: readonly (XcalElement | string)[]
}

export function childElements(parent: XcalElement): XcalElement[] {
  return parent.children.filter((child) => typeof child !== 'string')
}

export function child(parent: XcalElement, name: string): XcalElement | undefined {
  return childElements(parent).find((candidate) => candidate.name === name)
}

/** Character data directly inside an element. */
export function textOf(element: XcalElement): string {
  return element.children.filter((child) => typeof child === 'string').join('')
}

export function element(name: string, ...children: (XcalElement | string)[]): XcalElement {
  return { name, children: children.filter((child) => child !== '') }
}

export function invalid(message: string, subject: string): InvalidCalendarError {
  return new InvalidCalendarError(message, { subject, rule: 'RFC 6321 §3' })
}
