import { type Component, newProperty, properties } from '../ical/component.ts'
import { integerOf, withoutProperties, withProperty } from './edit.ts'
import {
  askingForAnswers,
  identityOf,
  type Method,
  messageCalendar,
  type PlanContext,
  type SchedulingMessage,
} from './message.ts'
import { attendeesAt, attendeesOf, organizerOf } from './participants.ts'
import { isOver } from './past.ts'
import { everyComponent, type InstanceKey, type Series } from './series.ts'
import { heavier, type Weight, weightOfChange } from './signature.ts'
import { instanceOf } from './timing.ts'
import { componentsOf, type View, viewOf } from './view.ts'

export interface MessageContext extends PlanContext {
  /** Epoch ms: DTSTAMP of the first message to each attendee. */
  readonly stamp: number
}

/** What is sent to one attendee, before it is wrapped as a message. */
interface Draft {
  readonly method: Method
  readonly components: readonly Component[]
  readonly weight: Weight
}

/**
 * The messages that bring every attendee from what they knew to what now holds (RFC 6638 §3.2.1). Attendees of the
 * same components are sent the very same calendar.
 */
export function messagesBetween(
  before: Series | undefined,
  after: Series | undefined,
  context: MessageContext,
): SchedulingMessage[] {
  const source = after ?? before
  // What nobody is invited to any more need not name its organizer.
  const sender = (after && senderOf(after)) ?? (before && senderOf(before))
  if (source === undefined || sender === undefined) return []
  const prepared = new Map<string, readonly Omit<SchedulingMessage, 'recipient'>[]>()
  const messages: SchedulingMessage[] = []
  for (const address of serverScheduled(before, after)) {
    if (context.own.has(address)) continue
    const key = `${placesOf(before, address)} ${placesOf(after, address)}`
    const drafts =
      prepared.get(key) ?? draftsFor(address, before, after).map(sealed(sender, { before, source }, context))
    prepared.set(key, drafts)
    for (const draft of drafts) messages.push({ ...draft, recipient: address })
  }
  return messages
}

/** A CANCEL of the series and the REQUEST of the instances that are left must be read in that order. */
export const MOST_DRAFTS = 2

/** A CANCEL speaks of times as they were, in the zones that were there. */
function sealed(
  sender: string,
  { before, source }: { readonly before: Series | undefined; readonly source: Series },
  { now, stamp }: MessageContext,
) {
  return ({ method, components, weight }: Draft, index: number): Omit<SchedulingMessage, 'recipient'> => {
    const series = method === 'CANCEL' && before !== undefined ? before : source
    return {
      method,
      sender,
      calendar: messageCalendar(series.object.calendar, method, components, stamp + index * 1000),
      weight,
      isPast: components.every((component) => isOver(component, series, now)),
    }
  }
}

/** Which components name an attendee, and whether one of them forces a message: what their messages depend on. */
function placesOf(series: Series | undefined, address: string): string {
  if (series === undefined) return '-'
  return everyComponent(series)
    .map((component) => {
      const found = attendeesAt(component, address).find(({ agent }) => agent === 'SERVER')
      return found === undefined ? '0' : (found.forceSend ?? '1')
    })
    .join('')
}

function senderOf(series: Series): string | undefined {
  for (const component of everyComponent(series)) {
    const organizer = organizerOf(component)
    if (organizer !== undefined) return organizer.address
  }
  return undefined
}

/** Addresses of attendees whom the server schedules, before or after. */
function serverScheduled(...states: readonly (Series | undefined)[]): Set<string> {
  const attendees = states.flatMap((state) =>
    state === undefined ? [] : everyComponent(state).flatMap(attendeesOf),
  )
  return new Set(attendees.filter(({ agent }) => agent === 'SERVER').map(({ address }) => address))
}

function draftsFor(address: string, before: Series | undefined, after: Series | undefined): Draft[] {
  const old = before === undefined ? undefined : viewOf(before, address)
  const now = after === undefined ? undefined : viewOf(after, address)
  if (now === undefined) return old === undefined ? [] : [cancel(componentsOf(old), 'time')]
  if (old === undefined) return [request(componentsOf(now), 'time')]
  if (old.master !== undefined && now.master === undefined) {
    return [cancel([old.master], 'time'), request(componentsOf(now), 'time')]
  }
  const drafts = changesOf(old, now, before as Series)
  if (drafts.length > 0 || !isForced(now, address)) return drafts
  return [request(componentsOf(now), 'details')]
}

/** RFC 6638 §7.2: SCHEDULE-FORCE-SEND=REQUEST asks for a message where nothing else would send one. */
function isForced(view: View, address: string): boolean {
  return componentsOf(view).some((component) =>
    attendeesAt(component, address).some(({ forceSend }) => forceSend === 'REQUEST'),
  )
}

/** What is sent to somebody who was invited before and still is. */
function changesOf(old: View, now: View, before: Series): Draft[] {
  const gone = [...old.overrides].filter(([key]) => !now.overrides.has(key))
  if (now.master === undefined) return singleInstanceChanges(old, now, gone)
  const changed = changedOverrides(old, now, before)
  const excluded = [...now.excluded].filter((key) => !old.excluded.has(key))
  const reverted =
    gone.some(([key]) => !now.excluded.has(key)) ||
    [...old.excluded].some((key) => !now.excluded.has(key) && !now.overrides.has(key))
  const masterWeight =
    old.master === undefined
      ? 'time'
      : weightOfChange(withoutExclusions(old.master), withoutExclusions(now.master))
  // Taking out some instances and changing others is one message: the whole series says both.
  const isMixed = excluded.length > 0 && changed.length > 0
  if (masterWeight !== 'none' || reverted || isMixed) {
    const weight = changed.reduce<Weight>(
      (most, [, each]) => heavier(most, each),
      reverted ? 'details' : masterWeight,
    )
    return [request(componentsOf(now), heavier(weight, excluded.length > 0 ? 'time' : 'none'))]
  }
  // RFC 5546 §3.2.5: taking out instances is a CANCEL that names them.
  if (excluded.length > 0)
    return [
      cancel(
        excluded.flatMap((key) => cancelledInstance(before, key)),
        'time',
      ),
    ]
  if (changed.length === 0) return []
  const weight = changed.reduce<Weight>((most, [, each]) => heavier(most, each), 'none')
  return [
    request(
      changed.map(([override]) => override),
      weight,
    ),
  ]
}

function singleInstanceChanges(
  old: View,
  now: View,
  gone: readonly (readonly [InstanceKey, Component])[],
): Draft[] {
  const drafts: Draft[] = []
  if (gone.length > 0)
    drafts.push(
      cancel(
        gone.map(([, override]) => override),
        'time',
      ),
    )
  const changed = [...now.overrides]
    .map(([key, override]): [Component, Weight] => {
      const earlier = old.overrides.get(key)
      return [override, earlier === undefined ? 'time' : weightOfChange(earlier, override)]
    })
    .filter(([, weight]) => weight !== 'none')
  if (changed.length > 0) {
    drafts.push(
      request(
        changed.map(([override]) => override),
        changed.reduce<Weight>((most, [, each]) => heavier(most, each), 'none'),
      ),
    )
  }
  return drafts
}

/** The overrides that differ from what the attendee knew of their instances. */
function changedOverrides(old: View, now: View, before: Series): [Component, Weight][] {
  const changed: [Component, Weight][] = []
  for (const [key, override] of now.overrides) {
    const known = old.overrides.get(key) ?? (old.excluded.has(key) ? undefined : instanceOf(before, key))
    const weight = known === undefined ? 'time' : weightOfChange(known, override)
    if (weight !== 'none') changed.push([override, weight])
  }
  return changed
}

function withoutExclusions(master: Component): Component {
  return withoutProperties(master, new Set(['EXDATE']))
}

function cancelledInstance(before: Series, key: InstanceKey): Component[] {
  const instance = instanceOf(before, key)
  return instance === undefined ? [] : [instance]
}

function request(components: readonly Component[], weight: Weight): Draft {
  return { method: 'REQUEST', components: components.map(askingForAnswers), weight }
}

/** RFC 5546 §3.2.5: what identifies the instances, who is concerned, STATUS:CANCELLED and a raised SEQUENCE. */
function cancel(components: readonly Component[], weight: Weight): Draft {
  return { method: 'CANCEL', components: components.map(cancelled), weight }
}

function cancelled(component: Component): Component {
  const kept = [...identityOf(component), ...properties(component, 'ATTENDEE')]
  const sequence = newProperty('SEQUENCE', String(integerOf(component, 'SEQUENCE', 0) + 1))
  const bare = { ...component, properties: kept, components: [] }
  return withProperty(withProperty(bare, sequence), newProperty('STATUS', 'CANCELLED'))
}
