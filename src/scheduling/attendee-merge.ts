import { type Component, type Property, properties } from '../ical/component.ts'
import { readText } from '../ical/values.ts'
import { replacedDelegates } from './delegation.ts'
import { integerOf } from './edit.ts'
import { SchedulingError } from './errors.ts'
import { attendeeAmong, attendeesOf, normalAddress } from './participants.ts'
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
/** People are compared one by one; a raised SEQUENCE is taken back without a word, as some clients count edits. */
const NOT_COMPARED = new Set(['ATTENDEE', 'ORGANIZER', 'SEQUENCE'])
/** What clients write out although it means the same as leaving it out (RFC 5545). */
const DEFAULTS = new Map([
  ['CLASS', 'PUBLIC'],
  ['PRIORITY', '0'],
])
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
  // RFC 6638 §3.2.4.4. Client: a copy older than the organizer's last change must not bring it back.
  if (integerOf(written, 'SEQUENCE', 0) < integerOf(known, 'SEQUENCE', 0)) throw forbidden('SEQUENCE')
  for (const name of new Set(written.properties.map((property) => property.name))) {
    if (TIMES.has(name) || NOT_COMPARED.has(name) || mayChange({ name } as Property)) continue
    const added = valuesOf(written, name).filter((value) => !valuesOf(known, name).includes(value))
    if (added.some((value) => DEFAULTS.get(name) !== value)) throw forbidden(name)
  }
  assertNoNewAttendees(known, written)
  const replaced = delegatesReplaced(known, written, own)
  const organizers = known.properties.filter((property) => !mayChange(property) && !replaced.has(property))
  const merged = [
    ...organizers.map((property) =>
      property.name === 'ATTENDEE' ? withOwnAnswer(property, written, own) : property,
    ),
    ...delegatesNamed(known, written),
    ...written.properties.filter(mayChange),
  ]
  return isSame(merged, written.properties) ? written : { ...written, properties: merged }
}

function valuesOf(component: Component, name: string): string[] {
  return properties(component, name).map(({ value }) => readText(value).trim())
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

/** Whom the owner of the copy had delegated to before, and does no more. */
function delegatesReplaced(known: Component, written: Component, own: ReadonlySet<string>): Set<Property> {
  const mine = attendeeAmong(written, own)
  if (mine?.delegatedTo.some((address) => own.has(address))) throw forbidden('DELEGATED-TO to oneself')
  const replaced = mine === undefined ? new Set<string>() : replacedDelegates(known, mine)
  const gone = attendeesOf(known).filter(({ address }) => replaced.has(address))
  return new Set(gone.map(({ property }) => property))
}

/** The attendees that are new in the copy: whom its owner delegates to. */
function delegatesNamed(known: Component, written: Component): Property[] {
  const invited = new Set(properties(known, 'ATTENDEE').map(({ value }) => normalAddress(value)))
  return properties(written, 'ATTENDEE').filter(({ value }) => !invited.has(normalAddress(value)))
}

function withOwnAnswer(known: Property, written: Component, own: ReadonlySet<string>): Property {
  const address = normalAddress(known.value)
  if (!own.has(address)) return known
  const mine = properties(written, 'ATTENDEE').find(({ value }) => normalAddress(value) === address)
  if (mine === undefined) return known
  const params = new Map(known.params)
  for (const name of OWN_ANSWER) {
    const values = mine.params.get(name)
    if (values === undefined) params.delete(name)
    else params.set(name, values)
  }
  return { ...known, params }
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
