import { properties } from '../ical/component.ts'
import { RecurrenceLimitError } from '../ical/errors.ts'
import { factsOf, type ObjectFacts } from '../ical/facts.ts'
import type { CalendarObject } from '../ical/object.ts'
import type { Zone } from '../ical/zones.ts'
import type { EventIndex } from '../store/event-writes.ts'
import type { CalendarEnv, Limits } from './env.ts'
import { Refusal } from './refusal.ts'

const DAY_MS = 24 * 3600 * 1000
const WINDOW_BEFORE_MS = 366 * DAY_MS
const WINDOW_AFTER_MS = 2 * 366 * DAY_MS

/** The stretch of time around `now` (epoch ms) in which instances of recurring objects are listed. */
export function indexWindow(now: Date): { from: number; until: number } {
  return { from: now.getTime() - WINDOW_BEFORE_MS, until: now.getTime() + WINDOW_AFTER_MS }
}

/**
 * What queries will look at instead of the text of an object that is to be stored.
 *
 * @param floatingZone what floating and all-day values are read in
 * @throws Refusal for an object past the limits on instances, attendees or dates (RFC 4791 §5.3.2.1)
 */
export function indexNewObject(env: CalendarEnv, object: CalendarObject, floatingZone: Zone): EventIndex {
  requireFewAttendees(object, env.limits)
  const facts = readFacts(env, object, floatingZone)
  refuseExcess(facts, env.limits)
  return indexOf(facts)
}

/**
 * The same of an object that was stored when limits may have been others.
 *
 * @throws Refusal `max-instances` when it has too many to be listed
 */
export function indexObject(env: CalendarEnv, object: CalendarObject, floatingZone: Zone): EventIndex {
  return indexOf(readFacts(env, object, floatingZone))
}

function indexOf(facts: ObjectFacts): EventIndex {
  const { title, description, location } = facts
  return {
    ...facts,
    title: shorten(title, MAX_TITLE),
    description: shorten(description, MAX_DESCRIPTION),
    location: shorten(location, MAX_TITLE),
    recurrenceRule: shorten(facts.recurrenceRule, MAX_TITLE),
  }
}

function readFacts(env: CalendarEnv, object: CalendarObject, floatingZone: Zone): ObjectFacts {
  const { maxInstances, minDateTime, maxDateTime } = env.limits
  try {
    return factsOf(object, {
      floatingZone,
      window: indexWindow(env.clock()),
      maxInstances,
      minTime: minDateTime.getTime(),
      maxTime: maxDateTime.getTime(),
    })
  } catch (cause) {
    if (!(cause instanceof RecurrenceLimitError)) throw cause
    throw new Refusal({ code: 'max-instances', limit: maxInstances }, { cause })
  }
}

/**
 * RFC 4791 §5.2.9. The object as a whole names no more people than one instance may: each of them is sent a message
 * in the transaction that stores it.
 *
 * @throws Refusal `max-attendees-per-instance`
 */
export function requireFewAttendees({ master, overrides }: CalendarObject, limits: Limits): void {
  const limit = limits.maxAttendeesPerInstance
  const people = new Set<string>()
  for (const component of master === undefined ? overrides : [master, ...overrides]) {
    const attendees = properties(component, 'ATTENDEE')
    for (const { value } of attendees) people.add(value.toLowerCase())
    if (attendees.length > limit || people.size > limit) {
      throw new Refusal({ code: 'max-attendees-per-instance', limit })
    }
  }
}

function refuseExcess(facts: ObjectFacts, limits: Limits): void {
  if (facts.instanceCount !== undefined && facts.instanceCount > limits.maxInstances) {
    throw new Refusal({ code: 'max-instances', limit: limits.maxInstances })
  }
  if (facts.earliest !== undefined && facts.earliest < limits.minDateTime.getTime()) {
    throw new Refusal({ code: 'min-date-time', limit: limits.minDateTime.toISOString() })
  }
  if (facts.latest !== undefined && facts.latest > limits.maxDateTime.getTime()) {
    throw new Refusal({ code: 'max-date-time', limit: limits.maxDateTime.toISOString() })
  }
}

/** Extracted texts are for lists and searches; the whole is in the object's own text. */
const MAX_TITLE = 1000
const MAX_DESCRIPTION = 4000

function shorten(text: string | undefined, length: number): string | undefined {
  return text === undefined || text.length <= length ? text : text.slice(0, length)
}
