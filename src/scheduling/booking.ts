import { type Component, newProperty } from '../ical/component.ts'
import { RecurrenceLimitError } from '../ical/errors.ts'
import type { BusyPeriod } from '../ical/free-busy.ts'
import { hasInstance, type Instance, instancesBetween } from '../ical/instances.ts'
import type { CalendarObject } from '../ical/object.ts'
import { timeOf } from '../ical/times.ts'
import type { Zone } from '../ical/zones.ts'
import { assembled } from './copy.ts'
import { withoutProperties, withParameter, withProperty } from './edit.ts'
import { attendeeAmong, mapAttendees } from './participants.ts'
import { everyComponent, type InstanceKey, seriesOf } from './series.ts'
import { instanceOf } from './timing.ts'
import { isCancelled } from './view.ts'

/**
 * How a room or resource answers invitations by itself. `accept-if-free` leaves a clash to a person;
 * `automatic` declines it.
 */
export type AutoSchedule = 'none' | 'accept-always' | 'decline-always' | 'accept-if-free' | 'automatic'

export interface BookingPolicy {
  readonly mode: AutoSchedule
  /** May this organizer book at all? */
  readonly isAllowed: boolean
  /** Days ahead; what reaches further is declined as a whole. */
  readonly horizonDays: number
  readonly maxMinutes: number | undefined
  /** Minutes of the day, in the room's time zone. */
  readonly hours: { readonly from: number; readonly until: number } | undefined
}

export interface BookingContext {
  readonly own: ReadonlySet<string>
  /** Epoch ms. */
  readonly now: number
  /** The room's: opening hours, all-day and floating times are read in it. */
  readonly zone: Zone
  readonly policy: BookingPolicy
}

const DAY = 86_400_000
const MINUTE = 60_000
const MAX_INSTANCES = 10_000

/** When a booking would take the room, up to its horizon, in order; undefined: too often to be checked. */
export function bookedTimes(
  object: CalendarObject,
  { now, zone, policy }: BookingContext,
): Instance[] | undefined {
  const range = { from: now, until: now + policy.horizonDays * DAY }
  try {
    return instancesBetween(object, range, { floatingZone: zone, limit: MAX_INSTANCES })
  } catch (error) {
    if (error instanceof RecurrenceLimitError) return undefined
    throw error
  }
}

/**
 * The room's copy with its answers: instances that clash are declined one by one, the others accepted. Undefined:
 * it does not answer by itself.
 * @param busy what else takes the room, in order of start
 */
export function booked(
  object: CalendarObject,
  busy: readonly BusyPeriod[],
  context: BookingContext,
): Component | undefined {
  const { policy, now } = context
  if (policy.mode === 'none') return undefined
  if (policy.mode === 'accept-always') return answered(object, 'ACCEPTED', new Set(), context)
  const end = now + policy.horizonDays * DAY
  const times = bookedTimes(object, context)
  const reachesTooFar = () =>
    hasInstance(object, { from: end, until: Number.POSITIVE_INFINITY }, context.zone)
  const isRefused = policy.mode === 'decline-always' || !policy.isAllowed
  if (isRefused || times === undefined || reachesTooFar()) {
    return answered(object, 'DECLINED', new Set(), context)
  }
  const refused = times.filter((time) => !fits(time, context) || clashes(time, busy))
  if (refused.length > 0 && policy.mode === 'accept-if-free') return undefined
  if (times.length > 0 && refused.length === times.length) {
    return answered(object, 'DECLINED', new Set(), context)
  }
  return answered(object, 'ACCEPTED', keysOf(refused, object, context.zone), context)
}

function clashes({ start, end }: Instance, busy: readonly BusyPeriod[]): boolean {
  let low = 0
  let high = busy.length
  // Merged periods of one type do not overlap, and there are few types: step back over what may still reach in.
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((busy[middle] as BusyPeriod).start < end) low = middle + 1
    else high = middle
  }
  return busy.slice(0, low).some((period) => period.end > start)
}

function fits({ start, end }: Instance, { policy, zone }: BookingContext): boolean {
  const { maxMinutes, hours } = policy
  if (maxMinutes !== undefined && end - start > maxMinutes * MINUTE) return false
  if (hours === undefined) return true
  const local = start + zone.offsetAt(start) * 1000
  const opens = Math.floor(local / DAY) * DAY
  const last = end + zone.offsetAt(end) * 1000
  return local >= opens + hours.from * MINUTE && last <= opens + hours.until * MINUTE
}

/** Series name instances as if floating times were UTC, whatever zone they were expanded in. */
function keysOf(
  times: readonly Instance[],
  object: CalendarObject,
  zone: Zone,
): Set<InstanceKey | undefined> {
  const series = seriesOf(object)
  const ofOverride = new Map([...series.overrides].map(([key, override]) => [override, key]))
  const start = object.master === undefined ? undefined : timeOf(object.master, 'DTSTART', object.zones)
  const isFloating = start?.kind === 'date' || start?.kind === 'floating'
  return new Set(
    times.map(({ recurrenceId, isOverride, component }) => {
      if (isOverride) return ofOverride.get(component)
      if (recurrenceId === undefined || !isFloating) return recurrenceId
      return recurrenceId + zone.offsetAt(recurrenceId) * 1000
    }),
  )
}

function answered(
  object: CalendarObject,
  status: 'ACCEPTED' | 'DECLINED',
  declined: ReadonlySet<InstanceKey | undefined>,
  { own }: BookingContext,
): Component {
  const series = seriesOf(object)
  const overrides = new Map(series.overrides)
  for (const key of declined) {
    if (key === undefined || overrides.has(key)) continue
    const instance = instanceOf(series, key)
    if (instance !== undefined) overrides.set(key, instance)
  }
  const single = declined.has(undefined) ? 'DECLINED' : status
  const { master } = series
  const answers = new Map(
    [...overrides].map(([key, override]) => [
      key,
      withAnswer(override, declined.has(key) ? 'DECLINED' : status, own),
    ]),
  )
  return assembled(series, series, master && withAnswer(master, single, own), answers)
}

/** What is declined takes no time. */
function withAnswer(component: Component, status: string, own: ReadonlySet<string>): Component {
  if (isCancelled(component) || attendeeAmong(component, own) === undefined) return component
  const answered = mapAttendees(component, ({ address, property: attendee }) =>
    own.has(address)
      ? withParameter(withParameter(attendee, 'PARTSTAT', status), 'RSVP', undefined)
      : attendee,
  )
  return status === 'DECLINED'
    ? withProperty(answered, newProperty('TRANSP', 'TRANSPARENT'))
    : withoutProperties(answered, new Set(['TRANSP']))
}

/** Does anything in the copy still wait for an answer? */
export function awaitsAnswer(object: CalendarObject, own: ReadonlySet<string>): boolean {
  return everyComponent(seriesOf(object)).some(
    (component) => !isCancelled(component) && attendeeAmong(component, own) !== undefined,
  )
}
