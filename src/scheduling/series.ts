import { type Component, property } from '../ical/component.ts'
import type { CalendarObject } from '../ical/object.ts'
import { localMs, localTimeOf, readTimeValue, type TimeValue, timeOf, toInstant } from '../ical/times.ts'
import { UTC } from '../ical/zones.ts'

/**
 * Identifies one instance of a series: the epoch milliseconds of its RECURRENCE-ID, whatever zone or form it is
 * written in. Floating times and dates count as UTC, which is the same on both sides of a comparison.
 */
export type InstanceKey = number

/** A calendar object as scheduling sees it: a master, its overrides by instance, and how to read their times. */
export interface Series {
  readonly object: CalendarObject
  readonly master: Component | undefined
  readonly overrides: ReadonlyMap<InstanceKey, Component>
}

/**
 * The series in a calendar object. Of two overrides of one instance the later in the text counts.
 * @param like the object in whose terms instances are named: a message may hold no master to say
 */
export function seriesOf(object: CalendarObject, like: CalendarObject = object): Series {
  const overrides = new Map<InstanceKey, Component>()
  for (const override of object.overrides) {
    const id = property(override, 'RECURRENCE-ID')
    if (id === undefined) continue
    const key = instanceKey(
      readTimeValue(id.value, id, object.zones),
      like.master === undefined ? object : like,
    )
    overrides.set(key, override)
  }
  return { object, master: object.master, overrides }
}

/** Every component of a series, the master first. */
export function everyComponent({ master, overrides }: Series): Component[] {
  return master === undefined ? [...overrides.values()] : [master, ...overrides.values()]
}

/**
 * The key of the instance that a RECURRENCE-ID, EXDATE or RDATE value of this object means. Senders write the
 * date of an all-day instance as a date-time and the reverse, so the form of the master's DTSTART decides.
 */
export function instanceKey(value: TimeValue, object: CalendarObject): InstanceKey {
  const start = object.master === undefined ? undefined : timeOf(object.master, 'DTSTART', object.zones)
  if (start === undefined || (start.kind === 'date') === (value.kind === 'date')) return toInstant(value, UTC)
  const { year, month, day } = value.local
  if (start.kind === 'date') return localMs({ year, month, day, hour: 0, minute: 0, second: 0 })
  const { hour, minute, second } = start.local
  return toInstant({ ...start, local: { year, month, day, hour, minute, second } }, UTC)
}

/** A key as a time in the form of the master's DTSTART (date, floating, zoned or UTC). */
export function timeOfKey(key: InstanceKey, like: TimeValue): TimeValue {
  if (like.kind === 'date' || like.kind === 'floating') return { ...like, local: localTimeOf(key) }
  if (like.zone === undefined) return { kind: 'utc', local: localTimeOf(key) }
  return { ...like, local: localTimeOf(key + like.zone.offsetAt(key) * 1000) }
}
