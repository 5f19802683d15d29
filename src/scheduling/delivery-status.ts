import type { Component } from '../ical/component.ts'
import { mapProperties, withComponents, withParameter } from './edit.ts'
import { normalAddress } from './participants.ts'

/**
 * The VCALENDAR with the SCHEDULE-STATUS (RFC 6638 §3.6, §7.3) of each participant there is one for; the very one
 * given when that changes nothing.
 * @param statuses by normalised address
 */
export function withStatuses(calendar: Component, statuses: ReadonlyMap<string, string>): Component {
  let changed = false
  const components = calendar.components.map((component) => {
    const marked = mapProperties(component, (candidate) => {
      if (candidate.name !== 'ATTENDEE' && candidate.name !== 'ORGANIZER') return candidate
      const status = statuses.get(normalAddress(candidate.value))
      const held = candidate.params.get('SCHEDULE-STATUS')?.[0]
      return status === undefined || status === held
        ? candidate
        : withParameter(candidate, 'SCHEDULE-STATUS', status)
    })
    if (marked !== component) changed = true
    return marked
  })
  return changed ? withComponents(calendar, components) : calendar
}
