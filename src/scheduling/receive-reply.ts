import { type Component, newProperty, parameter, property } from '../ical/component.ts'
import type { CalendarObject } from '../ical/object.ts'
import { assembled, organizerIn, STAMP } from './copy.ts'
import { replacedDelegates } from './delegation.ts'
import { integerOf, mapProperties, withParameter } from './edit.ts'
import { isInstance } from './is-instance.ts'
import { orderOf, stampOf } from './order.ts'
import { attendeesOf, normalAddress, type Participant } from './participants.ts'
import { type Answer, type Outcome, type ReceiveContext, type Received, without } from './received.ts'
import { type InstanceKey, type Series, seriesOf } from './series.ts'
import { weightOfChange } from './signature.ts'
import { nextStamp, withLastStamp } from './stamp.ts'
import { instanceOf, timingOf } from './timing.ts'

/** SCHEDULE-STATUS of somebody whose answer has come (RFC 6638 §3.2.9, §3.6). */
export const ANSWERED = '2.0'

/** REPLY (RFC 5546 §3.2.3): an attendee's answers, put on record in the organizer's copy. */
export function receiveReply(
  stored: CalendarObject | undefined,
  { object }: Received,
  context: ReceiveContext,
): Outcome {
  if (stored === undefined) return without('ignored')
  const held = seriesOf(stored)
  const organizer = organizerIn(held)
  if (organizer === undefined || !context.own.has(organizer)) return without('ignored')
  const incoming = seriesOf(object, stored)
  const record = new AnswerBook(held, incoming, context)
  if (incoming.master !== undefined) record.answerAll(incoming.master)
  for (const [key, reply] of incoming.overrides) record.answerInstance(key, reply)
  if (record.answers.length === 0) return without(record.isKnown ? 'outdated' : 'ignored')
  const answered = assembled(held, { ...incoming, object: held.object }, record.master, record.overrides)
  // Whoever is told of these answers is told in a message of its own time.
  const stamp = nextStamp(held, context)
  const components = answered.components.map((component) => withLastStamp(component, context.own, stamp))
  const store = { ...answered, components }
  return { store, effect: 'applied', answers: record.answers }
}

/** Marks an attendee whom nobody but they themselves invited. */
const UNINVITED = 'X-KALENDS-UNINVITED'

/** The organizer's copy while answers are put on record. */
class AnswerBook {
  master: Component | undefined
  readonly overrides: Map<InstanceKey, Component>
  readonly answers: Answer[] = []
  /** Was any of the answers by somebody it could come from, about something there is? */
  isKnown = false
  readonly #held: Series
  readonly #incoming: Series
  readonly #context: ReceiveContext

  constructor(held: Series, incoming: Series, context: ReceiveContext) {
    this.#held = held
    this.#incoming = incoming
    this.#context = context
    this.master = held.master
    this.overrides = new Map(held.overrides)
  }

  answerAll(reply: Component): void {
    if (this.master === undefined) return
    const before = this.master
    const answered = this.#answered(before, undefined, reply)
    if (answered === undefined) return
    this.master = answered
    for (const [key, override] of this.overrides) {
      if (this.#incoming.overrides.has(key) || !this.#isLikeMaster(key, override, before, reply)) continue
      const same = this.#answered(override, key, reply, before)
      if (same !== undefined) this.overrides.set(key, same)
    }
  }

  /** An override that says to this attendee what the series says: nobody told them of it. */
  #isLikeMaster(key: InstanceKey, override: Component, master: Component, reply: Component): boolean {
    const like = instanceOf({ ...this.#held, master, overrides: new Map() }, key)
    const address = this.#answerIn(reply)?.address
    if (like === undefined || weightOfChange(like, override) !== 'none') return false
    const status = (of: Component) => attendeesOf(of).find((one) => one.address === address)?.status
    return status(override) === status(master)
  }

  /** An instance that has no override gets one, made from the master; nobody makes instances by answering for them. */
  answerInstance(key: InstanceKey, reply: Component): void {
    const target =
      this.overrides.get(key) ?? (isInstance(this.#held, key) ? instanceOf(this.#held, key) : undefined)
    if (target === undefined) return
    const answered = this.#answered(target, key, reply)
    if (answered !== undefined) this.overrides.set(key, answered)
  }

  /** @param meant the component the reply is about, where it is another than the one answered */
  #answered(
    target: Component,
    key: InstanceKey | undefined,
    reply: Component,
    meant: Component = target,
  ): Component | undefined {
    const answer = this.#answerIn(reply)
    if (answer === undefined) return undefined
    const known = attendeesOf(target).find(({ address }) => address === answer.address)
    if (known === undefined && !this.#context.acceptsUninvited) return undefined
    this.isKnown = true
    const stamp = stampOf(property(reply, 'DTSTAMP')?.value)
    if (known !== undefined && !isNews(known, meant, reply, stamp, this.#held, this.#incoming))
      return undefined
    this.answers.push({ address: answer.address, instance: key, status: answer.status, proposed: undefined })
    return recorded(target, answer, stamp, delegatesIn(reply, answer))
  }

  /** The one who answers: only in their own name, or by whom they let speak for them. */
  #answerIn(reply: Component): Participant | undefined {
    const { sender } = this.#context
    return attendeesOf(reply).find(
      ({ address, property: attendee }) =>
        address === sender || (attendee.params.get('SENT-BY') ?? []).map(normalAddress).includes(sender),
    )
  }
}

/** SEQUENCE then DTSTAMP, for each attendee by themselves (RFC 5546 §2.1.5). */
function isNews(
  known: Participant,
  target: Component,
  reply: Component,
  stamp: string,
  held: Series,
  incoming: Series,
): boolean {
  const last = stampOf(parameter(known.property, STAMP))
  if (last !== '' && stamp <= last) return false
  if (orderOf(reply).sequence >= integerOf(target, 'SEQUENCE', 0)) return true
  // Gmail and Outlook answer with the number they were sent; an answer to the same time is still an answer.
  return property(reply, 'DTSTART') !== undefined && timingOf(reply, incoming) === timingOf(target, held)
}

/** Whoever delegates has somebody invited in the organizer's name; to whole lists nobody delegates. */
const MOST_DELEGATES = 5

function delegatesIn(reply: Component, { delegatedTo: all, status }: Participant): Participant[] {
  const delegatedTo = status === 'DELEGATED' ? all.slice(0, MOST_DELEGATES) : []
  const named = attendeesOf(reply).filter(({ address }) => delegatedTo.includes(address))
  const missing = delegatedTo.filter((address) => !named.some((delegate) => delegate.address === address))
  return [...named, ...missing.map(uninvited)]
}

function uninvited(address: string): Participant {
  const attendee = newProperty('ATTENDEE', address)
  return {
    address,
    status: 'NEEDS-ACTION',
    agent: 'SERVER',
    forceSend: undefined,
    delegatedTo: [],
    property: attendee,
  }
}

function recorded(
  target: Component,
  answer: Participant,
  stamp: string,
  delegates: readonly Participant[],
): Component {
  let isThere = false
  const replaced = replacedDelegates(target, answer)
  const answered = mapProperties(target, (candidate) => {
    if (candidate.name !== 'ATTENDEE') return candidate
    const address = normalAddress(candidate.value)
    if (replaced.has(address)) return undefined
    if (address !== answer.address) return candidate
    isThere = true
    return withRecord(candidate, answer, stamp)
  })
  const invited = new Set(attendeesOf(target).map(({ address }) => address))
  const added = [
    ...(isThere ? [] : [withParameter(withRecord(answer.property, answer, stamp), UNINVITED, 'TRUE')]),
    // RFC 5546 §3.2.2.3: whom they delegate to is invited in their stead.
    ...delegates
      .filter(({ address }) => !invited.has(address))
      .map((delegate) => withParameter(delegateFrom(delegate, answer), 'RSVP', 'TRUE')),
  ]
  return added.length === 0 ? answered : { ...answered, properties: [...answered.properties, ...added] }
}

function withRecord(attendee: Component['properties'][number], answer: Participant, stamp: string) {
  const status = withParameter(attendee, 'PARTSTAT', answer.status)
  const stamped = withParameter(withParameter(status, 'SCHEDULE-STATUS', ANSWERED), STAMP, stamp)
  const silent = answer.status === 'NEEDS-ACTION' ? stamped : withParameter(stamped, 'RSVP', undefined)
  const delegates = answer.property.params.get('DELEGATED-TO')
  const params = new Map(silent.params)
  if (delegates === undefined) params.delete('DELEGATED-TO')
  else params.set('DELEGATED-TO', delegates)
  return { ...silent, params }
}

function delegateFrom(delegate: Participant, answer: Participant) {
  const from = withParameter(delegate.property, 'DELEGATED-FROM', answer.address)
  return withParameter(from, 'PARTSTAT', 'NEEDS-ACTION')
}
