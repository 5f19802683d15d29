import type { Component } from '../ical/component.ts'
import { mapProperties, withComponents, withoutParameters } from './edit.ts'

const FORCE_SEND: ReadonlySet<string> = new Set(['SCHEDULE-FORCE-SEND'])

/** RFC 6638 §7.2: SCHEDULE-FORCE-SEND is a wish, not part of the object. The very calendar given where there is none. */
export function withoutForceSend(calendar: Component): Component {
  const components = calendar.components.map((component) =>
    mapProperties(component, (property) =>
      property.name === 'ATTENDEE' || property.name === 'ORGANIZER'
        ? withoutParameters(property, FORCE_SEND)
        : property,
    ),
  )
  const isSame = components.every((component, index) => component === calendar.components[index])
  return isSame ? calendar : withComponents(calendar, components)
}
