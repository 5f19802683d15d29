import { type Component, parameter, properties, property } from '../ical/component.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { freeBusyCalendar } from '../ical/free-busy.ts'
import { parseCalendar, serializeCalendar } from '../ical/text.ts'
import { timeOf, toInstant } from '../ical/times.ts'
import { UTC, ZoneTable } from '../ical/zones.ts'
import { emailOf, normalAddress } from '../scheduling/participants.ts'
import { findBusyCalendars } from '../store/inbox.ts'
import { findProperties } from '../store/properties.ts'
import { call } from '../store/statement.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import { availabilityOf, type BusyRange, busyTime, timeByOwner } from './free-busy.ts'
import type { Actor } from './model.ts'

/** A free-busy request (RFC 5546 §3.3.2), read. */
export interface BusyRequest {
  readonly range: BusyRange
  readonly organizer: string
  readonly attendees: readonly string[]
  readonly uid: string | undefined
  /** X-CALENDARSERVER-MASK-UID: an event that is being moved does not stand in its own way. */
  readonly withoutUid: string | undefined
}

/** What is told of one attendee (RFC 6638 §5.2). */
export interface BusyAnswer {
  readonly recipient: string
  /** REQUEST-STATUS (RFC 5546 §3.6). */
  readonly status: string
  /** A VCALENDAR, where the attendee is known here. */
  readonly data: string | undefined
}

/** Attendees one request may ask about. */
const MAX_ATTENDEES = 500
const MAX_RANGE_MS = 10 * 366 * 86_400_000

/**
 * Reads the body of a POST to an outbox.
 *
 * @throws InvalidCalendarError when it is no free-busy request
 */
export function readBusyRequest(text: string): BusyRequest {
  const calendar = parseCalendar(text)
  const [component, ...others] = calendar.components.filter(({ name }) => name !== 'VTIMEZONE')
  const method = property(calendar, 'METHOD')?.value.trim().toUpperCase()
  if (method !== 'REQUEST' || component?.name !== 'VFREEBUSY' || others.length > 0) {
    throw new InvalidCalendarError('A POST to the outbox is METHOD:REQUEST with one VFREEBUSY.')
  }
  const organizer = property(component, 'ORGANIZER')
  const attendees = properties(component, 'ATTENDEE').map(({ value }) => value.trim())
  if (organizer === undefined || attendees.length === 0 || attendees.length > MAX_ATTENDEES) {
    throw new InvalidCalendarError(
      `A free-busy request has an ORGANIZER and 1 to ${MAX_ATTENDEES} ATTENDEEs.`,
    )
  }
  const mask =
    property(component, 'X-CALENDARSERVER-MASK-UID') ?? property(calendar, 'X-CALENDARSERVER-MASK-UID')
  return {
    range: rangeOf(calendar, component),
    organizer: normalAddress(organizer.value),
    attendees: [...new Set(attendees)],
    uid: property(component, 'UID')?.value,
    withoutUid: mask?.value ?? parameter(organizer, 'X-CALENDARSERVER-MASK-UID'),
  }
}

function rangeOf(calendar: Component, component: Component): BusyRange {
  const zones = new ZoneTable(calendar.components.filter(({ name }) => name === 'VTIMEZONE'))
  const [start, end] = ['DTSTART', 'DTEND'].map((name) => {
    const time = timeOf(component, name, zones)
    return time === undefined ? Number.NaN : toInstant(time, UTC)
  }) as [number, number]
  if (!(start < end) || end - start > MAX_RANGE_MS) {
    throw new InvalidCalendarError('A free-busy request has a DTSTART and a later DTEND.')
  }
  return { start, end }
}

/**
 * When the attendees are busy: their calendars that count, and their availability, of which the inbox holds one
 * (RFC 7953 §7.2.5). Anybody with an
 * account may ask, which is what the inboxes' access control lists say.
 *
 * @param textOfProperty the iCalendar text in the stored XML of CALDAV:calendar-availability
 */
export async function requestFreeBusy(
  env: CalendarEnv,
  actor: Actor,
  { range, attendees, uid, withoutUid }: BusyRequest,
  textOfProperty: (xml: string) => string,
): Promise<BusyAnswer[]> {
  const emails = attendees.flatMap((address) => emailOf(normalAddress(address)) ?? [])
  const rows = await env.store.reader.rows(findBusyCalendars, emails)
  const known = new Map(rows.map((row) => [row.email, row]))
  const calendars = rows.flatMap(({ calendarId, userId, timezone, timezoneId }) =>
    calendarId === undefined ? [] : [{ calendarId, owner: { userId }, timezone, timezoneId }],
  )
  const time = await timeByOwner(env.store.reader, calendars, range, withoutUid)
  const holders = [...known.values()].filter(({ inboxId }) => inboxId !== undefined)
  const stored =
    holders.length === 0
      ? []
      : await env.store.reader.all(
          holders.map(({ userId, inboxId }) => call(findProperties, userId, 'collection', [inboxId])),
        )
  const availability = new Map(
    holders.map(({ userId }, index) => [
      userId,
      (stored[index]?.rows ?? [])
        .filter(({ name }) => name === 'calendar-availability')
        .map(({ xml }) => xml),
    ]),
  )
  const now = env.clock().getTime()
  return attendees.map((recipient): BusyAnswer => {
    const row = known.get(emailOf(normalAddress(recipient)) ?? '')
    if (row === undefined) return { recipient, status: '3.7;Invalid calendar user', data: undefined }
    const texts = (availability.get(row.userId) ?? []).map(textOfProperty)
    const zone = floatingZoneOf(row)
    const { busy, availability: inCalendars } = time.get(row.userId) ?? { busy: [], availability: [] }
    const inInbox = calendarsIn(texts).flatMap((calendar) => availabilityOf(calendar, range, zone))
    const periods = busyTime({ busy, availability: [...inCalendars, ...inInbox] })
    const identity = { organizer: `mailto:${actor.email}`, attendee: recipient, method: 'REPLY' }
    const answer = freeBusyCalendar(range, periods, {
      now,
      ...identity,
      ...(uid === undefined ? {} : { uid }),
    })
    return { recipient, status: '2.0;Success', data: serializeCalendar(answer) }
  })
}

/** What somebody stored that cannot be read says nothing. */
function calendarsIn(texts: readonly string[]): Component[] {
  return texts.flatMap((text) => {
    try {
      return [parseCalendar(text.trim())]
    } catch (error) {
      if (error instanceof InvalidCalendarError) return []
      throw error
    }
  })
}
