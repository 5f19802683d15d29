import { type Component, property } from '../ical/component.ts'
import { type CalendarObject, calendarObjectOf } from '../ical/object.ts'
import type { Method } from './message.ts'

/** A received iTIP message: its METHOD and the calendar object in it. */
export interface Received {
  readonly method: Method
  readonly object: CalendarObject
}

export interface ReceiveContext {
  /** Normalised calendar user addresses of the recipient. */
  readonly own: ReadonlySet<string>
  /** Who is known to have sent it, normalised. */
  readonly sender: string
  /** Epoch ms. */
  readonly now: number
  /** May somebody who was not invited answer? (A forwarded invitation: a party crasher.) */
  readonly acceptsUninvited: boolean
}

/** What a received message does to the recipient's copy. */
export interface Outcome {
  /** The VCALENDAR to store, or undefined when the copy stays as it is. */
  readonly store: Component | undefined
  /**
   * - `applied`: the copy changed, or was made;
   * - `outdated`: an older or the same message; nothing to do or show;
   * - `shown`: nothing to store, but the recipient should see it (a counter-proposal, a declined one);
   * - `refresh`: the sender asks for the current state;
   * - `ignored`: it concerns nothing the recipient has, or comes from somebody it cannot come from.
   */
  readonly effect: 'applied' | 'outdated' | 'shown' | 'refresh' | 'ignored'
  /** Answers that came in, for those who keep track of them. */
  readonly answers: readonly Answer[]
}

export interface Answer {
  readonly address: string
  /** Epoch ms of the instance's RECURRENCE-ID; undefined: the whole series. */
  readonly instance: number | undefined
  /** Upper-case PARTSTAT; undefined for a counter-proposal, which answers nothing. */
  readonly status: string | undefined
  /** Epoch ms of the start a counter-proposal asks for. */
  readonly proposed: number | undefined
}

/** An outcome that stores nothing. */
export function without(effect: Outcome['effect'], answers: readonly Answer[] = []): Outcome {
  return { store: undefined, effect, answers }
}

const METHODS: ReadonlySet<string> = new Set<Method>([
  'REQUEST',
  'REPLY',
  'CANCEL',
  'ADD',
  'REFRESH',
  'COUNTER',
  'DECLINECOUNTER',
  'PUBLISH',
])

/**
 * An iTIP message as what it carries (RFC 5546 §1.4).
 * @returns undefined when its METHOD is missing or none that is known
 * @throws InvalidCalendarError when what it carries is no calendar object
 */
export function receivedFrom(calendar: Component): Received | undefined {
  const method = property(calendar, 'METHOD')?.value.trim().toUpperCase() ?? ''
  if (!METHODS.has(method)) return undefined
  const properties = calendar.properties.filter(({ name }) => name !== 'METHOD')
  return { method: method as Method, object: calendarObjectOf({ ...calendar, properties }) }
}
