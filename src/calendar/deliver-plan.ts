import type { Component } from '../ical/component.ts'
import { type CalendarObject, calendarObjectOf } from '../ical/object.ts'
import { sameAnswers } from '../scheduling/answers.ts'
import { planAttendee } from '../scheduling/attendee.ts'
import { withStatuses } from '../scheduling/delivery-status.ts'
import type { PlanContext, SchedulingMessage } from '../scheduling/message.ts'
import { planOrganizer, planRest } from '../scheduling/organizer.ts'
import { receive } from '../scheduling/receive.ts'
import { receivedFrom } from '../scheduling/received.ts'
import type { Role } from '../scheduling/role.ts'
import type { Transactor } from '../store/store.ts'
import type { Delivery } from './deliver.ts'
import type { CalendarEnv } from './env.ts'
import { refresh, showAnswers } from './refresh.ts'

/** What a change stores and sends, before anything is delivered. */
export interface Plan {
  /** The VCALENDAR to store; undefined after a removal. */
  readonly store: Component | undefined
  readonly messages: readonly SchedulingMessage[]
}

/** How a change is planned. */
export interface Planning extends PlanContext {
  readonly role: Role
  /** What those concerned know. */
  readonly before: CalendarObject | undefined
  /** Schedule-Reply: F (RFC 6638 §8.1). */
  readonly isSilent: boolean
  /** A moved time is a proposal of an attendee's. */
  readonly isProposal?: boolean | undefined
}

/** @throws SchedulingError for what the owner of the calendar may not change */
export function planned(after: CalendarObject | undefined, { role, before, ...context }: Planning): Plan {
  if (role === 'organizer') return planOrganizer(before, after, context)
  if (role === 'attendee') return planAttendee(before, after, context)
  return { store: after?.calendar, messages: [] }
}

/**
 * Sends what was planned: to rooms first, whose answers the others then hear of with the message itself.
 *
 * @returns the owner's own copy with what came of it
 */
export async function deliverPlan(
  env: CalendarEnv,
  tx: Transactor,
  delivery: Delivery,
  plan: Plan,
  planning: Planning,
): Promise<Component | undefined> {
  const statuses = new Map<string, string>()
  const toRooms = plan.messages.filter(({ recipient }) => delivery.isRoom(recipient))
  const toOthers = plan.messages.filter(({ recipient }) => !delivery.isRoom(recipient))
  await send(delivery, toRooms, statuses)
  const answered = withRoomAnswers(delivery, plan.store, toOthers, planning)
  await send(delivery, answered.messages, statuses)
  if (answered.isNew && answered.store !== undefined) {
    await showAnswers(delivery, answered.store, planning, answered.messages)
  }
  if (planning.role === 'attendee') await refresh(env, tx, delivery, plan.messages)
  return answered.store === undefined ? undefined : withStatuses(answered.store, statuses)
}

async function send(
  delivery: Delivery,
  messages: readonly SchedulingMessage[],
  statuses: Map<string, string>,
): Promise<void> {
  for (const message of messages) {
    const status = await delivery.deliver(message)
    if (status !== undefined) statuses.set(message.recipient, status)
  }
}

/** The organizer's copy with the answers of rooms, and the messages to the others that tell of them. */
function withRoomAnswers(
  delivery: Delivery,
  store: Component | undefined,
  messages: readonly SchedulingMessage[],
  planning: Planning,
): Plan & { readonly isNew: boolean } {
  if (store === undefined || delivery.replies.length === 0) return { store, messages, isNew: false }
  const kept = delivery.replies.reduce((copy, reply) => withReply(copy, reply, planning), store)
  if (sameAnswers(store, kept)) return { store: kept, messages, isNew: false }
  const rest = planRest(planning.before, calendarObjectOf(kept), planning)
  const told = rest.messages.filter(({ recipient }) => !delivery.isRoom(recipient))
  const names = new Set(told.map(({ recipient }) => recipient))
  const others = messages.filter(({ recipient }) => !names.has(recipient))
  return { store: rest.store, messages: [...told, ...others], isNew: true }
}

function withReply(kept: Component, reply: SchedulingMessage, { own, now }: PlanContext): Component {
  const received = receivedFrom(reply.calendar)
  if (received === undefined) return kept
  const context = { own, sender: reply.sender, now, acceptsUninvited: false }
  return receive(calendarObjectOf(kept), received, context).store ?? kept
}
