import type { CompSelection, Projection } from '../../ical/project.ts'
import { type CalendarMediaType, findCalendarMediaType } from '../calendar-formats.ts'
import { HttpError } from '../errors.ts'
import * as preconditions from '../preconditions.ts'
import { childElements, type Element } from '../xml/element.ts'
import { CALDAV } from '../xml/names.ts'
import { type ClosedRange, type DateLimits, readClosedRange } from './time-range.ts'

/** What C:calendar-data asks for. Without a projection it is the object as it was stored, to the octet. */
export interface CalendarDataRequest {
  readonly mediaType: CalendarMediaType
  readonly projection: Projection | undefined
}

/**
 * C:calendar-data of a report's request (RFC 4791 §9.6). Throws C:supported-calendar-data for a media type
 * or version this server does not have, 400 for a selection that is malformed.
 */
export function readCalendarData(element: Element, limits: DateLimits): CalendarDataRequest {
  const mediaType = readMediaType(element)
  const parts = childElements(element).filter((part) => part.namespace === CALDAV)
  const stray = parts.find((part) => !PARTS.includes(part.name))
  if (stray) throw malformed(`${stray.name} cannot stand in calendar-data`)
  if (parts.length === 0) return { mediaType, projection: undefined }
  return { mediaType, projection: readProjection(parts, limits) }
}

const PARTS = ['comp', 'expand', 'limit-recurrence-set', 'limit-freebusy-set']

function readMediaType(element: Element): CalendarMediaType {
  const [sent = ''] = (element.attributes['content-type'] ?? 'text/calendar').split(';')
  const version = element.attributes.version ?? '2.0'
  const known = findCalendarMediaType(sent.trim().toLowerCase())
  if (!known || version !== '2.0') throw preconditions.supportedCalendarData()
  return known
}

function readProjection(parts: readonly Element[], limits: DateLimits): Projection {
  const comp = single(parts, 'comp')
  const expand = range(single(parts, 'expand'), limits)
  const limitRecurrenceSet = range(single(parts, 'limit-recurrence-set'), limits)
  const limitFreeBusySet = range(single(parts, 'limit-freebusy-set'), limits)
  if (expand && limitRecurrenceSet) throw malformed('expand and limit-recurrence-set exclude each other')
  if (comp && nameOf(comp) !== 'VCALENDAR') throw malformed('the outer comp is VCALENDAR')
  return {
    ...(comp && { comp: readSelection(comp) }),
    ...(expand && { expand }),
    ...(limitRecurrenceSet && { limitRecurrenceSet }),
    ...(limitFreeBusySet && { limitFreeBusySet }),
  }
}

/** RFC 4791 §9.6.1: `((allprop | prop*), (allcomp | comp*))`; an empty comp is the whole component (§7.8.1). */
function readSelection(element: Element): CompSelection {
  const parts = childElements(element).filter((part) => part.namespace === CALDAV)
  const stray = parts.find((part) => !['allprop', 'prop', 'allcomp', 'comp'].includes(part.name))
  if (stray) throw malformed(`${stray.name} cannot stand in comp`)
  const isWhole = parts.length === 0
  return {
    name: nameOf(element),
    allProps: isWhole || parts.some((part) => part.name === 'allprop'),
    props: parts.filter((part) => part.name === 'prop').map(readProp),
    allComps: isWhole || parts.some((part) => part.name === 'allcomp'),
    comps: parts.filter((part) => part.name === 'comp').map(readSelection),
  }
}

function readProp(element: Element): { name: string; novalue: boolean } {
  const novalue = element.attributes.novalue ?? 'no'
  if (novalue !== 'yes' && novalue !== 'no') throw malformed('novalue is yes or no')
  return { name: nameOf(element), novalue: novalue === 'yes' }
}

function range(element: Element | undefined, limits: DateLimits): ClosedRange | undefined {
  return element && readClosedRange(element, limits, malformed)
}

function single(parts: readonly Element[], name: string): Element | undefined {
  const found = parts.filter((part) => part.name === name)
  if (found.length > 1) throw malformed(`${name} may stand only once in calendar-data`)
  return found[0]
}

function nameOf(element: Element): string {
  const name = element.attributes.name?.trim()
  if (!name) throw malformed(`${element.name} needs a name`)
  return name.toUpperCase()
}

function malformed(detail: string): HttpError {
  return new HttpError(400, detail)
}
