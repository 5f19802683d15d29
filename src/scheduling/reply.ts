import { type Component, properties } from '../ical/component.ts'
import { withParameter } from './edit.ts'
import { identityOf } from './message.ts'
import { attendeeAmong } from './participants.ts'

/**
 * The component of a REPLY (RFC 5546 §3.2.3): what identifies the instance, the one ATTENDEE who answers, and their
 * COMMENT. `status` overrides the answer the component holds.
 */
export function replyFrom(component: Component, own: ReadonlySet<string>, status?: string): Component {
  const attendee = attendeeAmong(component, own)
  if (attendee === undefined) return component
  const answered =
    status === undefined ? attendee.property : withParameter(attendee.property, 'PARTSTAT', status)
  const kept = [
    ...identityOf(component),
    withParameter(answered, 'RSVP', undefined),
    ...properties(component, 'COMMENT'),
    ...properties(component, 'PERCENT-COMPLETE'),
    ...properties(component, 'COMPLETED'),
    ...properties(component, 'REQUEST-STATUS'),
    ...(component.name === 'VTODO' ? properties(component, 'STATUS') : []),
  ]
  return { ...component, properties: kept, components: [] }
}
