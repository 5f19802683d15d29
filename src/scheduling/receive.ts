import type { Component } from '../ical/component.ts'
import type { CalendarObject } from '../ical/object.ts'
import type { Method } from './message.ts'
import { receiveAdd } from './receive-add.ts'
import { receiveCancel } from './receive-cancel.ts'
import { receiveCounter } from './receive-counter.ts'
import { receiveReply } from './receive-reply.ts'
import { receiveRequest } from './receive-request.ts'

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
  readonly status: string
}

export const NOTHING: Pick<Outcome, 'store' | 'answers'> = { store: undefined, answers: [] }

type Receiver = (stored: CalendarObject | undefined, received: Received, context: ReceiveContext) => Outcome

/** What each method does (RFC 5546 §3.2, §3.4). */
const RECEIVERS: Readonly<Record<Method, Receiver>> = {
  REQUEST: receiveRequest,
  PUBLISH: receiveRequest,
  ADD: receiveAdd,
  CANCEL: receiveCancel,
  REPLY: receiveReply,
  COUNTER: receiveCounter,
  DECLINECOUNTER: (stored) => ({ ...NOTHING, effect: stored === undefined ? 'ignored' : 'shown' }),
  REFRESH: (stored) => ({ ...NOTHING, effect: stored === undefined ? 'ignored' : 'refresh' }),
}

/** Applies a received message to the recipient's copy, if they have one (RFC 6638 §4). Pure. */
export function receive(
  stored: CalendarObject | undefined,
  received: Received,
  context: ReceiveContext,
): Outcome {
  return RECEIVERS[received.method](stored, received, context)
}
