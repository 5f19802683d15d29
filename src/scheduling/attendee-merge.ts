import { type Component, type Property, properties } from '../ical/component.ts'
import { withParameter } from './edit.ts'
import { SchedulingError } from './errors.ts'
import { normalAddress } from './participants.ts'
import type { Series } from './series.ts'
import { timingOf } from './timing.ts'

/** What an attendee may freely add, change or remove in their copy (RFC 6638 §3.2.2.1), beside any X- property. */
const OWN = new Set([
  'TRANSP',
  'PERCENT-COMPLETE',
  'COMPLETED',
  'CREATED',
  'DTSTAMP',
  'LAST-MODIFIED',
  'EXDATE',
  'COMMENT',
  'CATEGORIES',
  'REQUEST-STATUS',
  'ACKNOWLEDGED',
])
/** Compared by instant, not by text. */
const TIMES = new Set(['DTSTART', 'DTEND', 'DUE', 'DURATION', 'RECURRENCE-ID'])
/** What an attendee may set on their own ATTENDEE property. */
const OWN_ANSWER = ['PARTSTAT', 'RSVP', 'DELEGATED-TO', 'SENT-BY']

/**
 * The attendee's version of one component over what the organizer sent: their own properties and alarms as
 * written, the organizer's as they were. What the client dropped comes back; what it changed is refused.
 * @throws SchedulingError allowed-attendee-scheduling-object-change (RFC 6638 §3.2.4.4)
 */
export function mergedInstance(
  known: Component,
  written: Component,
  own: ReadonlySet<string>,
  before: Series,
  after: Series,
): Component {
  if (timingOf(known, before) !== timingOf(written, after)) throw forbidden('the time of the event')
  const mayChange = ({ name }: Property) =>
    OWN.has(name) || name.startsWith('X-') || (known.name === 'VTODO' && name === 'STATUS')
  for (const name of new Set(written.properties.map((property) => property.name))) {
    if (TIMES.has(name) || name === 'ATTENDEE' || name === 'ORGANIZER' || mayChange({ name } as Property))
      continue
    if (!isSubset(valuesOf(written, name), valuesOf(known, name))) throw forbidden(name)
  }
  assertNoNewAttendees(known, written)
  const organizers = known.properties.filter((property) => !mayChange(property))
  const merged = [
    ...organizers.map((property) =>
      property.name === 'ATTENDEE' ? withOwnAnswer(property, written, own) : property,
    ),
    ...written.properties.filter(mayChange),
  ]
  return isSame(merged, written.properties) ? written : { ...written, properties: merged }
}

function valuesOf(component: Component, name: string): string[] {
  return properties(component, name).map(({ value }) => value.trim())
}

function isSubset(values: readonly string[], of: readonly string[]): boolean {
  return values.every((value) => of.includes(value))
}

/** RFC 6638 §3.2.2.1: only the organizer invites; an attendee may name whom they delegate to. */
function assertNoNewAttendees(known: Component, written: Component): void {
  const invited = new Set(properties(known, 'ATTENDEE').map(({ value }) => normalAddress(value)))
  const delegates = new Set(
    properties(written, 'ATTENDEE')
      .flatMap(({ params }) => params.get('DELEGATED-TO') ?? [])
      .map(normalAddress),
  )
  for (const { value } of properties(written, 'ATTENDEE')) {
    const address = normalAddress(value)
    if (!invited.has(address) && !delegates.has(address)) throw forbidden('ATTENDEE')
  }
}

function withOwnAnswer(known: Property, written: Component, own: ReadonlySet<string>): Property {
  const address = normalAddress(known.value)
  if (!own.has(address)) return known
  const mine = properties(written, 'ATTENDEE').find(({ value }) => normalAddress(value) === address)
  if (mine === undefined) return known
  return OWN_ANSWER.reduce((answered, name) => {
    const [value] = mine.params.get(name) ?? []
    return withParameter(answered, name, value)
  }, known)
}

/** Do both hold the same properties, in whatever order? Then the client's octets can stay. */
function isSame(one: readonly Property[], other: readonly Property[]): boolean {
  const text = (list: readonly Property[]) => list.map(canonical).sort().join('\n')
  return one.length === other.length && text(one) === text(other)
}

function canonical({ name, params, value }: Property): string {
  return [name, ...[...params].map(([key, values]) => `${key}=${values.join(',')}`).sort(), value].join(';')
}

function forbidden(what: string): SchedulingError {
  return new SchedulingError(
    'allowed-attendee-scheduling-object-change',
    `Only the organizer may change ${what}`,
  )
}
