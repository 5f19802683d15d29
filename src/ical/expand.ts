/** CALDAV:expand (RFC 4791 §9.6.5): one component per instance, in UTC, without recurrence properties. */
import type { Component, Property } from './component.ts'
import { utcComponent, utcProperty } from './expand-utc.ts'
import { TimeRangeMatcher } from './filter-time.ts'
import { type Instance, instancesBetween } from './instances.ts'
import type { CalendarObject } from './object.ts'
import type { Range } from './overlap.ts'
import { DAY } from './recurrence-civil.ts'
import { endAfter, scheduleOf, type TimeContext, timeProperty } from './recurrence-schedule.ts'
import { localTimeOf, readTimeValue, type TimeValue, writeDate, writeLocalTime, writeUtc } from './times.ts'
import { durationDays, durationTimeMs, readDuration, writeDuration } from './values.ts'
import type { Zone } from './zones.ts'

/** Most instances one object is expanded to. */
const MAX_EXPANDED = 20_000

/** The components that recur; VFREEBUSY and VAVAILABILITY are in a range as a whole. */
const RECURRING = ['VEVENT', 'VTODO', 'VJOURNAL']
const RECURRENCE_PROPERTIES = ['RRULE', 'RDATE', 'EXDATE', 'EXRULE', 'RECURRENCE-ID']

/**
 * The object as one component for each instance that overlaps the range, and no VTIMEZONE. DATE values stay
 * dates and floating times floating: they have no reference to a time zone. Throws RecurrenceLimitError.
 */
export function expandObject(object: CalendarObject, range: Range, floatingZone: Zone): Component {
  const context = { zones: object.zones, floatingZone }
  const isDated = (component: Component): boolean =>
    RECURRING.includes(component.name) && scheduleOf(component, context) !== undefined
  const expanded = instancesBetween(object, range, { floatingZone, limit: MAX_EXPANDED })
    .filter(({ component }) => isDated(component))
    .map((instance) => instanceComponent(object, instance, context))
  const times = new TimeRangeMatcher(object, floatingZone)
  const timeRange = { start: range.from, end: range.until }
  const others = object.calendar.components
    .filter((component) => component.name !== 'VTIMEZONE' && !isDated(component))
    .filter((component) => times.overlapAny(object.calendar, [component], timeRange))
    .map((component) => utcComponent(component, context))
  return { ...object.calendar, components: [...expanded, ...others] }
}

function instanceComponent(object: CalendarObject, instance: Instance, context: TimeContext): Component {
  const { component } = instance
  const start = scheduleOf(component, context)?.start
  if (start === undefined) return utcComponent(component, context)
  const kept = component.properties
    .filter(({ name }) => !RECURRENCE_PROPERTIES.includes(name))
    .map((property) => instanceProperty(property, instance, start, context))
  return {
    ...component,
    properties: [
      ...kept,
      ...endProperty(component, instance, start, context),
      ...idOf(object, instance, context),
    ],
    components: component.components.map((inner) => utcComponent(inner, context)),
  }
}

function instanceProperty(
  property: Property,
  instance: Instance,
  start: TimeValue,
  context: TimeContext,
): Property {
  switch (property.name) {
    case 'DTSTART':
      return timeAt(property, instance.start, start, context)
    case 'DTEND':
    case 'DUE':
      // To-do clients combine a start date with a due time, or the reverse.
      return timeAt(property, instance.end, readTimeValue(property.value, property, context.zones), context)
    case 'DURATION':
      return { ...property, value: lengthOf(instance, property.value, start, context) }
    default:
      return utcProperty(property, context)
  }
}

/** An instance of an RDATE that is a PERIOD may have an end where its component has none. */
function endProperty(
  component: Component,
  instance: Instance,
  start: TimeValue,
  context: TimeContext,
): Property[] {
  const hasEnd = component.properties.some(({ name }) => ['DTEND', 'DUE', 'DURATION'].includes(name))
  if (hasEnd || component.name !== 'VEVENT' || start.kind === 'date' || instance.start === instance.end)
    return []
  return [timeAt(made('DTEND'), instance.end, start, context)]
}

function idOf(object: CalendarObject, instance: Instance, context: TimeContext): Property[] {
  if (instance.recurrenceId === undefined) return []
  const named =
    object.master === undefined
      ? timeProperty(instance.component, 'RECURRENCE-ID', context)
      : scheduleOf(object.master, context)?.start
  return named === undefined ? [] : [timeAt(made('RECURRENCE-ID'), instance.recurrenceId, named, context)]
}

/** The property with the value of an instant, in the form of `like`: a date, floating, or else UTC. */
function timeAt(
  property: Property,
  instant: number,
  like: TimeValue,
  { floatingZone }: TimeContext,
): Property {
  const params = new Map(property.params)
  params.delete('TZID')
  params.delete('VALUE')
  if (like.kind === 'utc' || like.kind === 'zoned') return { ...property, params, value: writeUtc(instant) }
  const local = localTimeOf(instant + floatingZone.offsetAt(instant) * 1000)
  if (like.kind === 'floating') return { ...property, params, value: writeLocalTime(local) }
  params.set('VALUE', ['DATE'])
  return { ...property, params, value: writeDate(local) }
}

/** DURATION for one instance. In UTC days are exact; otherwise they are kept as days, which follow the clock. */
function lengthOf(instance: Instance, written: string, start: TimeValue, context: TimeContext): string {
  const { start: from, end } = instance
  if (start.kind === 'utc' || start.kind === 'zoned') return writeDuration(end - from)
  const local = from + context.floatingZone.offsetAt(from) * 1000
  const duration = readDuration(written.trim())
  const extent = duration && { days: durationDays(duration), ms: durationTimeMs(duration) }
  if (extent && endAfter(from, local, extent, context.floatingZone) === end) return written
  return start.kind === 'date' ? `P${Math.round((end - from) / DAY)}D` : `PT${(end - from) / 1000}S`
}

function made(name: string): Property {
  return { name, params: new Map(), value: '', line: 0 }
}
