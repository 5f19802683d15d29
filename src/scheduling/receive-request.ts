import { type Component, parameter, property } from '../ical/component.ts'
import type { CalendarObject } from '../ical/object.ts'
import { assembled, isFromOrganizer, organizerIn, STAMP, stamped } from './copy.ts'
import { mapProperties, withComponents, withParameter } from './edit.ts'
import { SHARED_EXTENSIONS } from './message.ts'
import { heldOrderOf, isLaterMessage, isNews, isNewsOfInstance, orderOf } from './order.ts'
import { attendeeAmong, normalAddress } from './participants.ts'
import { type Outcome, type ReceiveContext, type Received, without } from './received.ts'
import { type InstanceKey, type Series, seriesOf } from './series.ts'
import { instanceOf, rulesOf, timingOf } from './timing.ts'
import { excludedKeys, exclusionOf, isCancelled, withoutExclusion } from './view.ts'

/** What is the recipient's own in their copy and outlives what the organizer sends (RFC 6638 §3.2.2.1). */
const OWN = new Set(['TRANSP', 'CATEGORIES', 'COMMENT', 'PERCENT-COMPLETE', 'COMPLETED', 'ACKNOWLEDGED'])

/** REQUEST and PUBLISH (RFC 5546 §3.2.1, §3.2.2): a new invitation, or a new version of one. */
export function receiveRequest(
  stored: CalendarObject | undefined,
  { object }: Received,
  context: ReceiveContext,
): Outcome {
  const incoming = seriesOf(object, stored)
  if (stored === undefined) return fresh(incoming, context)
  const held = seriesOf(stored)
  if (!isFromOrganizer(held, incoming, context)) return without('ignored')
  const merge = new Merge(held, incoming, context.own)
  const isChanged = merge.takeMaster()
  const hasChanged = merge.takeOverrides() || isChanged
  if (!hasChanged) return without('outdated')
  return { store: assembled(held, incoming, merge.master, merge.overrides), effect: 'applied', answers: [] }
}

function fresh(incoming: Series, { own }: ReceiveContext): Outcome {
  const organizer = organizerIn(incoming)
  if (organizer === undefined || own.has(organizer)) return without('ignored')
  const take = (component: Component) => withComponents(stamped(component), withoutAlarms(component))
  const master = incoming.master === undefined ? undefined : take(incoming.master)
  const overrides = new Map([...incoming.overrides].map(([key, override]) => [key, take(override)]))
  return { store: assembled(undefined, incoming, master, overrides), effect: 'applied', answers: [] }
}

function withoutAlarms({ components }: Component): Component[] {
  return components.filter(({ name }) => name !== 'VALARM')
}

/** The recipient's copy as it becomes while a message is taken in. */
class Merge {
  master: Component | undefined
  readonly overrides: Map<InstanceKey, Component>
  readonly #held: Series
  readonly #incoming: Series
  readonly #own: ReadonlySet<string>

  constructor(held: Series, incoming: Series, own: ReadonlySet<string>) {
    this.#held = held
    this.#incoming = incoming
    this.#own = own
    this.master = held.master
    this.overrides = new Map(held.overrides)
  }

  /** A later master replaces the whole set: overrides it does not mention are gone, unless they are later still. */
  takeMaster(): boolean {
    const sent = this.#incoming.master
    if (sent === undefined) return false
    const known = this.#held.master
    const order = orderOf(sent)
    if (known !== undefined && !isNews(sent, known)) return false
    this.master = this.#adopt(sent, known)
    for (const [key, override] of this.#held.overrides) {
      const isMentioned = this.#incoming.overrides.has(key)
      if (!isMentioned && !isLaterMessage(heldOrderOf(override), order)) this.overrides.delete(key)
    }
    return true
  }

  /** A message that names only overrides never touches the rest. */
  takeOverrides(): boolean {
    let changed = false
    const own = this.#held.master === undefined ? undefined : excludedKeys(this.#held.master, this.#held)
    for (const [key, override] of this.#incoming.overrides) {
      const known = this.#held.overrides.get(key)
      if (!isNewsOfInstance(override, known, this.#held.master)) continue
      changed = true
      if (own?.has(key) && this.#isDeclined(override)) {
        this.#excludeAgain(key, override)
        continue
      }
      this.overrides.set(key, this.#adopt(override, known ?? instanceOf(this.#held, key)))
      if (this.master !== undefined) this.master = withoutExclusion(this.master, key, this.#incoming)
    }
    return changed
  }

  #isDeclined(override: Component): boolean {
    return attendeeAmong(override, this.#own)?.status === 'DECLINED'
  }

  /** An instance the recipient took out, and so declined, stays out. */
  #excludeAgain(key: InstanceKey, override: Component): void {
    this.overrides.delete(key)
    if (this.master === undefined || excludedKeys(this.master, this.#incoming).has(key)) return
    this.master = { ...this.master, properties: [...this.master.properties, ...exclusionOf(override)] }
  }

  /** The organizer's version with what is the recipient's own. */
  #adopt(sent: Component, known: Component | undefined): Component {
    const base = stamped(sent)
    if (known === undefined) return withComponents(base, withoutAlarms(base))
    const kept = known.properties.filter(({ name }) => isOwn(name))
    const replaced = new Set(kept.map(({ name }) => name))
    const answered = mapProperties(base, (candidate) => {
      if (replaced.has(candidate.name)) return undefined
      return candidate.name === 'ATTENDEE' ? this.#withAnswer(candidate, sent, known) : candidate
    })
    const alarms = known.components.filter(({ name }) => name === 'VALARM')
    const others = withoutAlarms(base)
    return { ...answered, properties: [...answered.properties, ...kept], components: [...others, ...alarms] }
  }

  /** An answer the recipient gave holds until the organizer asks again for another time. */
  #withAnswer(
    sent: Component['properties'][number],
    component: Component,
    known: Component,
  ): Component['properties'][number] {
    if (!this.#own.has(normalAddress(sent.value))) return sent
    const answer = attendeeAmong(known, this.#own)
    if (answer === undefined) return sent
    const dated = withParameter(sent, STAMP, parameter(answer.property, STAMP))
    const isAskedAgain = isCancelled(known) || this.#isRescheduled(component, known)
    if (answer.status === 'NEEDS-ACTION' || isAskedAgain) return dated
    let property = withParameter(dated, 'PARTSTAT', answer.status)
    property = withParameter(property, 'RSVP', undefined)
    const delegates = answer.property.params.get('DELEGATED-TO')
    if (delegates === undefined) return property
    return { ...property, params: new Map([...property.params, ['DELEGATED-TO', delegates]]) }
  }

  #isRescheduled(component: Component, known: Component): boolean {
    if (timingOf(component, this.#incoming) !== timingOf(known, this.#held)) return true
    if (property(component, 'RECURRENCE-ID') !== undefined) return false
    if (!asksAgain(component, this.#own)) return false
    return rulesOf(component) !== rulesOf(known) || this.#reinstates(component, known)
  }

  /** Does an instance come back that is out of the copy, and was not declined by its owner alone? */
  #reinstates(component: Component, known: Component): boolean {
    const now = excludedKeys(component, this.#incoming)
    const isBack = (key: InstanceKey) => !now.has(key) && !this.#incoming.overrides.has(key)
    return [...excludedKeys(known, this.#held)].some(isBack)
  }
}

function isOwn(name: string): boolean {
  return OWN.has(name) || (name.startsWith('X-') && !SHARED_EXTENSIONS.test(name))
}

function asksAgain(component: Component, own: ReadonlySet<string>): boolean {
  return attendeeAmong(component, own)?.status === 'NEEDS-ACTION'
}
