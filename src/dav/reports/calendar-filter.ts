import type { CompFilter, ParamFilter, PropFilter, TextMatch } from '../../ical/filter.ts'
import * as preconditions from '../preconditions.ts'
import { childElements, type Element, textOf } from '../xml/element.ts'
import { CALDAV } from '../xml/names.ts'
import { isTimedComponent, isTimedProperty, isUntimedProperty, mayContain } from './filter-rules.ts'
import { type DateLimits, type OpenRange, readTimeRange } from './time-range.ts'

/**
 * C:filter as a domain value (RFC 4791 §9.7). Nothing in it is ignored: what is not valid is refused with
 * C:valid-filter, what cannot be answered with C:supported-filter or C:supported-collation.
 */
export function readFilter(filter: Element, limits: DateLimits): CompFilter {
  const children = schemaChildren(filter, ['comp-filter'])
  const root = children[0]
  if (!root || children.length > 1) throw invalid('filter holds exactly one comp-filter')
  if (nameOf(root) !== 'VCALENDAR') throw invalid('the outer comp-filter is for VCALENDAR')
  return readCompFilter(root, limits)
}

/** RFC 4791 §9.7.1: `(is-not-defined | (time-range?, prop-filter*, comp-filter*))`. */
function readCompFilter(element: Element, limits: DateLimits): CompFilter {
  const name = nameOf(element)
  const parts = schemaChildren(element, ['is-not-defined', 'time-range', 'prop-filter', 'comp-filter'])
  const range = readRange(parts, limits)
  if (range && !isTimedComponent(name)) throw invalid(`a time-range cannot stand in ${name}`)
  const comps = named(parts, 'comp-filter')
  for (const inner of comps) {
    if (!mayContain(name, nameOf(inner))) throw invalid(`${name} cannot contain ${nameOf(inner)}`)
  }
  return {
    name,
    ...absence(parts),
    ...(range && { timeRange: range }),
    comps: comps.map((inner) => readCompFilter(inner, limits)),
    props: named(parts, 'prop-filter').map((inner) => readPropFilter(inner, limits)),
    ...test(element),
  }
}

/** RFC 4791 §9.7.2: `(is-not-defined | ((time-range | text-match)?, param-filter*))`. */
function readPropFilter(element: Element, limits: DateLimits): PropFilter {
  const name = nameOf(element)
  const parts = schemaChildren(element, ['is-not-defined', 'time-range', 'text-match', 'param-filter'])
  const range = readRange(parts, limits)
  const match = readTextMatch(parts)
  if (range && match) throw invalid(`the prop-filter of ${name} holds both a time-range and a text-match`)
  if (range) requireTimed(name, element)
  return {
    name,
    ...absence(parts),
    ...(range && { timeRange: range }),
    ...(match && { textMatch: match }),
    params: named(parts, 'param-filter').map(readParamFilter),
    ...test(element),
  }
}

function requireTimed(name: string, element: Element): void {
  if (isTimedProperty(name)) return
  if (isUntimedProperty(name)) throw invalid(`${name} has no time to compare with a time-range`)
  // RFC 4791 §7.7: a non-standard name the server cannot query this way is named in the answer.
  throw preconditions.supportedFilter([{ ...element, children: [] }])
}

/** RFC 4791 §9.7.3: `(is-not-defined | text-match?)`. */
function readParamFilter(element: Element): ParamFilter {
  const parts = schemaChildren(element, ['is-not-defined', 'text-match'])
  const match = readTextMatch(parts)
  return { name: nameOf(element), ...absence(parts), ...(match && { textMatch: match }) }
}

function readRange(parts: readonly Element[], limits: DateLimits): OpenRange | undefined {
  const range = single(parts, 'time-range')
  return range && readTimeRange(range, limits, invalid)
}

const MATCH_TYPES = ['contains', 'equals', 'starts-with', 'ends-with'] as const
const COLLATIONS = ['i;ascii-casemap', 'i;octet', 'i;unicode-casemap'] as const

/** The collations text-match may name (RFC 4791 §7.5). */
export const SUPPORTED_COLLATIONS: readonly string[] = COLLATIONS

/** RFC 4791 §9.7.5, with the match types of RFC 6352 §10.5.4. */
function readTextMatch(parts: readonly Element[]): TextMatch | undefined {
  const element = single(parts, 'text-match')
  if (!element) return undefined
  const negate = element.attributes['negate-condition'] ?? 'no'
  if (negate !== 'yes' && negate !== 'no') throw invalid('negate-condition is yes or no')
  const sent = element.attributes['match-type'] ?? 'contains'
  const matchType = MATCH_TYPES.find((known) => known === sent)
  if (!matchType) throw invalid(`match-type="${sent}" is not known`)
  return {
    text: textOf(element),
    collation: readCollation(element.attributes.collation),
    negate: negate === 'yes',
    matchType,
  }
}

function readCollation(sent: string | undefined): TextMatch['collation'] {
  // RFC 4791 §7.5: none, or the identifier "default", means i;ascii-casemap.
  if (sent === undefined || sent === 'default') return 'i;ascii-casemap'
  const known = COLLATIONS.find((name) => name === sent)
  if (!known) throw preconditions.supportedCollation()
  return known
}

/** C:is-not-defined stands alone in its filter. */
function absence(parts: readonly Element[]): { isNotDefined?: true } {
  if (!single(parts, 'is-not-defined')) return {}
  if (parts.length > 1) throw invalid('is-not-defined stands alone in its filter')
  return { isNotDefined: true }
}

function test(element: Element): { test?: 'anyof' | 'allof' } {
  const sent = element.attributes.test
  if (sent === undefined) return {}
  if (sent !== 'anyof' && sent !== 'allof') throw invalid('test is anyof or allof')
  return { test: sent }
}

function nameOf(element: Element): string {
  const name = element.attributes.name?.trim()
  if (!name) throw invalid(`${element.name} needs a name`)
  return name.toUpperCase()
}

/** The CalDAV children, each of an allowed name. Elements of other namespaces are extensions (RFC 4791 §1.2). */
function schemaChildren(parent: Element, allowed: readonly string[]): Element[] {
  const children = childElements(parent).filter((candidate) => candidate.namespace === CALDAV)
  const stray = children.find((candidate) => !allowed.includes(candidate.name))
  if (stray) throw invalid(`${stray.name} cannot stand in ${parent.name}`)
  return children
}

function named(parts: readonly Element[], name: string): Element[] {
  return parts.filter((part) => part.name === name)
}

function single(parts: readonly Element[], name: string): Element | undefined {
  const found = named(parts, name)
  if (found.length > 1) throw invalid(`${name} may stand only once in a filter`)
  return found[0]
}

function invalid(detail: string): Error {
  return preconditions.validFilter(detail)
}
