import { createHash } from 'node:crypto'
import { InvalidCalendarError } from '../ical/errors.ts'
import { type CalendarObject, readCalendarObject } from '../ical/object.ts'
import type { Zone } from '../ical/zones.ts'
import type { EventContent } from '../store/event-writes.ts'
import type { CalendarEnv } from './env.ts'
import { indexNewObject, requireFewAttendees } from './index-object.ts'
import type { Calendar, ComponentName } from './model.ts'
import { Refusal } from './refusal.ts'

/** Text that is a valid calendar object resource, read once, before anything is locked. */
export interface ReadText {
  readonly text: string
  /** Octets of the text in UTF-8. */
  readonly size: number
  readonly object: CalendarObject
}

/**
 * Reads a calendar object resource.
 *
 * @throws Refusal `max-resource-size`, `valid-calendar-data`, `valid-calendar-object-resource`, `valid-timezone`,
 *   `supported-rscale` or `max-attendees-per-instance`
 */
export function readObjectText(env: CalendarEnv, text: string): ReadText {
  const size = Buffer.byteLength(text)
  const limit = env.limits.maxResourceSize
  if (size > limit) throw new Refusal({ code: 'max-resource-size', limit })
  try {
    const object = readCalendarObject(text)
    requireFewAttendees(object, env.limits)
    return { text, size, object }
  } catch (error) {
    throw invalidData(error)
  }
}

/** The refusal that stands for a fault in the data; any other error is itself. */
export function invalidData(error: unknown): unknown {
  if (!(error instanceof InvalidCalendarError)) return error
  const detail = error.message
  return new Refusal({ code: codeOf(error), detail }, { cause: error })
}

function codeOf({ unknown, isObjectRule }: InvalidCalendarError) {
  if (unknown === 'RSCALE') return 'supported-rscale'
  if (unknown === 'TZID') return 'valid-timezone'
  return isObjectRule ? 'valid-calendar-object-resource' : 'valid-calendar-data'
}

/** Strong, and the same wherever the same octets are stored. */
export function etagOfText(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27)
}

/**
 * What is stored of the text.
 *
 * @param floatingZone of the calendar it goes into
 * @throws Refusal as `indexObject` does
 */
export function contentOf(env: CalendarEnv, read: ReadText, floatingZone: Zone): EventContent {
  const { text, size, object } = read
  try {
    const index = indexNewObject(env, object, floatingZone)
    const etag = etagOfText(text)
    const { uid, component } = object
    return { uid, component, data: text, size, etag, scheduleTag: undefined, index }
  } catch (error) {
    throw invalidData(error)
  }
}

/** @throws Refusal `supported-calendar-component` (RFC 4791 §5.3.2.1) */
export function requireSupported({ component }: CalendarObject, { components }: Calendar): void {
  if (!components.includes(component as ComponentName)) {
    throw new Refusal({ code: 'supported-calendar-component', component })
  }
}
