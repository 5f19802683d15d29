import { type Component, newProperty, property } from '../ical/component.ts'
import type { CalendarObject } from '../ical/object.ts'
import { assembled, isFromOrganizer, stamped } from './copy.ts'
import { withProperty } from './edit.ts'
import { heldOrderOf, isLaterMessage, isNewsOfInstance, orderOf } from './order.ts'
import { type Outcome, type ReceiveContext, type Received, without } from './received.ts'
import { everyComponent, type InstanceKey, type Series, seriesOf } from './series.ts'
import { excludedKeys, exclusionOf, isCancelled } from './view.ts'

/** CANCEL (RFC 5546 §3.2.5): of everything, or of the instances it names. */
export function receiveCancel(
  stored: CalendarObject | undefined,
  { object }: Received,
  context: ReceiveContext,
): Outcome {
  if (stored === undefined) return without('ignored')
  const held = seriesOf(stored)
  const incoming = seriesOf(object, stored)
  if (!isFromOrganizer(held, incoming, context)) return without('ignored')
  if (incoming.master !== undefined) return cancelAll(held, incoming, incoming.master)
  return cancelInstances(held, incoming)
}

/** The copy stays, marked as cancelled, so that its owner sees what became of it. */
function cancelAll(held: Series, incoming: Series, cancel: Component): Outcome {
  const isOutdated = everyComponent(held).every(
    (component) => isCancelled(component) || !isLaterMessage(orderOf(cancel), heldOrderOf(component)),
  )
  if (isOutdated) return without('outdated')
  const mark = (component: Component) =>
    !isCancelled(component) && isLaterMessage(orderOf(cancel), heldOrderOf(component))
      ? cancelled(component, cancel)
      : component
  const master = held.master === undefined ? undefined : mark(held.master)
  const overrides = new Map([...held.overrides].map(([key, override]) => [key, mark(override)]))
  return { store: assembled(held, incoming, master, overrides), effect: 'applied', answers: [] }
}

/** An instance of a series is excluded from it; a single instance is all there is, and is marked. */
function cancelInstances(held: Series, incoming: Series): Outcome {
  let { master } = held
  const overrides = new Map(held.overrides)
  let changed = false
  for (const [key, cancel] of incoming.overrides) {
    if (!isNewsOfInstance(cancel, held.overrides.get(key), held.master)) continue
    if (isGone(master, overrides, key, held)) continue
    changed = true
    if (master === undefined) {
      overrides.set(key, cancelled(overrides.get(key) as Component, cancel))
      continue
    }
    overrides.delete(key)
    if (!excludedKeys(master, held).has(key)) {
      master = { ...master, properties: [...master.properties, ...exclusionOf(cancel)] }
    }
  }
  if (!changed) return without('outdated')
  return { store: assembled(held, incoming, master, overrides), effect: 'applied', answers: [] }
}

function isGone(
  master: Component | undefined,
  overrides: ReadonlyMap<InstanceKey, Component>,
  key: InstanceKey,
  held: Series,
): boolean {
  const override = overrides.get(key)
  if (override !== undefined) return isCancelled(override)
  return master === undefined || isCancelled(master) || excludedKeys(master, held).has(key)
}

/** Nothing rings for what does not happen. */
function cancelled(component: Component, cancel: Component): Component {
  const sequence = property(cancel, 'SEQUENCE') ?? newProperty('SEQUENCE', '0')
  const stamp = property(cancel, 'DTSTAMP')
  const marked = withProperty(withProperty(component, sequence), newProperty('STATUS', 'CANCELLED'))
  const timed = stamp === undefined ? marked : stamped(withProperty(marked, stamp))
  return { ...timed, components: timed.components.filter(({ name }) => name !== 'VALARM') }
}
