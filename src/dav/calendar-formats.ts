import type { Component } from '../ical/component.ts'
import { fromJcal, toJcal } from '../ical/jcal.ts'
import { serializeCalendar } from '../ical/text.ts'
import { fromXcal, toXcal, XCAL_NAMESPACE, type XcalElement } from '../ical/xcal.ts'
import { type Element, el, isElement } from './xml/element.ts'
import { parseXml } from './xml/parse.ts'
import { serializeDocument } from './xml/serialize.ts'

/** The forms calendar data is taken and given in: RFC 5545, which is what is stored, RFC 7265, RFC 6321. */
export const CALENDAR_MEDIA_TYPES = [
  'text/calendar',
  'application/calendar+json',
  'application/calendar+xml',
] as const
export type CalendarMediaType = (typeof CALENDAR_MEDIA_TYPES)[number]

export function findCalendarMediaType(name: string): CalendarMediaType | undefined {
  return CALENDAR_MEDIA_TYPES.find((type) => type === name)
}

/** A calendar as the text of a media type. */
export function writeCalendar(calendar: Component, mediaType: CalendarMediaType): string {
  switch (mediaType) {
    case 'text/calendar':
      return serializeCalendar(calendar)
    case 'application/calendar+json':
      return JSON.stringify(toJcal(calendar))
    case 'application/calendar+xml':
      return serializeDocument(xcalElement(calendar))
  }
}

/** The `icalendar` element of a calendar (RFC 6321 §3.1). */
export function xcalElement(calendar: Component): Element {
  return asElement(toXcal(calendar))
}

/**
 * The iCalendar text of what a client sent in another form; text/calendar is left as it is.
 *
 * @throws SyntaxError for what is not JSON, InvalidXmlError, InvalidCalendarError
 */
export function convertToText(sent: string, mediaType: CalendarMediaType): string {
  switch (mediaType) {
    case 'text/calendar':
      return sent
    case 'application/calendar+json':
      return serializeCalendar(fromJcal(JSON.parse(sent)))
    case 'application/calendar+xml':
      return serializeCalendar(fromXcal(asXcal(parseXml(sent))))
  }
}

function asElement({ name, children }: XcalElement): Element {
  return el(
    XCAL_NAMESPACE,
    name,
    children.map((child) => (typeof child === 'string' ? child : asElement(child))),
  )
}

/** Elements of other namespaces are no part of xCal (RFC 6321 §3.2). */
function asXcal({ name, children }: Element): XcalElement {
  const kept = children.flatMap((child): (XcalElement | string)[] => {
    if (typeof child === 'string') return [child]
    return isElement(child) && child.namespace === XCAL_NAMESPACE ? [asXcal(child)] : []
  })
  return { name, children: kept }
}
