/** CALDAV:prop-filter, param-filter and text-match (RFC 4791 §9.7.2, §9.7.3, §9.7.5). */
import { collate } from './collation.ts'
import { type Component, type Property, properties } from './component.ts'
import type { ParamFilter, PropFilter, TextMatch } from './filter.ts'
import type { TimeRangeMatcher } from './filter-time.ts'
import { propertyType } from './property-types.ts'
import { readText, readTextList } from './values.ts'

/** Does the component have a property that matches? */
export function matchesProperties(
  component: Component,
  filter: PropFilter,
  times: TimeRangeMatcher,
): boolean {
  const found = properties(component, filter.name)
  if (filter.isNotDefined === true) return found.length === 0
  // DTEND and DUE may be there in effect only, as DTSTART and DURATION (RFC 4791 §9.9).
  if (filter.timeRange !== undefined && found.length === 0 && isEffective(filter)) {
    return times.propertyOverlaps(component, filter.name, filter.timeRange)
  }
  return found.some((property) => matchesProperty(component, property, filter, times))
}

function isEffective({ name, params, test }: PropFilter): boolean {
  return (name === 'DTEND' || name === 'DUE') && (params.length === 0 || test === 'anyof')
}

function matchesProperty(
  component: Component,
  property: Property,
  { name, timeRange, textMatch, params, test }: PropFilter,
  times: TimeRangeMatcher,
): boolean {
  const tests: (() => boolean)[] = params.map((param) => () => matchesParameter(property, param))
  if (textMatch !== undefined) tests.push(() => matchesText(textsOf(property), textMatch))
  if (timeRange !== undefined) tests.push(() => times.propertyOverlaps(component, name, timeRange, property))
  if (tests.length === 0) return true
  return test === 'anyof' ? tests.some((passes) => passes()) : tests.every((passes) => passes())
}

function matchesParameter({ params }: Property, filter: ParamFilter): boolean {
  const values = params.get(filter.name)
  if (filter.isNotDefined === true) return values === undefined
  if (values === undefined) return false
  return filter.textMatch === undefined || matchesText(values, filter.textMatch)
}

/** A property's value as text; of a list such as CATEGORIES the whole and each item. */
function textsOf({ name, value }: Property): string[] {
  const whole = readText(value)
  const type = propertyType(name)
  if (type?.isList !== true || !value.includes(',')) return [whole]
  return [whole, ...readTextList(value)]
}

function matchesText(texts: readonly string[], match: TextMatch): boolean {
  const wanted = collate(match.text, match.collation)
  const isFound = texts.some((text) => compare(collate(text, match.collation), wanted, match.matchType))
  return isFound !== match.negate
}

function compare(value: string, wanted: string, matchType: TextMatch['matchType']): boolean {
  switch (matchType) {
    case 'equals':
      return value === wanted
    case 'starts-with':
      return value.startsWith(wanted)
    case 'ends-with':
      return value.endsWith(wanted)
    case 'contains':
      return value.includes(wanted)
  }
}
