import { type Component, properties } from '../ical/component.ts'
import { withProperties } from './edit.ts'
import { messageCalendar, type SchedulingMessage } from './message.ts'
import { attendeeAmong, organizerOf } from './participants.ts'
import type { Series } from './series.ts'

/** What says when a component takes place. */
const TIMES = ['DTSTART', 'DTEND', 'DUE', 'DURATION']

/** A component at the time of another. */
export function atTimeOf(known: Component, component: Component): Component {
  return TIMES.reduce((moved, name) => withProperties(moved, name, properties(known, name)), component)
}

/**
 * The COUNTER (RFC 5546 §3.2.7) that proposes components as an attendee wrote them; none where there is nobody the
 * server would ask. It bears the SEQUENCE of what it counters, whatever the client counted.
 *
 * @param moved what was written, with what is known of it
 * @param stamp epoch ms, its DTSTAMP
 */
export function counterOf(
  series: Series,
  moved: ReadonlyMap<Component, Component>,
  own: ReadonlySet<string>,
  stamp: number,
): SchedulingMessage[] {
  const proposed = [...moved].map(([component, known]) =>
    withProperties(component, 'SEQUENCE', properties(known, 'SEQUENCE')),
  )
  const [first] = proposed
  const organizer = first === undefined ? undefined : organizerOf(first)
  const sender = first === undefined ? undefined : attendeeAmong(first, own)
  if (organizer?.agent !== 'SERVER' || sender === undefined || own.has(organizer.address)) return []
  return [
    {
      method: 'COUNTER',
      sender: sender.address,
      recipient: organizer.address,
      calendar: messageCalendar(series.object.calendar, 'COUNTER', proposed, stamp),
      weight: 'time',
      isPast: false,
    },
  ]
}
