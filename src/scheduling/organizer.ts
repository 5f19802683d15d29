import { type Component, newProperty } from '../ical/component.ts'
import type { CalendarObject } from '../ical/object.ts'
import { withRecordedAnswers } from './answers.ts'
import { integerOf, withComponents, withProperty } from './edit.ts'
import { withoutForceSend } from './force-send.ts'
import type { PlanContext, SchedulingMessage } from './message.ts'
import { MOST_DRAFTS, messagesBetween } from './organizer-messages.ts'
import { type InstanceKey, type Series, seriesOf } from './series.ts'
import { weightOfChange } from './signature.ts'
import { lastStamp, nextStamp, withLastStamp } from './stamp.ts'
import { instanceOf, rulesOf, timingOf } from './timing.ts'
import { excludedKeys } from './view.ts'

/** What an organizer's change comes to. */
export interface OrganizerPlan {
  /** The VCALENDAR to store; the very one given when nothing had to be rewritten; undefined after a removal. */
  readonly store: Component | undefined
  readonly messages: readonly SchedulingMessage[]
}

/**
 * Plans what an organizer's creation, change or removal stores and sends (RFC 6638 §3.2.1). Pure: nothing is
 * delivered here.
 */
export function planOrganizer(
  before: CalendarObject | undefined,
  after: CalendarObject | undefined,
  context: PlanContext,
): OrganizerPlan {
  const old = before === undefined ? undefined : seriesOf(before)
  const stamp = nextStamp(old, context)
  const sending = { ...context, stamp }
  if (after === undefined) return { store: undefined, messages: messagesBetween(old, undefined, sending) }
  const written = seriesOf(after)
  const kept = rewritten(written, old, context)
  const messages = messagesBetween(old, kept, sending)
  const last = messages.length === 0 ? old && lastStamp(old, context.own) : stamp + (MOST_DRAFTS - 1) * 1000
  const { calendar } = kept.object
  const marked = last === undefined ? calendar : withStamps(calendar, context.own, last)
  return { store: withoutForceSend(marked), messages }
}

/**
 * The messages about an object that is stored as it is, answers and all: what rooms answered at once is told to the
 * others with the invitation itself.
 * @param before what they know; undefined: nothing
 */
export function planRest(
  before: CalendarObject | undefined,
  kept: CalendarObject,
  context: PlanContext,
): OrganizerPlan & { readonly store: Component } {
  const series = seriesOf(kept)
  const stamp = nextStamp(series, context)
  const old = before === undefined ? undefined : seriesOf(before)
  const messages = messagesBetween(old, series, { ...context, stamp })
  return { store: withStamps(kept.calendar, context.own, stamp + (MOST_DRAFTS - 1) * 1000), messages }
}

/** The object with the time of a message on record that was sent about it just now. */
export function withSendingNoted(object: CalendarObject, context: PlanContext): Component {
  const stamp = nextStamp(seriesOf(object), context)
  return withStamps(object.calendar, context.own, stamp + (MOST_DRAFTS - 1) * 1000)
}

/** The series with recorded answers and raised SEQUENCE numbers. */
function rewritten(written: Series, old: Series | undefined, { own }: PlanContext): Series {
  const replaced = new Map<Component, Component>()
  const rewrite = (component: Component, key: InstanceKey | undefined): Component => {
    const answered = withRecordedAnswers(component, key, old, written, own)
    const earlier = old === undefined ? undefined : key === undefined ? old.master : instanceOf(old, key)
    const final = earlier === undefined ? answered : withRaisedSequence(earlier, answered)
    replaced.set(component, final)
    return final
  }
  const master = written.master === undefined ? undefined : rewrite(written.master, undefined)
  const overrides = new Map([...written.overrides].map(([key, override]) => [key, rewrite(override, key)]))
  const answers = old === undefined || master === undefined ? [] : forgottenAnswers(old, written, master, own)
  for (const [key, override] of answers) overrides.set(key, override)
  const { calendar } = written.object
  const components = [
    ...calendar.components.map((component) => replaced.get(component) ?? component),
    ...answers.map(([, override]) => override),
  ]
  const object = {
    ...written.object,
    calendar: withComponents(calendar, components),
    master,
    overrides: [...overrides.values()],
  }
  return { object, master, overrides }
}

/**
 * Overrides that were made here to hold an answer to one instance, and that the organizer's client did not know
 * of when it wrote (RFC 6638 §3.2.10): they are kept as long as the series keeps its times.
 */
function forgottenAnswers(
  old: Series,
  written: Series,
  master: Component,
  own: ReadonlySet<string>,
): [InstanceKey, Component][] {
  const before = old.master
  if (before === undefined || timingOf(before, old) !== timingOf(master, written)) return []
  if (rulesOf(before) !== rulesOf(master)) return []
  const excluded = excludedKeys(master, written)
  const kept: [InstanceKey, Component][] = []
  for (const [key, override] of old.overrides) {
    if (written.overrides.has(key) || excluded.has(key)) continue
    const like = instanceOf({ ...old, overrides: new Map() }, key)
    if (like === undefined || weightOfChange(like, override) !== 'none') continue
    const instance = instanceOf({ ...written, master, overrides: new Map() }, key)
    if (instance !== undefined) kept.push([key, withRecordedAnswers(instance, key, old, written, own)])
  }
  return kept
}

/**
 * RFC 5546 §2.1.4: a change that matters has a higher SEQUENCE, whether or not the client counted, and no change a
 * lower one: whatever is sent after it would look older than what the attendees have.
 */
function withRaisedSequence(earlier: Component, component: Component): Component {
  const weight = weightOfChange(earlier, component)
  const matters = weight !== 'none' && weight !== 'participants'
  const least = integerOf(earlier, 'SEQUENCE', 0) + (matters ? 1 : 0)
  if (integerOf(component, 'SEQUENCE', 0) >= least) return component
  return withProperty(component, newProperty('SEQUENCE', String(least)))
}

function withStamps(calendar: Component, own: ReadonlySet<string>, stamp: number): Component {
  const components = calendar.components.map((component) => withLastStamp(component, own, stamp))
  return withComponents(calendar, components)
}
