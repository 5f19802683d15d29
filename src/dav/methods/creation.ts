import type { CalendarFields } from '../../calendar/collections.ts'
import * as preconditions from '../preconditions.ts'
import type { PropertySetter } from '../registry.ts'
import { child, childElements, clark, type Element, isElement } from '../xml/element.ts'
import { CALDAV, DAV } from '../xml/names.ts'

/** What a D:resourcetype asks to be made. */
export type WantedKind = 'calendar' | 'collection'

/** Properties that only a request that makes a collection may set; elsewhere they are protected. */
export const CREATION_ONLY: ReadonlyMap<string, PropertySetter> = new Map<string, PropertySetter>([
  [clark({ namespace: DAV, name: 'resourcetype' }), () => ({})],
  [
    clark({ namespace: CALDAV, name: 'supported-calendar-component-set' }),
    (value): Pick<CalendarFields, 'components'> => ({ components: readComponents(value) }),
  ],
])

const DEFAULT_COMPONENTS = ['VEVENT', 'VTODO', 'VJOURNAL']
const SUPPORTED = [...DEFAULT_COMPONENTS, 'VFREEBUSY', 'VAVAILABILITY']

/**
 * RFC 4791 §5.2.3. Clients: KOrganizer and Evolution also name VTIMEZONE or VCALENDAR, which are
 * dropped. A set of which nothing is left is refused, and an empty one means every component but
 * VAVAILABILITY (RFC 7953), which no client takes for granted.
 */
function readComponents(value: Element | undefined): string[] {
  const sent = (value === undefined ? [] : childElements(value))
    .filter(({ namespace, name }) => namespace === CALDAV && name === 'comp')
    .map(({ attributes }) => attributes.name?.trim().toUpperCase() ?? '')
  const kept = SUPPORTED.filter((name) => sent.includes(name))
  if (sent.length > 0 && kept.length === 0) {
    throw preconditions.supportedCalendarComponent(`Calendars hold ${SUPPORTED.join(', ')}.`)
  }
  return sent.length === 0 ? [...DEFAULT_COMPONENTS] : kept
}

/**
 * The resource type that the body of D:mkcol or C:mkcalendar asks for, or undefined when it does not say.
 *
 * @throws PreconditionError valid-resourcetype for a kind of collection this server does not make
 */
export function readResourceType(body: Element): WantedKind | undefined {
  const types = childElements(body)
    .filter(({ namespace, name }) => namespace === DAV && name === 'set')
    .flatMap((set) =>
      childElements(set).filter(({ namespace, name }) => namespace === DAV && name === 'prop'),
    )
    .map((prop) => child(prop, DAV, 'resourcetype'))
    .filter((type): type is Element => type !== undefined)
  const type = types.at(-1)
  return type && kindOf(type)
}

const COLLECTION = clark({ namespace: DAV, name: 'collection' })
const CALENDAR = clark({ namespace: CALDAV, name: 'calendar' })

function kindOf(type: Element): WantedKind {
  const names = new Set(type.children.filter(isElement).map(clark))
  const isCalendar = names.delete(CALENDAR)
  if (!names.delete(COLLECTION) || names.size > 0) {
    throw preconditions.validResourcetype('This server makes collections and calendars.')
  }
  return isCalendar ? 'calendar' : 'collection'
}
