import { type Component, property } from '../ical/component.ts'
import { mapProperties, withParameter } from './edit.ts'
import { normalAddress, organizerOf } from './participants.ts'
import type { ReceiveContext } from './received.ts'
import { everyComponent, type InstanceKey, type Series } from './series.ts'

/** Where a copy keeps the time of what was last taken from a participant's message. */
export const STAMP = 'X-CALENDARSERVER-DTSTAMP'

/**
 * The component with the time of its message kept on ORGANIZER: the recipient's client will write a DTSTAMP of
 * its own, and the next message must still be compared with this one.
 */
export function stamped(component: Component): Component {
  const stamp = property(component, 'DTSTAMP')?.value.trim()
  return mapProperties(component, (candidate) =>
    candidate.name === 'ORGANIZER' ? withParameter(candidate, STAMP, stamp) : candidate,
  )
}

/** Does the message come from the organizer of the copy, who is not the recipient? */
export function isFromOrganizer(held: Series, incoming: Series, { own, sender }: ReceiveContext): boolean {
  const known = organizerIn(held)
  const sent = organizerIn(incoming)
  if (known === undefined || own.has(known)) return false
  return sent === known && (sender === known || sentBy(incoming).has(sender))
}

export function organizerIn(series: Series): string | undefined {
  for (const component of everyComponent(series)) {
    const organizer = organizerOf(component)
    if (organizer !== undefined) return organizer.address
  }
  return undefined
}

function sentBy(series: Series): Set<string> {
  return new Set(
    everyComponent(series)
      .flatMap((component) => organizerOf(component)?.property.params.get('SENT-BY') ?? [])
      .map(normalAddress),
  )
}

/** A copy's VCALENDAR: its zones and those the message brought, then the master, then overrides in order. */
export function assembled(
  held: Series | undefined,
  incoming: Series,
  master: Component | undefined,
  overrides: ReadonlyMap<InstanceKey, Component>,
): Component {
  const { calendar } = (held ?? incoming).object
  const zones = new Map<string, Component>()
  for (const source of held === undefined ? [incoming] : [held, incoming]) {
    for (const zone of source.object.calendar.components) {
      if (zone.name === 'VTIMEZONE') zones.set(property(zone, 'TZID')?.value.trim() ?? '', zone)
    }
  }
  const ordered = [...overrides].sort(([one], [other]) => one - other).map(([, component]) => component)
  return {
    ...calendar,
    properties: calendar.properties.filter(({ name }) => name !== 'METHOD'),
    components: [...zones.values(), ...(master === undefined ? [] : [master]), ...ordered],
  }
}
