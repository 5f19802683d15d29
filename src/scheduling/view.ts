import { type Component, type Property, properties, property } from '../ical/component.ts'
import { readTimeValue, readTimeValues } from '../ical/times.ts'
import { mapProperties, withoutParameters } from './edit.ts'
import { attendeesAt } from './participants.ts'
import { type InstanceKey, instanceKey, type Series } from './series.ts'

/**
 * What one attendee is invited to (RFC 6638 §3.2.6): nobody is told of instances that do not name them. With a
 * master, the instances they are left out of are excluded from it; without, only single instances are here.
 */
export interface View {
  readonly master: Component | undefined
  readonly overrides: ReadonlyMap<InstanceKey, Component>
  /** Instances that EXDATE takes out of the master, those they are not invited to among them. */
  readonly excluded: ReadonlySet<InstanceKey>
}

/** The attendee's view, or undefined when no component invites them. A cancelled component invites nobody. */
export function viewOf(series: Series, address: string): View | undefined {
  const invitesTo = (component: Component) =>
    !isCancelled(component) && attendeesAt(component, address).some(({ agent }) => agent === 'SERVER')
  const overrides = new Map([...series.overrides].filter(([, override]) => invitesTo(override)))
  if (series.master === undefined || !invitesTo(series.master)) {
    return overrides.size === 0 ? undefined : { master: undefined, overrides, excluded: new Set() }
  }
  const leftOut = [...series.overrides.values()].filter((override) => !invitesTo(override))
  const master = {
    ...series.master,
    properties: [...series.master.properties, ...leftOut.flatMap(exclusionOf)],
  }
  return { master, overrides, excluded: excludedKeys(master, series) }
}

/** Every component of a view, the master first. */
export function componentsOf(view: View): Component[] {
  return [...(view.master === undefined ? [] : [view.master]), ...view.overrides.values()]
}

export function isCancelled(component: Component): boolean {
  return property(component, 'STATUS')?.value.toUpperCase() === 'CANCELLED'
}

/** The EXDATE that takes out the instance an override stands for. */
export function exclusionOf(override: Component): Property[] {
  const id = property(override, 'RECURRENCE-ID')
  return id === undefined ? [] : [{ ...withoutParameters(id, new Set(['RANGE'])), name: 'EXDATE' }]
}

/** The keys that the EXDATEs of a master name. */
export function excludedKeys(master: Component, series: Series): Set<InstanceKey> {
  const times = properties(master, 'EXDATE').flatMap((exdate) => readTimeValues(exdate, series.object.zones))
  return new Set(times.map((time) => instanceKey(time, series.object)))
}

/** The master without the EXDATE of one instance. */
export function withoutExclusion(master: Component, key: InstanceKey, series: Series): Component {
  const names = (exdate: Property, text: string) =>
    instanceKey(readTimeValue(text, exdate, series.object.zones), { ...series.object, master }) === key
  return mapProperties(master, (candidate) => {
    if (candidate.name !== 'EXDATE') return candidate
    const values = candidate.value.split(',').filter((text) => text !== '')
    const kept = values.filter((text) => !names(candidate, text))
    if (kept.length === values.length) return candidate
    return kept.length === 0 ? undefined : { ...candidate, value: kept.join(',') }
  })
}
