import { mergeBusy } from '../ical/free-busy.ts'
import { calendarObjectOf } from '../ical/object.ts'
import { zoneByName } from '../ical/zones.ts'
import { planAttendee } from '../scheduling/attendee.ts'
import {
  type AutoSchedule,
  awaitsAnswer,
  type BookingContext,
  booked,
  bookedTimes,
} from '../scheduling/booking.ts'
import type { SchedulingMessage } from '../scheduling/message.ts'
import { emailOf } from '../scheduling/participants.ts'
import { isBooker, type RecipientRow } from '../store/inbox.ts'
import type { Transactor } from '../store/store.ts'
import { findPrincipalsByEmail } from '../store/users.ts'
import type { Party } from './deliver.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import { freeBusyByOwner } from './free-busy.ts'

/** Two years: a series that never ends cannot be checked to its end. */
const DEFAULT_HORIZON_DAYS = 731

/**
 * Lets a room or resource answer an invitation that has just come into its copy. All its calendars are locked, so
 * what is free here is free when the transaction commits: two bookings of one time cannot both be accepted.
 *
 * @param party whose copy takes up the answers
 * @returns its reply, or undefined when it leaves answering to a person
 */
export async function answerForRoom(
  env: CalendarEnv,
  tx: Transactor,
  party: Party,
  organizer: string,
): Promise<SchedulingMessage | undefined> {
  const { row, own, object } = party
  if (row.autoSchedule === 'none' || object === undefined || !awaitsAnswer(object, own)) return undefined
  const now = env.clock().getTime()
  const context = await contextOf(tx, row, own, organizer, now)
  const times = bookedTimes(object, context) ?? []
  const start = Math.min(...times.map((time) => time.start))
  const end = Math.max(...times.map((time) => time.end))
  const calendars = row.busyCalendarIds.map((calendarId) => ({
    calendarId,
    owner: { userId: row.userId },
    timezone: undefined,
    timezoneId: row.timezone,
  }))
  const busy =
    times.length === 0 ? new Map() : await freeBusyByOwner(tx, calendars, { start, end }, object.uid)
  const answered = booked(object, mergeBusy(busy.get(row.userId) ?? []), context)
  if (answered === undefined) return undefined
  const plan = planAttendee(object, calendarObjectOf(answered), { own, now, isSilent: false })
  party.object = calendarObjectOf(plan.store ?? answered)
  return plan.messages[0]
}

async function contextOf(
  tx: Transactor,
  row: RecipientRow,
  own: ReadonlySet<string>,
  organizer: string,
  now: number,
): Promise<BookingContext> {
  const zone = zoneByName(row.timezone) ?? floatingZoneOf({ timezone: undefined, timezoneId: undefined })
  return {
    own,
    now,
    zone,
    policy: {
      mode: row.autoSchedule as AutoSchedule,
      isAllowed: await mayBook(tx, row, organizer),
      horizonDays: row.horizonDays ?? DEFAULT_HORIZON_DAYS,
      maxMinutes: row.maxMinutes,
      hours: hoursOf(row.bookingHours),
    },
  }
}

/** Without a group, whoever can invite it can book it. */
async function mayBook(
  tx: Transactor,
  { bookingGroupId }: RecipientRow,
  organizer: string,
): Promise<boolean> {
  if (bookingGroupId === undefined) return true
  const [principal] = await tx.rows(findPrincipalsByEmail, [emailOf(organizer) ?? ''])
  if (principal === undefined) return false
  return (await tx.row(isBooker, principal.userId, bookingGroupId))?.isMember === true
}

/** `HH:MM-HH:MM` in minutes of the day. */
export function hoursOf(text: string | undefined): BookingContext['policy']['hours'] {
  const match = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(text ?? '')
  if (match === null) return undefined
  const [from, until] = [1, 3].map((at) => Number(match[at]) * 60 + Number(match[at + 1]))
  return from === undefined || until === undefined ? undefined : { from, until }
}
