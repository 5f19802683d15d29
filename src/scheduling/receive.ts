import type { CalendarObject } from '../ical/object.ts'
import type { Method } from './message.ts'
import { receiveAdd } from './receive-add.ts'
import { receiveCancel } from './receive-cancel.ts'
import { receiveCounter } from './receive-counter.ts'
import { receiveReply } from './receive-reply.ts'
import { receiveRequest } from './receive-request.ts'
import { type Outcome, type ReceiveContext, type Received, without } from './received.ts'

type Receiver = (stored: CalendarObject | undefined, received: Received, context: ReceiveContext) => Outcome

/** What each method does (RFC 5546 §3.2, §3.4). */
const RECEIVERS: Readonly<Record<Method, Receiver>> = {
  REQUEST: receiveRequest,
  PUBLISH: receiveRequest,
  ADD: receiveAdd,
  CANCEL: receiveCancel,
  REPLY: receiveReply,
  COUNTER: receiveCounter,
  DECLINECOUNTER: (stored) => without(stored === undefined ? 'ignored' : 'shown'),
  REFRESH: (stored) => without(stored === undefined ? 'ignored' : 'refresh'),
}

/** Applies a received message to the recipient's copy, if they have one (RFC 6638 §4). Pure. */
export function receive(
  stored: CalendarObject | undefined,
  received: Received,
  context: ReceiveContext,
): Outcome {
  return RECEIVERS[received.method](stored, received, context)
}
