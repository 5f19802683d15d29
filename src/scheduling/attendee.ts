import { type Component, parameter, property } from '../ical/component.ts'
import { type CalendarObject, calendarObjectOf } from '../ical/object.ts'
import { mergedInstance } from './attendee-merge.ts'
import { atTimeOf, counterOf } from './counter.ts'
import { withComponents } from './edit.ts'
import { SchedulingError } from './errors.ts'
import { withoutForceSend } from './force-send.ts'
import { isInstance } from './is-instance.ts'
import { messageCalendar, type PlanContext, type SchedulingMessage } from './message.ts'
import { attendeeAmong, organizerOf, type Participant } from './participants.ts'
import { isOver } from './past.ts'
import { replyFrom } from './reply.ts'
import { type InstanceKey, type Series, seriesOf } from './series.ts'
import { weightOfChange } from './signature.ts'
import { nextStamp, withLastStamp } from './stamp.ts'
import { instanceOf, timingOf } from './timing.ts'
import { excludedKeys, isCancelled } from './view.ts'

/** What an attendee's change comes to. */
export interface AttendeePlan {
  /** The VCALENDAR to store; the very one given when nothing had to be rewritten; undefined after a removal. */
  readonly store: Component | undefined
  /** A REPLY to the organizer, where an answer changed. */
  readonly messages: readonly SchedulingMessage[]
}

export interface AttendeeContext extends PlanContext {
  /** Schedule-Reply: F (RFC 6638 §8.1): say nothing to the organizer. */
  readonly isSilent: boolean
  /** A moved time is a proposal to the organizer, and the copy keeps the time it has; otherwise it is refused. */
  readonly isProposal?: boolean | undefined
}

/**
 * Plans what an attendee's creation, change or removal of their copy stores and sends (RFC 6638 §3.2.2).
 * @throws SchedulingError for what only the organizer may change.
 */
export function planAttendee(
  before: CalendarObject | undefined,
  after: CalendarObject | undefined,
  context: AttendeeContext,
): AttendeePlan {
  const old = before === undefined ? undefined : seriesOf(before)
  if (after === undefined) {
    const declined = old === undefined ? [] : withdrawal(old, context)
    const stamp = nextStamp(old, context)
    return { store: undefined, messages: reply(old, declined, stamp, context) }
  }
  const written = seriesOf(after)
  const isProposal = old !== undefined && context.isProposal === true
  const moved = isProposal ? movedComponents(old, written) : new Map<Component, Component>()
  const kept = atKnownTimes(written, moved)
  const merged = old === undefined ? written : merge(old, kept, context)
  const changed = changedAnswers(old, merged, written, context)
  const answers = [...changed, ...declinedInstances(old, merged, context)]
  const stamp = nextStamp(old, context)
  const proposals = counterOf(written, moved, context.own, stamp)
  const messages = [...reply(merged, answers, stamp, context), ...proposals]
  const calendar = withoutForceSend(merged.object.calendar)
  if (messages.length === 0) return { store: calendar, messages }
  const components = calendar.components.map((component) => withLastStamp(component, context.own, stamp))
  return { store: withComponents(calendar, components), messages }
}

/** The components that were written at another time than they are known at, with what is known of each. */
function movedComponents(old: Series, written: Series): Map<Component, Component> {
  const moved = new Map<Component, Component>()
  for (const [key, component] of [[undefined, written.master] as const, ...written.overrides]) {
    const known = key === undefined ? old.master : instanceOf(old, key)
    if (component === undefined || known === undefined) continue
    if (timingOf(known, old) !== timingOf(component, written)) moved.set(component, known)
  }
  return moved
}

/** The series with what was moved back at the times that are known. */
function atKnownTimes(written: Series, moved: ReadonlyMap<Component, Component>): Series {
  if (moved.size === 0) return written
  const { calendar } = written.object
  const components = calendar.components.map((component) => {
    const known = moved.get(component)
    return known === undefined ? component : atTimeOf(known, component)
  })
  return seriesOf(calendarObjectOf(withComponents(calendar, components)))
}

/** The attendee's version with the organizer's properties as they were. */
function merge(old: Series, written: Series, { own }: AttendeeContext): Series {
  sameOrganizer(old, written)
  const replaced = new Map<Component, Component>()
  const rewrite = (component: Component, key: InstanceKey | undefined): Component => {
    const known = key === undefined ? old.master : knownInstance(old, key)
    if (known === undefined) {
      throw forbidden(
        key === undefined ? 'adds the series itself' : 'adds an instance that is not part of it',
      )
    }
    const merged = mergedInstance(known, component, own, old, written)
    replaced.set(component, merged)
    return merged
  }
  if (written.master === undefined && old.master !== undefined)
    throw forbidden('leaves out the series itself')
  const master = written.master === undefined ? undefined : rewrite(written.master, undefined)
  const overrides = new Map([...written.overrides].map(([key, override]) => [key, rewrite(override, key)]))
  const dropped = master === undefined ? [] : droppedOverrides(old, written, master)
  for (const [key, override] of dropped) overrides.set(key, override)
  const { calendar } = written.object
  const components = [
    ...calendar.components.map((component) => replaced.get(component) ?? component),
    ...dropped.map(([, override]) => override),
  ]
  const unchanged =
    dropped.length === 0 && components.every((component, index) => component === calendar.components[index])
  const stored = unchanged ? calendar : withComponents(calendar, components)
  const object = { ...written.object, calendar: stored, master, overrides: [...overrides.values()] }
  return { object, master, overrides }
}

/** RFC 6638 §3.2.2.1: only the organizer adds instances. */
function knownInstance(old: Series, key: InstanceKey): Component | undefined {
  return old.overrides.has(key) || isInstance(old, key) ? instanceOf(old, key) : undefined
}

/** Overrides of the organizer's that the client left out without excluding their instances come back. */
function droppedOverrides(old: Series, written: Series, master: Component): [InstanceKey, Component][] {
  const excluded = excludedKeys(master, written)
  return [...old.overrides].filter(([key, override]) => {
    if (written.overrides.has(key) || excluded.has(key)) return false
    const like = instanceOf({ ...old, overrides: new Map() }, key)
    return like === undefined || weightOfChange(like, override) !== 'none'
  })
}

/** RFC 6638 §3.2.4.4: the attendee cannot make somebody else, or themselves, the organizer. */
function sameOrganizer(old: Series, written: Series): void {
  const organizer = (series: Series) =>
    [series.master, ...series.overrides.values()].map((c) =>
      c === undefined ? undefined : organizerOf(c)?.address,
    )
  const known = organizer(old).find((address) => address !== undefined)
  if (
    organizer(written).some(
      (address, index) => (index > 0 || written.master !== undefined) && address !== known,
    )
  ) {
    throw forbidden('changes the ORGANIZER')
  }
}

function forbidden(what: string): SchedulingError {
  return new SchedulingError(
    'allowed-attendee-scheduling-object-change',
    `An attendee may not do this to the organizer's event: the change ${what}`,
  )
}

/** Whom somebody has delegated to, in a form that can be compared. */
function delegates(attendee: Participant | undefined): string {
  return attendee?.status === 'DELEGATED' ? [...attendee.delegatedTo].sort().join() : ''
}

/** RFC 6638 §3.2.2.3: the components in which the attendee's own answer is another than before. */
function changedAnswers(
  old: Series | undefined,
  merged: Series,
  written: Series,
  context: AttendeeContext,
): Component[] {
  const changed: Component[] = []
  const compare = (component: Component, known: Component | undefined, sent: Component | undefined) => {
    const now = attendeeAmong(component, context.own)
    const then = known === undefined ? undefined : attendeeAmong(known, context.own)
    if (now === undefined) return
    const isNewAnswer = now.status !== (then?.status ?? 'NEEDS-ACTION') || delegates(now) !== delegates(then)
    const comments = (of: Component | undefined) =>
      of === undefined ? undefined : property(of, 'COMMENT')?.value
    const isForced = sent !== undefined && organizerOf(sent)?.forceSend === 'REPLY'
    if (isNewAnswer || isForced || comments(component) !== comments(known ?? component))
      changed.push(component)
  }
  if (merged.master !== undefined) compare(merged.master, old?.master, written.master)
  for (const [key, override] of merged.overrides) {
    const known = old === undefined ? undefined : instanceOf(old, key)
    compare(override, known, written.overrides.get(key))
  }
  if (merged.master !== undefined && changed.includes(merged.master)) {
    changed.push(...excepted(merged, merged.master, changed, context))
  }
  // An answer to one instance that was taken back: the instance is answered as the series is again.
  for (const [key, override] of old?.overrides ?? []) {
    const instance = merged.overrides.has(key) ? undefined : instanceOf(merged, key)
    if (instance !== undefined) compare(instance, override, undefined)
  }
  return changed
}

/**
 * The instances an answer to the series is not meant for. They need naming where nothing but the answer tells them
 * from the series, since the organizer's side takes it to cover those.
 */
function excepted(
  merged: Series,
  master: Component,
  named: readonly Component[],
  { own }: AttendeeContext,
): Component[] {
  const answer = attendeeAmong(master, own)?.status
  return [...merged.overrides].flatMap(([key, override]) => {
    if (named.includes(override) || attendeeAmong(override, own)?.status === answer) return []
    const like = instanceOf({ ...merged, overrides: new Map() }, key)
    return like !== undefined && weightOfChange(like, override) === 'none' ? [override] : []
  })
}

/** RFC 6638 §3.2.2.3: an instance the attendee takes out is declined. */
function declinedInstances(old: Series | undefined, merged: Series, { own }: AttendeeContext): Component[] {
  if (old?.master === undefined || merged.master === undefined) {
    if (old === undefined) return []
    const gone = [...old.overrides].filter(([key]) => !merged.overrides.has(key))
    return gone.flatMap(([, override]) => declined(override, own))
  }
  const before = excludedKeys(old.master, old)
  const added = [...excludedKeys(merged.master, merged)].filter((key) => !before.has(key))
  return added.flatMap((key) => {
    const instance = instanceOf(old, key)
    return instance === undefined ? [] : declined(instance, own)
  })
}

/** RFC 6638 §3.2.2.4: removing the copy declines everything in it that was not declined or cancelled yet. */
function withdrawal(old: Series, { own }: AttendeeContext): Component[] {
  return [...(old.master === undefined ? [] : [old.master]), ...old.overrides.values()]
    .filter((component) => !isCancelled(component))
    .flatMap((component) => declined(component, own))
}

function declined(component: Component, own: ReadonlySet<string>): Component[] {
  const attendee = attendeeAmong(component, own)
  if (attendee === undefined || attendee.status === 'DECLINED') return []
  return [replyFrom(component, own, 'DECLINED')]
}

function reply(
  series: Series | undefined,
  components: readonly Component[],
  stamp: number,
  context: AttendeeContext,
): SchedulingMessage[] {
  const [first] = components
  const organizer = first === undefined ? undefined : organizerOf(first)
  const sender = first === undefined ? undefined : attendeeAmong(first, context.own)
  if (series === undefined || organizer === undefined || sender === undefined) return []
  if (context.isSilent || organizer.agent !== 'SERVER' || context.own.has(organizer.address)) return []
  if (parameter(sender.property, 'SCHEDULE-AGENT')?.toUpperCase() === 'NONE') return []
  const answers = components.map((component) => replyFrom(component, context.own))
  return [
    {
      method: 'REPLY',
      sender: sender.address,
      recipient: organizer.address,
      calendar: messageCalendar(series.object.calendar, 'REPLY', answers, stamp),
      weight: 'details',
      isPast: answers.every((component) => isOver(component, series, context.now)),
    },
  ]
}
