/** Does a calendar object match a filter (RFC 4791 §9.7)? */

import type { Collation } from './collation.ts'
import type { Component } from './component.ts'
import { matchesProperties } from './filter-property.ts'
import { TimeRangeMatcher } from './filter-time.ts'
import type { CalendarObject } from './object.ts'
import type { TimeRange } from './overlap.ts'
import type { Zone } from './zones.ts'

export { isSupportedCollation } from './collation.ts'
export type { TimeRange } from './overlap.ts'

/** CALDAV:comp-filter (RFC 4791 §9.7.1); names are upper-case. */
export interface CompFilter {
  readonly name: string
  readonly isNotDefined?: boolean
  readonly timeRange?: TimeRange
  readonly props: readonly PropFilter[]
  readonly comps: readonly CompFilter[]
  /** How the tests inside combine: all of them unless 'anyof'. */
  readonly test?: 'anyof' | 'allof'
}
/** CALDAV:prop-filter (RFC 4791 §9.7.2). */
export interface PropFilter {
  readonly name: string
  readonly isNotDefined?: boolean
  readonly timeRange?: TimeRange
  readonly textMatch?: TextMatch
  readonly params: readonly ParamFilter[]
  readonly test?: 'anyof' | 'allof'
}
/** CALDAV:param-filter (RFC 4791 §9.7.3). */
export interface ParamFilter {
  readonly name: string
  readonly isNotDefined?: boolean
  readonly textMatch?: TextMatch
}
/** CALDAV:text-match (RFC 4791 §9.7.5). */
export interface TextMatch {
  readonly text: string
  readonly collation: Collation
  readonly negate: boolean
  readonly matchType: 'contains' | 'equals' | 'starts-with' | 'ends-with'
}

/**
 * Does the object match a filter whose root is for VCALENDAR? DATE and floating values are read in
 * `floatingZone`. In a recurring object a time-range looks at every instance, and the other tests at the
 * component that instance has its properties from, master or override. Throws RecurrenceLimitError when an
 * instance cannot be found within the bound on work.
 */
export function matchesFilter(object: CalendarObject, filter: CompFilter, floatingZone: Zone): boolean {
  if (filter.name !== 'VCALENDAR') return filter.isNotDefined === true
  if (filter.isNotDefined === true) return false
  return matchesInside(object.calendar, filter, new TimeRangeMatcher(object, floatingZone))
}

function matchesComp(scope: Component, filter: CompFilter, times: TimeRangeMatcher): boolean {
  const candidates = scope.components.filter(({ name }) => name === filter.name)
  if (filter.isNotDefined === true) return candidates.length === 0
  const { timeRange } = filter
  if (timeRange === undefined) {
    return candidates.some((candidate) => matchesInside(candidate, filter, times))
  }
  if (filter.test === 'anyof' && candidates.some((candidate) => matchesInside(candidate, filter, times))) {
    return true
  }
  const accepted =
    filter.test === 'anyof'
      ? candidates
      : candidates.filter((candidate) => matchesInside(candidate, filter, times))
  return times.overlapAny(scope, accepted, timeRange)
}

/** The tests on what is inside a component, its own time-range apart. */
function matchesInside(component: Component, filter: CompFilter, times: TimeRangeMatcher): boolean {
  const tests = filter.props.length + filter.comps.length
  if (filter.test === 'anyof' && (tests > 0 || filter.timeRange !== undefined)) {
    return (
      filter.props.some((prop) => matchesProperties(component, prop, times)) ||
      filter.comps.some((comp) => matchesComp(component, comp, times))
    )
  }
  return (
    filter.props.every((prop) => matchesProperties(component, prop, times)) &&
    filter.comps.every((comp) => matchesComp(component, comp, times))
  )
}
