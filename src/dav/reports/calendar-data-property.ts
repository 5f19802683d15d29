import type { Calendar } from '../../calendar/model.ts'
import type { Component } from '../../ical/component.ts'
import { InvalidCalendarError, RecurrenceLimitError } from '../../ical/errors.ts'
import { readCalendarObject } from '../../ical/object.ts'
import { project } from '../../ical/project.ts'
import { parseCalendar, serializeCalendar } from '../../ical/text.ts'
import { asWanted, type WantedTimezones } from '../../ical/timezones-by-reference.ts'
import type { Zone } from '../../ical/zones.ts'
import { type CalendarMediaType, writeCalendar, xcalElement } from '../calendar-formats.ts'
import * as preconditions from '../preconditions.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import { type Element, el } from '../xml/element.ts'
import { CALDAV } from '../xml/names.ts'
import { escapeText } from '../xml/serialize.ts'
import type { CalendarDataRequest } from './calendar-data.ts'

/** How C:calendar-data is to be written. */
export interface CalendarDataOptions extends CalendarDataRequest {
  readonly timezones: WantedTimezones
  /** The zone floating and all-day values of a calendar are read in. */
  readonly zoneOf: (calendar: Calendar) => Zone
}

/**
 * C:calendar-data of a report's answer (RFC 4791 §9.6). It is asked for like a property, but only reports
 * have it, so it lives as long as one report.
 */
export function calendarDataProperty(options: CalendarDataOptions): LiveProperty {
  const { mediaType, projection, timezones } = options
  const isStored = mediaType === 'text/calendar' && projection === undefined && timezones === 'as-stored'
  return defineProperty({
    namespace: CALDAV,
    name: 'calendar-data',
    on: ['object'],
    get(_ctx, { calendar, object }) {
      const data = object.data ?? ''
      // What was stored is what is given back, without a look inside.
      if (isStored) return [{ raw: escapeCalendar(data) }]
      const component = readable(() => rewritten(data, calendar, options))
      return mediaType === 'text/calendar' ? [serializeCalendar(component)] : represent(component, mediaType)
    },
  })
}

/** Line ends are all that needs an escape in most calendar data, and there are many of them. */
function escapeCalendar(data: string): string {
  return /[&<>]/.test(data) ? escapeText(data) : data.replaceAll('\r', '&#13;')
}

function rewritten(
  data: string,
  calendar: Calendar,
  { projection, timezones, zoneOf }: CalendarDataOptions,
): Component {
  const component =
    projection === undefined
      ? parseCalendar(data)
      : project(readCalendarObject(data), projection, zoneOf(calendar))
  return asWanted(component, timezones)
}

/** An object that cannot be read or expanded is refused by itself: the others of the report are answered. */
function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof InvalidCalendarError) throw preconditions.validCalendarData(error.message)
    if (error instanceof RecurrenceLimitError) throw preconditions.maxInstances(error.message)
    throw error
  }
}

function represent(component: Component, mediaType: CalendarMediaType): Element {
  const isXml = mediaType === 'application/calendar+xml'
  const content = isXml ? xcalElement(component) : writeCalendar(component, mediaType)
  return el(CALDAV, 'calendar-data', [content], { 'content-type': mediaType, version: '2.0' })
}
