/** What of a calendar object a report returns: CALDAV:calendar-data (RFC 4791 §9.6). */
import type { Component, Property } from './component.ts'
import { expandObject } from './expand.ts'
import type { CalendarObject } from './object.ts'
import { type ClosedRange, rangeOf } from './overlap.ts'
import { limitFreeBusySet, limitRecurrenceSet } from './project-limits.ts'
import type { Zone } from './zones.ts'

/** CALDAV:calendar-data of a request; without a member that limit does not apply. */
export interface Projection {
  readonly comp?: CompSelection
  readonly expand?: ClosedRange
  readonly limitRecurrenceSet?: ClosedRange
  readonly limitFreeBusySet?: ClosedRange
}

/** CALDAV:comp (RFC 4791 §9.6.1); names are upper-case. */
export interface CompSelection {
  readonly name: string
  readonly allProps: boolean
  readonly props: readonly { readonly name: string; readonly novalue: boolean }[]
  readonly allComps: boolean
  readonly comps: readonly CompSelection[]
}

/**
 * The VCALENDAR a report returns for an object. DATE and floating values are read in `floatingZone` to decide
 * what is in a range. Throws RecurrenceLimitError when `expand` covers more instances than are returned at once.
 */
export function project(object: CalendarObject, projection: Projection, floatingZone: Zone): Component {
  const context = { zones: object.zones, floatingZone }
  const { expand, limitRecurrenceSet: limit, limitFreeBusySet: freeBusy, comp } = projection
  let calendar = object.calendar
  if (expand !== undefined) calendar = expandObject(object, rangeOf(expand), floatingZone)
  else if (limit !== undefined) calendar = limitRecurrenceSet(object, rangeOf(limit), context)
  if (freeBusy !== undefined) calendar = limitFreeBusySet(calendar, rangeOf(freeBusy), context)
  return comp === undefined ? calendar : select(calendar, comp)
}

function select(component: Component, selection: CompSelection): Component {
  return {
    ...component,
    properties: selection.allProps ? component.properties : selectProperties(component, selection),
    components: selection.allComps
      ? component.components
      : component.components.flatMap((inner) => {
          const wanted = selection.comps.find(({ name }) => name === inner.name)
          return wanted === undefined ? [] : [select(inner, wanted)]
        }),
  }
}

function selectProperties({ properties }: Component, { props }: CompSelection): Property[] {
  return properties.flatMap((property) => {
    const wanted = props.find(({ name }) => name === property.name)
    if (wanted === undefined) return []
    return [wanted.novalue ? { ...property, value: '' } : property]
  })
}
