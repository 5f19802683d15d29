import {
  type Component,
  newComponent,
  newProperty,
  type Property,
  properties,
  property,
} from '../ical/component.ts'
import { writeUtc } from '../ical/times.ts'
import { vtimezoneFor } from '../ical/vtimezone.ts'
import { zoneByName } from '../ical/zones.ts'
import { STAMP } from './copy.ts'
import { mapProperties, withComponents, withoutParameters, withParameter, withProperty } from './edit.ts'
import { mapAttendees } from './participants.ts'
import type { Weight } from './signature.ts'
import type { Sending } from './stamp.ts'

export type Method =
  | 'REQUEST'
  | 'REPLY'
  | 'CANCEL'
  | 'ADD'
  | 'REFRESH'
  | 'COUNTER'
  | 'DECLINECOUNTER'
  | 'PUBLISH'

/** One iTIP message to one recipient (RFC 5546). */
export interface SchedulingMessage {
  readonly method: Method
  /** Normalised calendar user addresses. */
  readonly sender: string
  readonly recipient: string
  /** A whole VCALENDAR with METHOD. */
  readonly calendar: Component
  /** How much it changes for the recipient: a change among participants is delivered quietly. */
  readonly weight: Weight
  /** Everything it speaks of is over: copies are kept true, nobody is told. */
  readonly isPast: boolean
}

/** `own`: of the owner of the calendar; `now`: also the line between past and future. */
export type PlanContext = Sending

/** Parameters between a client and its own server (RFC 6638 §7); `X-` ones are ours and others' bookkeeping. */
const PRIVATE_PARAMETERS = new Set(['SCHEDULE-AGENT', 'SCHEDULE-STATUS', 'SCHEDULE-FORCE-SEND', STAMP])

/** X- properties that mean something to the recipient; every other is the sender's own. */
export const SHARED_EXTENSIONS =
  /^X-(ALT-DESC|MICROSOFT-|MS-OLK-|GOOGLE-CONFERENCE|APPLE-STRUCTURED-LOCATION)/

/**
 * The VCALENDAR of a message: the time zones the components use, the components stamped (epoch ms) and
 * without what is private to the sender: alarms, SCHEDULE-* parameters, extensions nobody else reads.
 */
export function messageCalendar(
  source: Component,
  method: Method,
  components: readonly Component[],
  stamp: number,
): Component {
  const outgoing = components.map((component) => outgoingComponent(component, stamp))
  const used = new Set(outgoing.flatMap(zonesUsed))
  const zones = [...used].flatMap((tzid) => zoneOf(source, tzid, stamp))
  const head = [newProperty('VERSION', '2.0'), newProperty('PRODID', '-//Kalends//Kalends//EN')]
  return newComponent('VCALENDAR', [...head, newProperty('METHOD', method)], [...zones, ...outgoing])
}

const YEAR = 366 * 86_400_000

/** The definition the source holds, or, where it relies on the name being known, one made for a reader who does not. */
function zoneOf(source: Component, tzid: string, stamp: number): Component[] {
  const held = source.components.find(
    (component) => component.name === 'VTIMEZONE' && property(component, 'TZID')?.value.trim() === tzid,
  )
  if (held !== undefined) return [held]
  if (zoneByName(tzid) === undefined) return []
  const year = new Date(stamp).getUTCFullYear()
  return [vtimezoneFor(tzid, { from: Date.UTC(year, 0, 1) - YEAR })]
}

function outgoingComponent(component: Component, stamp: number): Component {
  const shared = mapProperties(component, (candidate) => {
    if (candidate.name.startsWith('X-') && !SHARED_EXTENSIONS.test(candidate.name)) return undefined
    return withoutParameters(candidate, PRIVATE_PARAMETERS)
  })
  const stamped = withProperty(shared, newProperty('DTSTAMP', writeUtc(stamp)))
  return withComponents(
    stamped,
    stamped.components.filter(({ name }) => name !== 'VALARM'),
  )
}

function zonesUsed(component: Component): string[] {
  return component.properties.flatMap(({ params }) => params.get('TZID') ?? []).map((tzid) => tzid.trim())
}

/** The component with RSVP=TRUE on every attendee who has not answered (checklist: clients leave it out). */
export function askingForAnswers(component: Component): Component {
  return mapAttendees(component, ({ property: attendee, status }) =>
    status === 'NEEDS-ACTION' ? withParameter(attendee, 'RSVP', 'TRUE') : attendee,
  )
}

/** The properties of a component that identify it in a message that says nothing else of it. */
export function identityOf(component: Component): Property[] {
  return [
    'UID',
    'RECURRENCE-ID',
    'DTSTART',
    'DTEND',
    'DUE',
    'DURATION',
    'SEQUENCE',
    'SUMMARY',
    'ORGANIZER',
  ].flatMap((name) => properties(component, name))
}
